/** Hashes of the pieces of `mdat`, kept as a row of a Merkle tree (C2PA 15.12.2.1, 18.6.3), for files that are one file. */
import { limits } from '@yinji/core'
import { type Fields, isFields, isNatural } from '../fields.ts'
import type { Digest } from '../hashes.ts'
import type { Box } from './bmff-boxes.ts'
import type { Cut } from './bmff-cut.ts'
import { type Forest, forestOf, type Piece, readTree, type Tree } from './merkle-tree.ts'
import type { Range } from './stream.ts'

/** A text says what is wrong with them. */
export function mediaForest(
  entries: readonly Fields[],
  digest: Digest,
  cuts: readonly Cut[],
): Forest | string {
  const media = cuts.map(({ box }) => box).filter(({ type }) => type === 'mdat')
  const trees = new Map<number, { tree: Tree; ranges: Range[] }>()
  let room: number = limits.items // for the pieces of all trees
  for (const entry of entries) {
    const [localId, count] = [entry.get('localId'), entry.get('count')]
    const box = isNatural(localId) ? media[localId] : undefined
    if (!isNatural(localId) || box === undefined || trees.has(localId)) return 'merkle'
    const pieces = isNatural(count) && count <= room ? piecesOf(entry, box) : undefined
    const read = pieces && readTree(entry, localId, digest, pieces)
    if (read === undefined) return 'merkle'
    room -= read.ranges.length
    trees.set(localId, read)
  }
  if (trees.size !== media.length) return 'an mdat without hashes'
  const inOrder = media.flatMap((_, index) => trees.get(index) ?? [])
  return forestOf(
    inOrder.map(({ tree }) => tree),
    inOrder.flatMap(({ ranges }) => ranges),
  )
}

/** The entries of `merkle`; undefined for anything that is none. */
export function readEntries(value: unknown): readonly Fields[] | undefined {
  const good =
    Array.isArray(value) && value.length > 0 && value.length <= limits.items && value.every(isFields)
  return good ? value : undefined
}

/**
 * Pieces of fixed or of listed sizes, or the whole. They start behind the first 16 bytes of the box, because that is
 * where the exclusion of `mdat` starts (C2PA A.5.6); what is before it is in the main hash.
 */
function piecesOf(fields: Fields, box: Box): Piece[] | undefined {
  const fixed = fields.get('fixedBlockSize') ?? undefined
  const listed = fields.get('variableBlockSizes') ?? undefined
  const start = Math.min(box.end, box.start + 16)
  const size = box.end - start
  if (fixed !== undefined && listed !== undefined) return undefined
  if (listed !== undefined) {
    if (!Array.isArray(listed) || !listed.every(isNatural) || listed.length > limits.items) return undefined
    let at = start
    const pieces: Piece[] = []
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
