/** The frames of an animation as canvases of one size: where two differ, and pieces of them. */
import type { Raster } from './raster.ts'

export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Pixels alone. */
export type Frame = Pick<Raster, 'pixels' | 'width' | 'height' | 'channels'>

/** Cuts a tall raster, in which frames or pages stand one below the other. Pixels are shared, not copied. */
export function framesOf(raster: Raster, height: number): Raster[] {
  const size = raster.width * height * raster.channels
  return Array.from({ length: Math.round(raster.height / height) }, (_, index) => ({
    ...raster,
    height,
    pixels: raster.pixels.subarray(index * size, (index + 1) * size),
  }))
}

/** The smallest box around all that differs, left and top multiples of `step`; a single pixel when nothing does. */
export function changedBox(before: Raster, after: Raster, step: number): Box {
  const { width, height, channels } = after
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (x > left && x <= right && y <= bottom) continue
      const at = (y * width + x) * channels
      let same = true
      for (let channel = at; channel < at + channels; channel++)
        if (before.pixels[channel] !== after.pixels[channel]) same = false
      if (same) continue
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
    }
  if (right < 0) return { left: 0, top: 0, width: 1, height: 1 }
  left -= left % step
  top -= top % step
  return { left, top, width: right - left + 1, height: bottom - top + 1 }
}

export function cut(frame: Frame, { left, top, width, height }: Box): Frame {
  const row = width * frame.channels
  const pixels =
    frame.pixels instanceof Uint16Array ? new Uint16Array(row * height) : new Uint8Array(row * height)
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * frame.width + left) * frame.channels
    pixels.set(frame.pixels.subarray(from, from + row), y * row)
  }
  return { pixels, width, height, channels: frame.channels }
}
