/** Hashes of the pieces of `mdat`, kept as a row of a Merkle tree (C2PA 15.12.2.1, 18.6.3), for files that are one file. */
import { createHash, type Hash } from 'node:crypto'
import { limits } from '@yinji/core'
import { type Fields, isBytes, isFields, isNatural } from '../fields.ts'
import { type Digest, digestOf } from '../hashes.ts'
import type { Box } from './bmff-boxes.ts'
import type { Cut } from './bmff-cut.ts'
import { proves } from './fragment-trees.ts'
import type { Proof } from './merkle-box.ts'
import type { Range } from './stream.ts'

/** The trees of a file: what to hash, and then whether it is what was signed. */
export interface Forest {
  readonly ranges: readonly Range[]
  holds(): boolean
  /** Whether boxes behind the media, in their order, lead from every piece of their trees to what was signed. */
  proven(proofs: readonly Proof[]): boolean
}

interface Tree {
  readonly uniqueId: unknown
  readonly localId: number
  readonly digest: Digest
  readonly row: readonly Uint8Array[]
  readonly leaves: Leaf[]
}

/** Undefined when there are no trees; a text says what is wrong with them. */
export function readForest(
  value: unknown,
  digest: Digest,
  cuts: readonly Cut[],
): Forest | undefined | string {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || value.length === 0 || value.length > limits.items) return 'merkle'
  const media = cuts.map(({ box }) => box).filter(({ type }) => type === 'mdat')
  const trees = new Map<number, { tree: Tree; ranges: Range[] }>()
  let room: number = limits.items // for the pieces of all trees
  for (const entry of value) {
    const localId = isFields(entry) ? entry.get('localId') : undefined
    const box = isNatural(localId) ? media[localId] : undefined
    if (!isFields(entry) || !isNatural(localId) || box === undefined || trees.has(localId)) return 'merkle'
    const read = readTree(entry, localId, digest, box, room)
    if (read === undefined) return 'merkle'
    room -= read.ranges.length
    trees.set(localId, read)
  }
  if (trees.size !== media.length) return 'an mdat without hashes'
  const inOrder = media.flatMap((_, index) => trees.get(index) ?? [])
  return {
    ranges: inOrder.flatMap(({ ranges }) => ranges),
    holds: () => inOrder.every(({ tree }) => treeHolds(tree)),
    proven: (proofs) => treesProven(new Map(inOrder.map(({ tree }) => [tree.localId, tree])), proofs),
  }
}

function readTree(
  fields: Fields,
  localId: number,
  inherited: Digest,
  box: Box,
  room: number,
): { tree: Tree; ranges: Range[] } | undefined {
  const digest = digestOf(fields.get('alg') ?? inherited)
  const count = fields.get('count')
  const row = fields.get('hashes')
  if (digest === undefined || !isNatural(count) || count > room) return undefined
  if (!Array.isArray(row) || !row.every(isBytes) || row.length === 0 || row.length > count) return undefined
  const pieces = piecesOf(fields, box)
  if (pieces === undefined || pieces.length !== count) return undefined
  const ranges = pieces.map(({ start, end }) => ({ start, end, into: new Leaf(digest, end - start) }))
  const leaves = ranges.map(({ into }) => into)
  return { tree: { uniqueId: fields.get('uniqueId'), localId, digest, row, leaves }, ranges }
}

/**
 * Pieces of fixed or of listed sizes, or the whole. They start behind the first 16 bytes of the box, because that is
 * where the exclusion of `mdat` starts (C2PA A.5.6); what is before it is in the main hash.
 */
function piecesOf(fields: Fields, box: Box): { start: number; end: number }[] | undefined {
  const fixed = fields.get('fixedBlockSize') ?? undefined
  const listed = fields.get('variableBlockSizes') ?? undefined
  const start = Math.min(box.end, box.start + 16)
  const size = box.end - start
  if (fixed !== undefined && listed !== undefined) return undefined
  if (listed !== undefined) {
    if (!Array.isArray(listed) || !listed.every(isNatural) || listed.length > limits.items) return undefined
    let at = start
    const pieces: { start: number; end: number }[] = []
    for (const length of listed) {
      pieces.push({ start: at, end: at + length })
      at += length
    }
    return at === box.end ? pieces : undefined
  }
  if (fixed === undefined) return [{ start, end: box.end }]
  if (!isNatural(fixed) || fixed === 0 || size / fixed > limits.items) return undefined
  return Array.from({ length: Math.ceil(size / fixed) }, (_, index) => ({
    start: start + index * fixed,
    end: Math.min(box.end, start + (index + 1) * fixed),
  }))
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

/**
 * Compares the row that was signed with the same row computed from the leaves. How a node without sibling goes up is
 * not said by the standard: as it is, or hashed once more. Both are taken.
 */
function treeHolds({ digest, row, leaves }: Tree): boolean {
  const nodes = leaves.map((leaf) => leaf.result())
  const hashed = (node: Buffer) => createHash(digest).update(node).digest()
  return [(node: Buffer) => node, hashed].some((lonely) => {
    let level: readonly Buffer[] = nodes
    while (level.length > row.length) level = parents(level, digest, lonely)
    return level.length === row.length && equal(level, row)
  })
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

function parents(level: readonly Buffer[], digest: Digest, lonely: (node: Buffer) => Buffer): Buffer[] {
  const above: Buffer[] = []
  for (let index = 0; index < level.length; index += 2) {
    const [left, right] = level.slice(index, index + 2)
    if (left) above.push(right ? createHash(digest).update(left).update(right).digest() : lonely(left))
  }
  return above
}

function equal(nodes: readonly Uint8Array[], row: readonly Uint8Array[]): boolean {
  return nodes.every((node, index) => Buffer.compare(node, row[index] ?? new Uint8Array()) === 0)
}
