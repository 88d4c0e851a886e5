/**
 * Media in what no hash covers. Where the pictures and sounds of a file stand is said by tables (ISO/IEC 14496-12 8.7.5, 8.8.7,
 * 8.8.8, 8.11.3), which are signed; whoever made the file before it was signed may have let them lead into boxes that the hash
 * leaves out, such as unused space or the padding of the manifest (C2PA A.5.6), to replace what stands there later.
 */
import { limits, type Source } from '@yinji/core'
import { type Box, BoxError, boxesBetween } from './bmff-boxes.ts'
import { type Cut, firstBehind, type Gap, gapsIn } from './bmff-cut.ts'
import { referencesElsewhere } from './bmff-elsewhere.ts'
import { BoxPaths } from './bmff-path.ts'
import {
  auxiliaryPlaces,
  contentOf,
  type Defaults,
  defaultsIn,
  fragmentPlaces,
  type Place,
} from './bmff-runs.ts'
import { indexesAstray } from './bmff-seek-table.ts'
import { tracksOf } from './sample-tables.ts'

/** What media stand in that no hash covers: boxes that are left out, other files, and indexes that lead to such boxes. */
export async function uncoveredMedia(source: Source, cuts: readonly Cut[]): Promise<string[]> {
  const gaps = gapsIn(cuts)
  try {
    const paths = new BoxPaths(source)
    const elsewhere = await referencesElsewhere(source, paths, await informationIn(source, paths, cuts))
    if (gaps.length === 0) return elsewhere
    const met = metBy(await placesIn(source, paths, cuts, gaps), gaps)
    for (const { box } of cuts)
      if (box.type === 'sidx' && (await indexesAstray(source, box, cuts))) met.add(box)
    return [...elsewhere, ...[...met].slice(0, told).map(inWords)]
  } catch (error) {
    if (error instanceof BoxError) return gaps.slice(0, told).map(({ box }) => inWords(box)) // nobody can tell
    throw error
  }
}

/** How many are told. */
const told = 10

const inWords = ({ type, start, end }: Box) => `/${type} ${start}–${end - 1}`

/** A few of the boxes with gaps that something stands in, or all of them. */
function metBy(places: readonly Extent[], gaps: readonly Gap[]): Set<Box> {
  const met = new Set<Box>()
  for (const { start, end } of places)
    for (let at = firstBehind(gaps, start); met.size < told; at++) {
      const gap = gaps[at]
      if (gap === undefined || gap.start >= Math.max(end, start + 1)) break
      met.add(gap.box)
    }
  return met
}

interface Extent {
  readonly start: number
  readonly end: number
}

async function placesIn(
  source: Source,
  paths: BoxPaths,
  cuts: readonly Cut[],
  gaps: readonly Gap[],
): Promise<Extent[]> {
  const lists: (readonly Place[])[] = []
  let defaults: Defaults | undefined
  let count = 0
  for (const { box } of cuts) {
    const before = lists.length
    if (box.type === 'moov') {
      defaults = await unlessBroken(() => defaultsIn(source, paths, box))
      lists.push(...(await filmPlaces(source, paths, box, gaps)))
    }
    if (box.type === 'moof')
      lists.push((await unlessBroken(() => fragmentPlaces(source, paths, box, defaults))) ?? [])
    for (const meta of await metasIn(paths, box)) lists.push(await itemExtents(source, meta))
    count += lists.slice(before).reduce((sum, { length }) => sum + length, 0)
    if (count > limits.items) throw new BoxError('too many places')
  }
  const boxes = cuts.map(({ box }) => box)
  // What has no known end may go on into the box behind its own.
  const beyond = (start: number) => (boxes[firstBehind(boxes, start)]?.end ?? start) + 2
  return lists.flat().map(({ start, end }) => ({ start, end: end ?? beyond(start) }))
}

/** What breaks off leads nowhere, and says nothing of what else there is. */
async function unlessBroken<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Boxes that items are described in (ISO/IEC 14496-12 8.11.1): of the file, a film or a fragment, or a track of one. */
async function metasIn(paths: BoxPaths, box: Box): Promise<readonly Box[]> {
  if (box.type === 'meta') return [box]
  if (box.type !== 'moov' && box.type !== 'moof') return []
  const own = await within(paths, box, 'meta')
  return [...own, ...(await within(paths, box, box.type === 'moov' ? 'trak' : 'traf', 'meta'))]
}

/** Boxes that say in which file media stand (`dinf`). */
async function informationIn(source: Source, paths: BoxPaths, cuts: readonly Cut[]): Promise<readonly Box[]> {
  const found: Box[] = []
  for (const { box } of cuts) {
    if (box.type !== 'meta' && box.type !== 'moov') continue
    if (box.type === 'moov') found.push(...(await within(paths, box, 'trak', 'mdia', 'minf', 'dinf')))
    for (const meta of await metasIn(paths, box)) found.push(...(await inMeta(source, meta, 'dinf')))
  }
  return found
}

/** Behind version and flags. */
async function inMeta(source: Source, meta: Box, type: string): Promise<readonly Box[]> {
  const children = await boxesBetween(source, meta.start + meta.header + 4, meta.end)
  return children.filter((child) => child.type === type)
}

/** All boxes at the end of a path. */
async function within(paths: BoxPaths, from: Box, ...types: readonly string[]): Promise<readonly Box[]> {
  let boxes: readonly Box[] = [from]
  for (const type of types)
    boxes = (await Promise.all(boxes.map((box) => paths.childrenOf(box, type)))).flat()
  return boxes
}

/** Chunks, with their ends where the tables of the film can be read. */
async function filmPlaces(
  source: Source,
  paths: BoxPaths,
  moov: Box,
  gaps: readonly Gap[],
): Promise<(readonly Place[])[]> {
  const lists: (readonly Place[])[] = []
  const starts: number[] = []
  for (const table of await within(paths, moov, 'trak', 'mdia', 'minf', 'stbl')) {
    for (const start of await chunkOffsets(source, paths, table)) starts.push(start)
    lists.push((await unlessBroken(() => auxiliaryPlaces(source, paths, table, 0))) ?? [])
  }
  const last = gaps.at(-1)?.start ?? 0
  const tracks = starts.some((start) => start < last) ? await tracksOf(source) : []
  const unknown = typeof tracks === 'string'
  lists.push(starts.map((start) => ({ start, end: unknown ? undefined : start })))
  return unknown ? lists : [...lists, ...tracks.map(({ chunks }) => chunks)]
}

/** `stco` and `co64`. */
async function chunkOffsets(source: Source, paths: BoxPaths, table: Box): Promise<number[]> {
  const offsets: number[] = []
  for (const [type, size] of [
    ['stco', 4],
    ['co64', 8],
  ] as const)
    for (const box of await paths.childrenOf(table, type)) {
      const content = await contentOf(source, box)
      if (content.length < 8) continue
      const count = Math.min(content.readUInt32BE(4), Math.floor((content.length - 8) / size))
      for (let at = 8; at < 8 + count * size; at += size)
        offsets.push(size === 4 ? content.readUInt32BE(at) : Number(content.readBigUInt64BE(at)))
    }
  return offsets
}

/** `iloc`: extents in the file itself. */
async function itemExtents(source: Source, meta: Box): Promise<Place[]> {
  const places: Place[] = []
  for (const box of await inMeta(source, meta, 'iloc')) {
    const content = await contentOf(source, box)
    await unlessBroken(async () => addExtents(content, places))
  }
  return places
}

/** @throws RangeError when it breaks off; BoxError when there are too many: those of no numbers take no room in it */
function addExtents(content: Buffer, places: Place[]): void {
  let from = 4
  const take = (size: number) => {
    const value =
      size === 0 ? 0 : size === 8 ? Number(content.readBigUInt64BE(from)) : content.readUIntBE(from, size)
    from += size
    return value
  }
  const version = content.readUInt8(0)
  const sizes = take(2)
  const [offsetSize = 0, lengthSize = 0, baseSize = 0, indexSize = 0] = [12, 8, 4, 0].map(
    (bit) => (sizes >> bit) & 15,
  )
  let room: number = limits.items
  for (let left = take(version < 2 ? 2 : 4); left > 0; left--) {
    take(version < 2 ? 2 : 4)
    const method = version > 0 ? take(2) & 15 : 0
    const elsewhere = take(2) !== 0
    const base = take(baseSize)
    for (let extents = take(2); extents > 0; extents--) {
      if (--room < 0) throw new BoxError('too many places')
      if (version > 0) take(indexSize)
      const start = base + take(offsetSize)
      const length = take(lengthSize)
      // No length says that it is all of the file.
      const end = length === 0 ? Number.POSITIVE_INFINITY : start + length
      if (method === 0 && !elsewhere) places.push({ start, end })
    }
  }
}
