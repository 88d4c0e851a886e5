/**
 * Where a table of fragments leads (`mfra`, ISO/IEC 14496-12 8.8.9 to 8.8.11). Players that seek by it go where it says, and
 * no hash covers it (C2PA A.5.6): it must not lead to what no hash covers either, such as fragments in the table itself.
 */
import { limits, type Source } from '@yinji/core'
import { type Box, BoxError, boxesBetween } from './bmff-boxes.ts'
import type { Cut } from './bmff-cut.ts'

/** Places that are looked at: of a table that is up to date there are none. */
const most = 1000

/** Whether a table leads to boxes inside one that is left out as a whole, has something else in it, or can’t be read. */
export async function leadsAstray(source: Source, table: Box, cuts: readonly Cut[]): Promise<boolean> {
  const start = table.start + table.header
  if (table.end - start > limits.metadataBytes) return true
  const uncovered = cuts.filter(({ whole }) => whole).map(({ box }) => box)
  for (const box of await partsOf(source, start, table.end)) {
    if (box.type === 'mfro') continue // says how long the table is
    if (box.type !== 'tfra') return true
    const places = placesIn(Buffer.from(await source.read(box.start + box.header, box.end)))
    if (places === undefined) return true
    const strange = new Set(places.filter((place) => isInside(uncovered, place)))
    if (strange.size > most) return true
    for (const place of strange) if (await beginsBox(source, place)) return true
  }
  return false
}

/** A table that was not kept up to date leads anywhere, but hardly to the beginning of one of these. */
async function beginsBox(source: Source, place: number): Promise<boolean> {
  const head = Buffer.from(await source.read(place, Math.min(source.size, place + 8)))
  const type = head.toString('latin1', 4)
  return /^(?:moof|styp|sidx|ssix|emsg|prft|free|skip|wide|uuid|mdat|moov|ftyp)$/.test(type)
}

async function partsOf(source: Source, start: number, end: number): Promise<readonly Box[]> {
  try {
    return await boxesBetween(source, start, end)
  } catch (error) {
    if (error instanceof BoxError) return [{ type: '', start, end, header: 0 }]
    throw error
  }
}

/** Offsets of `moof` boxes in a `tfra` without its header (8.8.10); undefined where it is no such box. */
function placesIn(content: Buffer): number[] | undefined {
  if (content.length < 16) return undefined
  const wide = content[0] === 1
  const lengths = content.readUInt32BE(8)
  const numbers = [4, 2, 0].reduce((sum, bit) => sum + ((lengths >> bit) & 3) + 1, 0)
  const [at, size] = wide ? [8, 16 + numbers] : [4, 8 + numbers]
  const count = content.readUInt32BE(12)
  if (count > limits.items || 16 + count * size > content.length) return undefined
  return Array.from({ length: count }, (_, index) => {
    const from = 16 + index * size + at
    return wide ? Number(content.readBigUInt64BE(from)) : content.readUInt32BE(from)
  })
}

/** Behind the beginning of one of the boxes, which are in file order: who begins with it goes on to the next. */
function isInside(boxes: readonly Box[], place: number): boolean {
  let [low, high] = [0, boxes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((boxes[middle]?.end ?? 0) > place) high = middle
    else low = middle + 1
  }
  const box = boxes[low]
  return box !== undefined && box.start < place
}
