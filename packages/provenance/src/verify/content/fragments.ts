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
import { strayBoxes } from './bmff-strays.ts'
import { Ledger } from './fragment-ledger.ts'
import { type FragmentTree, nameOfTree, readFragmentTrees } from './fragment-trees.ts'
import { type Proof, readMerkleBox } from './merkle-box.ts'
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
  const used = new Set(cuts.flatMap(({ by }) => by))
  const parts = fragments ? { before: cuts, fragments: [], unused: [] } : await partsOf(source, cuts)
  const { expected, leaves, sha256 } = await hashParts(content, parts, trees)
  if (expected.size === 0) return { outcome: 'mismatch', sha256 }
  const ledger = new Ledger(trees, expected)
  for (const [index, { proof }] of parts.fragments.entries())
    ledger.take(`moof[${index + 1}]`, proof, leaves.of(index))
  const strays = await strayBoxes(content, cuts, fragments ? [] : ['merkle'])
  if (fragments) strays.push(...(await takeSegments(content, fragments, exclusions, ledger, used)))
  const others = [...unexpected(used, false), ...parts.unused, ...strays].slice(0, told)
  if (others.length > 0) {
    const status = 'assertion.bmffHash.additionalExclusionsPresent'
    log.report('manifest.binding.partial', { status, at, what: others.join(', ') })
  }
  return { outcome: ledger.close(at, log) ? 'match' : 'mismatch', sha256 }
}

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
 * Each file is hashed as a whole, and has exactly one box that says where it belongs.
 * @returns places that no hash covers
 */
async function takeSegments(
  { signal }: Content,
  fragments: AsyncIterable<Source>,
  exclusions: readonly Exclusion[],
  ledger: Ledger,
  used: Set<Exclusion>,
): Promise<string[]> {
  const strays: string[] = []
  let position = 0
  for await (const source of fragments) {
    throwIfAborted(signal)
    position++
    const name = source.name ?? `#${position}`
    const cuts = await cutsOf(source, exclusions, signal)
    const proof = typeof cuts === 'string' ? undefined : await onlyProof(source, cuts)
    const tree = ledger.treeOf(proof)
    if (typeof cuts === 'string' || tree === undefined) ledger.take(name, undefined, Buffer.of())
    else {
      if (strays.length < told)
        for (const stray of await strayBoxes({ source }, cuts, ['merkle'])) strays.push(`${name}${stray}`)
      for (const exclusion of cuts.flatMap(({ by }) => by)) used.add(exclusion)
      const hash = createHash(tree.digest)
      await pour({ source, signal, assetSha256: false }, [cuts.flatMap((cut) => rangesOf(cut, hash))])
      ledger.take(name, proof, hash.digest())
    }
  }
  return strays
}

async function onlyProof(source: Source, cuts: readonly Cut[]): Promise<Proof | undefined> {
  const proofs: (Proof | string)[] = []
  for (const { box } of cuts) {
    const read = await readMerkleBox(source, box)
    if (read !== undefined) proofs.push(read)
  }
  return onlyOne(proofs)
}
