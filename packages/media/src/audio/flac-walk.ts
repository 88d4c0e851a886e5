/** The frames of a FLAC stream one by one (RFC 9639, section 9), and one with another number. */
import type { Source } from '@yinji/core'
import { uint16 } from '../carriers/binary.ts'
import { crc16, crc16OverZeros } from './flac-crc.ts'
import { crc8, type FrameHeader, frameHeader } from './flac-frames.ts'

export interface FlacFrame extends FrameHeader {
  readonly bytes: Uint8Array
}

/** A frame of eight channels and 32 bits that does not compress, in the longest block. */
const longest = 4 * 1024 * 1024
const step = 1024 * 1024

/**
 * Frames say nothing of their length: the next begins where a header is good and the checksum of the frame before comes
 * out. Ends with `undefined` where the bytes are no frame.
 */
export async function* flacFrames(
  source: Source,
  start: number,
  end: number,
): AsyncGenerator<FlacFrame | undefined> {
  let window: Uint8Array = new Uint8Array(0)
  let base = start
  const isLast = () => base + window.byteLength >= end
  for (let at = start; at < end; ) {
    let length = frameLength(window, at - base, isLast())
    for (let size = step; length === undefined && size <= longest; size *= 2) {
      if (base === at && isLast()) break
      window = await source.read(at, Math.min(end, at + size))
      base = at
      length = frameLength(window, 0, isLast())
    }
    if (length === undefined) {
      yield undefined
      return
    }
    const bytes = window.subarray(at - base, at - base + length)
    const header = frameHeader(bytes, 0)
    if (header === undefined) return
    yield { bytes, ...header }
    at += length
  }
}

/** Undefined when the frame does not end in the bytes. @param whole whether the stream does */
function frameLength(bytes: Uint8Array, from: number, whole: boolean): number | undefined {
  const first = frameHeader(bytes, from)
  if (first === undefined) return undefined
  let crc = 0
  let summed = from
  for (let at = bytes.indexOf(0xff, from + first.size + 1); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (frameHeader(bytes, at) === undefined) continue
    crc = crc16(bytes, summed, at, crc)
    summed = at
    // The checksum of a frame together with its checksum is 0.
    if (crc === 0) return at - from
  }
  return whole && crc16(bytes, summed, bytes.byteLength, crc) === 0 ? bytes.byteLength - from : undefined
}

/** The frame under another number, which counts blocks; everything but number and checksums is as it was. */
export function renumbered({ bytes, number, size, coded }: FlacFrame, to: number): Uint8Array {
  if (number === to) return bytes
  const count = codedNumber(to)
  const out = new Uint8Array(bytes.byteLength + count.byteLength - (coded.end - coded.start))
  out.set(bytes.subarray(0, coded.start))
  out.set(count, coded.start)
  out.set(bytes.subarray(coded.end), coded.start + count.byteLength)
  const head = size + out.byteLength - bytes.byteLength
  out[head - 1] = crc8(out, 0, head - 1)
  // The checksum was right before, and is linear: only what the two heads differ by has to be carried to the end.
  const [end, change] = [bytes.byteLength - 2, crc16(out, 0, head) ^ crc16(bytes, 0, size)]
  const sum = uint16(bytes, end) ^ crc16OverZeros(change, end - size)
  out[out.byteLength - 2] = sum >> 8
  out[out.byteLength - 1] = sum & 0xff
  return out
}

/** In the manner of UTF-8 (9.1.5), up to 36 bits. */
function codedNumber(value: number): Uint8Array {
  if (value < 0x80) return Uint8Array.of(value)
  let length = 2
  while (length < 7 && value >= 2 ** (5 * length + 1)) length++
  const out = new Uint8Array(length)
  let rest = value
  for (let index = length - 1; index > 0; index--) {
    out[index] = 0x80 | (rest % 64)
    rest = Math.floor(rest / 64)
  }
  out[0] = ((0xff00 >> length) & 0xff) | rest
  return out
}
