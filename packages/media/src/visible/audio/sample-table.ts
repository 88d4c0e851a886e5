/**
 * The sample table of a track of sound (ISO/IEC 14496-12, 8.6 and 8.7): sizes, durations and places of its packets, read
 * into lists and written again.
 */
import { concat } from '@yinji/core'
import { uint32 } from '../../carriers/binary.ts'
import {
  type Box,
  boxesAt,
  makeBox,
  noFlags,
  parseBoxes,
  setUint64,
  u32,
  uint64,
} from '../../carriers/bmff.ts'
import { setUint32 } from '../../carriers/integers.ts'

/** A packet. */
export interface Sample {
  /** Offset in the file. */
  readonly at: number
  readonly size: number
  /** Ticks of the media's time scale. */
  readonly ticks: number
}

/** Ten hours of AAC are 1.6 million packets. */
const mostSamples = 16_000_000
/** Packets of one size need no table, so that a few bytes can promise any number; encoders of AAC make hardly any. */
const mostAlike = 200_000

/** Undefined when the tables don't fit together, or the track's packets are described in more than one way. */
export function readSamples(moov: Uint8Array, stbl: Box): Sample[] | undefined {
  const [stsz, stts, stsc] = ['stsz', 'stts', 'stsc'].map((type) => boxesAt(moov, stbl, [type])[0])
  const wide = boxesAt(moov, stbl, ['co64'])[0]
  const places = wide ?? boxesAt(moov, stbl, ['stco'])[0]
  if (!stsz || !stts || !stsc || !places) return undefined
  const fixed = uint32(moov, stsz.content + 4)
  const count = uint32(moov, stsz.content + 8)
  const chunks = uint32(moov, places.content + 4)
  const fits = (box: Box, head: number, entry: number, entries: number) =>
    box.content + head + entries * entry <= box.end
  const runs = uint32(moov, stsc.content + 4)
  const times = uint32(moov, stts.content + 4)
  if (count > (fixed === 0 ? mostSamples : mostAlike) || (fixed === 0 && !fits(stsz, 12, 4, count)))
    return undefined
  if (!fits(places, 8, wide ? 8 : 4, chunks) || !fits(stsc, 8, 12, runs) || !fits(stts, 8, 8, times))
    return undefined
  const durations = ticksOf(moov, stts, times, count)
  const samples: Sample[] = []
  for (let chunk = 1, run = 0; chunk <= chunks; chunk++) {
    while (run + 1 < runs && uint32(moov, stsc.content + 8 + (run + 1) * 12) <= chunk) run++
    const entry = stsc.content + 8 + run * 12
    if (uint32(moov, entry + 8) !== 1) return undefined
    const place = places.content + 8 + (chunk - 1) * (wide ? 8 : 4)
    let at = wide ? uint64(moov, place) : uint32(moov, place)
    for (let index = uint32(moov, entry + 4); index > 0 && samples.length < count; index--) {
      const size = fixed === 0 ? uint32(moov, stsz.content + 12 + samples.length * 4) : fixed
      samples.push({ at, size, ticks: durations[samples.length] ?? 0 })
      at += size
    }
  }
  return samples.length === count && durations.length === count ? samples : undefined
}

function ticksOf(moov: Uint8Array, stts: Box, entries: number, count: number): number[] {
  const ticks: number[] = []
  for (let entry = 0; entry < entries; entry++) {
    const at = stts.content + 8 + entry * 8
    for (let left = uint32(moov, at); left > 0 && ticks.length < count; left--)
      ticks.push(uint32(moov, at + 4))
  }
  return ticks
}

/** Most packets in a chunk: half a second of AAC. */
const chunkSamples = 22

/** Boxes for another list of packets; offsets in 64 bits where they are needed. */
export function writeSamples(samples: readonly Sample[]): Map<string, Uint8Array> {
  const chunks: { at: number; count: number }[] = []
  const durations: { ticks: number; count: number }[] = []
  let next = -1
  for (const { at, size, ticks } of samples) {
    const chunk = chunks.at(-1)
    if (chunk !== undefined && at === next && chunk.count < chunkSamples) chunk.count++
    else chunks.push({ at, count: 1 })
    next = at + size
    const run = durations.at(-1)
    if (run?.ticks === ticks) run.count++
    else durations.push({ ticks, count: 1 })
  }
  const sizes = new Uint8Array(samples.length * 4)
  for (const [index, { size }] of samples.entries()) setUint32(sizes, index * 4, size)
  const stts = concat(durations.map(({ ticks, count }) => concat([u32(count), u32(ticks)])))
  return new Map([
    ['stsz', makeBox('stsz', noFlags, u32(0), u32(samples.length), sizes)],
    ['stts', makeBox('stts', noFlags, u32(durations.length), stts)],
    ['stsc', runsOf(chunks)],
    ['stco', placesOf(chunks)],
  ])
}

function runsOf(chunks: readonly { readonly count: number }[]): Uint8Array {
  const entries: Uint8Array[] = []
  let last = 0
  for (const [index, { count }] of chunks.entries())
    if (count !== last) {
      entries.push(concat([u32(index + 1), u32(count), u32(1)]))
      last = count
    }
  return makeBox('stsc', noFlags, u32(entries.length), ...entries)
}

function placesOf(chunks: readonly { readonly at: number }[]): Uint8Array {
  const wide = chunks.some(({ at }) => at > 0xffff_ffff)
  const width = wide ? 8 : 4
  const places = new Uint8Array(chunks.length * width)
  for (const [index, { at }] of chunks.entries())
    if (wide) setUint64(places, index * width, at)
    else setUint32(places, index * width, at)
  return makeBox(wide ? 'co64' : 'stco', noFlags, u32(chunks.length), places)
}

/** A box with other children: each is given to `change`, which answers with what takes its place. */
export function rebuilt(
  bytes: Uint8Array,
  box: Box,
  change: (child: Box) => Uint8Array | undefined,
): Uint8Array {
  const children = parseBoxes(bytes, box.content, box.end).boxes
  const fresh = children.flatMap((child) => {
    const changed = change(child)
    return changed === undefined ? [] : [changed]
  })
  return makeBox(box.type, ...fresh)
}
