/** `c2pa.hash.bmff.v2` and `.v3`: a hash over boxes and where they stand (C2PA 15.12.2, 18.6). */
import { createHash } from 'node:crypto'
import { isBytes } from '../fields.ts'
import { type Binding, type Compared, type Content, unchecked } from './binding.ts'
import { type Cut, cutsOf, rangesOf } from './bmff-cut.ts'
import { readExclusions, unexpected } from './bmff-exclusions.ts'
import { strayBoxes } from './bmff-strays.ts'
import { fragmentsHash } from './fragments.ts'
import { mediaForest, readEntries } from './merkle.ts'
import { proofsBehind } from './merkle-box.ts'
import type { Forest } from './merkle-tree.ts'
import { pour } from './stream.ts'
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
  const readable = typeof forest !== 'string' && !(forest instanceof Unreadable)
  const pieces = readable && forest ? forest.ranges : []
  const sha256 = await pour(content, [main, pieces])
  if (Buffer.compare(hash.digest(), expected) !== 0) return { outcome: 'mismatch', sha256 }
  if (typeof forest === 'string') return { ...malformed(binding, forest), sha256 }
  if (forest instanceof Unreadable) {
    log.report('manifest.binding.unsupported', { at, label: forest.reason })
    return { ...unchecked, sha256 }
  }
  const excluded = unexpected(new Set(cuts.flatMap(({ by }) => by)), forest !== undefined, content.live)
  const proofs = forest
    ? await proofsBehind(
        content.source,
        cuts.map(({ box }) => box),
      )
    : []
  if (typeof proofs === 'string') return { ...malformed(binding, proofs), sha256 }
  const others = [...excluded, ...(await strayBoxes(content, cuts, forest ? ['merkle'] : []))]
  if (others.length > 0) {
    const status = 'assertion.bmffHash.additionalExclusionsPresent'
    log.report('manifest.binding.partial', { status, at, what: others.join(', ') })
  }
  const holds = forest === undefined || (forest.holds() && forest.proven(proofs))
  return { outcome: holds ? 'match' : 'mismatch', sha256 }
}

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
