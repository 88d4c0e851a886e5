/**
 * Puts new frames into the place of old ones in a Matroska or WebM file: block for block, in the same clusters. Sizes of
 * clusters and every position behind them are told anew; all other bytes are the source's.
 */
import { bytes, concat, copy, InputError, type Part, type Source } from '@yinji/core'
import { sizeLengthOf, uintLength, writeHeader, writeUint, writeVoid } from '../../carriers/ebml.ts'
import { leafIn, mastersIn, parseTree, writeNode } from '../../carriers/ebml-tree.ts'
import { setUint16 } from '../../carriers/integers.ts'
import { ids, type Matroska } from '../../carriers/matroska.ts'
import { moveInside } from '../../carriers/matroska-positions.ts'
import { relocate } from '../../carriers/matroska-splice.ts'
import { type Fail, OffsetMap } from '../../carriers/offset-map.ts'
import { growth, type Replacement, replace } from '../../carriers/replacements.ts'
import { type Block, blockIds, type MatroskaTrack, privateId, trackMasters } from './matroska-track.ts'
import { configurationOf } from './movie-track.ts'
import { indicesOf } from './order.ts'
import { type Samples, shownAt } from './samples.ts'
import type { Stretch } from './stretches.ts'

export interface MatroskaGraft {
  readonly stretches: readonly Stretch[]
  /** Positions in the stretches count from the end of the source. */
  readonly samples: Samples
  readonly entries: readonly Uint8Array[]
}

/** Parts of the source and, behind it, of the file with the new frames. Or why they can't be put in, in words. */
export async function graftBlocks(
  source: Source,
  doc: Matroska,
  track: MatroskaTrack,
  graft: MatroskaGraft,
): Promise<readonly Part[] | string> {
  const blocks = newBlocks(source, track, graft)
  if (typeof blocks === 'string') return blocks
  const clusters = newClusters(track, blocks)
  const tracks = await newTracks(source, doc, track, graft)
  const inside = new OffsetMap([...blocks, ...clusters])
  const fail: Fail = (what) => {
    throw new InputError('input.damaged', { what, name: source.name ?? '' })
  }
  return relocate(source, doc, { changes: [...tracks, ...clusters, ...blocks] }, fail, (cues) =>
    moveInside(cues, (position, relative) => {
      const cluster = doc.children.find(({ start }) => start === doc.segment.content + position)
      if (cluster === undefined) return relative
      return inside.move(cluster.content + relative) - inside.move(cluster.content)
    }),
  )
}

function newBlocks(source: Source, track: MatroskaTrack, graft: MatroskaGraft): Replacement[] | string {
  const { samples, stretches } = graft
  const first = (track.blocks[0]?.time ?? 0) - shownAt(track.samples, 0)
  const durations = new Map(
    track.blocks.flatMap(({ time, duration }) => (duration === undefined ? [] : [[time, duration]])),
  )
  const out: Replacement[] = []
  for (const index of indicesOf(stretches)) {
    const block = track.blocks[index]
    const cluster = track.clusters[block?.cluster ?? 0]
    if (block === undefined || cluster === undefined) return 'a block is missing'
    const time = shownAt(samples, index) + first
    const relative = time - cluster.time
    if (relative < -0x8000 || relative > 0x7fff) return 'a frame would leave its cluster'
    const start = source.size + (samples.position[index] ?? 0)
    const size = samples.size[index] ?? 0
    const head = blockHead(track.number, relative, {
      size,
      key: samples.sync[index] === 1,
      duration: durations.get(time),
    })
    out.push({ ...block.element, parts: [bytes(head), copy(start, start + size)] })
  }
  return out
}

/** Everything of a block before its frame; a BlockGroup where the frame has a duration of its own. */
function blockHead(
  track: number,
  time: number,
  { size, key, duration }: { size: number; key: boolean; duration: number | undefined },
): Uint8Array {
  const fields = new Uint8Array([0x80 | track, 0, 0, key && duration === undefined ? 0x80 : 0])
  setUint16(fields, 1, time & 0xffff)
  const block = (id: number) => concat([writeHeader(id, size + 4, sizeLengthOf(size + 4)), fields])
  if (duration === undefined) return block(blockIds.simple)
  const lasting = element(blockIds.duration, writeUint(duration, uintLength(duration)))
  // Which frame it refers to is the codec's business; that it does is what a player asks.
  const reference = key ? new Uint8Array(0) : element(blockIds.reference, new Uint8Array([0xff]))
  const inner = concat([lasting, reference, block(blockIds.block)])
  const length = inner.byteLength + size
  return concat([writeHeader(blockIds.group, length, sizeLengthOf(length)), inner])
}

const element = (id: number, content: Uint8Array) => concat([writeHeader(id, content.byteLength, 1), content])

/** Sizes of the clusters that changed, and what their neighbours say of them. */
function newClusters({ clusters }: MatroskaTrack, blocks: readonly Replacement[]): Replacement[] {
  const out: Replacement[] = []
  let before = false
  for (const { element: cluster, previousSize, checksum } of clusters) {
    const own = blocks.filter(({ start }) => start >= cluster.content && start < cluster.end)
    if (before && previousSize) out.push(emptied(previousSize))
    if ((own.length > 0 || (before && previousSize)) && checksum) out.push(emptied(checksum))
    before = own.length > 0
    if (!before || cluster.unknown) continue
    const size = cluster.end - cluster.content + growth(own)
    const length = sizeLengthOf(size, cluster.sizeLength)
    out.push(replace(cluster.start, cluster.content, writeHeader(cluster.id, size, length)))
  }
  return out
}

/** What no longer holds, and is optional, goes (RFC 8794 11.3). */
const emptied = ({ start, end }: Block['element']) => replace(start, end, writeVoid(end - start))

/** The codec's settings, where the new frames bring more of them. */
async function newTracks(
  source: Source,
  doc: Matroska,
  track: MatroskaTrack,
  { entries }: MatroskaGraft,
): Promise<Replacement[]> {
  const [old, fresh] = [track.entries[0], entries[0]].map(
    (entry) => entry && (configurationOf(entry, 'avcC') ?? configurationOf(entry, 'hvcC')),
  )
  const tracks = doc.children.find(({ id }) => id === ids.tracks)
  if (!fresh || !tracks || (old && Buffer.compare(old, fresh) === 0)) return []
  const { root } = parseTree(await source.read(tracks.start, tracks.end), trackMasters)
  for (const entry of mastersIn(root, 0xae)) {
    const settings = leafIn(entry, privateId)
    if (leafIn(entry, 0x83)?.data[0] === 1 && settings) settings.data = fresh
  }
  return [replace(tracks.start, tracks.end, writeNode(root))]
}
