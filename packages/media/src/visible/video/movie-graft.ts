/**
 * Puts new samples into the place of old ones in a movie. Sample for sample and chunk for chunk they stand where the old
 * ones stood, so times, chunks and the weaving with sound stay; sizes, order of showing and sync samples are told anew,
 * and every offset behind them moves. All other bytes of the file are the source's.
 */
import { bytes, concat, copy, InputError, type Part } from '@yinji/core'
import { uint32 } from '../../carriers/binary.ts'
import { type Box, boxesAt, makeBox, parseBoxes, setUint64, u32, uint64 } from '../../carriers/bmff.ts'
import { setUint32 } from '../../carriers/integers.ts'
import { layOut } from '../../carriers/movie-layout.ts'
import type { Fail } from '../../carriers/offset-map.ts'
import { growth, partsOf, type Replacement } from '../../carriers/replacements.ts'
import type { MovieTrack } from './movie-track.ts'
import type { Samples } from './samples.ts'
import type { Stretch } from './stretches.ts'
import { type Chunk, chunkTables, delayTable, sizeTable, syncTable } from './tables.ts'

export interface Movie {
  readonly boxes: readonly Box[]
  readonly moov: Box
  /** The whole `moov`. */
  readonly bytes: Uint8Array
  readonly track: MovieTrack
  /** Length of the file. */
  readonly size: number
}

export interface Graft {
  readonly stretches: readonly Stretch[]
  /** The columns as they are to be; positions in the stretches count from the end of the source. */
  readonly samples: Samples
  readonly entries: readonly Uint8Array[]
}

/** Parts of the source and, behind it, of the file with the new samples. Or why they can't be put in, in words. */
export function graftSamples(movie: Movie, graft: Graft): readonly Part[] | string {
  const fresh = rebuiltMovie(movie, graft)
  if (typeof fresh === 'string') return fresh
  const media = mediaReplacements(movie, graft)
  const headers = typeof media === 'string' ? media : mediaHeaders(movie, media)
  if (typeof media === 'string') return media
  if (typeof headers === 'string') return headers
  const fail: Fail = (what) => {
    throw new InputError('input.damaged', { what, name: '' })
  }
  const cleared = [...media, ...headers]
  const { changes } = layOut(movie.boxes, movie.moov, fresh, { room: 0, cleared }, fail)
  return partsOf(movie.size, changes)
}

/** What stands where old samples stood, a run of a chunk at a time. */
function mediaReplacements(movie: Movie, { stretches, samples }: Graft): Replacement[] | string {
  const { samples: old } = movie.track
  const out: Replacement[] = []
  for (const { start, end } of stretches)
    for (let from = start; from < end; ) {
      let to = from + 1
      while (to < end && old.chunk[to] === old.chunk[from]) to++
      const [first, last] = [old.position[from] ?? 0, to - 1]
      out.push({
        start: first,
        end: (old.position[last] ?? 0) + (old.size[last] ?? 0),
        parts: newParts(samples, from, to, movie.size),
      })
      from = to
    }
  out.sort((a, b) => a.start - b.start)
  return strangersIn(movie, stretches, out) ?? out
}

function newParts({ position, size }: Samples, from: number, to: number, base: number): Part[] {
  const parts: Part[] = []
  for (let index = from; index < to; index++) {
    const start = base + (position[index] ?? 0)
    const end = start + (size[index] ?? 0)
    const last = parts.at(-1)
    if (last?.kind === 'copy' && last.end === start) parts[parts.length - 1] = copy(last.start, end)
    else parts.push(copy(start, end))
  }
  return parts
}

/** Bytes that two samples share can't be replaced for one of them. */
function strangersIn(
  { track, bytes: moov, moov: whole }: Movie,
  stretches: readonly Stretch[],
  ranges: readonly Replacement[],
): string | undefined {
  const shared = 'samples share bytes'
  for (let index = 1; index < ranges.length; index++)
    if ((ranges[index]?.start ?? 0) < (ranges[index - 1]?.end ?? 0)) return shared
  const inside = (offset: number) => {
    let low = 0
    let high = ranges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ranges[middle]?.end ?? 0) <= offset) low = middle + 1
      else high = middle
    }
    return (ranges[low]?.start ?? Number.POSITIVE_INFINITY) <= offset
  }
  const { position, count } = track.samples
  for (let index = 0, stretch = 0; index < count; index++) {
    while ((stretches[stretch]?.end ?? count) <= index && stretch < stretches.length) stretch++
    const replaced = index >= (stretches[stretch]?.start ?? count)
    if (!replaced && inside(position[index] ?? 0)) return shared
  }
  for (const trak of boxesAt(moov, inMemory(whole), ['trak'])) {
    if (trak.start === track.trak.start) continue
    for (const table of boxesAt(moov, trak, ['mdia', 'minf', 'stbl'])) {
      for (const box of parseBoxes(moov, table.content, table.end).boxes) {
        if (box.type !== 'stco' && box.type !== 'co64') continue
        const [wide, entries] = [box.type === 'co64', uint32(moov, box.content + 4)]
        for (let entry = 0; entry < entries; entry++) {
          const field = box.content + 8 + entry * (wide ? 8 : 4)
          if (inside(wide ? uint64(moov, field) : uint32(moov, field))) return shared
        }
      }
    }
  }
  return undefined
}

/** Boxes around the media grow and shrink with it. */
function mediaHeaders({ boxes }: Movie, media: readonly Replacement[]): Replacement[] | string {
  const out: Replacement[] = []
  let known = 0
  for (const box of boxes) {
    const own = media.filter(({ start, end }) => start >= box.content && end <= box.end)
    if (own.length === 0) continue
    if (box.type !== 'mdat') return `its samples stand in ${box.type}`
    known += own.length
    const size = box.end - box.start + growth(own)
    const header = mediaHeader(box, size)
    if (typeof header === 'string') return header
    out.push(header)
  }
  return known === media.length ? out : 'its samples stand outside of mdat'
}

function mediaHeader(box: Box, size: number): Replacement | string {
  const { start, content } = box
  const header = new Uint8Array(content - start)
  header.set(makeBox('mdat'))
  if (content - start === 16) {
    setUint32(header, 0, 1)
    setUint64(header, 8, size)
  } else if (size > 0xffff_ffff) return 'its media would grow beyond 4 GB'
  else setUint32(header, 0, size)
  return { start, end: content, parts: [bytes(header)] }
}

/** The movie with the tables of the track told anew; offsets are still those of the source. */
function rebuiltMovie({ bytes: moov, moov: box, track }: Movie, graft: Graft): Uint8Array | string {
  const tables = track.tables.map((table) => rebuiltTable(moov, table, track, graft))
  const refusal = tables.find((table) => typeof table === 'string')
  if (refusal !== undefined) return refusal as string
  const chunks = graft.entries.length === track.entries.length ? [] : chunkTables(chunksOf(track, graft))
  const fresh = makeBox('stbl', ...(tables as Uint8Array[][]).flat(), ...chunks)
  const path = ['trak', 'mdia', 'minf', 'stbl']
  const rebuild = (parent: Box, depth: number): Uint8Array => {
    const children = parseBoxes(moov, parent.content, parent.end).boxes
    return makeBox(
      parent.type,
      ...children.map((child) => {
        const wanted = child.type === path[depth] && (depth > 0 || child.start === track.trak.start)
        if (!wanted) return moov.subarray(child.start, child.end)
        return depth === path.length - 1 ? fresh : rebuild(child, depth + 1)
      }),
    )
  }
  return rebuild(inMemory(box), 0)
}

/** A box of the file by its offsets in its own bytes. */
const inMemory = (box: Box): Box => ({
  ...box,
  start: 0,
  content: box.content - box.start,
  end: box.end - box.start,
})

/** What stands for a table in the new movie. Or why it can't be told anew, in words. */
function rebuiltTable(moov: Uint8Array, box: Box, track: MovieTrack, graft: Graft): Uint8Array[] | string {
  const { samples, entries, stretches } = graft
  const whole = moov.subarray(box.start, box.end)
  switch (box.type) {
    case 'stsd':
      return [makeBox('stsd', moov.subarray(box.content, box.content + 4), u32(entries.length), ...entries)]
    case 'stsz':
      return [sizeTable(samples.size)]
    case 'ctts':
      return [delayTable(samples.delay, moov[box.content] === 1)]
    case 'stss':
      return [syncTable(samples.sync)]
    case 'stsc':
    case 'stco':
    case 'co64':
      return entries.length === track.entries.length ? [whole] : []
    case 'sdtp':
      return [forgotten(whole, 12, stretches)]
    case 'sbgp':
      return [ungrouped(moov, box, samples.count, stretches)]
    // How far showing is from decoding: optional, and no longer what it was.
    case 'cslg':
      return []
    case 'stps':
    case 'stsh':
    case 'csgp':
    case 'subs':
    case 'senc':
      return `a table ${box.type}`
    default:
      return [whole]
  }
}

/** A byte a sample: nothing is known of the new ones (8.6.4). */
function forgotten(table: Uint8Array, at: number, stretches: readonly Stretch[]): Uint8Array {
  const out = table.slice()
  for (const { start, end } of stretches) out.fill(0, at + start, at + end)
  return out
}

/** Sample groups (8.9.2): the new ones are in none. */
function ungrouped(moov: Uint8Array, box: Box, count: number, stretches: readonly Stretch[]): Uint8Array {
  const at = box.content + (moov[box.content] === 1 ? 12 : 8)
  const groups = new Uint32Array(count)
  let index = 0
  for (let entry = 0; entry < uint32(moov, at) && index < count; entry++) {
    const end = Math.min(count, index + uint32(moov, at + 4 + entry * 8))
    groups.fill(uint32(moov, at + 8 + entry * 8), index, end)
    index = end
  }
  for (const { start, end } of stretches) groups.fill(0, start, end)
  const runs: Uint8Array[] = []
  for (let from = 0; from < count; ) {
    let to = from + 1
    while (to < count && groups[to] === groups[from]) to++
    runs.push(u32(to - from), u32(groups[from] ?? 0))
    from = to
  }
  return makeBox('sbgp', moov.subarray(box.content, at), u32(runs.length / 2), concat(runs))
}

/** Chunks as they were, but none with samples of two kinds. */
function chunksOf({ samples: old }: MovieTrack, { samples }: Graft): Chunk[] {
  const chunks: { position: number; samples: number; entry: number }[] = []
  for (let index = 0; index < old.count; index++) {
    const last = chunks.at(-1)
    const entry = samples.entry[index] ?? 1
    if (last && old.chunk[index] === old.chunk[index - 1] && last.entry === entry) last.samples++
    else chunks.push({ position: old.position[index] ?? 0, samples: 1, entry })
  }
  return chunks
}
