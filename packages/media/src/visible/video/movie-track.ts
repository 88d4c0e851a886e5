/** The picture track of a movie (ISO/IEC 14496-12 8.3, 8.4, 8.5): its samples, how they are described, when they are shown. */
import { hasAscii, uint32 } from '../../carriers/binary.ts'
import { type Box, boxesAt, parseBoxes, uint64 } from '../../carriers/bmff.ts'
import { readSamples, type Samples } from './samples.ts'

export interface MovieTrack {
  /** Offset of `trak` in the movie. */
  readonly trak: Box
  /** Ticks a second. */
  readonly ticks: number
  readonly samples: Samples
  /** Each a whole box. */
  readonly entries: readonly Uint8Array[]
  /** Children of `stbl`. */
  readonly tables: readonly Box[]
  /** Ticks of the track that are shown: what an edit list leaves of it. `until` is infinite without one. */
  readonly shown: { readonly from: number; readonly until: number }
}

/** Or why the movie has none that could be taken apart, in words. */
export function pictureTrack(moov: Uint8Array, box: Box): MovieTrack | string {
  const tracks = boxesAt(moov, box, ['trak']).filter((trak) => isPicture(moov, trak))
  const [trak, another] = tracks
  if (trak === undefined || another !== undefined) return 'it has not just one picture track'
  const [head] = boxesAt(moov, trak, ['mdia', 'mdhd'])
  const [table] = boxesAt(moov, trak, ['mdia', 'minf', 'stbl'])
  const [description] = boxesAt(moov, trak, ['mdia', 'minf', 'stbl', 'stsd'])
  if (head === undefined || table === undefined || description === undefined)
    return 'the picture track has no tables'
  const ticks = uint32(moov, head.content + (moov[head.content] === 1 ? 20 : 12))
  if (ticks === 0) return 'the picture track has no clock'
  const samples = readSamples(moov, table)
  if (typeof samples === 'string') return samples
  const shown = shownRange(moov, box, trak, ticks)
  if (typeof shown === 'string') return shown
  const entries = parseBoxes(moov, description.content + 8, description.end).boxes
  return {
    trak,
    ticks,
    samples,
    entries: entries.map(({ start, end }) => moov.subarray(start, end)),
    tables: parseBoxes(moov, table.content, table.end).boxes,
    shown,
  }
}

function isPicture(moov: Uint8Array, trak: Box): boolean {
  const [handler] = boxesAt(moov, trak, ['mdia', 'hdlr'])
  return handler !== undefined && hasAscii(moov, 'vide', handler.content + 8)
}

/**
 * The edit list (8.6.6): one piece of the track at normal speed, perhaps after a pause. Anything more is a montage,
 * which is not taken apart here.
 */
function shownRange(moov: Uint8Array, movie: Box, trak: Box, ticks: number): MovieTrack['shown'] | string {
  const [list] = boxesAt(moov, trak, ['edts', 'elst'])
  if (list === undefined) return { from: 0, until: Number.POSITIVE_INFINITY }
  const wide = moov[list.content] === 1
  const size = wide ? 20 : 12
  const count = uint32(moov, list.content + 4)
  if (list.content + 8 + count * size > list.end) return 'elst is cut off'
  const edits = Array.from({ length: Math.min(count, 3) }, (_, index) => {
    const at = list.content + 8 + index * size
    const start = wide ? signed64(moov, at + 8) : uint32(moov, at + 4) | 0
    const length = wide ? uint64(moov, at) : uint32(moov, at)
    return { length, start, speed: uint32(moov, at + size - 4) }
  })
  const pieces = edits.filter(({ start }) => start >= 0)
  const [piece] = pieces
  if (count > 2 || pieces.length > 1 || (piece && piece !== edits.at(-1))) return 'its edit list is a montage'
  if (piece === undefined) return { from: 0, until: Number.POSITIVE_INFINITY }
  if (piece.speed !== 0x10000) return 'its edit list changes the speed'
  const [head] = boxesAt(moov, movie, ['mvhd'])
  const clock = head === undefined ? 0 : uint32(moov, head.content + (moov[head.content] === 1 ? 20 : 12))
  const length = clock > 0 && piece.length > 0 ? (piece.length / clock) * ticks : Number.POSITIVE_INFINITY
  // Lengths are rounded to ticks of the movie, which may be coarse.
  return { from: piece.start, until: piece.start + length + (clock > 0 ? ticks / clock : 0) }
}

const signed64 = (bytes: Uint8Array, at: number) =>
  (uint32(bytes, at) | 0) * 0x1_0000_0000 + uint32(bytes, at + 4)

/** Bytes of a visual sample entry before its own boxes (12.1.3), after its header. */
const visualHeader = 78

/** A box inside a sample entry, e.g. `avcC`: its content. */
export function configurationOf(entry: Uint8Array, type: string): Uint8Array | undefined {
  const box = parseBoxes(entry, 8 + visualHeader, entry.byteLength).boxes.find((one) => one.type === type)
  return box && entry.subarray(box.content, box.end)
}
