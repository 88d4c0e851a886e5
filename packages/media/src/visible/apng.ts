/**
 * Draws the explicit label into an animated PNG: every frame as it is shown is drawn over, and what changed since the
 * frame before is written in place of what was there. All samples outside the label, times and repetition stay.
 */
import { bytesSource, concat, type Source } from '@yinji/core'
import sharp, { type Metadata } from 'sharp'
import { type Apng, type ApngFrame, FrameWriter, readApng, standalone } from '../carriers/apng.ts'
import { damagedInput } from '../carriers/faults.ts'
import { pngSignature, writeChunk } from '../carriers/png-chunks.ts'
import { Canvas } from './apng-canvas.ts'
import { assertSize, decode, decoding, encodePng, reading } from './coder.ts'
import { changedBox, cut } from './frames.ts'
import { dataOf, headOf, type PngParts } from './png-graft.ts'
import { drawOver, type Overlay, type Raster } from './raster.ts'

/** @throws InputError `input.damaged`, `visible.content.unsupported` */
export async function drawIntoApng(
  source: Source,
  old: PngParts,
  about: Metadata,
  overlay: Overlay,
  orientation: Parameters<typeof drawOver>[2],
  alive: () => void,
): Promise<Source> {
  const apng = await readApng(source)
  if (typeof apng === 'string') throw damagedInput(source, apng)
  assertSize({ width: apng.width, height: apng.height, pages: apng.frames.length })
  const clear = about.hasAlpha || showsThrough(apng)
  const encode = (raster: Raster) => encodePng(clear ? raster : opaque(raster), about, old.filtered)
  const picture = (size: Pick<ApngFrame, 'width' | 'height'>, data: readonly Uint8Array[]) =>
    decoding(source, () => decodeFrame(standalone(apng, size, data), about))

  const still = apng.still && (await picture(apng, apng.still))
  if (still) drawOver(still, overlay, orientation)
  const image = still && (await encode(still))
  const chunks = image ? [writeChunk('IDAT', ...dataOf(image))] : []
  let head = image && headOf(image)
  const writer = new FrameWriter()
  let canvas: Canvas | undefined
  let before: Raster | undefined
  for (const frame of apng.frames) {
    alive()
    const decoded = await picture(frame, frame.data)
    canvas ??= new Canvas(blank(apng, decoded))
    const shown = canvas.show(frame, decoded)
    drawOver(shown, overlay, orientation)
    const box = before
      ? changedBox(before, shown, 1)
      : { left: 0, top: 0, width: apng.width, height: apng.height }
    const encoded = await encode({ ...shown, ...cut(shown, box) })
    head ??= headOf(encoded)
    const fresh = { ...box, delay: frame.delay, dispose: 'none', over: false, data: dataOf(encoded) } as const
    chunks.push(...writer.write(fresh, before === undefined && still === undefined))
    before = shown
  }
  const header = Uint8Array.from(head as Uint8Array)
  header.set(apng.header.subarray(0, 8))
  return bytesSource(
    concat([
      pngSignature,
      writeChunk('IHDR', header),
      ...old.before,
      writeChunk('acTL', apng.control),
      ...chunks,
      ...old.after,
      writeChunk('IEND'),
      old.trailing,
    ]),
  )
}

/** Whether some of the canvas can be seen through even where the frames can't. */
function showsThrough({ frames, width, height }: Apng): boolean {
  const [first] = frames
  const whole = first?.width === width && first.height === height
  return !whole || first.dispose === 'previous' || frames.some(({ dispose }) => dispose === 'background')
}

function decodeFrame(png: Uint8Array, about: Metadata): Promise<Raster> {
  return decode(sharp(png, reading).ensureAlpha(), { ...about, hasAlpha: true })
}

function blank({ width, height }: Apng, like: Raster): Raster {
  const size = width * height * like.channels
  return {
    ...like,
    width,
    height,
    pixels: like.pixels instanceof Uint16Array ? new Uint16Array(size) : new Uint8Array(size),
  }
}

/** Without its alpha, which is full everywhere. */
function opaque(raster: Raster): Raster {
  const { pixels, channels, width, height } = raster
  const size = width * height * (channels - 1)
  const out = pixels instanceof Uint16Array ? new Uint16Array(size) : new Uint8Array(size)
  for (let from = 0, to = 0; from < pixels.length; from++)
    if (from % channels !== channels - 1) out[to++] = pixels[from] as number
  return { ...raster, pixels: out, channels: channels - 1, alpha: false }
}
