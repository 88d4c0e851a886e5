/** One row of a Merkle tree, held against the pieces it was made from (C2PA 18.6.3, A.5.4). */
import { createHash, type Hash } from 'node:crypto'
import { type Fields, isBytes, isNatural } from '../fields.ts'
import { type Digest, digestOf } from '../hashes.ts'
import { proves } from './fragment-trees.ts'
import type { Proof } from './merkle-box.ts'
import type { Range } from './stream.ts'

/** The trees of a file: what to hash, and then whether it is what was signed. */
export interface Forest {
  /** Ascending and without overlaps. */
  readonly ranges: readonly Range[]
  holds(): boolean
  /** What can be told apart, ascending; undefined where that is no range of the file. */
  groups(): Group[] | undefined
  /** Whether boxes behind the media, in their order, lead from every piece of their trees to what was signed. */
  proven(proofs: readonly Proof[]): boolean
}

/** Pieces that lead to one hash of the row: the least of which something can be told. */
export interface Group extends Piece {
  readonly pieces: readonly Piece[]
  readonly digest: Digest
  /** @param leaves hashes of the pieces */
  holds(leaves: readonly Uint8Array[]): boolean
}

export interface Tree {
  readonly uniqueId: unknown
  readonly localId: number
  readonly digest: Digest
  readonly row: readonly Uint8Array[]
  readonly pieces: readonly Piece[]
  readonly leaves: Leaf[]
}

export interface Piece {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** A tree over these pieces, and what to hash for it, in their order; undefined when it can't be one. */
export function readTree(
  fields: Fields,
  localId: number,
  inherited: Digest,
  pieces: readonly Piece[],
): { tree: Tree; ranges: Range[] } | undefined {
  const digest = digestOf(fields.get('alg') ?? inherited)
  const count = fields.get('count')
  const row = fields.get('hashes')
  if (digest === undefined || !isNatural(count) || count !== pieces.length) return undefined
  if (!Array.isArray(row) || !row.every(isBytes) || row.length === 0 || row.length > count) return undefined
  const ranges = pieces.map(({ start, end }) => ({ start, end, into: new Leaf(digest, end - start) }))
  const leaves = ranges.map(({ into }) => into)
  return { tree: { uniqueId: fields.get('uniqueId'), localId, digest, row, pieces, leaves }, ranges }
}

export function forestOf(trees: readonly Tree[], ranges: Forest['ranges']): Forest {
  return {
    ranges,
    groups: () => trees.flatMap((tree) => [...groupsOf(tree)]),
    holds: () => trees.every(treeHolds),
    proven: (proofs) => treesProven(new Map(trees.map((tree) => [tree.localId, tree])), proofs),
  }
}

/** The hash of one piece, which lives only while the bytes of the piece come by: a file may have a million. */
class Leaf {
  readonly #digest: Digest
  #left: number
  #hash: Hash | undefined
  #result: Buffer | undefined

  /** @param length of the piece, in bytes */
  constructor(digest: Digest, length: number) {
    this.#digest = digest
    this.#left = length
  }

  update(bytes: Uint8Array): void {
    this.#hash ??= createHash(this.#digest)
    this.#hash.update(bytes)
    this.#left -= bytes.byteLength
    if (this.#left > 0) return
    this.#result = this.#hash.digest()
    this.#hash = undefined
  }

  result(): Buffer {
    return this.#result ?? createHash(this.#digest).digest()
  }
}

function treeHolds(tree: Tree): boolean {
  let leaf = 0
  let node = 0
  for (const { pieces, holds } of groupsOf(tree)) {
    const leaves = tree.leaves.slice(leaf, leaf + pieces.length)
    if (!holds(leaves.map((one) => one.result()))) return false
    leaf += pieces.length
    node++
  }
  return node === tree.row.length
}

/**
 * The pieces below each hash of the row that was signed. How a node without sibling goes up is not said by the standard: as it is, or
 * hashed once more. Both are taken.
 */
function* groupsOf({ pieces, row, digest }: Tree): Generator<Group> {
  let height = 0
  for (let width = pieces.length; width > row.length; width = Math.ceil(width / 2)) height++
  const most = 2 ** height
  const ways = [(node: Uint8Array) => node, (node: Uint8Array) => createHash(digest).update(node).digest()]
  for (let index = 0; index * most < pieces.length; index++) {
    const own = pieces.slice(index * most, (index + 1) * most)
    const holds = (leaves: readonly Uint8Array[]) =>
      ways.some((lonely) => {
        let level = leaves
        for (let left = height; left > 0; left--) level = parents(level, digest, lonely)
        const [node, ...others] = level
        return others.length === 0 && Buffer.compare(node ?? Buffer.of(), row[index] ?? Buffer.of()) === 0
      })
    yield { start: own[0]?.start ?? 0, end: own.at(-1)?.end ?? 0, pieces: own, digest, holds }
  }
}

/** One box for each piece, those of a tree side by side and in the order of the pieces (C2PA A.5.4.1.1). */
function treesProven(trees: Map<number, Tree>, proofs: readonly Proof[]): boolean {
  for (let at = 0; at < proofs.length; ) {
    const tree = trees.get(proofs[at]?.localId ?? -1)
    if (tree === undefined || tree.leaves.length === 0) return false
    trees.delete(tree.localId)
    const count = tree.leaves.length
    for (const [location, leaf] of tree.leaves.entries()) {
      const proof = proofs[at++]
      if (proof === undefined || proof.location !== location) return false
      if (proof.uniqueId !== tree.uniqueId || proof.localId !== tree.localId) return false
      if (!proves({ ...tree, count }, proof, leaf.result())) return false
    }
  }
  return true
}

function parents(
  level: readonly Uint8Array[],
  digest: Digest,
  lonely: (node: Uint8Array) => Uint8Array,
): Uint8Array[] {
  const above: Uint8Array[] = []
  for (let index = 0; index < level.length; index += 2) {
    const [left, right] = level.slice(index, index + 2)
    if (left) above.push(right ? createHash(digest).update(left).update(right).digest() : lonely(left))
  }
  return above
}
