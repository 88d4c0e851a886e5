/** The hash that segment info has of its segment (C2PA 18.6.2, 19.4.1): all of it but the boxes of C2PA. */
import { createHash } from 'node:crypto'
import type { FoundManifest, Source } from '@yinji/core'
import { cutsOf, rangesOf } from '../content/bmff-cut.ts'
import { type Exclusion, readExclusions, unexpected } from '../content/bmff-exclusions.ts'
import { uncoveredMedia } from '../content/bmff-media-places.ts'
import { strayBoxes } from '../content/bmff-strays.ts'
import { pour } from '../content/stream.ts'
import { type Fields, isBytes } from '../fields.ts'
import { type Digest, digestOf } from '../hashes.ts'
import { meant } from './event-box.ts'

export interface Segment {
  readonly source: Source
  /** Its own manifest, where it has one. */
  readonly found: FoundManifest | undefined
  readonly signal: AbortSignal | undefined
}

export interface SegmentCompared {
  readonly matches: boolean
  /** Places that no hash covers, and nobody reads. */
  readonly others: readonly string[]
}

/** A text says what is wrong with the hash. */
export async function compareSegment(
  segment: Segment,
  fields: Fields,
  inherited: Digest | undefined,
): Promise<SegmentCompared | string> {
  const read = readExclusions(fields.get('exclusions'))
  const digest = digestOf(fields.get('alg') ?? inherited)
  const expected = fields.get('hash')
  if (typeof read === 'string') return read
  const exclusions = read.map(asMeant)
  if (digest === undefined) return 'alg'
  if (!isBytes(expected)) return 'hash'
  const { source, found, signal } = segment
  const cuts = await cutsOf(source, exclusions, signal)
  if (typeof cuts === 'string') return cuts
  const hash = createHash(digest)
  const ranges = cuts.flatMap((cut) => rangesOf(cut, hash))
  await pour({ source, signal, assetSha256: false }, [ranges])
  const used = new Set(cuts.flatMap(({ by }) => by))
  return {
    matches: Buffer.compare(hash.digest(), expected) === 0,
    others: [
      ...unexpected(used, false, true),
      ...(await strayBoxes({ source, ...(found && { found }) }, cuts)),
      ...(await uncoveredMedia(source, cuts)),
    ],
  }
}

const asMeant = (exclusion: Exclusion): Exclusion => ({ ...exclusion, data: exclusion.data.map(meant) })
