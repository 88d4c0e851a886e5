/**
 * Hashes of the chunks of each track, kept as a row of a Merkle tree: the form that C2PA 1.0 to 2.0 gave films (1.3,
 * 12.3.2.3) and c2pa-rs still reads. Since 2.1 a tree belongs to an `mdat` (18.6.3).
 */
import type { Source } from '@yinji/core'
import { type Fields, isNatural } from '../fields.ts'
import type { Digest } from '../hashes.ts'
import type { Cut } from './bmff-cut.ts'
import { type Forest, forestOf, type Piece, readTree, type Tree } from './merkle-tree.ts'
import { type Track, tracksOf } from './sample-tables.ts'
import type { Range } from './stream.ts'

/** Why nothing can be said. */
export class Unreadable {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

/** Pieces are not given by size, and no tree is that of the first `mdat`, whose number is no number of a track. */
export function isByTrack(entries: readonly Fields[]): boolean {
  return entries.every(
    (entry) => !entry.has('fixedBlockSize') && !entry.has('variableBlockSizes') && entry.get('localId') !== 0,
  )
}

/** A text says what is wrong with them. */
export async function trackForest(
  entries: readonly Fields[],
  digest: Digest,
  cuts: readonly Cut[],
  source: Source,
): Promise<Forest | string | Unreadable> {
  const tracks = await tracksOf(source)
  if (typeof tracks === 'string') return new Unreadable(tracks)
  const byId = new Map<unknown, Track>(tracks.map((track) => [track.id, track]))
  const trees = new Map<number, { tree: Tree; ranges: Range[] }>()
  for (const entry of entries) {
    const localId = entry.get('localId')
    const track = byId.get(localId)
    const read = isNatural(localId) && track ? readTree(entry, localId, digest, track.chunks) : undefined
    if (read === undefined || !isNatural(localId) || trees.has(localId)) return 'merkle'
    trees.set(localId, read)
  }
  if (trees.size !== tracks.length) return 'a track without hashes'
  const all = [...trees.values()]
  const ranges = all.flatMap((one) => one.ranges).toSorted((a, b) => a.start - b.start || a.end - b.end)
  if (!apart(ranges)) return new Unreadable('chunks that overlap')
  if (!covers(ranges, cuts)) return new Unreadable('media outside of all tracks')
  return {
    ...forestOf(
      all.map(({ tree }) => tree),
      ranges,
    ),
    groups: () => undefined, // chunks of tracks lie among each other
  }
}

/** Those of different tracks too: thousands of tracks that play the same media would have it hashed as often. */
const apart = (pieces: readonly Piece[]) =>
  pieces.every(({ start }, index) => start >= (pieces[index - 1]?.end ?? 0))

/** Whether chunks, in order, cover what the main hash leaves out of the media: what no track plays could be anything. */
function covers(chunks: readonly Piece[], cuts: readonly Cut[]): boolean {
  const holes = cuts.flatMap(({ box, holes }) => (box.type === 'mdat' ? holes : []))
  let next = 0
  return holes.every(({ start, end }) => {
    let at = start
    for (let chunk = chunks[next]; chunk && chunk.start <= at && at < end; chunk = chunks[++next])
      at = Math.max(at, chunk.end)
    if (next > 0) next-- // it may reach into the next one
    return at >= end
  })
}
