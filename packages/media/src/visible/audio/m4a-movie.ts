/** The `moov` of an M4A: what it says of its one track of sound, and the same with other packets in it. */
import { binaryBytes, binaryText, uint16, uint32 } from '../../carriers/binary.ts'
import { type Box, boxesAt, makeBox, setUint64, uint64 } from '../../carriers/bmff.ts'
import { fourLetters, setUint32 } from '../../carriers/integers.ts'
import type { LoadedBox } from '../../carriers/movie.ts'
import { readSamples, rebuilt, type Sample, writeSamples } from './sample-table.ts'

/** The one entry of an edit list: which part of the media is played. */
export interface Edit {
  /** Ticks of the media before it. */
  readonly mediaTime: number
  /** Ticks of the media that it lasts. */
  readonly ticks: number
}

export interface SoundTrack {
  readonly trak: Box
  readonly samples: readonly Sample[]
  readonly timescale: number
  /** Ticks of the movie per second. */
  readonly movieScale: number
  readonly edit?: Edit
  /** The first two bytes of AudioSpecificConfig. */
  readonly config: number
}

/** Or why it can't be spliced, in words. */
export function soundTrack({ bytes: moov, box }: LoadedBox): SoundTrack | string {
  const sounds = boxesAt(moov, box, ['trak']).filter((trak) =>
    boxesAt(moov, trak, ['mdia', 'hdlr']).some((hdlr) => fourLetters(moov, hdlr.content + 8) === 'soun'),
  )
  const [trak] = sounds
  if (trak === undefined || sounds.length > 1) return `${sounds.length} tracks of sound`
  const [mvhd, mdhd] = [boxesAt(moov, box, ['mvhd'])[0], boxesAt(moov, trak, ['mdia', 'mdhd'])[0]]
  const stbl = boxesAt(moov, trak, ['mdia', 'minf', 'stbl'])[0]
  if (!mvhd || !mdhd || !stbl) return 'no sample table'
  const samples = readSamples(moov, stbl)
  if (samples === undefined) return 'a sample table that is not plain'
  const config = configOf(moov, stbl)
  if (config === undefined) return 'no AudioSpecificConfig'
  const [timescale, movieScale] = [scaleOf(moov, mdhd), scaleOf(moov, mvhd)]
  if (timescale === 0 || movieScale === 0) return 'no time scale'
  const edit = editOf(moov, trak, timescale / movieScale)
  if (edit === 'several') return 'several edits'
  return { trak, samples, timescale, movieScale, config, ...(edit === undefined ? {} : { edit }) }
}

/** Version 1 has dates and duration in 64 bits. */
const isLong = (moov: Uint8Array, box: Box) => moov[box.content] === 1
const scaleOf = (moov: Uint8Array, box: Box) => uint32(moov, box.content + (isLong(moov, box) ? 20 : 12))

function editOf(moov: Uint8Array, trak: Box, ticksPerUnit: number): Edit | 'several' | undefined {
  const elst = boxesAt(moov, trak, ['edts', 'elst'])[0]
  if (elst === undefined || uint32(moov, elst.content + 4) === 0) return undefined
  const long = isLong(moov, elst)
  const at = elst.content + 8
  const mediaTime = long ? uint64(moov, at + 8) : uint32(moov, at + 4)
  // -1 is a pause before the media.
  if (uint32(moov, elst.content + 4) !== 1 || mediaTime >= 0x8000_0000) return 'several'
  const duration = long ? uint64(moov, at) : uint32(moov, at)
  return { mediaTime, ticks: Math.round(duration * ticksPerUnit) }
}

/** In `mp4a`, `esds`, behind tags 3 and 4, tag 5 (ISO/IEC 14496-1, 7.2.6). */
function configOf(moov: Uint8Array, stbl: Box): number | undefined {
  const stsd = boxesAt(moov, stbl, ['stsd'])[0]
  if (stsd === undefined || uint32(moov, stsd.content + 4) !== 1) return undefined
  if (fourLetters(moov, stsd.content + 12) !== 'mp4a') return undefined
  const entry = binaryText(moov.subarray(stsd.content, stsd.end))
  // Behind the headers of tags 3 and 4 with their fixed fields; sizes may be filled up with 0x80.
  let at = entry.indexOf('esds') + 8 + 20
  while (at < entry.length && entry.charCodeAt(at) !== 5) at++
  do at++
  while (entry.charCodeAt(at) === 0x80)
  return at + 3 <= entry.length ? uint16(binaryBytes(entry.slice(at + 1, at + 3)), 0) : undefined
}

/** The `moov` with other packets, and all that counts them. */
export function joinedMovie(
  { bytes: moov, box }: LoadedBox,
  track: SoundTrack,
  samples: readonly Sample[],
  edit: Edit,
): Uint8Array {
  const tables = writeSamples(samples)
  const media = samples.reduce((sum, { ticks }) => sum + ticks, 0)
  const shown = Math.round((edit.ticks * track.movieScale) / track.timescale)
  const copy = (child: Box) => moov.slice(child.start, child.end)
  const stbl = (child: Box): Uint8Array | undefined => {
    if (child.type === 'stco' || child.type === 'co64') return tables.get('stco')
    if (child.type === 'sbgp') return regrouped(copy(child), samples.length)
    return tables.get(child.type) ?? copy(child)
  }
  const inside =
    (path: readonly string[]) =>
    (child: Box): Uint8Array | undefined => {
      if (path.length === 0) return stbl(child)
      if (child.type === 'mdhd') return withDuration(copy(child), 16, media)
      return child.type === path[0] ? rebuilt(moov, child, inside(path.slice(1))) : copy(child)
    }
  const trak = (child: Box): Uint8Array | undefined => {
    if (child.type === 'tkhd') return withDuration(copy(child), 20, shown)
    if (child.type === 'edts') return track.edit === undefined ? copy(child) : editBox(edit.mediaTime, shown)
    return child.type === 'mdia' ? rebuilt(moov, child, inside(['minf', 'stbl'])) : copy(child)
  }
  const fresh = rebuilt(moov, box, (child) => {
    if (child.type === 'mvhd') return withDuration(copy(child), 16, shown)
    return child.start === track.trak.start ? rebuilt(moov, child, trak) : copy(child)
  })
  return withGapless(fresh, edit, media)
}

/** Where the duration stands, after the header, in version 0; the dates before it are twice as long in version 1. */
function withDuration(box: Uint8Array, at: number, value: number): Uint8Array {
  if (box[8] === 1) setUint64(box, 8 + at + 8, value)
  else setUint32(box, 8 + at, value)
  return box
}

function editBox(mediaTime: number, duration: number): Uint8Array {
  const elst = new Uint8Array(28)
  elst[0] = 1
  elst[7] = 1
  setUint64(elst, 8, duration)
  setUint64(elst, 16, mediaTime)
  elst[25] = 1
  return makeBox('edts', makeBox('elst', elst))
}

/** Groups of samples: one for all of them is enlarged (the roll of AAC), anything else says less than before. */
function regrouped(box: Uint8Array, count: number): Uint8Array | undefined {
  if (box[8] !== 0 || uint32(box, 16) !== 1 || box.byteLength < 28) return undefined
  setUint32(box, 20, count)
  return box
}

/** ` 00000000 PRIMING PADDING LENGTH …`, hexadecimal: iTunes' own note of what to drop at both ends. */
function withGapless(moov: Uint8Array, { mediaTime, ticks }: Edit, media: number): Uint8Array {
  const text = binaryText(moov)
  const name = text.indexOf('iTunSMPB')
  const found =
    name < 0 ? null : / 00000000 [\dA-F]{8} [\dA-F]{8} [\dA-F]{16}/i.exec(text.slice(name, name + 256))
  if (found === null) return moov
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0')
  const padding = Math.max(0, media - mediaTime - ticks)
  const note = ` 00000000 ${hex(mediaTime, 8)} ${hex(padding, 8)} ${hex(ticks, 16)}`
  moov.set(binaryBytes(note), name + found.index)
  return moov
}
