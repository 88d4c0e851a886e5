/**
 * The header frame in front of many MP3 files: a silent frame that tells players how long the stream is. Xing (called
 * `Info` over constant bitrates) with LAME's extension, described in the LAME tag specification revision 1, or VBRI of
 * Fraunhofer's encoder.
 */
import { uint32 } from '../carriers/binary.ts'
import { fourLetters } from '../carriers/integers.ts'
import { type MpegFrame, mpegFrame } from './mpeg.ts'

export interface StreamHeader {
  readonly kind: 'Xing' | 'Info' | 'VBRI'
  /** Frames after this one. */
  readonly frames?: number
  /** Bytes of this frame and all that follow. */
  readonly bytes?: number
  /** Seek positions: share of the bytes, in 256ths, at each percent of the time. */
  readonly toc?: Uint8Array
  /** Offsets within the frame of the fields above and of LAME's extension, where present. */
  readonly at: {
    readonly frames?: number | undefined
    readonly bytes?: number | undefined
    readonly toc?: number | undefined
    readonly lame?: number | undefined
  }
}

/** LAME's extension: nine bytes of encoder name, …, delay and padding, …, length and checksums. */
export const lame = { size: 36, delay: 21, musicLength: 28, musicCrc: 32, tagCrc: 34 } as const
const vbriAt = 36

/** Where the Xing header stands: after the frame's header and side information. */
export function xingOffset(frame: MpegFrame): number {
  if (frame.version === 1) return 4 + (frame.mode === 3 ? 17 : 32)
  return 4 + (frame.mode === 3 ? 9 : 17)
}

/** Reads the header frame that starts at `at`; undefined when it is an ordinary frame. */
export function streamHeader(bytes: Uint8Array, at: number): StreamHeader | undefined {
  const frame = mpegFrame(bytes, at)
  if (frame === undefined || frame.layer !== 3) return undefined
  const data = bytes.subarray(at, at + frame.length)
  const offset = xingOffset(frame)
  const kind = fourLetters(data, offset)
  if (kind === 'Xing' || kind === 'Info') return xing(data, offset, kind)
  if (fourLetters(data, vbriAt) !== 'VBRI' || data.byteLength < vbriAt + 26) return undefined
  const fields = { bytes: vbriAt + 10, frames: vbriAt + 14 }
  return { kind: 'VBRI', bytes: uint32(data, fields.bytes), frames: uint32(data, fields.frames), at: fields }
}

function xing(data: Uint8Array, offset: number, kind: 'Xing' | 'Info'): StreamHeader {
  const flags = uint32(data, offset + 4)
  let next = offset + 8
  const field = (flag: number, size: number) => {
    if ((flags & flag) === 0 || next + size > data.byteLength) return undefined
    next += size
    return next - size
  }
  const frames = field(1, 4)
  const bytes = field(2, 4)
  const toc = field(4, 100)
  field(8, 4)
  const lameAt = data[next] !== 0 && next + lame.size <= data.byteLength ? next : undefined
  return {
    kind,
    ...(frames === undefined ? {} : { frames: uint32(data, frames) }),
    ...(bytes === undefined ? {} : { bytes: uint32(data, bytes) }),
    ...(toc === undefined ? {} : { toc: data.subarray(toc, toc + 100) }),
    at: { frames, bytes, toc, lame: lameAt },
  }
}

/** CRC-16 (polynomial 0x8005, reflected, from `seed`), as LAME sums its header and the music. */
export function crc16(bytes: Uint8Array, seed = 0): number {
  let crc = seed
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >> 1 : (crc >> 1) ^ 0xa001
  }
  return crc
}

/** The CRC of two pieces joined, from the CRC of each and the length of the second. */
export function crcJoined(first: number, second: number, length: number): number {
  // Appending bytes multiplies by x^8 each: square and multiply, in the field of the reflected polynomial.
  let power = 0x8000
  let base = times(0x8000, 0x0080)
  for (let rest = length; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = times(power, base)
    base = times(base, base)
  }
  return times(first, power) ^ second
}

/** Product of two reflected polynomials modulo x^16 + x^15 + x^2 + 1; 0x8000 is 1. */
function times(a: number, b: number): number {
  let product = 0
  let factor = b
  for (let bit = 0x8000; bit > 0; bit >>= 1) {
    if ((a & bit) !== 0) product ^= factor
    factor = (factor & 1) === 0 ? factor >> 1 : (factor >> 1) ^ 0xa001
  }
  return product
}
