/**
 * The two byte orders and two widths of TIFF (TIFF 6.0 section 2; BigTIFF as libtiff defines it): how numbers, entries
 * and directories stand in the file.
 */
import { concat } from '@yinji/core'
import { uint16, uint32 } from './binary.ts'
import {
  setUint16,
  setUint16le,
  setUint32,
  setUint32le,
  setUint64le,
  uint16le,
  uint32le,
  uint64le,
} from './integers.ts'

export interface TiffLayout {
  readonly little: boolean
  /** BigTIFF: counts and offsets have eight bytes. */
  readonly big: boolean
  /** Length of an offset, and of the value that an entry itself can hold. */
  readonly word: 4 | 8
  /** Length of the number of entries at the head of a directory. */
  readonly countSize: 2 | 8
  readonly entrySize: 12 | 20
  u16(bytes: Uint8Array, at: number): number
  /** A count or an offset; beyond 2^53 not exact, but then beyond any file. */
  size(bytes: Uint8Array, at: number): number
  u32(bytes: Uint8Array, at: number): number
  u64(bytes: Uint8Array, at: number): number
  setU16(bytes: Uint8Array, at: number, value: number): void
  setSize(bytes: Uint8Array, at: number, value: number): void
}

const uint64 = (bytes: Uint8Array, at: number) => uint32(bytes, at) * 0x1_0000_0000 + uint32(bytes, at + 4)

function setUint64(bytes: Uint8Array, at: number, value: number): void {
  setUint32(bytes, at, Math.floor(value / 0x1_0000_0000))
  setUint32(bytes, at + 4, value % 0x1_0000_0000)
}

function layoutOf(little: boolean, big: boolean): TiffLayout {
  const u32 = little ? uint32le : uint32
  const u64 = little ? uint64le : uint64
  const setU32 = little ? setUint32le : setUint32
  const setU64 = little ? setUint64le : setUint64
  return {
    little,
    big,
    word: big ? 8 : 4,
    countSize: big ? 8 : 2,
    entrySize: big ? 20 : 12,
    u16: little ? uint16le : uint16,
    u32,
    u64,
    size: big ? u64 : u32,
    setU16: little ? setUint16le : setUint16,
    setSize: big ? setU64 : setU32,
  }
}

/** The layout that the first eight bytes announce; undefined when they are of something else. */
export function tiffLayout(head: Uint8Array): TiffLayout | undefined {
  const order = uint16(head, 0)
  if (order !== 0x4949 && order !== 0x4d4d) return undefined
  const little = order === 0x4949
  const u16 = little ? uint16le : uint16
  const version = u16(head, 2)
  if (version === 42) return layoutOf(little, false)
  return version === 43 && u16(head, 4) === 8 && u16(head, 6) === 0 ? layoutOf(little, true) : undefined
}

/** Bytes of one value of a type; 0 for types nobody knows. */
export function typeSize(type: number): number {
  return [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8][type] ?? 0
}

/** An entry that points at its value. */
export function writeEntry(
  layout: TiffLayout,
  { tag, type, count, offset }: { tag: number; type: number; count: number; offset: number },
): Uint8Array {
  const entry = new Uint8Array(layout.entrySize)
  layout.setU16(entry, 0, tag)
  layout.setU16(entry, 2, type)
  layout.setSize(entry, 4, count)
  layout.setSize(entry, 4 + layout.word, offset)
  return entry
}

/** A directory out of whole entries, in the order of their tags. */
export function writeDirectory(layout: TiffLayout, entries: readonly Uint8Array[], next: number): Uint8Array {
  const count = new Uint8Array(layout.countSize)
  if (layout.big) layout.setSize(count, 0, entries.length)
  else layout.setU16(count, 0, entries.length)
  const ordered = [...entries].sort((a, b) => layout.u16(a, 0) - layout.u16(b, 0))
  return concat([count, ...ordered, offsetBytes(layout, next)])
}

export function directoryLength(layout: TiffLayout, entries: number): number {
  return layout.countSize + entries * layout.entrySize + layout.word
}

export function offsetBytes(layout: TiffLayout, offset: number): Uint8Array {
  const bytes = new Uint8Array(layout.word)
  layout.setSize(bytes, 0, offset)
  return bytes
}
