/**
 * EBML (RFC 8794), the frame of Matroska and WebM: element headers read and written, and Void elements. What an element
 * holds is other files' business.
 */
import { InternalError } from '@yinji/core'

export interface Header {
  /** With its length marker, as the standards print it: `0x1A45DFA3`. */
  readonly id: number
  /** Bytes of ID and size together. */
  readonly length: number
  /** Bytes of the size alone. */
  readonly sizeLength: number
  /** Undefined when the writer did not know it (RFC 8794 6.2). */
  readonly size: number | undefined
}

/** Where an element stands; offsets of the file or of the bytes it was found in. */
export interface Element {
  readonly id: number
  readonly start: number
  /** First byte after ID and size. */
  readonly content: number
  readonly end: number
  readonly sizeLength: number
  /** Whether its size was not written: it ends where something begins that can't be in it. */
  readonly unknown: boolean
}

/** Elements that any other may hold (RFC 8794 11.3). */
export const crcId = 0xbf
export const voidId = 0xec
export const ebmlId = 0x1a45dfa3

/** The longest header: four bytes of ID, eight of size. */
export const longestHeader = 12

/** The header at an offset; undefined when there is none, or not all of it. */
export function readHeader(bytes: Uint8Array, at: number): Header | undefined {
  const idLength = Math.clz32(bytes[at] ?? 0) - 23
  const sizeLength = Math.clz32(bytes[at + idLength] ?? 0) - 23
  const length = idLength + sizeLength
  if (idLength > 4 || sizeLength > 8 || at + length > bytes.byteLength) return undefined
  // Beyond 2^53 the number is no longer exact, and beyond any file either way.
  const first = (bytes[at + idLength] ?? 0) & (0xff >> sizeLength)
  const size = first * 256 ** (sizeLength - 1) + readUint(bytes, at + idLength + 1, sizeLength - 1)
  return {
    id: readUint(bytes, at, idLength),
    length,
    sizeLength,
    size: isUnknown(bytes, at + idLength, sizeLength) ? undefined : size,
  }
}

/** All bits of the size set but the marker. */
function isUnknown(bytes: Uint8Array, at: number, length: number): boolean {
  if (bytes[at] !== 2 ** (9 - length) - 1) return false
  for (let index = 1; index < length; index++) if (bytes[at + index] !== 0xff) return false
  return true
}

/** An unsigned integer, big-endian. */
export function readUint(bytes: Uint8Array, at: number, length: number): number {
  let value = 0
  for (let index = 0; index < length; index++) value = value * 256 + (bytes[at + index] ?? 0)
  return value
}

/** An unsigned integer in so many bytes; the caller knows that it fits. */
export function writeUint(value: number, length: number): Uint8Array {
  const out = new Uint8Array(length)
  let rest = value
  for (let index = length - 1; index >= 0; index--) {
    out[index] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return out
}

/** Bytes that an unsigned integer takes; at least one. */
export function uintLength(value: number): number {
  let length = 1
  while (value >= 256 ** length) length++
  return length
}

/** Bytes that a size takes; the value of all ones is not for use. */
export function sizeLengthOf(size: number, least = 1): number {
  let length = least
  while (size >= 2 ** (7 * length) - 1) length++
  return length
}

/** ID and size. */
export function writeHeader(id: number, size: number, sizeLength: number): Uint8Array {
  const idLength = uintLength(id)
  const out = new Uint8Array(idLength + sizeLength)
  out.set(writeUint(id, idLength))
  out.set(writeUint(size, sizeLength), idLength)
  out[idLength] = (out[idLength] ?? 0) | (0x80 >> (sizeLength - 1))
  return out
}

/** The smallest element there is. */
export const leastVoid = 2

/** An element that means nothing, of so many bytes with its header. */
export function writeVoid(total: number): Uint8Array {
  if (total < leastVoid) throw new InternalError('no Void element is that small')
  const sizeLength = total <= 128 ? 1 : 8
  const out = new Uint8Array(total)
  out.set(writeHeader(voidId, total - 1 - sizeLength, sizeLength))
  return out
}
