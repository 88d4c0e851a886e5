/**
 * The indexes of a Matroska file, SeekHead and Cues (RFC 9559 5.1.1, 5.1.5): positions count from the beginning of the
 * Segment's content, and change with everything that moves.
 */
import { readUint, uintLength, voidId, writeUint } from './ebml.ts'
import { type Leaf, leaf, leafIn, type Master, master, mastersIn, type Node, nodeSize } from './ebml-tree.ts'
import { ids } from './matroska.ts'

const seekId = 0x4dbb
const seekIdId = 0x53ab
const seekPositionId = 0x53ac
/** CuePoint, CueTrackPositions, CueReference. */
const cueMasters = [0xbb, 0xb7, 0xdb]
/** SeekPosition, CueClusterPosition, CueRefCluster. */
const positionIds: ReadonlySet<number> = new Set([seekPositionId, 0xf1, 0x97])
/** CueCodecState, CueRefCodecState: 0 means none. */
const stateIds: ReadonlySet<number> = new Set([0xea, 0xeb])

export const indexMasters: ReadonlySet<number> = new Set([ids.seekHead, seekId, ids.cues, ...cueMasters])

/** A position in an index, and where it points in the old file, from the beginning of the Segment's content. */
interface Field {
  readonly node: Leaf
  readonly old: number
}

export function positionsIn(node: Node): Field[] {
  if (node.kind === 'master') return node.children.flatMap(positionsIn)
  const { byteLength } = node.data
  if (byteLength > 8 || !(positionIds.has(node.id) || stateIds.has(node.id))) return []
  const old = readUint(node.data, 0, byteLength)
  return stateIds.has(node.id) && old === 0 ? [] : [{ node, old }]
}

/** Gives every position at least so many bytes; its value is to be set afterwards. */
export function widen(root: Node, most: number): void {
  const length = uintLength(most)
  for (const { node, old } of positionsIn(root))
    if (node.data.byteLength < length) node.data = writeUint(old, length)
}

/** CueTrackPositions, CueClusterPosition, CueRelativePosition. */
const [trackPositionsId, clusterPositionId, relativePositionId] = [0xb7, 0xf1, 0xf0]

/**
 * Sets every position inside a cluster anew (CueRelativePosition, from the first byte of its content).
 * @param move the new one, by the old one and the position of the cluster
 */
export function moveInside(cues: Master, move: (cluster: number, position: number) => number): void {
  for (const node of cues.children) {
    if (node.kind !== 'master') continue
    const at = leafIn(node, clusterPositionId)
    const inside = leafIn(node, relativePositionId)
    if (node.id === trackPositionsId && at && inside && inside.data.byteLength <= 8) {
      const [cluster, position] = [at, inside].map(({ data }) => readUint(data, 0, data.byteLength))
      const fresh = move(cluster ?? 0, position ?? 0)
      inside.data = writeUint(fresh, Math.max(uintLength(fresh), inside.data.byteLength))
    }
    moveInside(node, move)
  }
}

/** Sets a position; false when it takes more bytes than there are. */
export function setPosition(node: Leaf, value: number): boolean {
  if (value >= 256 ** node.data.byteLength) return false
  node.data = writeUint(value, node.data.byteLength)
  return true
}

/** Whether the SeekHead leads to this position. */
export function leadsTo(seekHead: Master, position: number): boolean {
  return seeks(seekHead).some(({ node }) => readUint(node.data, 0, node.data.byteLength) === position)
}

function seeks(seekHead: Master): { seek: Master; node: Leaf }[] {
  return mastersIn(seekHead, seekId).flatMap((seek) => {
    const node = leafIn(seek, seekPositionId)
    return node === undefined || node.data.byteLength > 8 ? [] : [{ seek, node }]
  })
}

/** Empties the entries for what is gone, without a change in size. */
export function dropSeeks(seekHead: Master, gone: ReadonlySet<number>): void {
  for (const { seek, node } of seeks(seekHead)) {
    if (!gone.has(readUint(node.data, 0, node.data.byteLength))) continue
    const total = nodeSize(seek)
    if (total > 128) continue
    seekHead.children = seekHead.children.map((child) =>
      child === seek ? leaf(voidId, new Uint8Array(total - 2)) : child,
    )
  }
}

/** Adds an entry for a Tags element. @param most the largest position there can be */
export function addSeek(seekHead: Master, most: number): Leaf {
  const position = leaf(seekPositionId, writeUint(0, uintLength(most)))
  seekHead.children = [...seekHead.children, master(seekId, leaf(seekIdId, writeUint(ids.tags, 4)), position)]
  return position
}
