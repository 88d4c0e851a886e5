/** Parts of a file with hashes of their own: entries of an archive (C2PA A.6.2), pieces of media (A.5.3, 18.6.3). */
import { createHash, type Hash } from 'node:crypto'
import type { BoxesBinding } from '@yinji/core'

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

/** The pieces of one `mdat`. */
export interface Tree {
  readonly spans: readonly { readonly start: number; readonly end: number }[]
  /** Undefined for one that has nothing to be cut. */
  readonly pieceBytes: number | undefined
}

/** What goes into the main hash of an `mdat` in pieces: header, and enough of the media to tell it from others (A.5.6). */
export const mediaOffset = 16

/** None when the media are not hashed in pieces. */
export function treesOf({ boxes, pieces }: BoxesBinding): Tree[] {
  if (pieces === undefined) return []
  return boxes.flatMap(({ type, start }, index) => {
    if (type !== 'mdat') return []
    const end = boxes[index + 1]?.start ?? pieces.size
    const from = Math.min(end, start + mediaOffset)
    const count = Math.max(1, Math.ceil((end - from) / pieces.bytes))
    const spans = Array.from({ length: count }, (_, at) => ({
      start: from + at * pieces.bytes,
      end: Math.min(end, from + (at + 1) * pieces.bytes),
    }))
    return [{ spans, pieceBytes: end > from ? pieces.bytes : undefined }]
  })
}
