/**
 * Where a table of fragments leads (`mfra`, ISO/IEC 14496-12 8.8.9 to 8.8.11). Players that seek by it go where it says, and
 * no hash covers it (C2PA A.5.6): it must not lead to what no hash covers either, such as fragments in the table itself.
 */
import { limits, type Source } from '@yinji/core'
import { type Box, BoxError, boxesBetween } from './bmff-boxes.ts'
import { type Cut, firstBehind, type Gap, gapsIn } from './bmff-cut.ts'

/** Places that are looked at: of a table that is up to date there are none. */
const most = 1000

/** Whether a table leads to boxes inside one that is left out as a whole, has something else in it, or can’t be read. */
export async function leadsAstray(source: Source, table: Box, cuts: readonly Cut[]): Promise<boolean> {
  const start = table.start + table.header
  if (table.end - start > limits.metadataBytes) return true
  const uncovered = gapsIn(cuts)
  for (const box of await partsOf(source, start, table.end)) {
    if (box.type === 'mfro') continue // says how long the table is
    if (box.type !== 'tfra') return true
    const places = placesIn(Buffer.from(await source.read(box.start + box.header, box.end)))
    if (places === undefined) return true
    if (await beginsIn(source, uncovered, places)) return true
  }
  return false
}

/**
 * Whether an index of the segments of a file (`sidx`, ISO/IEC 14496-12 8.16.3) leads to boxes inside one that no hash covers: it is
 * signed, but may have been made for that.
 */
export async function indexesAstray(source: Source, index: Box, cuts: readonly Cut[]): Promise<boolean> {
  const start = index.start + index.header
  if (index.end - start > limits.metadataBytes) return true
  const content = Buffer.from(await source.read(start, index.end))
  return beginsIn(source, gapsIn(cuts), segmentsIn(content, index.end))
}

async function beginsIn(source: Source, gaps: readonly Gap[], places: readonly number[]): Promise<boolean> {
  const strange = new Set(places.filter((place) => isInside(gaps, place)))
  if (strange.size > most) return true
  for (const place of strange) if (await beginsBox(source, place)) return true
  return false
}

/** Where they begin, one behind the other from the end of the index on. */
function segmentsIn(content: Buffer, end: number): number[] {
  const wide = content[0] === 1
  const head = wide ? 32 : 24
  if (content.length < head) return []
  let at = end + (wide ? Number(content.readBigUInt64BE(20)) : content.readUInt32BE(16))
  const count = Math.min(content.readUInt16BE(head - 2), Math.floor((content.length - head) / 12))
  return Array.from({ length: count }, (_, index) => {
    const start = at
    at += content.readUInt32BE(head + index * 12) & 0x7fffffff
    return start
  })
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

/** In one of the gaps, which are in file order. */
function isInside(gaps: readonly Gap[], place: number): boolean {
  const gap = gaps[firstBehind(gaps, place)]
  return gap !== undefined && gap.start <= place
}
