/**
 * Draws the explicit label into a WebP (RFC 9649): every frame is decoded, drawn over, encoded in its own way and put
 * back into the old file, in which everything but the pictures stays byte for byte. Lossless stays lossless.
 */
import { bytes, bytesSource, type Part, type Source, splicedSource } from '@yinji/core'
import sharp, { type WebpOptions } from 'sharp'
import { damagedInput } from '../carriers/faults.ts'
import { setUint32le } from '../carriers/integers.ts'
import { partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { type Riff, type RiffChunk, readRiff } from '../carriers/riff.ts'
import { chunkParts, resized } from '../carriers/riff-write.ts'
import { readWebp } from '../image/webp-chunks.ts'
import { changedBox, cut, type Frame } from './frames.ts'
import { withoutThumbnail } from './jpeg/thumbnail.ts'
import type { Raster } from './raster.ts'
import { estimateVp8Quality } from './vp8-quality.ts'

/** The pictures of the file, and what is needed to make new ones of the same kind. */
export interface WebpParts {
  readonly source: Source
  readonly riff: Riff
  /** Chunks that are replaced: `ANMF`, or the picture of a still with its transparency. */
  readonly pictures: readonly RiffChunk[]
  readonly animated: boolean
  readonly lossless: boolean
  readonly options: WebpOptions
  /** Exif without its thumbnail, which would show the picture without its label. */
  readonly bare: readonly Replacement[]
}

/** @throws InputError `input.damaged` */
export async function webpParts(source: Source): Promise<WebpParts> {
  const { riff, image, damage } = await readWebp(source)
  if (damage !== undefined || image === undefined) throw damagedInput(source, damage ?? 'no picture')
  const animated = image.id === 'ANMF'
  const kinds = animated ? ['ANMF'] : ['ALPH', 'VP8 ', 'VP8L']
  const pictures = riff.chunks.filter(({ id }) => kinds.includes(id))
  const lossy = await lossyHeads(source, pictures, animated)
  const qualities = lossy.map(estimateVp8Quality)
  const lossless = lossy.length === 0
  const options: WebpOptions = lossless
    ? { lossless, exact: true, effort: 2 }
    : { quality: Math.max(...qualities), exact: true, effort: 4 }
  const bare: Replacement[] = []
  for (const { id, start, end } of riff.chunks) {
    const exif = id === 'EXIF' ? withoutThumbnail(await source.read(start + 8, end)) : undefined
    if (exif) bare.push(replace(start + 8, end, exif))
  }
  return { source, riff, pictures, animated, lossless, options, bare }
}

/** Beginnings of the lossy bitstreams: in the pictures themselves, or in the chunks within a frame (2.7.1.1). */
async function lossyHeads(source: Source, pictures: readonly RiffChunk[], animated: boolean) {
  const heads: Uint8Array[] = []
  for (const { id, start, end } of pictures)
    if (!animated) {
      if (id === 'VP8 ') heads.push(await source.read(start + 8, Math.min(end, start + 72)))
    } else
      for (const chunk of await chunksWithin(source, start + 24, end))
        if (chunk.id === 'VP8 ')
          heads.push(await source.read(chunk.start + 8, Math.min(chunk.end, chunk.start + 72)))
  return heads
}

async function chunksWithin(source: Source, from: number, end: number) {
  const chunks: { id: string; start: number; end: number }[] = []
  for (let start = from; start + 8 <= end; ) {
    const head = Buffer.from(await source.read(start, start + 8))
    const stop = start + 8 + head.readUInt32LE(4)
    chunks.push({ id: head.toString('latin1', 0, 4), start, end: Math.min(stop, end) })
    start = stop + (stop % 2 === start % 2 ? 0 : 1)
  }
  return chunks
}

/** Frames that are encoded side by side: as many as Node has threads for. */
const atOnce = 4

/** @param frames the canvas after each frame, as the player shows it, label drawn */
export async function graftWebp(old: WebpParts, frames: readonly Raster[]): Promise<Source> {
  const { source, riff, pictures, animated } = old
  if (animated && frames.length !== pictures.length)
    throw damagedInput(source, 'frames that can’t be decoded')
  const changes: Replacement[] = [...old.bare]
  if (animated)
    for (let from = 0; from < frames.length; from += atOnce) {
      const some = frames.slice(from, from + atOnce).map(async (frame, n) => {
        const chunk = pictures[from + n] as RiffChunk
        return put(chunk, await animationFrame(old, chunk, frame, frames[from + n - 1]))
      })
      changes.push(...(await Promise.all(some)))
    }
  else
    for (const chunk of pictures)
      changes.push(put(chunk, chunk.id === 'ALPH' ? [] : await stillParts(frames[0] as Raster, old.options)))
  return splicedSource(source, partsOf(source.size, resized(source, riff, changes)))
}

/** Over the chunk and its pad byte. */
function put({ start, end, padded }: RiffChunk, parts: readonly Part[]): Replacement {
  return { ...replace(start, end + ((end - start) % 2 === 1 && padded ? 1 : 0)), parts }
}

async function stillParts(frame: Frame, options: WebpOptions): Promise<Part[]> {
  const { pixels, width, height } = frame
  const channels = frame.channels as 3 | 4
  const encoded = await sharp(pixels, { raw: { width, height, channels }, limitInputPixels: false })
    .webp(options)
    .toBuffer()
  const { chunks } = await readRiff(bytesSource(encoded))
  return chunks
    .filter(({ id }) => ['ALPH', 'VP8 ', 'VP8L'].includes(id))
    .flatMap(({ id, start, end }) => chunkParts(id, [bytes(encoded.subarray(start + 8, end))]))
}

/** Only what changed since the frame before, overwriting it; the duration is the old one (2.7.1.1). */
async function animationFrame(old: WebpParts, chunk: RiffChunk, frame: Raster, before: Raster | undefined) {
  // A copy: what a source reads may be its own memory.
  const header = Uint8Array.from(await old.source.read(chunk.start + 8, chunk.start + 24))
  const box = before
    ? changedBox(before, frame, 2)
    : { left: 0, top: 0, width: frame.width, height: frame.height }
  const numbers = [box.left / 2, box.top / 2, box.width - 1, box.height - 1]
  for (const [index, number] of numbers.entries()) setUint24le(header, index * 3, number)
  // Do not blend, do not dispose.
  header[15] = ((header[15] ?? 0) & 0xfc) | 2
  return chunkParts('ANMF', [bytes(header), ...(await stillParts(cut(frame, box), old.options))])
}

function setUint24le(target: Uint8Array, at: number, value: number): void {
  const four = new Uint8Array(4)
  setUint32le(four, 0, value)
  target.set(four.subarray(0, 3), at)
}
