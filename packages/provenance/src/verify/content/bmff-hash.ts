/** `c2pa.hash.bmff.v2` and `.v3`: a hash over boxes and where they stand (C2PA 15.12.2, 18.6). */
import { createHash, type Hash } from 'node:crypto'
import { chunksOf } from '@yinji/core'
import { isBytes } from '../fields.ts'
import { type Binding, type Compared, type Content, unchecked } from './binding.ts'
import { type Cut, cutsOf, rangesOf } from './bmff-cut.ts'
import { readExclusions, unexpected } from './bmff-exclusions.ts'
import { uncoveredMedia } from './bmff-media-places.ts'
import { strayBoxes } from './bmff-strays.ts'
import { fragmentsHash } from './fragments.ts'
import { MediaPieces } from './media-pieces.ts'
import { mediaForest, readEntries } from './merkle.ts'
import { proofsBehind } from './merkle-box.ts'
import type { Forest, Group } from './merkle-tree.ts'
import { pour, type Range } from './stream.ts'
import { isByTrack, trackForest, Unreadable } from './track-trees.ts'

export async function bmffHash(binding: Binding, content: Content): Promise<Compared> {
  const { fields, at, log } = binding
  const exclusions = readExclusions(fields.get('exclusions'))
  const expected = fields.get('hash')
  if (typeof exclusions === 'string') return malformed(binding, exclusions)
  if (!isBytes(expected)) {
    if (!fields.has('merkle')) return malformed(binding, 'hash')
    const outcome = await fragmentsHash(binding, content, exclusions)
    return typeof outcome === 'string' ? malformed(binding, outcome) : outcome
  }
  const cuts = await cutsOf(content.source, exclusions, content.signal)
  if (typeof cuts !== 'string') return compare(binding, content, cuts, expected)
  log.report('manifest.binding.unsupported', { at, label: cuts })
  return unchecked
}

function malformed({ at, log }: Binding, what: string): Compared {
  log.report('manifest.binding.malformed', { status: 'assertion.bmffHash.malformed', at, what })
  return unchecked
}

/**
 * The main hash comes first: it covers where the media stand, so hashes of pieces that do not fit the file mean a
 * changed file when it fails, and a wrong manifest when it holds.
 */
async function compare(
  binding: Binding,
  content: Content,
  cuts: readonly Cut[],
  expected: Uint8Array,
): Promise<Compared> {
  const { digest, at, log } = binding
  const forest = await readForest(binding, content, cuts)
  const hash = createHash(digest)
  const main = cuts.flatMap((cut) => rangesOf(cut, hash))
  if (content.later)
    return compareMain(binding, { ...content, later: content.later }, { cuts, main, hash, expected, forest })
  const readable = typeof forest !== 'string' && !(forest instanceof Unreadable)
  const pieces = readable && forest ? forest.ranges : []
  const sha256 = await pour(content, [main, pieces])
  if (Buffer.compare(hash.digest(), expected) !== 0) return { outcome: 'mismatch', sha256 }
  if (typeof forest === 'string') return { ...malformed(binding, forest), sha256 }
  if (forest instanceof Unreadable) {
    log.report('manifest.binding.unsupported', { at, label: forest.reason })
    return { ...unchecked, sha256 }
  }
  const proofs = forest
    ? await proofsBehind(
        content.source,
        cuts.map(({ box }) => box),
      )
    : []
  if (typeof proofs === 'string') return { ...malformed(binding, proofs), sha256 }
  await reportLeftOut(binding, content, cuts, forest)
  const holds = forest === undefined || (forest.holds() && forest.proven(proofs))
  return { outcome: holds ? 'match' : 'mismatch', sha256 }
}

/** @param forest undefined where pieces are not looked at, and neither are the boxes that lead to them */
async function reportLeftOut(
  { at, log, fields }: Binding,
  content: Content,
  cuts: readonly Cut[],
  forest: Forest | undefined,
): Promise<void> {
  const piecewise = (fields.get('merkle') ?? undefined) !== undefined
  const excluded = unexpected(new Set(cuts.flatMap(({ by }) => by)), piecewise, content.live)
  const strays = await strayBoxes(content, cuts, forest ? ['merkle'] : [])
  const others = new Set([...excluded, ...strays, ...(await uncoveredMedia(content.source, cuts))])
  if (others.size === 0) return
  const status = 'assertion.bmffHash.additionalExclusionsPresent'
  log.report('manifest.binding.partial', { status, at, what: [...others].join(', ') })
}

interface Main {
  readonly cuts: readonly Cut[]
  readonly main: readonly Range[]
  readonly hash: Hash
  readonly expected: Uint8Array
  readonly forest: Forest | undefined | string | Unreadable
}

/** Everything but the media, of which nothing is read. */
async function compareMain(
  binding: Binding,
  content: Content & { readonly later: NonNullable<Content['later']> },
  { cuts, main, hash, expected, forest }: Main,
): Promise<Compared> {
  const { at, log } = binding
  for (const { start, end, prefix } of main) {
    if (prefix) hash.update(prefix)
    for await (const chunk of chunksOf(content.source, start, end)) hash.update(chunk)
  }
  if (Buffer.compare(hash.digest(), expected) !== 0) return { outcome: 'mismatch', sha256: undefined }
  if (typeof forest === 'string') return malformed(binding, forest)
  log.report('manifest.media.unseen', { at })
  if (forest === undefined || forest instanceof Unreadable) return unchecked
  await reportLeftOut(binding, content, cuts, undefined)
  const groups = forest.groups()
  if (groups === undefined) return unchecked
  if (!groups.every(emptyHolds)) return { outcome: 'mismatch', sha256: undefined }
  content.later(new MediaPieces(groups.filter(({ start, end }) => end > start)))
  return unchecked
}

/** Nothing is what it is; anything else is seen later. */
const emptyHolds = ({ start, end, pieces, digest, holds }: Group) =>
  end > start || holds(pieces.map(() => createHash(digest).digest()))

/** Undefined when there are no trees; a text says what is wrong with them. */
async function readForest(
  { fields, digest }: Binding,
  { source }: Content,
  cuts: readonly Cut[],
): Promise<Forest | undefined | string | Unreadable> {
  const value = fields.get('merkle') ?? undefined
  if (value === undefined) return undefined
  const entries = readEntries(value)
  if (entries === undefined) return 'merkle'
  return isByTrack(entries) ? trackForest(entries, digest, cuts, source) : mediaForest(entries, digest, cuts)
}
