/** The frames of an animated PNG (PNG third edition, 11.3.6): picture data and where, when and how each is shown. */
import { crc32 } from 'node:zlib'
import { concat, limits, type Source } from '@yinji/core'
import { uint32 } from './binary.ts'
import { fourLetters, setUint32 } from './integers.ts'
import { pngSignature, writeChunk } from './png-chunks.ts'

export interface ApngFrame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** Numerator and denominator of the seconds, as they stand. */
  readonly delay: Uint8Array
  readonly dispose: Disposal
  /** Over what is there, or in its place. */
  readonly over: boolean
  /** Compressed, in pieces. */
  readonly data: readonly Uint8Array[]
}

/** What becomes of a frame's place before the next: left, cleared, or put back. */
export type Disposal = 'none' | 'background' | 'previous'
const disposals: readonly Disposal[] = ['none', 'background', 'previous']

export interface Apng {
  readonly width: number
  readonly height: number
  /** Content of IHDR. */
  readonly header: Uint8Array
  /** PLTE and tRNS, whole. */
  readonly palette: readonly Uint8Array[]
  /** Content of acTL. */
  readonly control: Uint8Array
  /** The picture for programs that know no animation, where it is none of the frames. */
  readonly still: readonly Uint8Array[] | undefined
  readonly frames: readonly ApngFrame[]
}

/** The frames; or what is wrong with them, in words. */
export async function readApng(source: Source): Promise<Apng | string> {
  const file = await source.read(0, source.size)
  const palette: Uint8Array[] = []
  const frames: (Omit<ApngFrame, 'data'> & { data: Uint8Array[] })[] = []
  const still: Uint8Array[] = []
  let header: Uint8Array = new Uint8Array(0)
  let control = header
  let sequence = 0
  for (let at = pngSignature.byteLength, count = 0; ; count++) {
    const length = uint32(file, at)
    const type = fourLetters(file, at + 4)
    const data = file.subarray(at + 8, at + 8 + length)
    const whole = file.subarray(at, at + 12 + length)
    if (whole.byteLength < 12 + length || count > limits.items) return `the ${type} chunk is cut off`
    if (type === 'IEND') break
    if (type === 'IHDR') header = data
    else if (type === 'acTL') control = data
    else if (type === 'PLTE' || type === 'tRNS') palette.push(whole)
    else if (type === 'IDAT' || type === 'fcTL' || type === 'fdAT') {
      if (crc32(whole.subarray(4, 8 + length)) !== uint32(whole, 8 + length))
        return `the checksum of the ${type} chunk is wrong`
      if (type !== 'IDAT' && uint32(data, 0) !== sequence++) return 'frames that are out of order'
      const frame = frames.at(-1)
      if (type === 'fcTL') frames.push({ data: [], ...controlOf(data) })
      else if (type === 'IDAT') (frame?.data ?? still).push(data)
      else if (frame === undefined) return 'picture data of no frame'
      else frame.data.push(data.subarray(4))
    }
    at += 12 + length
  }
  const [width, height] = [uint32(header, 0), uint32(header, 4)]
  const apng = {
    width,
    height,
    header,
    palette,
    control,
    frames,
    still: still.length > 0 ? still : undefined,
  }
  return faultOf(apng) ?? apng
}

function controlOf(data: Uint8Array): Omit<ApngFrame, 'data'> {
  return {
    width: uint32(data, 4),
    height: uint32(data, 8),
    left: uint32(data, 12),
    top: uint32(data, 16),
    delay: data.subarray(20, 24),
    dispose: disposals[data[24] ?? 0] ?? 'none',
    over: data[25] === 1,
  }
}

function faultOf({ width, height, control, frames }: Apng): string | undefined {
  if (uint32(control, 0) !== frames.length || frames.length === 0) return 'another number of frames'
  const inside = frames.every(
    (frame) =>
      frame.width > 0 &&
      frame.height > 0 &&
      frame.left + frame.width <= width &&
      frame.top + frame.height <= height &&
      frame.data.length > 0 &&
      frame.delay.byteLength === 4,
  )
  return inside ? undefined : 'a frame beyond the picture, or without picture data'
}

/** One frame, or the still, as a PNG of its own. */
export function standalone({ header, palette }: Apng, size: Size, data: readonly Uint8Array[]): Uint8Array {
  const own = Uint8Array.from(header)
  setUint32(own, 0, size.width)
  setUint32(own, 4, size.height)
  const parts = [writeChunk('IHDR', own), ...palette, writeChunk('IDAT', ...data), writeChunk('IEND')]
  return concat([pngSignature, ...parts])
}

interface Size {
  readonly width: number
  readonly height: number
}

/** fcTL and the picture data behind it; the first frame's are IDAT where there is no still. */
export class FrameWriter {
  #sequence = 0

  write(frame: ApngFrame, asImage: boolean): Uint8Array[] {
    const control = new Uint8Array(26)
    for (const [index, value] of [
      this.#sequence++,
      frame.width,
      frame.height,
      frame.left,
      frame.top,
    ].entries())
      setUint32(control, index * 4, value)
    control.set(frame.delay, 20)
    control[24] = disposals.indexOf(frame.dispose)
    control[25] = frame.over ? 1 : 0
    if (asImage) return [writeChunk('fcTL', control), writeChunk('IDAT', ...frame.data)]
    const number = new Uint8Array(4)
    setUint32(number, 0, this.#sequence++)
    return [writeChunk('fcTL', control), writeChunk('fdAT', number, ...frame.data)]
  }
}
