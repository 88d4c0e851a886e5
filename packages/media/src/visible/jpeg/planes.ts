/** The label in the samples of each component: its colours converted, and made smaller where the component is. */
import { type Orientation, shownSize, storedPixel } from '../orientation.ts'
import type { Overlay } from '../raster.ts'
import type { Box } from './blocks.ts'
import type { Component, Frame } from './frame.ts'

export interface Plane {
  /** In samples of the component. */
  readonly box: Box
  /** Row by row: how much of the picture is left, 0 to 1, and what is added to it, in sample values. */
  readonly rest: Float32Array
  readonly added: Float32Array
}

/** How the samples are to be understood. */
export type Model = 'grey' | 'rgb' | 'ycc' | 'cmyk' | 'ycck'

/** JFIF means YCbCr; else Adobe's segment tells, else the names of the components (as libjpeg reads it). */
function modelOf({ components, adobe, jfif }: Frame): Model {
  if (components.length === 1) return 'grey'
  if (components.length === 4) return adobe === 2 ? 'ycck' : 'cmyk'
  const named = components.map(({ id }) => String.fromCharCode(id)).join('') === 'RGB'
  const plain = jfif ? false : adobe === undefined ? named : adobe === 0
  return plain ? 'rgb' : 'ycc'
}

/** The label's pixels as they are stored, with planes for components of full size. */
interface Stored {
  readonly box: Box
  readonly rest: Float32Array
  readonly added: readonly Float32Array[]
}

/** One plane a component, or none when the label can't be seen. */
export function planesOf(frame: Frame, overlay: Overlay, orientation: Orientation): Plane[] {
  const stored = turned(frame, overlay, orientation)
  return stored === undefined
    ? []
    : frame.components.map((component, index) => planeOf(frame, component, stored, index))
}

function turned(frame: Frame, overlay: Overlay, orientation: Orientation): Stored | undefined {
  const seen = visiblePart(overlay, shownSize(frame, orientation))
  if (!seen) return undefined
  // Turning and mirroring are linear: from one corner, a step right and a step down.
  const at = (x: number, y: number) => storedPixel(overlay.left + x, overlay.top + y, frame, orientation)
  const [start, end] = [at(seen.left, seen.top), at(seen.right - 1, seen.bottom - 1)]
  const box = {
    left: Math.min(start[0], end[0]),
    top: Math.min(start[1], end[1]),
    right: Math.max(start[0], end[0]) + 1,
    bottom: Math.max(start[1], end[1]) + 1,
  }
  const width = box.right - box.left
  const place = ([x, y]: readonly [number, number]) => (y - box.top) * width + x - box.left
  const origin = place(at(0, 0))
  const [right, down] = [place(at(1, 0)) - origin, place(at(0, 1)) - origin]
  const rest = new Float32Array(width * (box.bottom - box.top)).fill(1)
  const added = frame.components.map(() => new Float32Array(rest.length))
  const convert = conversion(modelOf(frame), frame.adobe !== undefined)
  const known = new Map<number, readonly number[]>()
  const { pixels } = overlay
  let latest = -1
  let values: readonly number[] = []
  for (let y = seen.top; y < seen.bottom; y++)
    for (let x = seen.left; x < seen.right; x++) {
      const from = (y * overlay.width + x) * 4
      const opacity = (pixels[from + 3] ?? 0) / 255
      if (opacity === 0) continue
      const red = pixels[from] ?? 0
      const green = pixels[from + 1] ?? 0
      const blue = pixels[from + 2] ?? 0
      const colour = (red << 16) | (green << 8) | blue
      // A label has few colours.
      if (colour !== latest) {
        values = known.get(colour) ?? convert(red, green, blue)
        known.set(colour, values)
        latest = colour
      }
      const to = origin + x * right + y * down
      rest[to] = 1 - opacity
      for (let index = 0; index < added.length; index++) {
        const plane = added[index]
        if (plane) plane[to] = opacity * (values[index] ?? 0)
      }
    }
  return { box, rest, added }
}

/** The part of the overlay that is not all transparent and not beyond the picture. */
function visiblePart(
  { pixels, width, height, left, top }: Overlay,
  shown: { width: number; height: number },
): Box | undefined {
  const box = { left: Infinity, top: Infinity, right: 0, bottom: 0 }
  for (let y = Math.max(0, -top); y < Math.min(height, shown.height - top); y++)
    for (let x = Math.max(0, -left); x < Math.min(width, shown.width - left); x++) {
      if (pixels[(y * width + x) * 4 + 3] === 0) continue
      if (x < box.left) box.left = x
      if (y < box.top) box.top = y
      if (x >= box.right) box.right = x + 1
      if (y >= box.bottom) box.bottom = y + 1
    }
  return box.right === 0 ? undefined : box
}

type Conversion = (red: number, green: number, blue: number) => readonly number[]

/** From red, green and blue to the values that are stored. */
function conversion(model: Model, inverted: boolean): Conversion {
  // Rec. ITU-T T.871 clause 7.
  const ycc = (red: number, green: number, blue: number) => {
    const y = 0.299 * red + 0.587 * green + 0.114 * blue
    return [y, (blue - y) / 1.772 + 128, (red - y) / 1.402 + 128]
  }
  // Black alone is grey on paper; with colour under it, it is black, and stays below 310 % of ink.
  const ink = (light: number) => (255 - light) * 0.7
  const black = (red: number, green: number, blue: number) => 255 - Math.max(red, green, blue)
  // Adobe's programs store paper, not ink.
  const stored = (value: number) => (inverted ? 255 - value : value)
  switch (model) {
    case 'grey':
      return (red, green, blue) => ycc(red, green, blue).slice(0, 1)
    case 'rgb':
      return (red, green, blue) => [red, green, blue]
    case 'ycc':
      return ycc
    case 'cmyk':
      return (red, green, blue) => [...[red, green, blue].map(ink), black(red, green, blue)].map(stored)
    case 'ycck':
      return (red, green, blue) => {
        const [c = 0, m = 0, y = 0] = [red, green, blue].map(ink).map((value) => 255 - stored(value))
        return [...ycc(c, m, y), stored(black(red, green, blue))]
      }
  }
}

/** A sample of a smaller component gets the mean of the pixels it stands for (A.1.1). */
function planeOf(frame: Frame, component: Component, stored: Stored, index: number): Plane {
  const [scaleX, scaleY] = [frame.hMax / component.h, frame.vMax / component.v]
  const { box, rest: left } = stored
  const more = stored.added[index] ?? new Float32Array(left.length)
  if (scaleX === 1 && scaleY === 1) return { box, rest: left, added: more }
  const samples = {
    left: Math.floor(box.left / scaleX),
    top: Math.floor(box.top / scaleY),
    right: Math.min(component.width, Math.ceil(box.right / scaleX)),
    bottom: Math.min(component.height, Math.ceil(box.bottom / scaleY)),
  }
  const [width, pixelWidth] = [samples.right - samples.left, box.right - box.left]
  const rest = new Float32Array(width * (samples.bottom - samples.top))
  const added = new Float32Array(rest.length)
  let at = 0
  for (let y = samples.top; y < samples.bottom; y++) {
    const top = Math.floor(y * scaleY)
    const bottom = Math.min(frame.height, Math.ceil((y + 1) * scaleY))
    for (let x = samples.left; x < samples.right; x++) {
      const from = Math.floor(x * scaleX)
      const to = Math.min(frame.width, Math.ceil((x + 1) * scaleX))
      const count = (to - from) * (bottom - top)
      let kept = count
      let value = 0
      for (let row = Math.max(top, box.top); row < Math.min(bottom, box.bottom); row++)
        for (let column = Math.max(from, box.left); column < Math.min(to, box.right); column++) {
          const pixel = (row - box.top) * pixelWidth + column - box.left
          kept -= 1 - (left[pixel] ?? 1)
          value += more[pixel] ?? 0
        }
      rest[at] = kept / count
      added[at++] = value / count
    }
  }
  return { box: samples, rest, added }
}
