/**
 * Draws the explicit label into a picture: decoded to its own channels and depth, drawn over in every frame, encoded in
 * the same way, put back into the old file. Outside the label lossless formats keep every sample, others their quality.
 */
import {
  bytesSource,
  type Drawn,
  InputError,
  limits,
  type Source,
  throwIfAborted,
  type VisibleContext,
  type VisibleLabel,
} from '@yinji/core'
import sharp, { type JpegOptions, type Metadata, type Sharp, type SharpOptions } from 'sharp'
import { framesOf } from './frames.ts'
import { gifParts, graftGif } from './gif.ts'
import { drawIntoJpeg, drawIntoThumbnail } from './jpeg/draw.ts'
import { graftJpeg, jpegParts } from './jpeg-graft.ts'
import { estimateQuality } from './jpeg-quality.ts'
import { reducedGrey } from './look.ts'
import { orientationOf, shownSize } from './orientation.ts'
import { graftPng, pngParts } from './png-graft.ts'
import { drawOver, type Overlay, type Raster } from './raster.ts'
import { place, renderLabel } from './render.ts'
import { needsPixels, type Spot, spotFor } from './spot.ts'
import { cmykTiff } from './tiff.ts'
import { drawIntoTiff, tiffPicture } from './tiff-strips.ts'
import { graftWebp, webpParts } from './webp.ts'

/** A picture that ends early is an error, not a grey half. Colours are never converted. */
const reading: SharpOptions = {
  failOn: 'error',
  limitInputPixels: limits.pixels,
  sequentialRead: true,
  ignoreIcc: true,
}

/** @throws InputError `input.damaged`, `visible.content.unsupported`, `visible.space.missing` */
export async function labelPicture(
  source: Source,
  label: VisibleLabel,
  context: VisibleContext,
): Promise<Drawn> {
  // The decoder takes what stands in brackets at the end of a path for options.
  const path = source.path?.includes('[') ? undefined : source.path
  const input = path ?? Buffer.from(await source.read(0, source.size))
  const about = await decoding(source, () => sharp(input, { ...reading, limitInputPixels: false }).metadata())
  if (about.format === 'tiff') return labelTiff(source, label, context)
  assertSize(about)
  // Content that could not be kept is refused before anything is decoded.
  const spot = await spotIn(source, about, label)
  const { position } = spot
  const overlay = await overlayFor(about, label, spot)
  throwIfAborted(context.signal)
  const spliced =
    about.format === 'jpeg' && !label.encode
      ? await drawIntoJpeg(source, overlay, orientationOf(about.orientation))
      : undefined
  if (spliced && 'source' in spliced) return { ...spliced, label: { ...label, position }, path: 'spliced' }
  const graft = await graftFor(source, about, overlay)
  const all = { ...reading, pages: about.pages ?? 1 }
  const raster = await decoding(source, () => decode(sharp(input, all), about))
  throwIfAborted(context.signal)
  const frames = framesOf(raster, about.height)
  for (const frame of frames) drawOver(frame, overlay, orientationOf(about.orientation))
  const drawn = await graft.put(frames)
  throwIfAborted(context.signal)
  return {
    source: { ...drawn.source, name: source.name },
    label: { ...label, position },
    path: graft.path,
    findings: [...(spliced ? [spliced.refusal] : []), ...(drawn.findings ?? [])],
  }
}

/** Page by page: they differ in size. Only the strips under the label are decoded. */
async function labelTiff(source: Source, label: VisibleLabel, context: VisibleContext): Promise<Drawn> {
  const picture = await tiffPicture(source)
  const spots: Spot[] = []
  const overlays: Overlay[] = []
  for (const [index, page] of picture.pages.entries()) {
    const spot = await spotIn(source, page, label, index)
    spots.push(spot)
    overlays.push(await overlayFor(page, label, spot))
    throwIfAborted(context.signal)
  }
  const drawn = await drawIntoTiff(source, picture, overlays)
  const position = spots[0]?.position ?? label.position
  return { source: { ...drawn, name: source.name }, label: { ...label, position }, path: 'spliced' }
}

/** Puts labelled frames back into the file they are from. */
interface Graft {
  readonly path: Drawn['path']
  put(frames: readonly Raster[]): Promise<Pick<Drawn, 'source' | 'findings'>>
}

/** @throws InputError `visible.content.unsupported` for formats that can be read but not written */
function graftFor(source: Source, about: Metadata, overlay: Overlay): Promise<Graft> {
  if (about.format === 'png') return intoPng(source, about)
  if (about.format === 'jpeg') return intoJpeg(source, about, overlay)
  if (about.format === 'webp') return intoWebp(source)
  if (about.format === 'gif') return intoGif(source)
  throw new InputError('visible.content.unsupported', { what: about.mediaType ?? about.format })
}

async function intoWebp(source: Source): Promise<Graft> {
  const old = await webpParts(source)
  return {
    path: old.lossless ? 'spliced' : 'encoded',
    put: async (frames) => ({ source: await graftWebp(old, frames) }),
  }
}

async function intoGif(source: Source): Promise<Graft> {
  const old = await gifParts(source)
  return { path: 'encoded', put: async (frames) => ({ source: await graftGif(source, old, frames) }) }
}

async function intoPng(source: Source, about: Metadata): Promise<Graft> {
  const old = await pngParts(source)
  return {
    path: 'spliced', // every sample outside the label is as it was
    put: async ([frame]) => ({
      source: bytesSource(await graftPng(old, await encodePng(frame as Raster, about))),
    }),
  }
}

async function intoJpeg(source: Source, about: Metadata, overlay: Overlay): Promise<Graft> {
  const old = await jpegParts(source)
  const options: JpegOptions = {
    quality: estimateQuality(old.quantisation),
    // The encoder knows two ways; any other keeps all of the colour.
    chromaSubsampling: old.halvedColour ? '4:2:0' : '4:4:4',
    progressive: about.isProgressive ?? false,
  }
  return {
    path: 'encoded',
    put: async ([frame]) => {
      const bytes = await graftJpeg(old, await encodeJpeg(frame as Raster, options))
      return drawIntoThumbnail(bytes, overlay, orientationOf(about.orientation))
    },
  }
}

function assertSize({ width, height, pages = 1 }: Metadata): void {
  if (width * height * pages <= limits.pixels) return
  const what = `${pages > 1 ? `${pages} × ` : ''}${width}×${height} pixels; at most ${Math.round(limits.pixels / 1e6)} million are decoded`
  throw new InputError('visible.content.unsupported', { what })
}

type Shape = Pick<Metadata, 'width' | 'height' | 'orientation'>

/** Pixels are looked at only where the wish depends on them: usually a JPEG is never decoded. */
async function spotIn(source: Source, about: Shape, label: VisibleLabel, page = 0): Promise<Spot> {
  const { position } = label
  if (position !== 'auto' && !needsPixels(label)) return { position, bright: false }
  const shown = shownSize(about, orientationOf(about.orientation))
  return spotFor(await decoding(source, () => reducedGrey(source, page)), shown, label)
}

/** The label as it is shown, in shades of grey. */
async function overlayFor(about: Shape, label: VisibleLabel, { position, bright }: Spot): Promise<Overlay> {
  const shown = shownSize(about, orientationOf(about.orientation))
  const image = await renderLabel(label, { ...shown, bright })
  const pixels = await sharp(image.png).ensureAlpha().raw().toBuffer()
  return { pixels, width: image.width, height: image.height, ...place(position, shown, image) }
}

async function decode(picture: Sharp, about: Metadata): Promise<Raster> {
  const wide = about.depth === 'ushort'
  const space = about.space ?? 'srgb'
  const model = space === 'cmyk' ? 'cmyk' : space === 'b-w' || space === 'grey16' ? 'grey' : 'rgb'
  const native = { grey: wide ? 'grey16' : 'b-w', rgb: wide ? 'rgb16' : 'srgb', cmyk: 'cmyk' }[model]
  const { data, info } = await picture
    .pipelineColourspace(native)
    .toColourspace(native)
    .raw({ depth: wide ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return {
    pixels: wide ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : data,
    width: info.width,
    height: info.height,
    channels: info.channels,
    model,
    alpha: about.hasAlpha,
  }
}

function encodeJpeg(raster: Raster, options: JpegOptions): Promise<Buffer> {
  const { width, height, model } = raster
  const channels = model === 'grey' ? 1 : 3
  const picture =
    model === 'cmyk'
      ? sharp(cmykTiff(raster), reading).pipelineColourspace('cmyk')
      : sharp(raster.pixels, { raw: { width, height, channels }, limitInputPixels: limits.pixels })
  return picture
    .toColourspace(model === 'grey' ? 'b-w' : model === 'cmyk' ? 'cmyk' : 'srgb')
    .jpeg(options)
    .toBuffer()
}

function encodePng(raster: Raster, about: Metadata): Promise<Buffer> {
  const { pixels, width, height, model } = raster
  const channels = raster.channels as 1 | 2 | 3 | 4
  const wide = pixels instanceof Uint16Array
  return sharp(pixels, { raw: { width, height, channels }, limitInputPixels: limits.pixels })
    .toColourspace(model === 'grey' ? (wide ? 'grey16' : 'b-w') : wide ? 'rgb16' : 'srgb')
    .png({
      compressionLevel: 6,
      // Line filters pay for photographs and cost for drawings, which is what palettes are used for.
      adaptiveFiltering: !about.isPalette,
      progressive: about.isProgressive ?? false,
    })
    .toBuffer()
}

/** What the decoder complains about is the file's fault. */
async function decoding<T>(source: Source, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const what = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw new InputError('input.damaged', { what, name: source.name ?? '' }, { cause: error })
  }
}
