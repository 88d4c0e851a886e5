/** `c2pa.hash.collection.data` over an archive that streams by (C2PA A.6.2): a hash for each file, one for the directory. */
import { createHash, type Hash } from 'node:crypto'
import type { CollectionBinding } from '@yinji/core'
import type { ContentHash } from './content-hash.ts'

export function hashCollection({ files, directory }: CollectionBinding): ContentHash {
  const pieces = new Pieces(files)
  const central = createHash('sha256')
  for (const part of directory) central.update(part)
  return {
    update: (chunk) => pieces.take(chunk),
    digest: () => ({ hash: central.digest(), pieces: pieces.digest() }),
  }
}

interface Span {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** Hashes of spans that follow each other, gaps allowed, taken from bytes that come in order. */
export class Pieces {
  readonly #spans: readonly Span[]
  readonly #digests: Uint8Array[] = []
  #hash: Hash = createHash('sha256')
  #position = 0

  constructor(spans: readonly Span[]) {
    this.#spans = spans
  }

  /** Passes over bytes that belong to none of the spans. */
  skip(length: number): void {
    this.#position += length
  }

  take(chunk: Uint8Array): void {
    const start = this.#position
    this.#position += chunk.byteLength
    for (let span = this.#current(); span && span.start < this.#position; span = this.#current()) {
      this.#hash.update(chunk.subarray(Math.max(0, span.start - start), Math.max(0, span.end - start)))
      if (span.end > this.#position) return
      this.#close()
    }
  }

  /** One hash for each span; those that nothing came for are hashes of nothing. */
  digest(): Uint8Array[] {
    while (this.#current()) this.#close()
    return this.#digests
  }

  #current(): Span | undefined {
    return this.#spans[this.#digests.length]
  }

  #close(): void {
    this.#digests.push(this.#hash.digest())
    this.#hash = createHash('sha256')
  }
}
