/**
 * Boxes of the ISO base media file format (ISO/IEC 14496-12 clause 4), the frame of MP4, MOV, M4A, HEIF and AVIF:
 * reading their headers and building new ones. What a box holds is other files' business.
 */
import { concat, limits, type Source } from '@yinji/core'
import { binaryBytes, uint32 } from './binary.ts'
import { fourLetters, setUint32 } from './integers.ts'
import { Window } from './window.ts'

/** Where a box stands; offsets are those of the bytes or the file it was found in. */
export interface Box {
  /** Four characters, one byte each. */
  readonly type: string
  readonly start: number
  /** First byte after size, type and extended type. */
  readonly content: number
  /** First byte after the box. */
  readonly end: number
  /** Extended type of a `uuid` box, 32 hex digits, lower case. */
  readonly uuid?: string
}

/** Boxes side by side. */
export interface Boxes {
  readonly boxes: readonly Box[]
  /** Why the list breaks off, in words, if it does. */
  readonly damage?: string
}

/** The longest header: size, type, 64-bit size, extended type. */
const longestHeader = 32
/** A fragment's small boxes stand together; what follows them is media. */
const neighbourhood = 4096

/** The top level of a file. Reads headers only, never what is in the boxes. */
export async function walkBoxes(source: Source): Promise<Boxes> {
  const boxes: Box[] = []
  const window = new Window(source)
  for (let at = 0; at < source.size; ) {
    if (boxes.length >= limits.items) return { boxes, damage: 'too many boxes' }
    const length = Math.min(longestHeader, source.size - at)
    const header = window.peek(at, length) ?? (await window.load(at, length, neighbourhood))
    const box = readHeader(header, at, at, source.size)
    if (typeof box === 'string') return { boxes, damage: box }
    boxes.push(box)
    at = box.end
  }
  return { boxes }
}

/** The boxes between two offsets of bytes in memory. */
export function parseBoxes(bytes: Uint8Array, start: number, end: number): Boxes {
  const boxes: Box[] = []
  for (let at = start; at < end; ) {
    if (boxes.length >= limits.items) return { boxes, damage: 'too many boxes' }
    const box = readHeader(bytes, 0, at, end)
    if (typeof box === 'string') return { boxes, damage: box }
    boxes.push(box)
    at = box.end
  }
  return { boxes }
}

/** The header at `at`; `bytes` begin at `origin`, the surrounding box ends at `limit`. Or what is wrong with it. */
function readHeader(bytes: Uint8Array, origin: number, at: number, limit: number): Box | string {
  const here = at - origin
  if (limit - at < 8) return `${limit - at} stray bytes at ${at}`
  const type = fourLetters(bytes, here + 4)
  const size = uint32(bytes, here)
  const where = `box ${printable(type)} at ${at}`
  if (size === 1 && limit - at < 16) return `${where} is cut off`
  const length = size === 1 ? uint64(bytes, here + 8) : size === 0 ? limit - at : size
  const plain = at + (size === 1 ? 16 : 8)
  const content = type === 'uuid' ? plain + 16 : plain
  if (at + length > limit) return `${where} is cut off`
  if (at + length < content) return `${where} is too short`
  if (type !== 'uuid') return { type, start: at, content, end: at + length }
  const uuid = hex(bytes.subarray(plain - origin, plain - origin + 16))
  return { type, start: at, content, end: at + length, uuid }
}

/** The first box of a type, if there is one. */
export function findBox(boxes: readonly Box[], type: string): Box | undefined {
  return boxes.find((box) => box.type === type)
}

/** Boxes of a nested type, e.g. `['mdia', 'minf', 'stbl']`; damaged branches simply end. */
export function boxesAt(bytes: Uint8Array, parent: Box, path: readonly string[]): readonly Box[] {
  let level: readonly Box[] = [parent]
  for (const type of path)
    level = level.flatMap((box) =>
      parseBoxes(bytes, box.content, box.end).boxes.filter((child) => child.type === type),
    )
  return level
}

/** A box with the given content. */
export function makeBox(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  const body = content.reduce((size, part) => size + part.byteLength, 0)
  const long = body + 8 > 0xffff_ffff
  const header = new Uint8Array(long ? 16 : 8)
  header.set(binaryBytes(type), 4)
  setUint32(header, 0, long ? 1 : body + 8)
  if (long) setUint64(header, 8, body + 16)
  return concat([header, ...content])
}

/** Version and flags that a FullBox begins with; both 0 here. */
export const noFlags: Uint8Array = new Uint8Array(4)

/** Unsigned 64 bits, big-endian; beyond 2^53 it is only known to be larger than any file. */
export function uint64(bytes: Uint8Array, at: number): number {
  return uint32(bytes, at) * 0x1_0000_0000 + uint32(bytes, at + 4)
}

export function setUint64(bytes: Uint8Array, at: number, value: number): void {
  setUint32(bytes, at, Math.floor(value / 0x1_0000_0000))
  setUint32(bytes, at + 4, value % 0x1_0000_0000)
}

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  setUint32(bytes, 0, value)
  return bytes
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** Box types go into messages; most are letters, hostile ones are anything. */
function printable(type: string): string {
  return type.replace(/[^\x21-\x7e\xa9]/g, '?')
}
