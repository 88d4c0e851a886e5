/**
 * Draws the explicit label into a picture: decoded to its own channels and depth, drawn over in every frame, encoded in
 * the same way, put back into the old file. Outside the label lossless formats keep every sample, others their quality.
 */
import {
  bytesSource,
  type Drawn,
  type Finding,
  InputError,
  type Source,
  throwIfAborted,
  type VisibleContext,
  type VisibleLabel,
} from '@yinji/core'
import sharp, { type JpegOptions, type Metadata } from 'sharp'
import { drawIntoApng } from './apng.ts'
import { assertSize, decode, decoding, encodeJpeg, encodePng, reading } from './coder.ts'
import { framesOf } from './frames.ts'
import { drawIntoGif } from './gif.ts'
import { drawIntoJpeg, drawIntoThumbnail } from './jpeg/draw.ts'
import { aboutThumbnail } from './jpeg/thumbnail.ts'
import { graftJpeg, jpegParts } from './jpeg-graft.ts'
import { estimateQuality } from './jpeg-quality.ts'
import { orientationOf } from './orientation.ts'
import { overlayFor, spotIn } from './overlay.ts'
import { graftPng, type PngParts, pngParts } from './png-graft.ts'
import { drawOver, type Overlay, type Raster } from './raster.ts'
import type { Spot } from './spot.ts'
import { drawIntoTiff, tiffPicture } from './tiff-strips.ts'
import { graftWebp, webpParts } from './webp.ts'

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
  const orientation = orientationOf(about.orientation)
  const spliced = await spliceInto(source, about, overlay, label, context)
  if (spliced && 'source' in spliced)
    return {
      path: 'spliced',
      ...spliced,
      source: { ...spliced.source, name: source.name },
      label: { ...label, position },
    }
  const graft = await graftFor(source, about, overlay)
  const all = { pages: about.pages ?? 1, ...reading }
  const raster = await decoding(source, () => decode(sharp(input, all), about))
  throwIfAborted(context.signal)
  const frames = framesOf(raster, about.height)
  for (const frame of frames) drawOver(frame, overlay, orientation)
  const drawn = await graft.put(frames)
  throwIfAborted(context.signal)
  return {
    source: { ...drawn.source, name: source.name },
    label: { ...label, position },
    path: graft.path,
    findings: [...(spliced ? [spliced.refusal] : []), ...(drawn.findings ?? [])],
  }
}

type Spliced = Pick<Drawn, 'source' | 'findings'> & Partial<Pick<Drawn, 'path'>>

/** Formats in which the label goes in without new coding of the rest; undefined for others. */
async function spliceInto(
  source: Source,
  about: Metadata,
  overlay: Overlay,
  { encode }: VisibleLabel,
  { signal }: VisibleContext,
): Promise<Spliced | { readonly refusal: Finding } | undefined> {
  const orientation = orientationOf(about.orientation)
  const alive = () => throwIfAborted(signal)
  if (about.format === 'jpeg') return encode ? undefined : drawIntoJpeg(source, overlay, orientation)
  if (about.format === 'gif') return drawIntoGif(source, about, overlay, alive)
  if (about.format !== 'png') return undefined
  const parts = await pngParts(source)
  return parts.animated
    ? {
        source: await drawIntoApng(source, parts, about, overlay, orientation, alive),
        findings: aboutThumbnail(parts.thumbnail),
      }
    : undefined
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
async function graftFor(source: Source, about: Metadata, overlay: Overlay): Promise<Graft> {
  if (about.format === 'png') return intoPng(about, await pngParts(source))
  if (about.format === 'jpeg') return intoJpeg(source, about, overlay)
  if (about.format === 'webp') return intoWebp(source)
  throw new InputError('visible.content.unsupported', { what: about.mediaType ?? about.format })
}

async function intoWebp(source: Source): Promise<Graft> {
  const old = await webpParts(source)
  return {
    path: old.lossless ? 'spliced' : 'encoded',
    put: async (frames) => ({
      source: await graftWebp(old, frames),
      findings: aboutThumbnail(old.bare.length > 0),
    }),
  }
}

function intoPng(about: Metadata, old: PngParts): Graft {
  return {
    path: 'spliced', // every sample outside the label is as it was
    put: async ([frame]) => ({
      source: bytesSource(await graftPng(old, await encodePng(frame as Raster, about, old.filtered))),
      findings: aboutThumbnail(old.thumbnail),
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
