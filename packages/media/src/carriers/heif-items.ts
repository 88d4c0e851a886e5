/**
 * The items of a `meta` box (ISO/IEC 14496-12 8.11): what there is (`iinf`), which of it is the picture (`pitm`), and what
 * belongs to what (`iref`); and the entries that an item with XMP needs (ISO/IEC 23008-12 annex A.3).
 */
import { concat } from '@yinji/core'
import { binaryBytes, binaryText, uint16, uint32 } from './binary.ts'
import { type Box, makeBox, noFlags, parseBoxes, u32 } from './bmff.ts'
import { fourLetters, setUint16 } from './integers.ts'

export interface HeifItem {
  readonly id: number
  /** `mime`, `Exif`, or what kind of picture it is. */
  readonly type: string
  /** Of `mime` items. */
  readonly contentType: string
  /** How the content is compressed; empty when it is not. */
  readonly encoding: string
  /** The entry in `iinf`. */
  readonly box: Box
}

export interface Reference {
  readonly type: string
  readonly from: number
  readonly to: readonly number[]
}

const xmpType = 'application/rdf+xml'

export const isXmpItem = ({ contentType }: HeifItem) => contentType.toLowerCase() === xmpType

/** Entries of `iinf`; or what is wrong with it. */
export function parseItems(bytes: Uint8Array, iinf: Box): HeifItem[] | string {
  const { boxes, damage } = parseBoxes(bytes, iinf.content + headOf(bytes, iinf), iinf.end)
  if (damage !== undefined) return `iinf: ${damage}`
  if (boxes.some((box) => isOpen(bytes, box))) return 'iinf: an entry without size'
  return boxes.filter(({ type }) => type === 'infe').map((box) => itemOf(bytes, box))
}

/** Only the last box of a file may leave its size open (4.2.2); others would swallow what is put behind them. */
export const isOpen = (bytes: Uint8Array, { start }: Box) => uint32(bytes, start) === 0

/** Bytes before the entries: version, flags, count. */
const headOf = (bytes: Uint8Array, iinf: Box) => (bytes[iinf.content] === 0 ? 6 : 8)

function itemOf(bytes: Uint8Array, box: Box): HeifItem {
  const version = bytes[box.content] ?? 0
  const wide = version > 2
  const id = wide ? uint32(bytes, box.content + 4) : uint16(bytes, box.content + 4)
  const typed = box.content + (wide ? 10 : 8)
  const type = version < 2 ? 'mime' : fourLetters(bytes, typed)
  const strings = binaryText(bytes.subarray(version < 2 ? typed : typed + 4, box.end))
  const [, contentType = '', encoding = ''] = type === 'mime' ? strings.split('\0', 3) : []
  return { id, type, contentType, encoding, box }
}

/** `iinf` with one entry more, or with another entry in the place of an old one; undefined when it is full. */
export function withItem(bytes: Uint8Array, iinf: Box, entry: Uint8Array, old?: Box): Uint8Array | undefined {
  const first = iinf.content + headOf(bytes, iinf)
  const head = bytes.slice(iinf.content, first)
  if (old !== undefined)
    return makeBox('iinf', head, bytes.subarray(first, old.start), entry, bytes.subarray(old.end, iinf.end))
  if (head.byteLength === 8) head.set(u32(uint32(head, 4) + 1), 4)
  else if (uint16(head, 4) < 0xffff) setUint16(head, 4, uint16(head, 4) + 1)
  else return undefined
  return makeBox('iinf', head, bytes.subarray(first, iinf.end), entry)
}

/** An entry for XMP; the number fits into 16 bits. */
export function xmpEntry(id: number): Uint8Array {
  const numbers = new Uint8Array(8)
  numbers[0] = 2
  setUint16(numbers, 4, id)
  return makeBox('infe', numbers, binaryBytes(`mime\0${xmpType}\0`))
}

/** The main picture; undefined when none is named. */
export function parsePrimary(bytes: Uint8Array, pitm: Box): number {
  return bytes[pitm.content] === 0 ? uint16(bytes, pitm.content + 4) : uint32(bytes, pitm.content + 4)
}

/** References between items; or what is wrong with them. */
export function parseReferences(bytes: Uint8Array, iref: Box): Reference[] | string {
  const { boxes, damage } = parseBoxes(bytes, iref.content + 4, iref.end)
  if (damage !== undefined) return `iref: ${damage}`
  if (boxes.some((box) => isOpen(bytes, box))) return 'iref: an entry without size'
  const size = bytes[iref.content] === 0 ? 2 : 4
  const number = size === 2 ? uint16 : uint32
  const references: Reference[] = []
  for (const { type, content, end } of boxes) {
    const count = uint16(bytes, content + size)
    const first = content + size + 2
    if (first + count * size > end) return 'iref is cut off'
    const to = Array.from({ length: count }, (_, index) => number(bytes, first + index * size))
    references.push({ type, from: number(bytes, content), to })
  }
  return references
}

/** `iref` with the reference that says what an item describes (ISO/IEC 23008-12 6.6.1); a new one where there is none. */
export function withDescription(
  bytes: Uint8Array,
  iref: Box | undefined,
  from: number,
  to: number,
): Uint8Array {
  const wide = iref === undefined ? to > 0xffff : bytes[iref.content] !== 0
  const number = wide ? u32 : u16
  const head = iref === undefined ? Uint8Array.of(wide ? 1 : 0, 0, 0, 0) : noFlags.subarray(0, 0)
  const before = iref === undefined ? head : bytes.subarray(iref.content, iref.end)
  return makeBox('iref', before, makeBox('cdsc', concat([number(from), u16(1), number(to)])))
}

function u16(value: number): Uint8Array {
  const bytes = new Uint8Array(2)
  setUint16(bytes, 0, value)
  return bytes
}
