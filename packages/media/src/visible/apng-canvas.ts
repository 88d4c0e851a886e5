/** What an animated PNG shows, frame after frame (PNG third edition, 11.3.6.2 and 13.16). */
import type { ApngFrame } from '../carriers/apng.ts'
import type { Raster } from './raster.ts'

/** A picture with alpha last; what a frame does not cover at first is transparent. */
export class Canvas {
  #shown: Raster
  #before: Raster['pixels']
  #last: ApngFrame | undefined

  constructor(blank: Raster) {
    this.#shown = blank
    this.#before = blank.pixels.slice()
  }

  /** The whole canvas with the frame on it; a copy. */
  show(frame: ApngFrame, picture: Raster): Raster {
    this.#dispose()
    this.#before = this.#shown.pixels.slice()
    const { channels, width } = this.#shown
    for (let y = 0; y < frame.height; y++)
      for (let x = 0; x < frame.width; x++) {
        const from = (y * frame.width + x) * channels
        const to = ((frame.top + y) * width + frame.left + x) * channels
        if (frame.over) blend(this.#shown, to, picture.pixels, from)
        else
          for (let n = 0; n < channels; n++) this.#shown.pixels[to + n] = picture.pixels[from + n] as number
      }
    this.#last = frame
    return { ...this.#shown, pixels: this.#shown.pixels.slice() }
  }

  /** The first frame has nothing before it that could be put back, so its place is cleared. */
  #dispose(): void {
    const frame = this.#last
    if (frame === undefined || frame.dispose === 'none') return
    const { channels, width, pixels } = this.#shown
    for (let y = frame.top; y < frame.top + frame.height; y++) {
      const [from, to] = [
        (y * width + frame.left) * channels,
        (y * width + frame.left + frame.width) * channels,
      ]
      if (frame.dispose === 'background') pixels.fill(0, from, to)
      else pixels.set(this.#before.subarray(from, to), from)
    }
  }
}

/** Porter and Duff's "over", in whole numbers as the specification has it. */
function blend({ pixels, channels }: Raster, at: number, above: Raster['pixels'], from: number): void {
  const most = pixels instanceof Uint16Array ? 65535 : 255
  const alpha = above[from + channels - 1] as number
  const below = pixels[at + channels - 1] as number
  if (alpha === 0) return
  const weights = [alpha * most, (most - alpha) * below] as const
  const sum = weights[0] + weights[1]
  for (let n = 0; n < channels - 1; n++)
    pixels[at + n] = Math.floor(
      ((above[from + n] as number) * weights[0] + (pixels[at + n] as number) * weights[1]) / sum,
    )
  pixels[at + channels - 1] = Math.floor(sum / most)
}
