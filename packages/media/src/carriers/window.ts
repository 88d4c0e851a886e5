/** Range reads for walkers that hop from header to header: neighbouring headers cost one read together. */
import type { Source } from '@yinji/core'

const nearBytes = 64 * 1024

export class Window {
  readonly #source: Source
  #start = 0
  #bytes: Uint8Array = new Uint8Array(0)

  constructor(source: Source) {
    this.#source = source
  }

  /** The bytes if they were read already; no promise is made for them. */
  peek(at: number, length: number): Uint8Array | undefined {
    const from = at - this.#start
    return from >= 0 && from + length <= this.#bytes.byteLength
      ? this.#bytes.subarray(from, from + length)
      : undefined
  }

  /**
   * The bytes, fewer only where the source ends. `ahead` is how much to read when a read is needed: small when the
   * next thing of interest is far away, large when it is near.
   */
  async load(at: number, length: number, ahead = nearBytes): Promise<Uint8Array> {
    const there = this.peek(at, length)
    if (there !== undefined) return there
    const end = Math.min(this.#source.size, at + Math.max(length, ahead))
    this.#bytes = await this.#source.read(at, end)
    this.#start = at
    return this.#bytes.subarray(0, length)
  }
}
