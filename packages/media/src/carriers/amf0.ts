/** AMF0 (Action Message Format, 2007), as FLV script tags use it: where the properties of an object stand in the bytes. */
import { limits } from '@yinji/core'
import { uint16, uint32 } from './binary.ts'

/** Markers of AMF0 2.1 that matter here. */
export const amf = {
  number: 0,
  string: 2,
  object: 3,
  ecmaArray: 8,
  objectEnd: 9,
  strictArray: 10,
  longString: 12,
} as const

export interface Property {
  readonly name: string
  /** Offset of the length of the name. */
  readonly start: number
  /** Offset of the value's marker, and the offset after the value. */
  readonly value: number
  readonly end: number
  readonly type: number
}

export interface Properties {
  readonly list: readonly Property[]
  /** Offset of the end marker; the end of the bytes when there is none. */
  readonly end: number
  /** Offset after the end marker. */
  readonly next: number
}

const utf8 = new TextDecoder()

/** Text with a length of two bytes. */
function shortText(bytes: Uint8Array, at: number): string {
  return utf8.decode(bytes.subarray(at + 2, at + 2 + uint16(bytes, at)))
}

/** A string or a long string; undefined when it is neither. */
export function stringAt(bytes: Uint8Array, { type, value, end }: Property): string | undefined {
  if (type === amf.string) return utf8.decode(bytes.subarray(value + 3, end))
  return type === amf.longString ? utf8.decode(bytes.subarray(value + 5, end)) : undefined
}

/** The properties from here up to the end marker; undefined when they break off. Some writers leave the marker out. */
export function propertiesAt(bytes: Uint8Array, from: number, depth = 0): Properties | undefined {
  const list: Property[] = []
  let at = from
  while (at < bytes.byteLength && list.length < limits.items) {
    const length = uint16(bytes, at)
    const value = at + 2 + length
    if (value >= bytes.byteLength) return undefined
    const type = bytes[value] ?? amf.objectEnd
    if (length === 0 && type === amf.objectEnd) return { list, end: at, next: value + 1 }
    const end = valueEnd(bytes, value, depth + 1)
    if (end === undefined || end > bytes.byteLength) return undefined
    list.push({ name: shortText(bytes, at), start: at, value, end, type })
    at = end
  }
  // Only the outermost may go without: what is put behind an open object would end up in it.
  return at === bytes.byteLength && depth === 0 ? { list, end: at, next: at } : undefined
}

/** Offset after the value whose marker stands here; undefined when its type is unknown. */
function valueEnd(bytes: Uint8Array, at: number, depth: number): number | undefined {
  if (depth > limits.depth) return undefined
  const type = bytes[at] ?? -1
  const fixed = fixedSizes.get(type)
  if (fixed !== undefined) return at + 1 + fixed
  switch (type) {
    case amf.string:
      return at + 3 + uint16(bytes, at + 1)
    case amf.longString:
    case 15: // XML document
      return at + 5 + uint32(bytes, at + 1)
    case amf.object:
      return propertiesAt(bytes, at + 1, depth)?.next
    case amf.ecmaArray:
      return propertiesAt(bytes, at + 5, depth)?.next
    case 16: // typed object
      return propertiesAt(bytes, at + 3 + uint16(bytes, at + 1), depth)?.next
    case amf.strictArray:
      return arrayEnd(bytes, at, depth)
    default:
      return undefined
  }
}

function arrayEnd(bytes: Uint8Array, at: number, depth: number): number | undefined {
  const count = uint32(bytes, at + 1)
  if (count > bytes.byteLength) return undefined
  let next: number | undefined = at + 5
  for (let index = 0; index < count && next !== undefined; index++)
    next = next < bytes.byteLength ? valueEnd(bytes, next, depth + 1) : undefined
  return next
}

/** Number, Boolean, null, undefined, reference, date, unsupported. */
const fixedSizes: ReadonlyMap<number, number> = new Map([
  [0, 8],
  [1, 1],
  [5, 0],
  [6, 0],
  [7, 2],
  [11, 10],
  [13, 0],
])
