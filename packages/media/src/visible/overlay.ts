/** Where the label goes in one picture, and its pixels. */
import type { Source, VisibleLabel } from '@yinji/core'
import type { Metadata } from 'sharp'
import { decoding } from './coder.ts'
import { reducedGrey } from './look.ts'
import { orientationOf, shownSize } from './orientation.ts'
import type { Overlay } from './raster.ts'
import { place, renderLabel } from './render.ts'
import { needsPixels, type Spot, spotFor } from './spot.ts'

type Shape = Pick<Metadata, 'width' | 'height' | 'orientation'>

/** Pixels are looked at only where the wish depends on them: usually a JPEG is never decoded. */
export async function spotIn(source: Source, about: Shape, label: VisibleLabel, page = 0): Promise<Spot> {
  const { position } = label
  if (position !== 'auto' && !needsPixels(label)) return { position, bright: false }
  const shown = shownSize(about, orientationOf(about.orientation))
  return spotFor([await decoding(source, () => reducedGrey(source, page))], shown, label)
}

/** The label as it is shown, in shades of grey. */
export async function overlayFor(
  about: Shape,
  label: VisibleLabel,
  { position, bright }: Spot,
): Promise<Overlay> {
  const shown = shownSize(about, orientationOf(about.orientation))
  const image = await renderLabel(label, { bright, ...shown })
  const { pixels, width, height } = image
  return { pixels, width, height, ...place(position, shown, image) }
}
