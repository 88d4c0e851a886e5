/**
 * What a GIF shows, frame after frame (GIF89a 23 c), beside what the labelled one shows: where they differ by more than
 * the label, the next frame has to draw.
 */
import type { Box } from './frames.ts'
import type { GifFrame } from './gif-frame.ts'
import { allot, type Colour, colourAt } from './gif-palette.ts'
import type { Overlay } from './raster.ts'

/** A frame that had to change. */
export interface Redrawn {
  readonly frame: GifFrame
  /** Whether it has a transparent colour now and had none. */
  readonly madeClear: boolean
  /** Whether colours of the picture had to give way. */
  readonly gaveWay: boolean
}

/** What can be seen through. */
const none = -1

/** Colours of the picture without its label, and which pixels have the label over them. */
interface State {
  readonly colours: Int32Array
  readonly labelled: Uint8Array
}

const copy = ({ colours, labelled }: State): State => ({
  colours: colours.slice(),
  labelled: labelled.slice(),
})

export class GifCanvas {
  readonly #width: number
  readonly #height: number
  readonly #overlay: Overlay
  readonly #label: Box
  /** The old file's canvas, the new one's, and both before the last frame was drawn. */
  #old: State
  #fresh: State
  #before: { readonly old: State; readonly fresh: State } | undefined
  #last: { readonly old: GifFrame; readonly fresh: GifFrame } | undefined
  /** Whether more than the label may differ, because a frame was made larger and taken away again. */
  #grown = false

  constructor({ width, height }: { readonly width: number; readonly height: number }, overlay: Overlay) {
    this.#width = width
    this.#height = height
    this.#overlay = overlay
    this.#label = overlay
    const blank = () => ({
      colours: new Int32Array(width * height).fill(none),
      labelled: new Uint8Array(width * height),
    })
    this.#old = blank()
    this.#fresh = blank()
  }

  /** Goes on to the next frame; undefined when it can stay as it is. */
  show(frame: GifFrame): Redrawn | undefined {
    this.#dispose()
    if (frame.dispose === 'previous') this.#before = { old: copy(this.#old), fresh: copy(this.#fresh) }
    each(frame, this.#bounds(), (at, from) => {
      const index = frame.indices[from] as number
      if (index !== frame.transparent) this.#old.colours[at] = colourAt(frame.colours, index)
    })
    const region = this.#regionOf(frame)
    const redrawn = this.#isUntouched(frame, region) ? undefined : this.#redraw(frame, region)
    const shown = redrawn?.frame ?? frame
    each(shown, this.#bounds(), (at, from) => {
      if (shown.indices[from] === shown.transparent) return
      this.#fresh.colours[at] = this.#old.colours[at] as number
      this.#fresh.labelled[at] = redrawn && this.#wanted(at) !== undefined ? 1 : 0
    })
    this.#last = { old: frame, fresh: shown }
    return redrawn
  }

  #bounds() {
    return { left: 0, top: 0, width: this.#width, height: this.#height }
  }

  #dispose(): void {
    if (this.#last === undefined) return
    const { dispose } = this.#last.old
    for (const which of ['old', 'fresh'] as const) {
      const state = which === 'old' ? this.#old : this.#fresh
      each(this.#last[which], this.#bounds(), (at) => {
        if (dispose === 'none') return
        const before = dispose === 'previous' ? this.#before?.[which] : undefined
        state.colours[at] = before?.colours[at] ?? none
        state.labelled[at] = before?.labelled[at] ?? 0
      })
    }
  }

  /** The colour that a pixel has with the label over it; undefined where the label is not. */
  #wanted(at: number): Colour | undefined {
    const { pixels, left, top, width, height } = this.#overlay
    const [x, y] = [(at % this.#width) - left, Math.floor(at / this.#width) - top]
    if (x < 0 || y < 0 || x >= width || y >= height) return undefined
    const from = (y * width + x) * 4
    const [grey = 0, alpha = 0] = [pixels[from], (pixels[from + 3] ?? 0) / 255]
    const below = this.#old.colours[at] as number
    if (alpha === 0) return undefined
    // There is nothing between seen and unseen.
    if (below === none) return alpha < 0.5 ? undefined : grey * 0x010101
    const mixed = (shift: number) =>
      Math.round(grey * alpha + ((below >> shift) & 255) * (1 - alpha)) << shift
    return mixed(16) | mixed(8) | mixed(0)
  }

  #isRight(at: number): boolean {
    return (
      this.#fresh.colours[at] === this.#old.colours[at] &&
      (this.#wanted(at) === undefined) === (this.#fresh.labelled[at] === 0)
    )
  }

  /** The frame's own place, and what else has to be drawn. */
  #regionOf({ left, top, width, height }: GifFrame): Box {
    let [right, bottom] = [left + width, top + height]
    const [own, region] = [
      { left, top, right, bottom },
      { left, top },
    ]
    each(this.#grown ? this.#bounds() : this.#label, this.#bounds(), (at) => {
      const [x, y] = [at % this.#width, Math.floor(at / this.#width)]
      if (x >= own.left && y >= own.top && x < own.right && y < own.bottom) return
      if (this.#isRight(at)) return
      region.left = Math.min(region.left, x)
      region.top = Math.min(region.top, y)
      right = Math.max(right, x + 1)
      bottom = Math.max(bottom, y + 1)
    })
    return { width: right - region.left, height: bottom - region.top, ...region }
  }

  #isUntouched(frame: GifFrame, region: Box): boolean {
    if (region.width !== frame.width || region.height !== frame.height) return false
    let untouched = true
    each(
      frame,
      this.#grown ? this.#bounds() : this.#label,
      (at, from) => {
        const covers = frame.indices[from] !== frame.transparent
        if (covers ? this.#wanted(at) !== undefined : !this.#isRight(at)) untouched = false
      },
      this.#width,
    )
    return untouched
  }

  #redraw(frame: GifFrame, region: Box): Redrawn {
    const indices = new Int32Array(region.width * region.height).fill(none)
    const kept = new Map<number, number>()
    const colours = new Map<Colour, number>()
    const targets = new Int32Array(indices.length).fill(none)
    let seenThrough = false
    const [dx, dy] = [frame.left - region.left, frame.top - region.top]
    for (let y = 0; y < frame.height; y++)
      for (let x = 0; x < frame.width; x++)
        indices[(y + dy) * region.width + x + dx] = frame.indices[y * frame.width + x] as number
    each(region, this.#bounds(), (at, to) => {
      const index = indices[to] as number
      const own = index !== none && index !== frame.transparent
      const wanted = this.#wanted(at)
      if (own && wanted === undefined) return
      if (this.#isRight(at) && (!own || frame.transparent !== undefined)) {
        indices[to] = none
        seenThrough = true
        return
      }
      const target = wanted ?? (this.#old.colours[at] as number)
      if (target === none) return
      targets[to] = target
      colours.set(target, (colours.get(target) ?? 0) + 1)
    })
    const counts = new Uint32Array(256)
    for (let to = 0; to < indices.length; to++) {
      const index = indices[to] as number
      if (targets[to] === none && index !== none) counts[index] = (counts[index] as number) + 1
    }
    for (const [index, count] of counts.entries())
      if (count > 0 && index !== frame.transparent) kept.set(index, count)
    const transparent = frame.transparent ?? (seenThrough ? 'wanted' : undefined)
    const table = allot(frame.colours, kept, colours, transparent)
    const fresh = new Uint8Array(indices.length)
    const stays = Uint8Array.from({ length: 256 }, (_, index) => table.moved.get(index) ?? index)
    for (let to = 0; to < fresh.length; to++) {
      const [index, target] = [indices[to] as number, targets[to] as number]
      if (target !== none) fresh[to] = table.indexOf.get(target) ?? 0
      else fresh[to] = index === none ? (table.transparent ?? 0) : (stays[index] as number)
    }
    const grown = region.width !== frame.width || region.height !== frame.height
    if (grown && frame.dispose !== 'none') this.#grown = true
    return {
      frame: {
        ...frame,
        ...region,
        indices: fresh,
        colours: table.colours,
        local: frame.local || table.changed,
        transparent: table.transparent,
      },
      madeClear: frame.transparent === undefined && table.transparent !== undefined,
      gaveWay: table.moved.size > 0,
    }
  }
}

/**
 * Every pixel of a box that lies in another one.
 * @param visit is given the pixel's place on the canvas, and in the box
 */
function each(
  box: Box,
  bounds: Box,
  visit: (at: number, from: number) => void,
  canvasWidth = bounds.width,
): void {
  const right = Math.min(box.left + box.width, bounds.left + bounds.width)
  const bottom = Math.min(box.top + box.height, bounds.top + bounds.height)
  for (let y = Math.max(box.top, bounds.top); y < bottom; y++)
    for (let x = Math.max(box.left, bounds.left); x < right; x++)
      visit(y * canvasWidth + x, (y - box.top) * box.width + x - box.left)
}
