/** Pages of Ogg (RFC 3533, section 6): taking one apart, writing one, and its checksum. */
import { concat } from '@yinji/core'
import { hasAscii } from './binary.ts'
import { setUint32le, uint32le } from './integers.ts'
import type { Window } from './window.ts'

export interface OggPage {
  /** Offset in the file. */
  readonly start: number
  readonly end: number
  readonly flags: number
  /** Eight bytes; all ones when no packet ends on the page. */
  readonly granule: Uint8Array
  readonly serial: number
  readonly sequence: number
  readonly checksum: number
  /** Lengths of the segments; a packet ends with one below 255. */
  readonly lacing: Uint8Array
}

export const pageFlags = { continued: 1, begins: 2, ends: 4 } as const
export const mostSegments = 255
export const mostPage = 27 + mostSegments + mostSegments * 255

const headerSize = 27
const sequenceAt = 18
const checksumAt = 22
const mostHeader = headerSize + mostSegments

/** The page that begins at an offset of the bytes, which stand at `base` in the file; it may end beyond them. */
export function parsePage(bytes: Uint8Array, at: number, base: number): OggPage | undefined {
  const count = bytes[at + 26] ?? 0
  if (!hasAscii(bytes, 'OggS\0', at) || at + headerSize + count > bytes.byteLength) return undefined
  const lacing = bytes.slice(at + headerSize, at + headerSize + count)
  const size = headerSize + count + lacing.reduce((sum, length) => sum + length, 0)
  return {
    start: base + at,
    end: base + at + size,
    flags: bytes[at + 5] ?? 0,
    granule: bytes.slice(at + 6, at + 14),
    serial: uint32le(bytes, at + 14),
    sequence: uint32le(bytes, at + sequenceAt),
    checksum: uint32le(bytes, at + checksumAt),
    lacing,
  }
}

/** The page at an offset of the file; undefined when there is none, or when it is cut off. */
export async function loadPage(window: Window, at: number, size: number): Promise<OggPage | undefined> {
  const page = parsePage(await window.load(at, mostHeader), 0, at)
  return page === undefined || page.end > size ? undefined : page
}

/** What a page holds. */
export function payloadOf(bytes: Uint8Array, page: OggPage): Uint8Array {
  return bytes.subarray(headerSize + page.lacing.byteLength, page.end - page.start)
}

/** Whether a whole page is as it was written. */
export function isIntact(bytes: Uint8Array): boolean {
  return checksumOf(bytes) === uint32le(bytes, checksumAt)
}

/** A page with its checksum. */
export function writePage(
  page: Pick<OggPage, 'flags' | 'granule' | 'serial' | 'sequence' | 'lacing'>,
  payload: Uint8Array,
): Uint8Array {
  const header = new Uint8Array(headerSize)
  header.set([0x4f, 0x67, 0x67, 0x53, 0, page.flags])
  header.set(page.granule, 6)
  setUint32le(header, 14, page.serial)
  setUint32le(header, sequenceAt, page.sequence)
  header[26] = page.lacing.byteLength
  const bytes = concat([header, page.lacing, payload])
  setUint32le(bytes, checksumAt, checksumOf(bytes))
  return bytes
}

/**
 * Another sequence number for a page: the eight bytes of number and checksum, and where they stand. The checksum is
 * linear, so that what the page holds need not be read: the change of the number is carried over the bytes behind it.
 */
export function renumber(page: OggPage, by: number): { start: number; end: number; bytes: Uint8Array } {
  const bytes = new Uint8Array(8)
  const sequence = (page.sequence + by) >>> 0
  setUint32le(bytes, 0, (page.sequence ^ sequence) >>> 0)
  const change = carried(crc(0, bytes, 0, 4), page.end - page.start - checksumAt)
  setUint32le(bytes, 0, sequence)
  setUint32le(bytes, 4, (page.checksum ^ change) >>> 0)
  const start = page.start + sequenceAt
  return { start, end: start + bytes.byteLength, bytes }
}

/** Over the whole page, its own field taken as zero. */
function checksumOf(bytes: Uint8Array): number {
  const before = crc(0, bytes, 0, checksumAt)
  const through = crc(before, zeros, 0, zeros.byteLength)
  return crc(through, bytes, checksumAt + zeros.byteLength, bytes.byteLength) >>> 0
}

const zeros = new Uint8Array(4)

/** x^32 + x^26 + x^23 + x^22 + x^16 + x^12 + x^11 + x^10 + x^8 + x^7 + x^5 + x^4 + x^2 + x + 1, highest bit first. */
const polynomial = 0x04c11db7

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? polynomial : 0)
  return value
})

function crc(from: number, bytes: Uint8Array, start: number, end: number): number {
  let value = from
  for (let at = start; at < end; at++)
    value = (value << 8) ^ (table[((value >>> 24) ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  return value
}

/** A checksum carried over zero bytes: multiplied by x^8 for each, by squaring. */
function carried(value: number, count: number): number {
  let result = value
  for (let left = count, power = 0x100; left > 0; left = Math.floor(left / 2), power = product(power, power))
    if (left % 2 === 1) result = product(result, power)
  return result
}

/** Of two polynomials, modulo the one of the checksum. */
function product(a: number, b: number): number {
  let result = 0
  for (let bit = 31; bit >= 0; bit--) {
    result = (result << 1) ^ (result < 0 ? polynomial : 0)
    if ((b >>> bit) & 1) result ^= a
  }
  return result
}
