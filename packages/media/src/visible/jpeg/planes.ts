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
export function modelOf({ components, adobe, jfif }: Frame): Model {
  if (components.length === 1) return 'grey'
  if (components.length === 4) return adobe === 2 ? 'ycck' : 'cmyk'
  const named = components.map(({ id }) => String.fromCharCode(id)).join('') === 'RGB'
  const plain = jfif ? false : adobe === undefined ? named : adobe === 0
  return plain ? 'rgb' : 'ycc'
}

/** Label pixels as they are stored, in the file's own channels; alpha 0 to 1 comes first. */
interface Stored {
  readonly box: Box
  readonly alpha: Float32Array
  readonly channels: readonly Float32Array[]
}

/** One plane a component, or none when the label can't be seen. */
export function planesOf(frame: Frame, overlay: Overlay, orientation: Orientation): Plane[] {
  const stored = turned(frame, overlay, orientation)
  return stored === undefined
    ? []
    : frame.components.map((component, index) => planeOf(frame, component, stored, index))
}

function turned(frame: Frame, overlay: Overlay, orientation: Orientation): Stored | undefined {
  const shown = shownSize(frame, orientation)
  const visible = { left: Infinity, top: Infinity, right: 0, bottom: 0 }
  const each = (visit: (x: number, y: number, from: number) => void) => {
    for (let row = 0; row < overlay.height; row++)
      for (let column = 0; column < overlay.width; column++) {
        const from = (row * overlay.width + column) * 4
        const [left, top] = [overlay.left + column, overlay.top + row]
        if (!overlay.pixels[from + 3] || left < 0 || top < 0 || left >= shown.width || top >= shown.height)
          continue
        const [x, y] = storedPixel(left, top, frame, orientation)
        visit(x, y, from)
      }
  }
  each((x, y) => {
    visible.left = Math.min(visible.left, x)
    visible.top = Math.min(visible.top, y)
    visible.right = Math.max(visible.right, x + 1)
    visible.bottom = Math.max(visible.bottom, y + 1)
  })
  if (visible.right === 0) return undefined
  const width = visible.right - visible.left
  const size = width * (visible.bottom - visible.top)
  const alpha = new Float32Array(size)
  const channels = frame.components.map(() => new Float32Array(size))
  const convert = conversion(modelOf(frame), frame.adobe !== undefined)
  each((x, y, from) => {
    const at = (y - visible.top) * width + x - visible.left
    const [red = 0, green = 0, blue = 0, opacity = 0] = overlay.pixels.subarray(from, from + 4)
    alpha[at] = opacity / 255
    for (const [index, value] of convert(red, green, blue).entries()) {
      const channel = channels[index]
      if (channel) channel[at] = value
    }
  })
  return { box: visible, alpha, channels }
}

/** From red, green and blue to the values that are stored. */
function conversion(model: Model, inverted: boolean): (red: number, green: number, blue: number) => number[] {
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
function planeOf(frame: Frame, component: Component, { box, alpha, channels }: Stored, index: number): Plane {
  const [scaleX, scaleY] = [frame.hMax / component.h, frame.vMax / component.v]
  const samples = {
    left: Math.floor(box.left / scaleX),
    top: Math.floor(box.top / scaleY),
    right: Math.min(component.width, Math.ceil(box.right / scaleX)),
    bottom: Math.min(component.height, Math.ceil(box.bottom / scaleY)),
  }
  const [width, pixelWidth] = [samples.right - samples.left, box.right - box.left]
  const rest = new Float32Array(width * (samples.bottom - samples.top))
  const added = new Float32Array(rest.length)
  const channel = channels[index]
  for (let y = samples.top; y < samples.bottom; y++)
    for (let x = samples.left; x < samples.right; x++) {
      const pixels = {
        left: Math.floor(x * scaleX),
        top: Math.floor(y * scaleY),
        right: Math.min(frame.width, Math.ceil((x + 1) * scaleX)),
        bottom: Math.min(frame.height, Math.ceil((y + 1) * scaleY)),
      }
      let [opacity, value] = [0, 0]
      for (let row = Math.max(pixels.top, box.top); row < Math.min(pixels.bottom, box.bottom); row++)
        for (
          let column = Math.max(pixels.left, box.left);
          column < Math.min(pixels.right, box.right);
          column++
        ) {
          const from = (row - box.top) * pixelWidth + column - box.left
          opacity += alpha[from] ?? 0
          value += (alpha[from] ?? 0) * (channel?.[from] ?? 0)
        }
      const count = (pixels.right - pixels.left) * (pixels.bottom - pixels.top)
      const at = (y - samples.top) * width + x - samples.left
      rest[at] = 1 - opacity / count
      added[at] = value / count
    }
  return { box: samples, rest, added }
}
