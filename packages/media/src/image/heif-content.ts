/** Where the pictures of a HEIF or AVIF file stand: its items but for metadata, and the samples of a sequence. */
import { type Copy, copy, type Source } from '@yinji/core'
import { type Box, findBox, walkBoxes } from '../carriers/bmff.ts'
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
      const start = samples.position[index] ?? 0
      const end = start + (samples.size[index] ?? 0)
      const home = boxAt(boxes, start)
      // Other boxes are rewritten, and what is shown would be what they say then.
      if (home?.type !== 'mdat' || start < home.content || end > home.end)
        throw damagedInput(source, 'media outside mdat')
      add(start, end)
    }
  }
  return ranges
}

/** The one an offset lies in, of boxes side by side. */
function boxAt(boxes: readonly Box[], offset: number): Box | undefined {
  let [low, high] = [0, boxes.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((boxes[middle]?.start ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return boxes[low - 1]
}
