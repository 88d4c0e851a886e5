/**
 * A long film of which only parts are at hand (C2PA 18.6.3): what is not media has a hash, and so has each piece of the media, so that
 * a player can tell of the bytes it has whether they are what was signed, without those it has not.
 */
import { createHash } from 'node:crypto'
import type { Group } from './merkle-tree.ts'

/** Bytes of a file; `end` exclusive. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** What was found out about one piece. */
export interface CheckedPiece extends ByteRange {
  /** Which one it is, from 0. */
  readonly index: number
  readonly holds: boolean
}

/** What can be told of a film whose media come later, piece by piece. */
export class MediaPieces {
  readonly #groups: readonly Group[]

  /** @param groups ascending, not overlapping */
  constructor(groups: readonly Group[]) {
    this.#groups = groups
  }

  /** How many there are that can be told apart. */
  get count(): number {
    return this.#groups.length
  }

  /** The smallest range of whole pieces that covers the media in this one; undefined where there are none. */
  rangeOf({ start, end }: ByteRange): ByteRange | undefined {
    const first = this.#groups[this.#after(start)]
    if (first === undefined || first.start >= end) return undefined
    let last = first
    for (let at = this.#after(start) + 1; at < this.#groups.length; at++) {
      const next = this.#groups[at]
      if (next === undefined || next.start >= end || next.start !== last.end) break
      last = next
    }
    return { start: first.start, end: last.end }
  }

  /** The pieces that these bytes are, in order; undefined where they are no whole pieces. */
  check(start: number, bytes: Uint8Array): CheckedPiece[] | undefined {
    const checked: CheckedPiece[] = []
    const stop = start + bytes.byteLength
    for (let index = this.#after(start), place = start; place < stop; index++) {
      const group = this.#groups[index]
      if (group === undefined || group.start !== place || group.end > stop) return undefined
      const leaves = group.pieces.map((one) =>
        createHash(group.digest)
          .update(bytes.subarray(one.start - start, one.end - start))
          .digest(),
      )
      checked.push({ index, start: place, end: group.end, holds: group.holds(leaves) })
      place = group.end
    }
    return checked.length > 0 ? checked : undefined
  }

  /** Index of the first piece that ends behind this place. */
  #after(place: number): number {
    let [low, high] = [0, this.#groups.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#groups[middle]?.end ?? 0) <= place) low = middle + 1
      else high = middle
    }
    return low
  }
}
