/** Draws a label into decoded pixels, in whatever channels they have: nothing outside the label changes. */
import { type Orientation, storedPixel } from './orientation.ts'

/** Decoded pixels, row by row, channels interleaved, alpha last and not premultiplied. */
export interface Raster {
  readonly pixels: Uint8Array | Uint16Array
  readonly width: number
  readonly height: number
  readonly channels: number
  /** Grey, red-green-blue, or ink (0 is none). */
  readonly model: 'grey' | 'rgb' | 'cmyk'
  readonly alpha: boolean
}

/** A label in shades of grey, as RGBA of 8 bits. */
export interface Overlay {
  readonly pixels: Uint8Array
  readonly width: number
  readonly height: number
  /** Place in the picture as it is shown. */
  readonly left: number
  readonly top: number
}

/** Puts the overlay over the raster (Porter and Duff's "over"), changing the raster. */
export function drawOver(raster: Raster, overlay: Overlay, orientation: Orientation): void {
  const most = raster.pixels instanceof Uint16Array ? 65535 : 255
  for (let y = 0; y < overlay.height; y++)
    for (let x = 0; x < overlay.width; x++) {
      const from = (y * overlay.width + x) * 4
      const alpha = (overlay.pixels[from + 3] ?? 0) / 255
      if (alpha === 0) continue
      const grey = ((overlay.pixels[from] ?? 0) / 255) * most
      const [column, row] = storedPixel(overlay.left + x, overlay.top + y, raster, orientation)
      drawPixel(raster, (row * raster.width + column) * raster.channels, grey, alpha, most)
    }
}

function drawPixel(raster: Raster, at: number, grey: number, alpha: number, most: number): void {
  const { pixels, channels, model } = raster
  const colours = raster.alpha ? channels - 1 : channels
  const below = raster.alpha ? (pixels[at + colours] ?? 0) / most : 1
  const above = alpha + below * (1 - alpha)
  for (let channel = 0; channel < colours; channel++) {
    // Black alone is grey on paper; with colour under it, it is black, and stays below 310 % of ink.
    const ink = (most - grey) * (channel === 3 ? 1 : 0.7)
    const colour = model === 'cmyk' ? ink : grey
    const value = (colour * alpha + (pixels[at + channel] ?? 0) * below * (1 - alpha)) / above
    pixels[at + channel] = Math.round(value)
  }
  if (raster.alpha) pixels[at + colours] = Math.round(above * most)
}
