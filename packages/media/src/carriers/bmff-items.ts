/**
 * Where the items of a `meta` box stand in the file (`iloc`, ISO/IEC 14496-12 8.11.3): pictures of HEIF and AVIF,
 * thumbnails in MP4.
 */
import { uint16, uint32 } from './binary.ts'
import { type Box, findBox, parseBoxes, setUint64, uint64 } from './bmff.ts'
import { setUint16, setUint32 } from './integers.ts'
import type { Fail, OffsetMap } from './offset-map.ts'

/** Moves the offsets of a `meta` box in place. */
export function patchItemLocations(bytes: Uint8Array, meta: Box, map: OffsetMap, fail: Fail): void {
  const iloc = findBox(metaChildren(bytes, meta), 'iloc')
  if (iloc === undefined) return
  const cursor = new Cursor(bytes, iloc, fail)
  const version = cursor.number(4) >>> 24
  const sizes = cursor.number(2)
  const [offsetSize = 0, lengthSize = 0, baseSize = 0, indexSize = 0] = [12, 8, 4, 0].map(
    (bits) => (sizes >> bits) & 15,
  )
  const idSize = version < 2 ? 2 : 4
  for (let left = cursor.number(idSize); left > 0; left--) {
    cursor.number(idSize)
    const method = version > 0 ? cursor.number(2) & 15 : 0
    const elsewhere = cursor.number(2) !== 0
    const baseAt = cursor.at
    const base = cursor.number(baseSize)
    const extents: Extent[] = []
    const count = cursor.number(2)
    if (count > 1 && offsetSize + lengthSize + indexSize === 0) fail('iloc with extents of no size') // they take no bytes
    for (let more = count; more > 0; more--) {
      if (version > 0) cursor.number(indexSize)
      extents.push({ at: cursor.at, offset: cursor.number(offsetSize) })
      cursor.number(lengthSize)
    }
    if (method !== 0 || elsewhere) continue
    moveItem(bytes, { base, baseAt, baseSize, offsetSize, extents }, map, fail)
  }
}

/** Children of a `meta`, which is a FullBox in MP4 and a plain one in QuickTime. */
export function metaChildren(bytes: Uint8Array, meta: Box): readonly Box[] {
  return parseBoxes(bytes, meta.content + (isFullMeta(bytes, meta) ? 4 : 0), meta.end).boxes
}

export function isFullMeta(bytes: Uint8Array, meta: Box): boolean {
  return uint32(bytes, meta.content + 4) !== 0x68646c72 // `hdlr`: the first child begins at once
}

interface Extent {
  readonly at: number
  readonly offset: number
}

interface Item {
  readonly base: number
  readonly baseAt: number
  readonly baseSize: number
  readonly offsetSize: number
  readonly extents: readonly Extent[]
}

/** Through the base where all extents move together, else one by one. */
function moveItem(bytes: Uint8Array, item: Item, map: OffsetMap, fail: Fail): void {
  const { base, baseAt, baseSize, offsetSize, extents } = item
  const shifts = extents.map(({ offset }) => map.move(base + offset) - base - offset)
  const together = shifts.every((shift) => shift === shifts[0])
  const first = shifts[0] ?? 0
  if (together && first === 0) return
  if (together && baseSize > 0) {
    write(bytes, baseAt, baseSize, base + first, fail)
    return
  }
  for (const [index, { at, offset }] of extents.entries())
    write(bytes, at, offsetSize, offset + (shifts[index] ?? 0), fail)
}

function write(bytes: Uint8Array, at: number, size: number, value: number, fail: Fail): void {
  if (value < 0 || value >= 256 ** size) fail('iloc has no space for the new offsets')
  if (size === 8) setUint64(bytes, at, value)
  else if (size === 4) setUint32(bytes, at, value)
  else if (size === 2) setUint16(bytes, at, value)
  else fail(`iloc with offsets of ${size} bytes`)
}

/** Reads numbers one after another and stops at the end of the box. */
class Cursor {
  readonly #bytes: Uint8Array
  readonly #end: number
  readonly #fail: Fail
  at: number

  constructor(bytes: Uint8Array, box: Box, fail: Fail) {
    this.#bytes = bytes
    this.#end = box.end
    this.#fail = fail
    this.at = box.content
  }

  number(size: number): number {
    const at = this.at
    this.at += size
    if (this.at > this.#end) this.#fail('iloc is cut off')
    if (size === 0) return 0
    if (size === 2) return uint16(this.#bytes, at)
    if (size === 4) return uint32(this.#bytes, at)
    if (size === 8) return uint64(this.#bytes, at)
    return this.#fail(`iloc with numbers of ${size} bytes`)
  }
}
