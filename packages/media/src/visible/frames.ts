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
export function changedBox(before: Frame, after: Frame, step: number): Box {
  const { width, height } = after
  const same = (x: number, y: number, count: number) =>
    stretch(before, x, y, count).equals(stretch(after, x, y, count))
  let [top, bottom] = [0, height - 1]
  while (top < height && same(0, top, width)) top++
  if (top === height) return { left: 0, top: 0, width: 1, height: 1 }
  while (same(0, bottom, width)) bottom--
  let [left, right] = [width, -1]
  for (let y = top; y <= bottom; y++) {
    // What lies within the box so far needs no second look.
    if (!same(0, y, left)) left = first(left, (count) => same(0, y, count))
    const behind = width - right - 1
    if (!same(right + 1, y, behind))
      right = width - 1 - first(behind, (count) => same(width - count, y, count))
  }
  left -= left % step
  top -= top % step
  return { left, top, width: right - left + 1, height: bottom - top + 1 }
}

/** How many of so many pixels are the same before the first that is not. */
function first(most: number, areSame: (count: number) => boolean): number {
  let [low, high] = [0, most]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (areSame(middle)) low = middle
    else high = middle
  }
  return low
}

/** The bytes of some pixels of a row. */
function stretch({ pixels, width, channels }: Frame, x: number, y: number, count: number): Buffer {
  const each = channels * pixels.BYTES_PER_ELEMENT
  return Buffer.from(pixels.buffer, pixels.byteOffset + (y * width + x) * each, count * each)
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
