/**
 * A file that is not held in memory. Handlers take many small looks at neighbouring places, so small reads are answered from
 * blocks that are kept for a while; large reads go straight to the file.
 *
 * The first look goes through the thread pool, for it may have to wait: for a network, or a disk that sleeps. What the system
 * has in memory is then copied on the spot: the way through the pool takes ten times as long as a small read, and leaves a large
 * one in the cache of a processor that doesn't hash it. The first read that has to wait sends those after it through the pool
 * again.
 */
import { close, read, readSync } from 'node:fs'
import { basename } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { concat, forReading, type ReadOptions, type Source } from '@yinji/core'
import { inputError, shorter } from './file-faults.ts'
import { uninitialized } from './spare-arrays.ts'

/** Large enough for the head of any container, small enough to be read in the time of one seek. */
export const blockBytes = 64 * 1024
/** Head, tail and a few places in between; 512 KB at most. */
export const keptBlocks = 8
/** So many bytes are read on the spot before others get their turn: half a millisecond of hashing. */
const turnBytes = 1024 * 1024
/** Milliseconds. That many bytes from memory take a tenth of it, from a disk that has to move more. */
export const patience = 3

const readLater = promisify(read)
const closeLater = promisify(close)

interface Block {
  readonly bytes: Promise<Uint8Array>
  /** Who still has to copy from it. */
  readers: number
}

export class LargeFile implements Source, AsyncDisposable {
  readonly path: string
  readonly name: string
  readonly size: number
  readonly #descriptor: number
  #open = true
  /** By block number, the least recently used first. A block that is on its way counts as well. */
  readonly #blocks = new Map<number, Block>()
  /** Of a block that went: a large file is looked at in thousands of places, and garbage of that size is collected late. */
  #spare: Uint8Array | undefined
  /** Whether reads are answered at once, as far as is known. */
  #prompt = false
  #trips = 0
  #sinceTurn = 0

  constructor(path: string, descriptor: number, size: number) {
    this.path = path
    this.name = basename(path)
    this.size = size
    this.#descriptor = descriptor
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    const from = Math.max(0, start)
    const to = Math.min(end, this.size)
    if (to <= from) return new Uint8Array(0)
    if (to - from > blockBytes) return this.#readRange(from, to)
    const first = Math.floor(from / blockBytes)
    const last = Math.floor((to - 1) / blockBytes)
    const at = from - first * blockBytes
    const one = this.#block(first)
    const next = first === last ? undefined : this.#block(last)
    try {
      const [head, tail] = await Promise.all([one.bytes, next?.bytes])
      // Copies, so that nobody's bytes change with somebody else's and a small piece does not keep a block alive.
      if (tail === undefined) return head.slice(at, at + to - from)
      return concat([head.subarray(at), tail.subarray(0, to - last * blockBytes)])
    } finally {
      one.readers--
      if (next) next.readers--
    }
  }

  async readInto(target: Uint8Array, start: number, { aside }: ReadOptions = {}): Promise<number> {
    const length = Math.max(0, Math.min(target.byteLength, this.size - start))
    await this.#fill(target.subarray(0, length), start, aside)
    return length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#blocks.clear()
    if (this.#open) await closeLater(this.#descriptor)
    this.#open = false
  }

  /** The caller is one of its readers, until it says otherwise. */
  #block(index: number): Block {
    const start = index * blockBytes
    const block = this.#blocks.get(index) ?? { bytes: this.#readBlock(start), readers: 0 }
    block.readers++
    this.#blocks.delete(index)
    this.#blocks.set(index, block)
    block.bytes.catch(() => this.#blocks.delete(index))
    const keep = (bytes: Uint8Array) => {
      this.#spare = forReading(bytes.buffer)
    }
    for (const [oldest, { bytes, readers }] of this.#blocks) {
      if (this.#blocks.size <= keptBlocks) break
      this.#blocks.delete(oldest)
      if (readers === 0) bytes.then(keep, () => {})
    }
    return block
  }

  async #readBlock(start: number): Promise<Uint8Array> {
    const array = this.#spare ?? uninitialized(blockBytes)
    this.#spare = undefined
    const bytes = array.subarray(0, Math.min(blockBytes, this.size - start))
    await this.#fill(bytes, start)
    return bytes
  }

  async #readRange(start: number, end: number): Promise<Uint8Array> {
    const bytes = uninitialized(end - start)
    await this.#fill(bytes, start)
    return bytes
  }

  async #fill(target: Uint8Array, start: number, aside = false): Promise<void> {
    try {
      for (let done = 0; done < target.byteLength; ) {
        const count =
          this.#prompt && !aside
            ? await this.#readNow(target.subarray(done, done + turnBytes), start + done)
            : await this.#readLater(target.subarray(done), start + done)
        if (count === 0) throw shorter(this.name)
        done += count
      }
    } catch (error) {
      throw inputError(error, this.name)
    }
  }

  async #readLater(target: Uint8Array, start: number): Promise<number> {
    const first = this.#trips++ === 0
    const length = first ? Math.min(target.byteLength, blockBytes) : target.byteLength
    const { bytesRead } = await readLater(this.#descriptor, target, 0, length, start)
    this.#prompt ||= first
    return bytesRead
  }

  async #readNow(target: Uint8Array, start: number): Promise<number> {
    const began = performance.now()
    const count = readSync(this.#descriptor, target, 0, target.byteLength, start)
    if (performance.now() - began > patience) this.#prompt = false
    this.#sinceTurn += count
    if (this.#sinceTurn >= turnBytes) {
      this.#sinceTurn = 0
      await turn()
    }
    return count
  }
}
