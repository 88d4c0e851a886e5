/**
 * Segments of a live video: a box in front of the first `moof` has room for what a session key signs (`emsg`, C2PA 19.4.2), or
 * for a manifest (`uuid`, C2PA 19.2.1). Media are never read.
 */
import { concat, type LiveClock, type LiveSplice, type Room, type Source } from '@yinji/core'
import { uint32 } from './binary.ts'
import { type Box, boxesAt, findBox, makeBox, noFlags, parseBoxes, u32, walkBoxes } from './bmff.ts'
import { patchFragments } from './bmff-fragments.ts'
import { manifestRoom } from './bmff-manifest.ts'
import { firstTrack } from './bmff-merkle.ts'
import { damagedInput } from './faults.ts'
import { type LoadedBox, loadBox } from './movie.ts'
import { type Fail, OffsetMap } from './offset-map.ts'
import { partsOf, type Replacement, replace } from './replacements.ts'
import { infoNames, segmentMarks } from './segment-marks.ts'

/** Of ISO/IEC 23009-1 5.10.3.3: it is not known how long the event lasts. */
const unknown = 0xffff_ffff

/** How the first track of an initialization segment counts time (ISO/IEC 14496-12 8.4.2, 8.8.3). */
async function liveClock(source: Source): Promise<LiveClock> {
  const fail = failing(source)
  const { boxes, damage } = await walkBoxes(source)
  if (damage !== undefined) fail(damage)
  const moov = await loaded(source, findBox(boxes, 'moov') ?? fail('no moov box'), fail)
  const track = firstTrack(moov.bytes, moov.box) ?? fail('no track')
  const [header] = boxesAt(moov.bytes, moov.box, ['trak', 'mdia', 'mdhd'])
  const at = header && header.content + (moov.bytes[header.content] === 1 ? 20 : 12)
  if (header === undefined || at === undefined || at + 4 > header.end) return fail('no mdhd box')
  const defaults = boxesAt(moov.bytes, moov.box, ['mvex', 'trex']).find(
    ({ content, end }) => content + 16 <= end && uint32(moov.bytes, content + 4) === track,
  )
  const sampleTicks = defaults ? uint32(moov.bytes, defaults.content + 12) : 0
  return { track, timescale: uint32(moov.bytes, at), sampleTicks }
}

async function spliceLive(
  source: Source,
  clock: LiveClock,
  size: (sequence: number) => number,
  kind: 'info' | 'manifest',
): Promise<LiveSplice> {
  const fail = failing(source)
  const { boxes, damage } = await walkBoxes(source)
  if (damage !== undefined) fail(damage)
  if (findBox(boxes, 'moov')) fail('a moov box in a media segment')
  const first = findBox(boxes, 'moof') ?? fail('no moof box')
  const old = await segmentMarks(source, boxes, fail)
  let ticks = 0
  let sequence: number | undefined
  for (const box of boxes.filter(({ type }) => type === 'moof')) {
    const moof = await loaded(source, box, fail)
    sequence ??= sequenceIn(moof)
    ticks += ticksIn(moof, clock)
  }
  if (sequence === undefined) return fail('no mfhd box')
  const bytes = size(sequence)
  const room = kind === 'info' ? eventRoom(bytes, sequence, clock.timescale, ticks) : manifestRoom(bytes)
  const changes: Replacement[] = [
    ...old.map(({ start, end }) => replace(start, end)),
    { start: first.start, end: first.start, parts: [room] },
  ]
  const map = new OffsetMap(changes)
  const patches = map.still ? [] : await patchFragments(source, boxes, map, fail)
  const kept = boxes.filter((box) => !old.includes(box))
  const placed = kept.flatMap((box) => {
    const moved = { type: box.type, start: map.move(box.start) }
    return box === first
      ? [{ type: kind === 'info' ? 'emsg' : 'uuid', start: moved.start - room.length }, moved]
      : [moved]
  })
  const parts = partsOf(source.size, [...changes, ...patches])
  return { parts, binding: { kind: 'bmff', boxes: placed }, sequence }
}

function failing(source: Source): Fail {
  return (what) => {
    throw damagedInput(source, what)
  }
}

async function loaded(source: Source, box: Box, fail: Fail): Promise<LoadedBox> {
  const read = await loadBox(source, box)
  return typeof read === 'string' ? fail(read) : read
}

/** `mfhd` (ISO/IEC 14496-12 8.8.5). */
function sequenceIn({ bytes, box }: LoadedBox): number | undefined {
  const header = findBox(parseBoxes(bytes, box.content, box.end).boxes, 'mfhd')
  return header && header.content + 8 <= header.end ? uint32(bytes, header.content + 4) : undefined
}

/** How long the samples of the track last (ISO/IEC 14496-12 8.8.7, 8.8.8); 0 where that is not said. */
function ticksIn({ bytes, box }: LoadedBox, { track, sampleTicks }: LiveClock): number {
  let ticks = 0
  for (const traf of boxesAt(bytes, box, ['traf'])) {
    const { boxes } = parseBoxes(bytes, traf.content, traf.end)
    const header = findBox(boxes, 'tfhd')
    if (!header || header.content + 8 > header.end || uint32(bytes, header.content + 4) !== track) continue
    const flags = uint32(bytes, header.content)
    const at = header.content + 8 + (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0)
    const usual = flags & 8 && at + 4 <= header.end ? uint32(bytes, at) : sampleTicks
    for (const run of boxes.filter(({ type }) => type === 'trun')) ticks += ticksOf(bytes, run, usual)
  }
  return ticks
}

function ticksOf(bytes: Uint8Array, { content, end }: Box, usual: number): number {
  if (content + 8 > end) return 0
  const flags = uint32(bytes, content)
  const count = uint32(bytes, content + 4)
  if ((flags & 0x100) === 0) return count * usual
  const first = content + 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0)
  const step = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length * 4
  let ticks = 0
  for (let at = first, left = count; left > 0 && at + step <= end; at += step, left--)
    ticks += uint32(bytes, at)
  return ticks
}

/** Version 0; its time is the beginning of the segment, its length that of the segment. */
function eventRoom(size: number, sequence: number, timescale: number, ticks: number): Room {
  const length = ticks === 0 || ticks >= unknown ? unknown : ticks
  const head = concat([noFlags, infoNames, u32(timescale), u32(0), u32(length), u32(sequence)])
  return {
    kind: 'room',
    length: 8 + head.byteLength + size,
    embed: (message) => makeBox('emsg', head, message),
  }
}

export const movieLive = { clock: liveClock, splice: spliceLive }
