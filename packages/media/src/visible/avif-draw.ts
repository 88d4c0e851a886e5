/** Draws the explicit label into an AVIF and codes the picture again, as finely as it was. */
import {
  type Drawn,
  finding,
  type Source,
  throwIfAborted,
  type VisibleContext,
  type VisibleLabel,
} from '@yinji/core'
import sharp, { type AvifOptions } from 'sharp'
import { type AvifParts, avifParts, graftAvif } from './avif-graft.ts'
import { estimateAv1Quality } from './avif-quality.ts'
import { assertSize, decode, decoding, reading, samplesOf } from './coder.ts'
import { aboutThumbnail } from './jpeg/thumbnail.ts'
import { shownSize, storedPixel } from './orientation.ts'
import { overlayFor, spotIn } from './overlay.ts'
import { drawOver, type Raster } from './raster.ts'

/** @throws InputError `input.damaged`, `visible.content.unsupported`, `visible.space.missing` */
export async function labelAvif(
  source: Source,
  label: VisibleLabel,
  context: VisibleContext,
): Promise<Drawn> {
  const old = await avifParts(source)
  const input = Buffer.from(await source.read(0, source.size))
  const about = await decoding(source, () => sharp(input, { ...reading, limitInputPixels: false }).metadata())
  assertSize(about)
  // The decoder turns the picture as it is to be shown.
  const shown = { width: about.width, height: about.height }
  const spot = await spotIn(source, shown, label)
  const overlay = await overlayFor(shown, label, spot)
  throwIfAborted(context.signal)
  const raster = await decoding(source, () => decode(sharp(input, reading), about))
  const alpha = alphaOf(raster)
  drawOver(raster, overlay, 1)
  throwIfAborted(context.signal)
  const options = optionsFor(old)
  const encoded = await samplesOf(asStored(raster, old)).avif(options).toBuffer()
  throwIfAborted(context.signal)
  const seenThrough = alphaOf(raster)
  const drawn = await graftAvif(
    old,
    encoded,
    alpha.every((value, at) => value === seenThrough[at]),
  )
  const quality = options.lossless ? 'lossless' : String(options.quality)
  return {
    source: { ...drawn.source, name: source.name },
    label: { ...label, position: spot.position },
    path: 'encoded',
    findings: [
      finding('visible.encoded.whole', { data: { format: 'AVIF', quality } }),
      ...aboutThumbnail(drawn.thumbnail),
    ],
  }
}

function optionsFor({ facts, halvedColour, bits }: AvifParts): AvifOptions {
  // Red, green and blue as they are (23091-2 matrix 0), without loss.
  if (facts.quantiser === 0 && facts.matrix === 0) return { lossless: true, bitdepth: bits }
  return {
    quality: estimateAv1Quality(facts.quantiser),
    chromaSubsampling: halvedColour ? '4:2:0' : '4:4:4',
    bitdepth: bits,
  }
}

function alphaOf({ pixels, channels, alpha }: Raster): Raster['pixels'] {
  return alpha ? pixels.filter((_, at) => at % channels === channels - 1) : pixels.subarray(0, 0)
}

/** Turned back, as the file turns it again. */
function asStored(raster: Raster, { orientation }: AvifParts): Raster {
  if (orientation === 1) return raster
  const size = shownSize(raster, orientation)
  const pixels = raster.pixels.slice()
  const { channels, width, height } = raster
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [column, row] = storedPixel(x, y, size, orientation)
      const [from, to] = [(y * width + x) * channels, (row * size.width + column) * channels]
      for (let n = 0; n < channels; n++) pixels[to + n] = raster.pixels[from + n] as number
    }
  return { ...raster, ...size, pixels }
}
