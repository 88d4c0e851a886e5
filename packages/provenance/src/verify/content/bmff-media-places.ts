/**
 * Media in what no hash covers. Where the pictures and sounds of a file stand is said by tables (ISO/IEC 14496-12 8.7.5, 8.8.7,
 * 8.8.8, 8.11.3), which are signed; whoever made the file before it was signed may have let them lead into boxes that the hash
 * leaves out, such as unused space or the padding of the manifest (C2PA A.5.6), to replace what stands there later.
 */
import { limits, type Source } from '@yinji/core'
import { type Box, BoxError, boxesBetween } from './bmff-boxes.ts'
import type { Cut } from './bmff-cut.ts'
import { BoxPaths } from './bmff-path.ts'
import { tracksOf } from './sample-tables.ts'

/** Where something begins, and ends as far as that is known. */
interface Place {
  readonly start: number
  readonly end: number
}

/** The boxes left out as a whole that media stand in. */
export async function uncoveredMedia(source: Source, cuts: readonly Cut[]): Promise<string[]> {
  const uncovered = cuts.filter(({ whole }) => whole).map(({ box }) => box)
  if (uncovered.length === 0) return []
  try {
    const places = await placesIn(source, cuts)
    const last = uncovered.at(-1)?.start ?? 0
    const longer = places.some(({ start }) => start < last) ? await chunksIn(source) : []
    const met = uncovered.filter((box) => [...places, ...longer].some((place) => reaches(place, box)))
    return met.slice(0, told).map(({ type, start, end }) => `/${type} ${start}–${end - 1}`)
  } catch (error) {
    if (error instanceof BoxError || error instanceof RangeError) return [] // players can't read them either
    throw error
  }
}

/** How many are told. */
const told = 10

/** What begins with a box goes on behind it, where there is nothing of it. */
const reaches = ({ start, end }: Place, box: Box) =>
  start < box.end && Math.max(end, start + 1) > box.start + 1

async function placesIn(source: Source, cuts: readonly Cut[]): Promise<Place[]> {
  const paths = new BoxPaths(source)
  const places: Place[] = []
  for (const { box } of cuts) {
    if (box.type === 'moov') places.push(...(await chunkOffsets(source, paths, box)))
    if (box.type === 'moof') places.push(...(await runOffsets(source, paths, box)))
    if (box.type === 'meta') places.push(...(await itemExtents(source, box)))
    if (places.length > limits.items) throw new BoxError('too many places')
  }
  return places
}

/** With their ends, where the tables of the film can be read. */
async function chunksIn(source: Source): Promise<readonly Place[]> {
  const tracks = await tracksOf(source)
  return typeof tracks === 'string' ? [] : tracks.flatMap(({ chunks }) => chunks)
}

/** All boxes at the end of a path. */
async function within(paths: BoxPaths, from: Box, ...types: readonly string[]): Promise<readonly Box[]> {
  let boxes: readonly Box[] = [from]
  for (const type of types)
    boxes = (await Promise.all(boxes.map((box) => paths.childrenOf(box, type)))).flat()
  return boxes
}

async function contentOf(source: Source, box: Box): Promise<Buffer> {
  if (box.end - box.start > limits.metadataBytes) throw new BoxError('a table beyond measure')
  return Buffer.from(await source.read(box.start + box.header, box.end))
}

const at = (start: number): Place => ({ start, end: start })

/** `stco` and `co64`. */
async function chunkOffsets(source: Source, paths: BoxPaths, moov: Box): Promise<Place[]> {
  const places: Place[] = []
  for (const table of await within(paths, moov, 'trak', 'mdia', 'minf', 'stbl'))
    for (const type of ['stco', 'co64'])
      for (const box of await paths.childrenOf(table, type)) {
        const content = await contentOf(source, box)
        const size = type === 'stco' ? 4 : 8
        const count = Math.min(content.readUInt32BE(4), Math.floor((content.length - 8) / size))
        for (let index = 0; index < count; index++) {
          const from = 8 + index * size
          places.push(at(size === 4 ? content.readUInt32BE(from) : Number(content.readBigUInt64BE(from))))
        }
      }
  return places
}

/** `tfhd` and `trun`; without a base of their own, from where the fragment begins. */
async function runOffsets(source: Source, paths: BoxPaths, moof: Box): Promise<Place[]> {
  const places: Place[] = []
  for (const traf of await paths.childrenOf(moof, 'traf')) {
    const [header] = await paths.childrenOf(traf, 'tfhd')
    const head = header && (await contentOf(source, header))
    const base = head && (head.readUInt32BE(0) & 1) === 1 ? Number(head.readBigUInt64BE(8)) : moof.start
    for (const run of await paths.childrenOf(traf, 'trun')) {
      const content = await contentOf(source, run)
      if ((content.readUInt32BE(0) & 1) === 1) places.push(at(base + content.readInt32BE(8)))
    }
  }
  return places
}

/** `iloc`: extents in the file itself. */
async function itemExtents(source: Source, meta: Box): Promise<Place[]> {
  const children = await boxesBetween(source, meta.start + meta.header + 4, meta.end)
  const places: Place[] = []
  for (const box of children.filter(({ type }) => type === 'iloc'))
    places.push(...extentsIn(await contentOf(source, box)))
  return places
}

/** @throws RangeError when it breaks off. */
function extentsIn(content: Buffer): Place[] {
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
  const places: Place[] = []
  for (let left = take(version < 2 ? 2 : 4); left > 0; left--) {
    take(version < 2 ? 2 : 4)
    const method = version > 0 ? take(2) & 15 : 0
    const elsewhere = take(2) !== 0
    const base = take(baseSize)
    for (let extents = take(2); extents > 0; extents--) {
      if (version > 0) take(indexSize)
      const start = base + take(offsetSize)
      const end = start + take(lengthSize)
      if (method === 0 && !elsewhere) places.push({ start, end })
    }
  }
  return places
}
