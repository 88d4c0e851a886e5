/** Goes through a file box by box; what stands at the place of the manifest is one box, whatever it looks like (C2PA 18.7.1). */
import { limits, type Source } from '@yinji/core'

/** A box under the name the standard has for it. */
export interface Named {
  readonly name: string
  readonly start: number
  /** Exclusive. */
  readonly end: number
  /** Begins with filling, which readers count to this box or that. */
  readonly filled?: boolean
}

/** Where the manifest stands. */
export interface Span {
  readonly start: number
  readonly length: number
}

/** The box that begins there, which is not the end of the file; undefined where none does. */
export type Step = (window: Window, at: number, last: string | undefined) => Promise<Named | undefined>

export const manifestName = 'C2PA'
/** For the rest of a file in which no box begins where one should, or one is longer than the file. */
export const brokenName = '?'

/** Undefined for files of too many boxes. */
export async function walk(source: Source, manifest: Span, step: Step): Promise<Named[] | undefined> {
  const window = new Window(source)
  const boxes: Named[] = []
  for (let at = 0; at < source.size; ) {
    const here = at === manifest.start && manifest.length > 0
    const box: Named | undefined = here
      ? { name: manifestName, start: at, end: at + manifest.length }
      : await step(window, at, boxes.at(-1)?.name)
    if (boxes.length >= limits.items) return undefined
    if (box === undefined || box.end > source.size)
      return [...boxes, { name: brokenName, start: at, end: source.size }]
    boxes.push(box)
    at = box.end
  }
  return boxes
}

/** Arbitrary bytes behind the last box (18.7.2). */
export function after(window: Window, start: number): Named {
  return { name: 'c2pa.after', start, end: window.size }
}

/** Range reads in which small neighbours come together. */
export class Window {
  readonly #source: Source
  #bytes: Buffer = Buffer.alloc(0)
  #start = 0

  constructor(source: Source) {
    this.#source = source
  }

  /** Of the file. */
  get size(): number {
    return this.#source.size
  }

  /**
   * The bytes from there on that are at hand: at least `length`, fewer only where the file ends. `ahead` is how many to
   * read when a read is needed.
   */
  async from(at: number, length: number, ahead = 4096): Promise<Buffer> {
    const offset = at - this.#start
    const end = Math.min(at + length, this.size)
    if (offset < 0 || offset > this.#bytes.length || end > this.#start + this.#bytes.length) {
      const read = await this.#source.read(at, Math.min(this.size, at + Math.max(length, ahead)))
      this.#bytes = Buffer.from(read.buffer, read.byteOffset, read.byteLength)
      this.#start = at
    }
    return this.#bytes.subarray(at - this.#start)
  }
}

/** For what has to be read as a whole to find its end. */
export const readAhead = 256 * 1024
