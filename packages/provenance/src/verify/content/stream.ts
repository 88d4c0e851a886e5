/**
 * One pass over the content: the hash of the signed ranges and, where it is wanted, the SHA-256 of the whole file come out
 * of the same read, in constant memory.
 */
import { createHash, type Hash } from 'node:crypto'
import { chunksOf, throwIfAborted } from '@yinji/core'
import type { Content } from './binding.ts'

/** A range of the file that goes into a hash; `end` exclusive. */
export interface Range {
  readonly start: number
  readonly end: number
  /** Bytes to hash before it, e.g. the offset of a box. */
  readonly prefix?: Uint8Array | undefined
  /** Where it goes. The bytes are good during the call only. */
  readonly into: { update(bytes: Uint8Array): unknown }
}

/**
 * Feeds tracks of ranges (each track ascending, not overlapping, inside the file) to their hashes.
 * @param same the SHA-256 that the first track goes into: up to the end of its first range, it is the one of the file as
 * well, so that the bytes before a manifest at the end are hashed once
 * @returns SHA-256 of the whole file, hex, if it is wanted.
 * @throws InputError when the file turns out shorter than it said.
 */
export async function pour(
  { source, signal, assetSha256 }: Pick<Content, 'source' | 'signal' | 'assetSha256'>,
  tracks: readonly (readonly Range[])[],
  same?: Hash,
): Promise<string | undefined> {
  const first = tracks[0]?.[0]
  const shared = assetSha256 && same && first?.start === 0 ? first.end : 0
  let whole = assetSha256 && shared === 0 ? createHash('sha256') : undefined
  const takers = tracks.map(takerOf)
  let at = 0
  const pass = (bytes: Uint8Array) => {
    whole?.update(bytes)
    for (const take of takers) take(bytes, at)
    at += bytes.byteLength
  }
  for await (const chunk of chunksOf(source, 0, source.size)) {
    throwIfAborted(signal)
    const left = shared - at
    pass(chunk.subarray(0, left > 0 ? left : undefined))
    if (left <= 0 || left > chunk.byteLength) continue
    whole = same?.copy()
    pass(chunk.subarray(left))
  }
  return whole?.digest('hex')
}

/** Takes chunks in order and passes on what belongs to the ranges. */
function takerOf(ranges: readonly Range[]): (chunk: Uint8Array, at: number) => void {
  let index = 0
  let begun = false
  return (chunk, at) => {
    const end = at + chunk.byteLength
    for (let range = ranges[index]; range && range.start < end; range = ranges[index]) {
      if (!begun && range.prefix) range.into.update(range.prefix)
      begun = true
      range.into.update(chunk.subarray(Math.max(0, range.start - at), Math.min(range.end, end) - at))
      if (range.end > end) return
      index++
      begun = false
    }
  }
}
