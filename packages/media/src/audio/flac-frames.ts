/**
 * Whether a FLAC stream is whole (RFC 9639, section 9): the last frame is found by its header checksum, its own checksum
 * must come out at the end of the stream, and it must hold the last of the samples that STREAMINFO promises.
 */
import type { Source } from '@yinji/core'
import { crc16 } from './flac-crc.ts'

export interface StreamInfo {
  /** Samples in a frame, where all but the last have the same number. */
  readonly blockSize: number
  /** Longest frame in bytes; 0 when not known. */
  readonly mostFrameBytes: number
  /** Samples of each channel; 0 when not known. */
  readonly samples: number
}

/** Without a size in STREAMINFO: 32-bit stereo that does not compress, in the blocks encoders use. */
const usualFrame = 64 * 1024
/** Eight channels of 32 bits in the longest block. */
const largestFrame = 2 * 1024 * 1024
/** More headers than these in the space of one frame are no accident. */
const mostTries = 64

/** What is wrong with the end of the stream, if anything. */
export async function endsWithFrame(
  source: Source,
  audio: { readonly start: number; readonly end: number },
  info: StreamInfo,
): Promise<string | undefined> {
  if (audio.end <= audio.start) return info.samples > 0 ? 'no FLAC frames' : undefined
  const most = Math.min(Math.max(info.mostFrameBytes, usualFrame), largestFrame)
  const tail = await source.read(Math.max(audio.start, audio.end - most), audio.end)
  let tries = 0
  for (let at = tail.byteLength - 8; at >= 0 && tries < mostTries; at--) {
    const frame = frameHeader(tail, at)
    if (frame === undefined) continue
    tries++
    const end = (frame.variable ? frame.number : frame.number * info.blockSize) + frame.samples
    // The checksum of a frame with its checksum is 0, and stays 0 through zeros that fill up the end.
    if (crc16(tail, at, tail.byteLength) === 0)
      return end < info.samples ? 'FLAC frames are missing at the end' : undefined
  }
  return 'the last FLAC frame is cut off'
}

export interface FrameHeader {
  /** Whether frames count samples, because their blocks are of several sizes; else they count blocks. */
  readonly variable: boolean
  readonly number: number
  /** Of each channel. */
  readonly samples: number
  /** Bytes, the checksum at its end included. */
  readonly size: number
  /** Where the number stands. */
  readonly coded: { readonly start: number; readonly end: number }
}

/** A frame header with a good checksum (9.1); offsets count from its beginning. */
export function frameHeader(bytes: Uint8Array, at: number): FrameHeader | undefined {
  if (bytes[at] !== 0xff || ((bytes[at + 1] ?? 0) & 0xfe) !== 0xf8) return undefined
  const variable = ((bytes[at + 1] ?? 0) & 1) === 1
  const sizeCode = (bytes[at + 2] ?? 0) >> 4
  const rateCode = (bytes[at + 2] ?? 0) & 0x0f
  if (sizeCode === 0 || rateCode === 15) return undefined
  const coded = codedNumber(bytes, at + 4)
  if (coded === undefined) return undefined
  let next = coded.next
  const one = bytes[next] ?? 0
  const samples =
    sizeCode === 6 ? one + 1 : sizeCode === 7 ? one * 256 + (bytes[next + 1] ?? 0) + 1 : sizes[sizeCode]
  next += sizeCode === 6 ? 1 : sizeCode === 7 ? 2 : 0
  next += rateCode === 12 ? 1 : rateCode > 12 ? 2 : 0
  if (samples === undefined || next >= bytes.byteLength || crc8(bytes, at, next) !== bytes[next])
    return undefined
  const place = { start: 4, end: coded.next - at }
  return { variable, number: coded.value, samples, size: next + 1 - at, coded: place }
}

/** Samples by code; 6 and 7 stand at the end of the header. */
const sizes: readonly (number | undefined)[] = [
  ...[undefined, 192, 576, 1152, 2304, 4608, undefined, undefined],
  ...[256, 512, 1024, 2048, 4096, 8192, 16384, 32768],
]

/** Up to 36 bits in the manner of UTF-8 (RFC 9639, 9.1.5). */
function codedNumber(bytes: Uint8Array, at: number): { value: number; next: number } | undefined {
  const first = bytes[at] ?? 0
  if (first < 0x80) return { value: first, next: at + 1 }
  const length = Math.clz32(~(first << 24))
  if (length < 2 || length > 7) return undefined
  let value = first & (0x7f >> length)
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index] ?? 0
    if ((byte & 0xc0) !== 0x80) return undefined
    value = value * 64 + (byte & 0x3f)
  }
  return { value, next: at + length }
}

/** x^8 + x^2 + x + 1 */
export function crc8(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0
  for (let at = start; at < end; at++) {
    crc ^= bytes[at] ?? 0
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1
  }
  return crc
}
