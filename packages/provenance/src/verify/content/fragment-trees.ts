/** Merkle trees over fragments: the row a manifest keeps, and proofs that lead to it (C2PA 18.6.3, 18.6.6.1, A.5.4). */
import { createHash } from 'node:crypto'
import { limits } from '@yinji/core'
import { type Fields, isBytes, isFields, isNatural } from '../fields.ts'
import { type Digest, digestOf } from '../hashes.ts'
import type { Proof } from './merkle-box.ts'

/** One tree: the fragments of one track. */
export interface FragmentTree {
  readonly uniqueId: number
  readonly localId: number
  /** How many fragments there are. */
  readonly count: number
  readonly digest: Digest
  /** Hash of what comes before the fragments. */
  readonly initHash: Uint8Array
  readonly row: readonly Uint8Array[]
}

/** The trees by what fragments call them, or what is wrong with them. */
export function readFragmentTrees(value: unknown, inherited: Digest): Map<string, FragmentTree> | string {
  if (!Array.isArray(value) || value.length === 0) return 'merkle'
  const trees = new Map<string, FragmentTree>()
  for (const entry of value) {
    const tree = isFields(entry) ? readTree(entry, inherited) : undefined
    if (tree === undefined || trees.has(nameOfTree(tree))) return 'merkle'
    trees.set(nameOfTree(tree), tree)
  }
  return trees
}

export function nameOfTree({ uniqueId, localId }: Pick<FragmentTree, 'uniqueId' | 'localId'>): string {
  return `${uniqueId}.${localId}`
}

function readTree(fields: Fields, inherited: Digest): FragmentTree | undefined {
  const [uniqueId, localId, count] = ['uniqueId', 'localId', 'count'].map((key) => fields.get(key))
  const digest = digestOf(fields.get('alg') ?? inherited)
  const initHash = fields.get('initHash')
  const row = fields.get('hashes')
  if (!isNatural(uniqueId) || !isNatural(localId) || !isNatural(count) || count > limits.items)
    return undefined
  if (digest === undefined || !isBytes(initHash) || !Array.isArray(row) || !row.every(isBytes))
    return undefined
  return isRow(row.length, count) ? { uniqueId, localId, count, digest, initHash, row } : undefined
}

/** Whether a tree of so many leaves has a row of this length; a node without sibling goes up as it is. */
function isRow(length: number, count: number): boolean {
  let width = count
  while (width > length && width > 1) width = Math.ceil(width / 2)
  return width === length && length > 0
}

/** Whether a fragment with this hash is what the tree has at the place that the proof names. */
export function proves(
  { count, row, digest }: Pick<FragmentTree, 'count' | 'row' | 'digest'>,
  { location, hashes }: Proof,
  leaf: Uint8Array,
): boolean {
  if (location >= count) return false
  let node = leaf
  let index = location
  const siblings = hashes.values()
  for (let width = count; width > row.length; width = Math.ceil(width / 2)) {
    if ((index ^ 1) < width) {
      const { value: sibling } = siblings.next()
      if (sibling === undefined) return false
      const [left, right] = index % 2 === 0 ? [node, sibling] : [sibling, node]
      node = createHash(digest).update(left).update(right).digest()
    }
    index = Math.floor(index / 2)
  }
  const complete = siblings.next().done === true // what is not used could be anything
  return complete && Buffer.compare(node, row[index] ?? new Uint8Array()) === 0
}
