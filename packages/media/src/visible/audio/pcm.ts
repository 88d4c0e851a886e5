/**
 * Samples as WAV stores them (Microsoft, Multiple Channel Audio Data and WAVE Files): unsigned in 8 bits, signed
 * little-endian beyond, IEEE floating point in 32 and 64; fewer valid bits than the container has are left-justified.
 */
import { binaryText } from '../../carriers/binary.ts'
import { uint16le, uint32le } from '../../carriers/integers.ts'

export interface PcmFormat {
  readonly kind: 'integer' | 'float'
  readonly channels: number
  /** Frames per second. */
  readonly rate: number
  /** Bytes of one sample: 1 to 4, or 4 and 8 for floating point. */
  readonly width: number
  /** Bits that carry signal. */
  readonly bits: number
}

/** `wFormatTag` values. */
const pcm = 1
const float = 3
const extensible = 0xfffe
/** The rest of the subformat GUID, whose first two bytes are a format tag. */
const subformat = '\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71'

/** The format in a `fmt ` chunk; a string says in words what it is when its samples can't be written plainly. */
export function pcmFormat(fmt: Uint8Array): PcmFormat | string {
  const tag = uint16le(fmt, 0)
  const [channels, rate, block, stated] = [
    uint16le(fmt, 2),
    uint32le(fmt, 4),
    uint16le(fmt, 12),
    uint16le(fmt, 14),
  ]
  const extended = tag === extensible && fmt.byteLength >= 40
  const actual = extended && binaryText(fmt.subarray(26, 40)) === subformat ? uint16le(fmt, 24) : tag
  const width = channels === 0 ? 0 : block / channels
  const valid = extended ? uint16le(fmt, 18) : stated
  const bits = valid > 0 && valid <= stated ? valid : stated
  const kind = actual === pcm ? 'integer' : actual === float ? 'float' : undefined
  if (kind === undefined) return `WAV codec ${actual}`
  const widths = kind === 'integer' ? [1, 2, 3, 4] : [4, 8]
  if (!widths.includes(width) || bits > width * 8 || bits === 0 || rate === 0)
    return `WAV with ${channels} channels in blocks of ${block} bytes`
  return { kind, channels, rate, width, bits }
}

/** Samples as numbers from -1 to 1, interleaved as they stand. */
export function decodePcm(format: PcmFormat, bytes: Uint8Array): Float64Array {
  const { width } = format
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const out = new Float64Array(Math.floor(bytes.byteLength / width))
  for (let index = 0, at = 0; index < out.length; index++, at += width) out[index] = sample(format, view, at)
  return out
}

function sample({ kind, width }: PcmFormat, view: DataView, at: number): number {
  if (kind === 'float') return width === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true)
  if (width === 1) return (view.getUint8(at) - 128) / 128
  if (width === 2) return view.getInt16(at, true) / 0x8000
  if (width === 3) return (view.getUint16(at, true) + view.getInt8(at + 2) * 0x1_0000) / 0x80_0000
  return view.getInt32(at, true) / 0x8000_0000
}

/** One channel of samples, in the same way in every channel. */
export function encodePcm(format: PcmFormat, samples: Float64Array): Uint8Array {
  const { channels, width } = format
  const out = new Uint8Array(samples.length * channels * width)
  const one = new Uint8Array(width)
  const view = new DataView(one.buffer)
  let at = 0
  for (const value of samples) {
    write(format, view, value)
    for (let channel = 0; channel < channels; channel++, at += width) out.set(one, at)
  }
  return out
}

function write({ kind, width, bits }: PcmFormat, view: DataView, value: number): void {
  if (kind === 'float') {
    if (width === 4) view.setFloat32(0, value, true)
    else view.setFloat64(0, value, true)
    return
  }
  const top = 2 ** (bits - 1)
  const level = Math.min(top - 1, Math.max(-top, Math.round(value * top))) * 2 ** (width * 8 - bits)
  if (width === 1) view.setUint8(0, level + 128)
  else if (width === 2) view.setInt16(0, level, true)
  else if (width === 4) view.setInt32(0, level, true)
  else {
    view.setUint16(0, level & 0xffff, true)
    view.setInt8(2, level >> 16)
  }
}
