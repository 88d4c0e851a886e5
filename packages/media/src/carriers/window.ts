/** Range reads for walkers that hop from header to header: neighbouring headers cost one read together. */

import type { Source } from '@yinji/core'
import { uninitialized } from '../spare-arrays.ts'
import { uint32 } from './binary.ts'

const nearBytes = 64 * 1024

export class Window {
  readonly #source: Source
  readonly #reuse: boolean
  /** Filled again and again by large reads. */
  #array: Uint8Array = new Uint8Array(0)
  #start = 0
  #bytes: Uint8Array = new Uint8Array(0)

  /** @param options.reuse the bytes are good only until the next `load`: half the time of a walk through all of a file. */
  constructor(source: Source, { reuse = false } = {}) {
    this.#source = source
    this.#reuse = reuse
  }

  /** The bytes if they were read already; no promise is made for them. */
  peek(at: number, length: number): Uint8Array | undefined {
    const from = at - this.#start
    return from >= 0 && from + length <= this.#bytes.byteLength
      ? this.#bytes.subarray(from, from + length)
      : undefined
  }

  /** The big-endian number there, if it was read already: for walks over so many headers that arrays would cost time. */
  peekUint32(at: number): number | undefined {
    const bytes = this.#bytes
    const from = at - this.#start
    if (from < 0 || from + 4 > bytes.byteLength) return undefined
    return uint32(bytes, from)
  }

  /**
   * The bytes, fewer only where the source ends. `ahead` is how much to read when a read is needed: small when the
   * next thing of interest is far away, large when it is near.
   */
  async load(at: number, length: number, ahead = nearBytes): Promise<Uint8Array> {
    const there = this.peek(at, length)
    if (there !== undefined) return there
    const end = Math.min(this.#source.size, at + Math.max(length, ahead))
    this.#bytes = await this.#read(at, end)
    this.#start = at
    return this.#bytes.subarray(0, length)
  }

  async #read(at: number, end: number): Promise<Uint8Array> {
    const size = end - at
    if (!this.#reuse) return this.#source.read(at, end)
    const there = this.#source.view?.(at, end)
    if (there) return there
    if (!this.#source.readInto || size <= nearBytes) return this.#source.read(at, end)
    if (this.#array.byteLength < size) this.#array = uninitialized(size)
    const target = this.#array.subarray(0, size)
    return target.subarray(0, await this.#source.readInto(target, at))
  }
}
