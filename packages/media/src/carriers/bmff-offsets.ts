/**
 * File offsets inside a `moov` (ISO/IEC 14496-12): chunk offsets (`stco`, `co64`, 8.7.5) and auxiliary information
 * (`saio`, 8.7.9). When something before the media grows, they have to follow it.
 */
import { uint32 } from './binary.ts'
import { type Box, boxesAt, makeBox, parseBoxes, setUint64, uint64 } from './bmff.ts'
import { patchItemLocations } from './bmff-items.ts'
import { setUint32 } from './integers.ts'
import type { Fail, OffsetMap } from './offset-map.ts'

/**
 * Moves every offset in a `moov` (a whole box, changed in place).
 * @returns false when one of them does not fit into 32 bits: `widen` the box and start over.
 */
export function patchMovie(moov: Uint8Array, map: OffsetMap, fail: Fail): boolean {
  let fits = true
  const root = wholeBox(moov)
  for (const table of offsetTables(moov, root)) fits = patchTable(moov, table, map, fail) && fits
  for (const meta of [...boxesAt(moov, root, ['meta']), ...boxesAt(moov, root, ['trak', 'meta'])])
    patchItemLocations(moov, meta, map, fail)
  return fits
}

/** The same `moov` with 64-bit tables, offsets unchanged. */
export function widen(moov: Uint8Array, fail: Fail): Uint8Array {
  const tables = new Set(offsetTables(moov, wholeBox(moov)).map((box) => box.start))
  const rebuild = (box: Box, depth: number): Uint8Array => {
    if (tables.has(box.start)) return widenTable(moov, box, fail)
    if (depth === containers.length || box.type !== containers[depth])
      return moov.subarray(box.start, box.end)
    const children = parseBoxes(moov, box.content, box.end).boxes
    return makeBox(box.type, ...children.map((child) => rebuild(child, depth + 1)))
  }
  return rebuild(wholeBox(moov), 0)
}

const containers = ['moov', 'trak', 'mdia', 'minf', 'stbl']

function wholeBox(bytes: Uint8Array): Box {
  return { type: 'moov', start: 0, content: uint32(bytes, 0) === 1 ? 16 : 8, end: bytes.byteLength }
}

/** The `stbl` of each track whose media is in this file; offsets of other tracks point into other files. */
export function sampleTables(moov: Uint8Array, root: Box): Box[] {
  return boxesAt(moov, root, ['trak']).flatMap((trak) =>
    boxesAt(moov, trak, ['mdia', 'minf']).flatMap((minf) => {
      const references = boxesAt(moov, minf, ['dinf', 'dref'])
      return references.some((dref) => isElsewhere(moov, dref)) ? [] : boxesAt(moov, minf, ['stbl'])
    }),
  )
}

function offsetTables(moov: Uint8Array, root: Box): Box[] {
  return sampleTables(moov, root).flatMap((stbl) =>
    parseBoxes(moov, stbl.content, stbl.end).boxes.filter(({ type }) => /^(stco|co64|saio)$/.test(type)),
  )
}

/** Whether a data reference leads out of the file: flag 1 means "the same file" (8.7.2). */
function isElsewhere(moov: Uint8Array, dref: Box): boolean {
  const entries = parseBoxes(moov, dref.content + 8, dref.end).boxes
  return entries.some((entry) => (uint32(moov, entry.content) & 1) === 0)
}

interface Table {
  /** Offset of the first entry. */
  readonly at: number
  readonly count: number
  readonly wide: boolean
}

/** Undefined when the box is shorter than its entries. */
function tableOf(moov: Uint8Array, box: Box): Table | undefined {
  const flags = uint32(moov, box.content)
  const skipped = box.type === 'saio' && (flags & 1) === 1 ? 8 : 0
  const wide = box.type === 'co64' || (box.type === 'saio' && flags >>> 24 > 0)
  const at = box.content + 8 + skipped
  const count = uint32(moov, at - 4)
  return at + count * (wide ? 8 : 4) > box.end ? undefined : { at, count, wide }
}

function patchTable(moov: Uint8Array, box: Box, map: OffsetMap, fail: Fail): boolean {
  const { at, count, wide } = tableOf(moov, box) ?? fail(`${box.type} has fewer entries than it says`)
  let fits = true
  for (let index = 0; index < count; index++) {
    const entry = at + index * (wide ? 8 : 4)
    const moved = map.move(wide ? uint64(moov, entry) : uint32(moov, entry))
    if (wide) setUint64(moov, entry, moved)
    else if (moved <= 0xffff_ffff) setUint32(moov, entry, moved)
    else fits = false
  }
  return fits
}

function widenTable(moov: Uint8Array, box: Box, fail: Fail): Uint8Array {
  const { at, count, wide } = tableOf(moov, box) ?? fail(`${box.type} has fewer entries than it says`)
  if (wide) return moov.subarray(box.start, box.end)
  const entries = new Uint8Array(count * 8)
  for (let index = 0; index < count; index++) setUint32(entries, index * 8 + 4, uint32(moov, at + index * 4))
  const head = moov.slice(box.content, at)
  if (box.type === 'saio') head.set([1])
  return makeBox(box.type === 'saio' ? 'saio' : 'co64', head, entries)
}

/** What is wrong with the chunk offsets of a movie in a file of `size` bytes, if anything. */
export function chunkFault(moov: Uint8Array, size: number): string | undefined {
  for (const box of offsetTables(moov, wholeBox(moov))) {
    const table = tableOf(moov, box)
    if (table === undefined) return `${box.type} has fewer entries than it says`
    const { at, count, wide } = table
    for (let index = 0; index < count; index++)
      if ((wide ? uint64(moov, at + index * 8) : uint32(moov, at + index * 4)) > size)
        return 'media is missing at the end'
  }
  return undefined
}
