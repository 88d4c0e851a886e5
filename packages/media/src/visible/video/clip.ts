/**
 * A short movie with one picture track and nothing else, written from samples of other files: what ffmpeg is given to
 * decode, so that it sees exactly the frames it is to see, under the times they have.
 */
import { open } from 'node:fs/promises'
import { concat, type Source, throwIfAborted } from '@yinji/core'
import { binaryBytes } from '../../carriers/binary.ts'
import { makeBox, noFlags, setUint64, u32 } from '../../carriers/bmff.ts'
import { setUint16, setUint32 } from '../../carriers/integers.ts'
import { type Chunk, chunkTables, delayTable, sizeTable, syncTable, timeTable } from './tables.ts'

/** A sample and where its bytes are. */
export interface ClipSample {
  readonly source: Source
  readonly position: number
  readonly size: number
  /** Ticks until the next is decoded. */
  readonly duration: number
  /** Ticks from decoding to showing. */
  readonly delay: number
  readonly sync: boolean
  /** Number of the sample entry, from 1. */
  readonly entry: number
}

export interface Clip {
  readonly ticks: number
  readonly width: number
  readonly height: number
  readonly entries: readonly Uint8Array[]
  readonly samples: readonly ClipSample[]
}

const readBytes = 4 * 1024 * 1024

export async function writeClip(path: string, clip: Clip, signal?: AbortSignal): Promise<void> {
  const type = makeBox('ftyp', binaryBytes('isom'), u32(0x200), binaryBytes('isom'))
  const media = clip.samples.reduce((sum, { size }) => sum + size, 0)
  const mediaHead = new Uint8Array(16)
  mediaHead.set(makeBox('mdat'))
  setUint32(mediaHead, 0, 1)
  setUint64(mediaHead, 8, media + 16)
  const start = type.byteLength + 16
  await using file = await open(path, 'wx')
  await file.write(concat([type, mediaHead]), 0, start, 0)
  let at = start
  for (let index = 0; index < clip.samples.length; ) {
    throwIfAborted(signal)
    const { source, position, end, next } = runFrom(clip.samples, index)
    const bytes = await source.read(position, end)
    await file.write(bytes, 0, bytes.byteLength, at)
    at += bytes.byteLength
    index = next
  }
  const movie = movieBox(clip, start)
  await file.write(movie, 0, movie.byteLength, at)
}

/** Samples side by side are read at once. */
function runFrom(samples: readonly ClipSample[], from: number) {
  const first = samples[from] as ClipSample
  let end = first.position + first.size
  let next = from + 1
  for (let sample = samples[next]; sample; sample = samples[++next]) {
    const apart = sample.source !== first.source || sample.position !== end
    if (apart || end + sample.size - first.position > readBytes) break
    end += sample.size
  }
  return { source: first.source, position: first.position, end, next }
}

function movieBox({ ticks, width, height, entries, samples }: Clip, start: number): Uint8Array {
  const duration = samples.reduce((sum, sample) => sum + sample.duration, 0)
  const chunks: Chunk[] = []
  let at = start
  for (const { entry, size } of samples) {
    const last = chunks.at(-1)
    if (last?.entry === entry) chunks[chunks.length - 1] = { ...last, samples: last.samples + 1 }
    else chunks.push({ position: at, samples: 1, entry })
    at += size
  }
  const table = makeBox(
    'stbl',
    makeBox('stsd', noFlags, u32(entries.length), ...entries),
    timeTable(Uint32Array.from(samples, (sample) => sample.duration)),
    delayTable(
      Int32Array.from(samples, (sample) => sample.delay),
      false,
    ),
    syncTable(Uint8Array.from(samples, ({ sync }) => (sync ? 1 : 0))),
    sizeTable(Uint32Array.from(samples, ({ size }) => size)),
    ...chunkTables(chunks),
  )
  const reference = makeBox('dref', noFlags, u32(1), makeBox('url ', u32(1)))
  const information = makeBox(
    'minf',
    makeBox('vmhd', u32(1), new Uint8Array(8)),
    makeBox('dinf', reference),
    table,
  )
  const handler = makeBox('hdlr', noFlags, u32(0), binaryBytes('vide'), new Uint8Array(13))
  const media = makeBox('mdia', mediaHeader(ticks, duration), handler, information)
  const track = makeBox('trak', trackHeader(width, height, duration), media)
  return makeBox('moov', movieHeader(ticks, duration), track)
}

const matrix = concat([0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000].map(u32))

/** Version 1 of a header: 64-bit times. */
const long = (value: number) => concat([u32(Math.floor(value / 0x1_0000_0000)), u32(value % 0x1_0000_0000)])
const never = new Uint8Array(16)

function movieHeader(ticks: number, duration: number): Uint8Array {
  const rest = new Uint8Array(16)
  setUint32(rest, 0, 0x10000)
  setUint16(rest, 4, 0x100)
  return makeBox(
    'mvhd',
    u32(0x0100_0000),
    never,
    u32(ticks),
    long(duration),
    rest,
    matrix,
    new Uint8Array(24),
    u32(2),
  )
}

function trackHeader(width: number, height: number, duration: number): Uint8Array {
  const sides = [width, height].map((side) => u32(side * 0x10000))
  return makeBox(
    'tkhd',
    u32(0x0100_0003),
    never,
    u32(1),
    u32(0),
    long(duration),
    new Uint8Array(16),
    matrix,
    ...sides,
  )
}

const mediaHeader = (ticks: number, duration: number) =>
  makeBox('mdhd', u32(0x0100_0000), never, u32(ticks), long(duration), u32(0x55c4_0000))
