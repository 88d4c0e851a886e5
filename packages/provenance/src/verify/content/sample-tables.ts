/** Where the media of a film stand: the chunks of its tracks (ISO/IEC 14496-12 8.3.2, 8.7), read from `moov`. */
import { limits, type Source } from '@yinji/core'
import { type Box, BoxError } from './bmff-boxes.ts'
import { BoxPaths } from './bmff-path.ts'
import type { Piece } from './merkle-tree.ts'

export interface Track {
  /** Never zero. */
  readonly id: number
  /** In the order of their table, which need not be that of the file. */
  readonly chunks: readonly Piece[]
}

/** The tables of a film that can't be read, or contradict themselves. */
class TableError extends Error {
  override readonly name = 'TableError'
}

/** The tracks that have media, or in words why they can't be told. */
export async function tracksOf(source: Source): Promise<readonly Track[] | string> {
  const paths = new BoxPaths(source)
  try {
    const moov = await only(paths, undefined, 'moov')
    const tracks = new Map<number, Track>()
    let room: number = limits.items
    for (const box of await paths.childrenOf(moov, 'trak')) {
      const track = await readTrack(source, paths, box, room)
      room -= track.chunks.length
      if (tracks.has(track.id)) throw new TableError('two tracks have one number')
      tracks.set(track.id, track)
    }
    const playing = [...tracks.values()].filter(({ chunks }) => chunks.length > 0)
    return playing.length > 0 ? playing : 'a film without tracks'
  } catch (error) {
    if (error instanceof TableError || error instanceof BoxError) return error.message
    throw error
  }
}

async function only(paths: BoxPaths, parent: Box | undefined, ...types: readonly string[]): Promise<Box> {
  let box = parent
  for (const type of types) {
    const [found, ...others] = await paths.childrenOf(box, type)
    if (found === undefined || others.length > 0) throw new TableError(`a film without the one box ${type}`)
    box = found
  }
  if (box === undefined) throw new TableError('a film without boxes')
  return box
}

async function readTrack(source: Source, paths: BoxPaths, trak: Box, room: number): Promise<Track> {
  const header = await contentOf(source, await only(paths, trak, 'tkhd'))
  const id = header.u32(header.version === 1 ? 20 : 12)
  if (id === 0) throw new TableError('a track without number')
  const table = await only(paths, trak, 'mdia', 'minf', 'stbl')
  const sizes = await readSizes(source, paths, table)
  const runs = await readRuns(source, paths, table)
  const offsets = await readOffsets(source, paths, table)
  if (offsets.length > room) throw new TableError('too many chunks')
  return { id, chunks: chunksOf(offsets, runs, sizes) }
}

/** How many samples a chunk has, from this chunk on; chunks count from 0 here. */
interface Run {
  readonly first: number
  readonly samples: number
}

interface Sizes {
  readonly count: number
  /** Bytes of so many samples from this one on. */
  sum(first: number, count: number): number
}

function chunksOf(offsets: readonly number[], runs: readonly Run[], sizes: Sizes): Piece[] {
  let run = -1
  let sample = 0
  const chunks = offsets.map((start, index) => {
    while (runs[run + 1] && (runs[run + 1]?.first ?? 0) <= index) run++
    const samples = runs[run]?.samples ?? 0
    if (samples === 0 || sample + samples > sizes.count) throw new TableError('chunks without samples')
    const end = start + sizes.sum(sample, samples)
    if (!Number.isSafeInteger(end)) throw new TableError('a chunk beyond measure')
    sample += samples
    return { start, end }
  })
  if (sample !== sizes.count) throw new TableError('samples without chunk')
  return chunks
}

async function readSizes(source: Source, paths: BoxPaths, table: Box): Promise<Sizes> {
  const content = await contentOf(source, await only(paths, table, 'stsz')) // compact sizes (`stz2`) are hardly ever written
  const [fixed, count] = [content.u32(4), content.u32(8)]
  if (fixed > 0) return { count, sum: (_, samples) => fixed * samples }
  content.requireEntries(count, 4, 12)
  return {
    count,
    sum: (first, samples) => {
      let total = 0
      for (let index = first; index < first + samples; index++) total += content.u32(12 + index * 4)
      return total
    },
  }
}

async function readRuns(source: Source, paths: BoxPaths, table: Box): Promise<Run[]> {
  const content = await contentOf(source, await only(paths, table, 'stsc'))
  const count = content.u32(4)
  content.requireEntries(count, 12, 8)
  const runs = Array.from({ length: count }, (_, index) => ({
    first: content.u32(8 + index * 12) - 1,
    samples: content.u32(12 + index * 12),
  }))
  if (!runs.every(({ first }, index) => first > (runs[index - 1]?.first ?? -1)))
    throw new TableError('chunks out of order')
  return runs
}

async function readOffsets(source: Source, paths: BoxPaths, table: Box): Promise<number[]> {
  const short = await paths.childrenOf(table, 'stco')
  const content = await contentOf(source, await only(paths, table, short.length > 0 ? 'stco' : 'co64'))
  const [count, size] = [content.u32(4), short.length > 0 ? 4 : 8]
  content.requireEntries(count, size, 8)
  return Array.from({ length: count }, (_, index) =>
    size === 4 ? content.u32(8 + index * 4) : content.u64(8 + index * 8),
  )
}

/** A full box without its header: version and flags, then what it holds. */
async function contentOf(source: Source, box: Box) {
  const start = box.start + box.header
  if (box.end - start > most) throw new TableError('a table beyond measure')
  const bytes = await source.read(start, box.end)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const need = (at: number, size: number) => {
    if (at + size > view.byteLength) throw new TableError('a table that is cut off')
  }
  return {
    version: bytes[0] ?? 0,
    u32: (at: number) => {
      need(at, 4)
      return view.getUint32(at)
    },
    u64: (at: number) => {
      need(at, 8)
      return Number(view.getBigUint64(at))
    },
    requireEntries: (count: number, size: number, from: number) => {
      if (count > limits.items) throw new TableError('a table beyond measure')
      need(from, count * size)
    },
  }
}

/** The longest table there is room for: chunks as runs, with twelve bytes each. */
const most = 16 + limits.items * 12
