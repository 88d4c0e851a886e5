/** Where the pictures of a HEIF or AVIF file stand: its items but for metadata, and the samples of a sequence. */
import { type Copy, copy, type Source } from '@yinji/core'
import { findBox, walkBoxes } from '../carriers/bmff.ts'
import { sampleTables } from '../carriers/bmff-offsets.ts'
import { damagedInput } from '../carriers/faults.ts'
import { loadHeif } from '../carriers/heif-meta.ts'
import { pictureStretches } from '../carriers/heif-metadata.ts'
import { loadBox } from '../carriers/movie.ts'
import { readSamples } from '../visible/video/samples.ts'

/** Items in the order of `iloc`, then samples in the order of decoding. @throws InputError when the file is damaged. */
export async function heifContent(source: Source): Promise<Copy[]> {
  const { boxes, damage } = await walkBoxes(source)
  const meta = damage ?? (await loadHeif(source, boxes))
  if (typeof meta === 'string') throw damagedInput(source, meta)
  const ranges: Copy[] = []
  const add = (start: number, end: number) => {
    const last = ranges.at(-1)
    if (end > source.size) throw damagedInput(source, 'picture data is missing at the end')
    if (last?.end === start) ranges[ranges.length - 1] = copy(last.start, end)
    else if (end > start) ranges.push(copy(start, end))
  }
  for (const { start, end } of pictureStretches(meta)) add(start, end)
  const movie = findBox(boxes, 'moov')
  const loaded = movie && (await loadBox(source, movie))
  if (typeof loaded === 'string') throw damagedInput(source, loaded)
  for (const table of loaded ? sampleTables(loaded.bytes, loaded.box) : []) {
    const samples = readSamples(loaded?.bytes ?? new Uint8Array(), table)
    if (typeof samples === 'string') throw damagedInput(source, samples)
    for (let index = 0; index < samples.count; index++) {
      const position = samples.position[index] ?? 0
      add(position, position + (samples.size[index] ?? 0))
    }
  }
  return ranges
}
