/** Pictures to samples and back, in their own channels and depth. Colours are never converted. */
import { InputError, limits, type Source } from '@yinji/core'
import sharp, { type JpegOptions, type Metadata, type Sharp, type SharpOptions } from 'sharp'
import type { Raster } from './raster.ts'
import { cmykTiff } from './tiff.ts'

/** A picture that ends early is an error, not a grey half. */
export const reading: SharpOptions = {
  failOn: 'error',
  limitInputPixels: limits.pixels,
  sequentialRead: true,
  ignoreIcc: true,
}

/** @throws InputError `visible.content.unsupported` for more pixels than memory is for */
export function assertSize({ width, height, pages = 1 }: Pick<Metadata, 'width' | 'height' | 'pages'>): void {
  if (width * height * pages <= limits.pixels) return
  const what = `${pages > 1 ? `${pages} × ` : ''}${width}×${height} pixels; at most ${Math.round(limits.pixels / 1e6)} million are decoded`
  throw new InputError('visible.content.unsupported', { what })
}

/** What the file says of itself; `about` is of the same picture. */
export async function decode(picture: Sharp, about: Metadata): Promise<Raster> {
  const wide = about.depth === 'ushort'
  const space = about.space ?? 'srgb'
  const model = space === 'cmyk' ? 'cmyk' : space === 'b-w' || space === 'grey16' ? 'grey' : 'rgb'
  // Of grey with alpha in 8 bits the decoder hands out the grey alone: there it is asked for as colour.
  const tinted = model === 'grey' && !wide && about.hasAlpha
  const grey = wide ? 'grey16' : tinted ? 'srgb' : 'b-w'
  const native = { grey, rgb: wide ? 'rgb16' : 'srgb', cmyk: 'cmyk' }[model]
  const { data, info } = await picture
    .pipelineColourspace(native)
    .toColourspace(native)
    .raw({ depth: wide ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  // No Buffer: its `slice` shares what others copy.
  const pixels = wide
    ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return {
    pixels: tinted ? pixels.filter((_, at) => at % 4 === 0 || at % 4 === 3) : pixels,
    width: info.width,
    height: info.height,
    channels: tinted ? 2 : info.channels,
    model,
    alpha: about.hasAlpha,
  }
}

/** As the encoder takes them. */
export function samplesOf(raster: Raster): Sharp {
  const { pixels, width, height, model } = raster
  const channels = raster.channels as 1 | 2 | 3 | 4
  const wide = pixels instanceof Uint16Array
  return sharp(pixels, { raw: { width, height, channels }, limitInputPixels: limits.pixels }).toColourspace(
    model === 'grey' ? (wide ? 'grey16' : 'b-w') : wide ? 'rgb16' : 'srgb',
  )
}

export function encodeJpeg(raster: Raster, options: JpegOptions): Promise<Buffer> {
  const picture =
    raster.model === 'cmyk'
      ? sharp(cmykTiff(raster), reading).pipelineColourspace('cmyk').toColourspace('cmyk')
      : samplesOf(raster)
  return picture.jpeg(options).toBuffer()
}

/** @param filtered line filters pay for photographs and cost for drawings */
export function encodePng(raster: Raster, about: Metadata, filtered: boolean): Promise<Buffer> {
  return samplesOf(raster)
    .png({
      compressionLevel: 6,
      adaptiveFiltering: filtered,
      progressive: about.isProgressive ?? false,
    })
    .toBuffer()
}

/** What the decoder complains about is the file's fault. */
export async function decoding<T>(source: Source, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const what = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw new InputError('input.damaged', { what, name: source.name ?? '' }, { cause: error })
  }
}
