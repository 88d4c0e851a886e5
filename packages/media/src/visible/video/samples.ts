/** The samples of a track in decode order, as columns, from the tables of a movie (ISO/IEC 14496-12 8.6, 8.7). */
import { uint32 } from '../../carriers/binary.ts'
import { type Box, parseBoxes, uint64 } from '../../carriers/bmff.ts'

export interface Samples {
  readonly count: number
  /** Bytes. */
  readonly size: Uint32Array
  /** Offset in the file. */
  readonly position: Float64Array
  /** When it is decoded, in ticks of the track; the first at 0. */
  readonly decoded: Float64Array
  /** How long until the next is decoded, in ticks. */
  readonly duration: Uint32Array
  /** Ticks from decoding to showing; may be negative. */
  readonly delay: Int32Array
  /** 1 where decoding can begin. */
  readonly sync: Uint8Array
  /** Which sample entry describes it, from 1. */
  readonly entry: Uint16Array
  /** Index of the chunk it is in; samples of a chunk stand one behind the other. */
  readonly chunk: Uint32Array
  /** Whether the track says which samples are sync samples; without a list all of them are. */
  readonly listed: boolean
}

/** When a sample is shown, in ticks of the track. */
export const shownAt = (samples: Samples, index: number): number =>
  (samples.decoded[index] ?? 0) + (samples.delay[index] ?? 0)

/** A day of 120 frames a second: more is refused before anything is allocated for it. */
const mostSamples = 120 * 86_400
/** Samples of one size need no table, so that a few bytes can promise any number; no codec here makes them. */
const mostAlike = 200_000

export function emptySamples(count: number, listed: boolean): Samples {
  return {
    count,
    size: new Uint32Array(count),
    position: new Float64Array(count),
    decoded: new Float64Array(count),
    duration: new Uint32Array(count),
    delay: new Int32Array(count),
    sync: new Uint8Array(count),
    entry: new Uint16Array(count),
    chunk: new Uint32Array(count),
    listed,
  }
}

/** Or why the tables can't be followed, in words. */
export function readSamples(moov: Uint8Array, table: Box): Samples | string {
  const boxes = new Map(parseBoxes(moov, table.content, table.end).boxes.map((box) => [box.type, box]))
  const sizes = boxes.get('stsz')
  if (sizes === undefined) return 'no stsz box'
  const count = uint32(moov, sizes.content + 8)
  if (count === 0) return 'no samples'
  if (count > (uint32(moov, sizes.content + 4) === 0 ? mostSamples : mostAlike)) return `${count} samples`
  const samples = emptySamples(count, boxes.has('stss'))
  return (
    fillSizes(moov, sizes, samples) ??
    fillTimes(moov, boxes.get('stts'), samples) ??
    fillDelays(moov, boxes.get('ctts'), samples) ??
    fillSync(moov, boxes.get('stss'), samples) ??
    fillPlaces(moov, boxes, samples) ??
    samples
  )
}

function fillSizes(moov: Uint8Array, box: Box, { size, count }: Samples): string | undefined {
  const same = uint32(moov, box.content + 4)
  if (same > 0) size.fill(same)
  else if (box.content + 12 + count * 4 > box.end) return 'stsz is cut off'
  else for (let index = 0; index < count; index++) size[index] = uint32(moov, box.content + 12 + index * 4)
  return undefined
}

/** Entries of a table: their first offset and number; undefined when the box is shorter than it says. */
function entriesOf(moov: Uint8Array, box: Box, bytes: number): { at: number; count: number } | undefined {
  const count = uint32(moov, box.content + 4)
  return box.content + 8 + count * bytes > box.end ? undefined : { at: box.content + 8, count }
}

/** Runs of `number of samples, value`. Each sample gets the value of its run; the last run goes on for ever. */
function fillRuns(
  moov: Uint8Array,
  box: Box | undefined,
  count: number,
  set: (index: number, value: number) => void,
): string | undefined {
  const entries = box && entriesOf(moov, box, 8)
  if (entries === undefined) return `${box?.type ?? 'stts'} is missing or cut off`
  let index = 0
  let value = 0
  for (let run = 0; run < entries.count && index < count; run++) {
    value = uint32(moov, entries.at + run * 8 + 4)
    const end = Math.min(count, index + uint32(moov, entries.at + run * 8))
    while (index < end) set(index++, value)
  }
  while (index < count) set(index++, value)
  return undefined
}

function fillTimes(moov: Uint8Array, box: Box | undefined, samples: Samples): string | undefined {
  let time = 0
  return fillRuns(moov, box, samples.count, (index, value) => {
    samples.decoded[index] = time
    samples.duration[index] = value
    time += value
  })
}

function fillDelays(moov: Uint8Array, box: Box | undefined, { count, delay }: Samples): string | undefined {
  if (box === undefined) return undefined
  return fillRuns(moov, box, count, (index, value) => {
    delay[index] = value | 0
  })
}

function fillSync(moov: Uint8Array, box: Box | undefined, { count, sync }: Samples): string | undefined {
  if (box === undefined) {
    sync.fill(1)
    return undefined
  }
  const entries = entriesOf(moov, box, 4)
  if (entries === undefined) return 'stss is cut off'
  for (let entry = 0; entry < entries.count; entry++) {
    const number = uint32(moov, entries.at + entry * 4)
    if (number < 1 || number > count) return `sync sample ${number} of ${count}`
    sync[number - 1] = 1
  }
  return undefined
}

function fillPlaces(moov: Uint8Array, boxes: ReadonlyMap<string, Box>, samples: Samples): string | undefined {
  const runs = boxes.get('stsc')
  const chunks = boxes.get('stco') ?? boxes.get('co64')
  if (runs === undefined || chunks === undefined) return 'no chunk table'
  const wide = chunks.type === 'co64'
  const offsets = entriesOf(moov, chunks, wide ? 8 : 4)
  const entries = entriesOf(moov, runs, 12)
  if (offsets === undefined || entries === undefined) return 'a chunk table is cut off'
  let index = 0
  for (let run = 0; run < entries.count; run++) {
    const at = entries.at + run * 12
    const [first, perChunk, entry] = [uint32(moov, at), uint32(moov, at + 4), uint32(moov, at + 8)]
    const next = run + 1 < entries.count ? uint32(moov, at + 12) : offsets.count + 1
    if (first < 1 || next <= first || next > offsets.count + 1) return 'chunks out of order'
    for (let chunk = first - 1; chunk < next - 1 && index < samples.count; chunk++) {
      let position = wide ? uint64(moov, offsets.at + chunk * 8) : uint32(moov, offsets.at + chunk * 4)
      for (let one = 0; one < perChunk && index < samples.count; one++, index++) {
        samples.position[index] = position
        samples.entry[index] = entry
        samples.chunk[index] = chunk
        position += samples.size[index] ?? 0
      }
    }
  }
  return index === samples.count ? undefined : 'fewer chunks than samples'
}
