/**
 * The extended header of WebP (RFC 9649 2.7): a simple file has none, so one is made from what the bitstream says
 * about its size and transparency. Readers look for metadata only where the header announces it.
 */
import type { Source } from '@yinji/core'
import { uint16le, uint32le } from '../carriers/integers.ts'
import type { RiffChunk } from '../carriers/riff.ts'
import { chunkHeader } from '../carriers/riff-write.ts'

const alphaFlag = 0x10
export const xmpFlag = 0x04

interface Canvas {
  readonly width: number
  readonly height: number
  readonly alpha: boolean
}

/** A `VP8X` chunk that announces XMP; undefined when the bitstream does not begin as one. */
export async function extendedHeader(source: Source, image: RiffChunk): Promise<Uint8Array | undefined> {
  const head = await source.read(image.start + 8, Math.min(image.end, image.start + 18))
  const canvas = image.id === 'VP8L' ? losslessCanvas(head) : lossyCanvas(head)
  if (canvas === undefined) return undefined
  const chunk = new Uint8Array(18)
  chunk.set(chunkHeader('VP8X', 10))
  chunk[8] = xmpFlag | (canvas.alpha ? alphaFlag : 0)
  setUint24le(chunk, 12, canvas.width - 1)
  setUint24le(chunk, 15, canvas.height - 1)
  return chunk
}

/** RFC 6386 9.1: key frame, start code, then 14 bits each; the two above them ask for scaling. */
function lossyCanvas(head: Uint8Array): Canvas | undefined {
  const keyFrame = ((head[0] ?? 1) & 1) === 0
  if (!keyFrame || head[3] !== 0x9d || head[4] !== 0x01 || head[5] !== 0x2a || head.byteLength < 10)
    return undefined
  return canvasOf(uint16le(head, 6) & 0x3fff, uint16le(head, 8) & 0x3fff, false)
}

/** RFC 9649 3.4: signature, 14 bits each for width and height less one, then whether there is transparency. */
function losslessCanvas(head: Uint8Array): Canvas | undefined {
  if (head[0] !== 0x2f || head.byteLength < 5) return undefined
  const bits = uint32le(head, 1)
  return canvasOf((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1, ((bits >>> 28) & 1) === 1)
}

function canvasOf(width: number, height: number, alpha: boolean): Canvas | undefined {
  return width === 0 || height === 0 ? undefined : { width, height, alpha }
}

function setUint24le(bytes: Uint8Array, at: number, value: number): void {
  for (let index = 0; index < 3; index++) bytes[at + index] = (value >>> (8 * index)) & 0xff
}
