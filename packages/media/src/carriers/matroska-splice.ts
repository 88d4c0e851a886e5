/** Plans the labelled Matroska file: its Tags, and every position that changes with them. */
import { bytes, type Edit, limits, type Part, type Source, type Splice } from '@yinji/core'
import { patchedCrc32 } from './crc32-patch.ts'
import { crcId, type Element, sizeLengthOf, writeHeader, writeUint, writeVoid } from './ebml.ts'
import { type Leaf, type Master, nodeSize, parseTree, writeNode } from './ebml-tree.ts'
import { damagedInput } from './faults.ts'
import { setUint32le, uint32le } from './integers.ts'
import { type ClusterPosition, ids, type Matroska, readMatroska } from './matroska.ts'
import { tagMasters } from './matroska-labels.ts'
import { type Loaded, placeTags, restOf, type TagsPlan, voidParts, widened } from './matroska-layout.ts'
import {
  addSeek,
  dropSeeks,
  indexMasters,
  leadsTo,
  positionsIn,
  setPosition,
  widen,
} from './matroska-positions.ts'
import { type Fail, OffsetMap } from './offset-map.ts'
import { growth, partsOf, type Replacement, replace } from './replacements.ts'

/** @throws InputError when the file is damaged. */
export async function spliceMatroska(source: Source, edit: Edit): Promise<Splice> {
  const fail: Fail = (what) => {
    throw damagedInput(source, what)
  }
  const doc = await readMatroska(source)
  if (doc.damage !== undefined) fail(doc.damage)
  if (edit.aigc === undefined) return { parts: partsOf(source.size, []) }
  const tags = await loadAll(source, doc, { id: ids.tags, masters: tagMasters, fail })
  return { parts: await relocate(source, doc, placeTags(doc, tags, edit.aigc), fail) }
}

/** What else changes with the indexes, for instance positions inside of clusters. */
export type AdjustCues = (cues: Master) => void

/**
 * The file with changes, and every index leading where it should.
 * @param plan Tags that were put in, or any other changes
 */
export async function relocate(
  source: Source,
  doc: Matroska,
  plan: TagsPlan | Pick<TagsPlan, 'changes'>,
  fail: Fail,
  adjust?: AdjustCues,
): Promise<Part[]> {
  const load = (id: number, masters: ReadonlySet<number>) => loadAll(source, doc, { id, masters, fail })
  // Whether the positions keep their sizes is known only once everything has its place, and wider ones need more of it.
  for (const wide of [false, true]) {
    const indexes = {
      seekHeads: await load(ids.seekHead, indexMasters),
      cues: await load(ids.cues, indexMasters),
    }
    for (const { root } of indexes.cues) adjust?.(root)
    const laid = layOut(doc, plan, indexes, wide ? 2 * source.size + limits.metadataBytes : undefined)
    if (laid === undefined) continue
    const clusters = await Promise.all(doc.positions.map((one) => patchCluster(source, one, laid.move)))
    return partsOf(source.size, [...laid.changes, ...clusters.flat()])
  }
  return fail('positions beyond 2^53')
}

interface Kind {
  readonly id: number
  readonly masters: ReadonlySet<number>
  readonly fail: Fail
}

/** Every element of a kind, in memory. */
async function loadAll(source: Source, doc: Matroska, { id, masters, fail }: Kind): Promise<Loaded[]> {
  const loaded: Loaded[] = []
  for (const element of doc.children.filter((child) => child.id === id)) {
    const size = element.end - element.start
    if (size > limits.metadataBytes) fail(`index or tags of ${size} bytes`)
    const { root, damage } = parseTree(await source.read(element.start, element.end), masters)
    if (damage !== undefined) fail(damage)
    loaded.push({ element, root })
  }
  return loaded
}

interface Indexes {
  readonly seekHeads: readonly Loaded[]
  readonly cues: readonly Loaded[]
}

interface Plan {
  readonly changes: readonly Replacement[]
  /** Where something stands in the new Segment, by its offset in the old file, and whether that is elsewhere. */
  readonly move: (offset: number) => { readonly old: number; readonly fresh: number }
}

/** @param most the largest position to make room for; undefined for none. Undefined when the room does not suffice. */
function layOut(
  doc: Matroska,
  tags: TagsPlan | Pick<TagsPlan, 'changes'>,
  indexes: Indexes,
  most: number | undefined,
): Plan | undefined {
  const { segment } = doc
  const placed = 'at' in tags ? tags : undefined
  const entry = placed && updateSeekHeads(doc, placed, indexes.seekHeads, most)
  const all = [...indexes.seekHeads, ...indexes.cues]
  if (most !== undefined) for (const { root } of all) widen(root, most)
  const places = all.map((index) => placeIndex(doc, index))
  const sized = [
    ...tags.changes,
    ...places.map(({ start, end, size, rest }) => replace(start, end, new Uint8Array(size + rest))),
  ]
  const header = segmentHeader(segment, growth(sized))
  const map = new OffsetMap([...sized, ...header])
  const base = segment.content + growth(header)
  const move = (offset: number) => ({ old: offset - segment.content, fresh: map.move(offset) - base })
  const fields = all.flatMap(({ root }) => positionsIn(root))
  const fits = fields
    .filter(({ node }) => node !== entry)
    .every(({ node, old }) => {
      const offset = segment.content + old
      return setPosition(node, offset > segment.end ? old : move(offset).fresh)
    })
  if (!fits) return undefined
  if (entry && placed && !setPosition(entry, move(placed.at).fresh - placed.inserted)) return undefined
  const written = places.map(({ start, end, root, rest }) => ({
    start,
    end,
    parts: [bytes(writeNode(root)), ...voidParts(rest)],
  }))
  return { changes: [...header, ...tags.changes, ...written, ...withoutChecksum(doc)], move }
}

/** Takes out what is gone, and leads to the Tags: the position that is still to be set. */
function updateSeekHeads(
  { segment }: Matroska,
  tags: TagsPlan,
  seekHeads: readonly Loaded[],
  most = segment.end + limits.metadataBytes,
): Leaf | undefined {
  const gone = new Set([...tags.gone].map((start) => start - segment.content))
  for (const { root } of seekHeads) dropSeeks(root, gone)
  const known = tags.inserted === 0 && seekHeads.some(({ root }) => leadsTo(root, tags.at - segment.content))
  const [first] = seekHeads
  return known || first === undefined ? undefined : addSeek(first.root, most)
}

/** An index where it was, into the padding behind it when it grew; else everything moves. */
function placeIndex(doc: Matroska, { element, root }: Loaded) {
  const own = element.end - element.start
  const place = nodeSize(root) === own ? element : widened(doc, element)
  const rest = restOf(root, place.end - place.start) ?? 0
  return { root, start: place.start, end: place.end, size: nodeSize(root), rest }
}

function segmentHeader(segment: Element, grown: number): Replacement[] {
  if (segment.unknown || grown === 0) return []
  const size = segment.end - segment.content + grown
  const sizeLength = sizeLengthOf(size, segment.sizeLength)
  return [
    replace(
      segment.start,
      segment.content,
      writeHeader(segment.id, size, Math.max(sizeLength, segment.sizeLength)),
    ),
  ]
}

/** A checksum over all of the media is not worth reading it for: it goes, which RFC 8794 11.3.1 leaves to the writer. */
function withoutChecksum({ children }: Matroska): Replacement[] {
  return children
    .filter(({ id }) => id === crcId)
    .map(({ start, end }) => replace(start, end, writeVoid(end - start)))
}

/** The position that a cluster tells of itself; where the new one is too long for its place, it goes: it is optional. */
async function patchCluster(
  source: Source,
  { cluster, position, value, crc }: ClusterPosition,
  move: Plan['move'],
): Promise<Replacement[]> {
  const { old, fresh } = move(cluster.start)
  if (value !== old || fresh === old) return []
  const before = await source.read(position.start, position.end)
  const length = position.end - position.content
  const after = fresh < 256 ** length ? before.slice() : writeVoid(before.byteLength)
  if (fresh < 256 ** length) after.set(writeUint(fresh, length), before.byteLength - length)
  const change = replace(position.start, position.end, after)
  if (crc === undefined) return [change]
  const stored = await source.read(crc.content, crc.end)
  const checksum = new Uint8Array(4)
  setUint32le(checksum, 0, patchedCrc32(uint32le(stored, 0), before, after, cluster.end - position.end))
  return [change, replace(crc.content, crc.end, checksum)]
}
