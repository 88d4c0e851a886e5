/** Where the media of an AVI file stands: what is in the `movi` lists, without the indexes among it. */
import { type Copy, copy, type Source } from '@yinji/core'
import { partialIndexes, readStreamIndexes } from '../carriers/avi-index.ts'
import { type Avi, readAvi } from '../carriers/avi-layout.ts'
import { damagedInput } from '../carriers/faults.ts'
import { fourLetters, uint32le } from '../carriers/integers.ts'

/** @throws InputError when the file is damaged. */
export async function aviContent(source: Source): Promise<Copy[]> {
  const avi = await readAvi(source)
  if (avi.damage !== undefined) throw damagedInput(source, avi.damage)
  const indexes = await indexChunks(source, avi)
  return (await mediaLists(source, avi)).flatMap(({ start, end }) => {
    const ranges: Copy[] = []
    let at = start
    for (const index of indexes) {
      if (index.start < at || index.end > end) continue
      if (index.start > at) ranges.push(copy(at, index.start))
      at = index.end
    }
    return at < end ? [...ranges, copy(at, end)] : ranges
  })
}

/** Behind the header and the type of each list. */
async function mediaLists(source: Source, { movi, more }: Avi): Promise<Copy[]> {
  const lists = movi ? [copy(movi.start + 12, movi.end)] : []
  for (const riff of more)
    for (let at = riff.start + 12; at + 12 <= riff.end; ) {
      const header = await source.read(at, at + 12)
      const end = at + 8 + uint32le(header, 4)
      if (end > riff.end) break
      if (fourLetters(header, 0) === 'LIST' && fourLetters(header, 8) === 'movi')
        lists.push(copy(at + 12, end))
      at = end + (end % 2)
    }
  return lists
}

/** Of OpenDML, which count from the beginning of the file; in file order. */
async function indexChunks(source: Source, { hdrl }: Avi): Promise<Copy[]> {
  const starts = [...new Set(partialIndexes(await readStreamIndexes(source, hdrl)))].sort((a, b) => a - b)
  const chunks: Copy[] = []
  for (const start of starts) {
    const header = await source.read(start, start + 8)
    const named = /^(ix..|..ix)$/s.test(fourLetters(header, 0))
    if (named) chunks.push(copy(start, start + 8 + uint32le(header, 4)))
  }
  return chunks
}
