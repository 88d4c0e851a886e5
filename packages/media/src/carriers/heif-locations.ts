/**
 * Where the bytes of items stand (`iloc`, ISO/IEC 14496-12 8.11.3), taken apart and put together again. Versions 0 to 2,
 * every size of number, and all three methods: in the file, in `idat`, in another item.
 */
import { limits } from '@yinji/core'
import { uint16, uint32 } from './binary.ts'
import { type Box, makeBox, setUint64, uint64 } from './bmff.ts'
import { setUint16, setUint32 } from './integers.ts'

export const inFile = 0
export const inIdat = 1
export const inItem = 2

export interface Extent {
  /** Which of the referenced items it stands in, from 1; of no meaning unless in another item. */
  readonly index: number
  /** From the start of the file, of `idat` or of the other item; the base is added already. */
  readonly offset: number
  /** Length in bytes; 0 for everything there is. */
  readonly length: number
}

export interface Location {
  readonly id: number
  readonly method: number
  /** Index of a data reference; 0 for this file. */
  readonly elsewhere: number
  readonly extents: readonly Extent[]
}

export interface Locations {
  readonly version: number
  readonly indexSize: number
  readonly items: readonly Location[]
}

/** Or what is wrong with the box. */
export function parseLocations(bytes: Uint8Array, iloc: Box): Locations | string {
  const cursor = new Cursor(bytes, iloc)
  const version = cursor.number(4) >>> 24
  const packed = cursor.number(2)
  if (version > 2) return `iloc of version ${version}`
  const [offsetSize = 0, lengthSize = 0, baseSize = 0, lowest = 0] = [12, 8, 4, 0].map(
    (bits) => (packed >> bits) & 15,
  )
  const indexSize = version === 0 ? 0 : lowest
  if ([offsetSize, lengthSize, baseSize, indexSize].some((size) => ![0, 2, 4, 8].includes(size)))
    return 'iloc with numbers of an odd size'
  const idSize = version < 2 ? 2 : 4
  const items: Location[] = []
  let extentsLeft: number = limits.items
  for (let left = cursor.number(idSize); left > 0; left--) {
    const id = cursor.number(idSize)
    const method = version > 0 ? cursor.number(2) & 15 : inFile
    const elsewhere = cursor.number(2)
    const base = cursor.number(baseSize)
    const count = cursor.number(2)
    extentsLeft -= count // entries without numbers in them take no bytes
    if (cursor.over || extentsLeft < 0) return 'iloc is cut off'
    const extents: Extent[] = []
    for (let more = count; more > 0; more--) {
      const index = cursor.number(indexSize)
      extents.push({ index, offset: base + cursor.number(offsetSize), length: cursor.number(lengthSize) })
    }
    items.push({ id, method, elsewhere, extents })
  }
  return cursor.over ? 'iloc is cut off' : { version, indexSize, items }
}

/** Largest number that needs only four bytes. */
export const mostNarrow = 0xffff_ffff

/** The box. All numbers have eight bytes when it is `wide`, else four; there is no base. */
export function writeLocations({ version, indexSize, items }: Locations, wide: boolean): Uint8Array {
  const size = wide ? 8 : 4
  const idSize = version < 2 ? 2 : 4
  const entry = idSize + (version === 0 ? 0 : 2) + 4
  const extents = items.reduce((sum, item) => sum + item.extents.length, 0)
  const writer = new Writer(6 + idSize + items.length * entry + extents * (indexSize + 2 * size))
  writer.number(4, version * 0x100_0000)
  writer.number(2, (size << 12) | (size << 8) | indexSize)
  writer.number(idSize, items.length)
  for (const item of items) {
    writer.number(idSize, item.id)
    if (version > 0) writer.number(2, item.method)
    writer.number(2, item.elsewhere)
    writer.number(2, item.extents.length)
    for (const { index, offset, length } of item.extents) {
      writer.number(indexSize, index)
      writer.number(size, offset)
      writer.number(size, length)
    }
  }
  return makeBox('iloc', writer.bytes)
}

/** Reads numbers one after another; those behind the end are 0. */
class Cursor {
  readonly #bytes: Uint8Array
  readonly #end: number
  #at: number

  constructor(bytes: Uint8Array, box: Box) {
    this.#bytes = bytes
    this.#end = box.end
    this.#at = box.content
  }

  /** Whether more was read than there is. */
  get over(): boolean {
    return this.#at > this.#end
  }

  number(size: number): number {
    const at = this.#at
    this.#at += size
    if (this.over || size === 0) return 0
    if (size === 2) return uint16(this.#bytes, at)
    return size === 4 ? uint32(this.#bytes, at) : uint64(this.#bytes, at)
  }
}

class Writer {
  readonly bytes: Uint8Array
  #at = 0

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
  }

  number(size: number, value: number): void {
    if (size === 2) setUint16(this.bytes, this.#at, value)
    else if (size === 4) setUint32(this.bytes, this.#at, value)
    else if (size === 8) setUint64(this.bytes, this.#at, value)
    this.#at += size
  }
}
