/**
 * Fragmented files: what comes before the fragments has a hash in the manifest, each fragment is a leaf of a tree
 * (C2PA 15.12.2.2, 18.6.6, A.5.4.1.2). They stand in one file, or each in its own beside an initialization segment.
 */
import { createHash, type Hash } from 'node:crypto'
import { type Source, throwIfAborted } from '@yinji/core'
import type { Digest } from '../hashes.ts'
import { type Binding, type Compared, type Content, unchecked } from './binding.ts'
import { type Cut, cutsOf, rangesOf } from './bmff-cut.ts'
import { type Exclusion, unexpected } from './bmff-exclusions.ts'
import { uncoveredMedia } from './bmff-media-places.ts'
import { strayBoxes } from './bmff-strays.ts'
import { Ledger } from './fragment-ledger.ts'
import { type FragmentTree, nameOfTree, readFragmentTrees } from './fragment-trees.ts'
import { type Proof, readMerkleBox } from './merkle-box.ts'
import { contentFound } from './piece-ledger.ts'
import { pour, type Range } from './stream.ts'

type Trees = ReadonlyMap<string, FragmentTree>
interface Parts {
  /** Boxes that say where a fragment belongs, and none follows. */
  readonly unused: readonly string[]
  readonly before: readonly Cut[]
  readonly fragments: readonly { readonly cuts: readonly Cut[]; readonly proof: Proof | undefined }[]
}

/** A text says what is wrong with the binding. */
export async function fragmentsHash(
  binding: Binding,
  content: Content,
  exclusions: readonly Exclusion[],
): Promise<Compared | string> {
  const { fields, digest, at, log } = binding
  const trees = readFragmentTrees(fields.get('merkle'), digest)
  if (typeof trees === 'string') return trees
  const { source, fragments, signal } = content
  const cuts = await cutsOf(source, exclusions, signal)
  if (typeof cuts === 'string') {
    log.report('manifest.binding.unsupported', { at, label: cuts })
    return unchecked
  }
  const whole = cuts.some(({ box }) => box.type === 'moof')
  if (fragments === undefined && !whole) {
    log.report('manifest.fragment.absent', { at })
    return unchecked
  }
  const parts = fragments ? { before: cuts, fragments: [], unused: [] } : await partsOf(source, cuts)
  const { expected, leaves, sha256 } = await hashParts(content, parts, trees)
  if (expected.size === 0) return { outcome: 'mismatch', sha256 }
  const strays = await strayBoxes(content, cuts, fragments ? [] : ['merkle'])
  const media = await uncoveredMedia(source, cuts)
  const used = unexpected(new Set(cuts.flatMap(({ by }) => by)), false)
  const partial = (others: readonly string[]) => {
    if (others.length > 0)
      log.report('manifest.binding.partial', { status: leftOut, at, what: others.slice(0, told).join(', ') })
  }
  partial([...used, ...parts.unused, ...strays, ...media])
  content.watch?.begun(contentFound('match'))
  const ledger = new Ledger(trees, expected, log)
  for (const [index, { proof }] of parts.fragments.entries())
    ledger.take(`moof[${index + 1}]`, proof, leaves.of(index))
  if (fragments) {
    const others = await takeSegments(content, fragments, exclusions, ledger)
    partial(others.filter((one) => !used.includes(one)))
  }
  return { outcome: ledger.close(at) ? 'match' : 'mismatch', sha256 }
}

const leftOut = 'assertion.bmffHash.additionalExclusionsPresent'

/** How many places that no hash covers are told. */
const told = 10

/** A fragment begins with `moof` and goes on to the next; the box that says where it belongs stands before it. */
async function partsOf(source: Source, cuts: readonly Cut[]): Promise<Parts> {
  const before: Cut[] = []
  const fragments: { cuts: Cut[]; proof: Proof | undefined }[] = []
  let proofs: (Proof | string)[] = []
  for (const cut of cuts) {
    const read = await readMerkleBox(source, cut.box)
    if (read !== undefined) proofs.push(read)
    if (cut.box.type === 'moof') {
      fragments.push({ cuts: [], proof: onlyOne(proofs) })
      proofs = []
    }
    const into = fragments.at(-1)?.cuts ?? before
    into.push(cut)
  }
  return { before, fragments, unused: proofs.map(() => '/uuid merkle') }
}

/** More than one, or one that can't be read, is none: what is not used could be anything. */
function onlyOne(proofs: readonly (Proof | string)[]): Proof | undefined {
  const [proof, ...others] = proofs
  return others.length > 0 || typeof proof === 'string' ? undefined : proof
}

/** Everything in one pass. `expected` are the trees that what comes before the fragments is signed for. */
async function hashParts(content: Content, { before, fragments }: Parts, trees: Trees) {
  const digests = new Set([...trees.values()].map(({ digest }) => digest))
  const hashes = new Map([...digests].map((digest) => [digest, createHash(digest)]))
  const all = { update: (bytes: Uint8Array) => hashes.forEach((hash) => void hash.update(bytes)) }
  const leaves = new Leaves(
    fragments.map(({ proof }) => (proof && trees.get(nameOfTree(proof))?.digest) ?? 'sha256'),
  )
  const ranges = [
    ...before.flatMap((cut) => rangesOf(cut, all)),
    ...fragments.flatMap(({ cuts }, index) => cuts.flatMap((cut) => rangesOf(cut, leaves.into(index)))),
  ]
  const sha256 = await pour(content, [ranges])
  const results = new Map([...hashes].map(([digest, hash]) => [digest, hash.digest()]))
  const signed = ({ digest, initHash }: FragmentTree) =>
    Buffer.compare(results.get(digest) ?? Buffer.of(), initHash) === 0
  return { expected: new Set([...trees.values()].filter(signed)), leaves, sha256 }
}

/** Hashes of parts that come one after the other; a file may have a million. */
class Leaves {
  readonly #digests: readonly Digest[]
  readonly #results: Buffer[] = []
  #hash: Hash | undefined

  constructor(digests: readonly Digest[]) {
    this.#digests = digests
  }

  into(index: number): Range['into'] {
    return {
      update: (bytes) => {
        while (this.#results.length < index) this.#close()
        this.#hash ??= this.#open()
        this.#hash.update(bytes)
      },
    }
  }

  of(index: number): Buffer {
    while (this.#results.length <= index) this.#close()
    return this.#results[index] ?? Buffer.of()
  }

  #open(): Hash {
    return createHash(this.#digests[this.#results.length] ?? 'sha256')
  }

  #close(): void {
    this.#results.push((this.#hash ?? this.#open()).digest())
    this.#hash = undefined
  }
}

/**
 * Each file is hashed as a whole, and has exactly one box that says where it belongs; it is judged before the next one is read.
 * @returns places that no hash covers
 */
async function takeSegments(
  { signal, watch }: Content,
  fragments: AsyncIterable<Source>,
  exclusions: readonly Exclusion[],
  ledger: Ledger,
): Promise<string[]> {
  const all = new Set<string>()
  let position = 0
  for await (const source of fragments) {
    throwIfAborted(signal)
    position++
    const name = source.name ?? `#${position}`
    const others = await takeSegment(source, name, { exclusions, ledger, signal })
    if (others.length > 0)
      ledger.pieces.tell('manifest.binding.partial', { status: leftOut, what: others.join(', ') })
    for (const one of all.size < told ? others : []) all.add(one)
    watch?.piece(ledger.pieces.end(name))
  }
  return [...all]
}

async function takeSegment(
  source: Source,
  name: string,
  {
    exclusions,
    ledger,
    signal,
  }: { exclusions: readonly Exclusion[]; ledger: Ledger } & Pick<Content, 'signal'>,
): Promise<string[]> {
  const cuts = await cutsOf(source, exclusions, signal)
  const proof = typeof cuts === 'string' ? undefined : await onlyProof(source, cuts)
  const tree = ledger.treeOf(proof)
  if (typeof cuts === 'string' || tree === undefined) {
    ledger.take(name, undefined, Buffer.of())
    return []
  }
  const hash = createHash(tree.digest)
  await pour({ source, signal, assetSha256: false }, [cuts.flatMap((cut) => rangesOf(cut, hash))])
  ledger.take(name, proof, hash.digest())
  const strays = await strayBoxes({ source }, cuts, ['merkle'])
  return [
    ...unexpected(new Set(cuts.flatMap(({ by }) => by)), false),
    ...[...strays, ...(await uncoveredMedia(source, cuts))].map((place) => `${name}${place}`),
  ]
}

async function onlyProof(source: Source, cuts: readonly Cut[]): Promise<Proof | undefined> {
  const proofs: (Proof | string)[] = []
  for (const { box } of cuts) {
    const read = await readMerkleBox(source, box)
    if (read !== undefined) proofs.push(read)
  }
  return onlyOne(proofs)
}
