/**
 * A media segment of DASH or HLS, a file of its own (ISO/IEC 14496-12 8.16.2): a box in front of its first `moof` says
 * which one of the film it is (C2PA A.5.4.1.2). Media are never read.
 */
import type { SegmentPlace, SegmentSplice, Source, TopLevelBox } from '@yinji/core'
import { uint32 } from './binary.ts'
import { type Box, boxesAt, findBox, uint64, walkBoxes } from './bmff.ts'
import { patchFragments } from './bmff-fragments.ts'
import { merkleBoxAt, merkleBoxBytes } from './bmff-merkle.ts'
import { damagedInput } from './faults.ts'
import { loadBox } from './movie.ts'
import { type Fail, OffsetMap } from './offset-map.ts'
import { partsOf, replace } from './replacements.ts'
import { segmentMarks } from './segment-marks.ts'

export async function spliceSegment(source: Source, place: SegmentPlace): Promise<SegmentSplice> {
  const fail: Fail = (what) => {
    throw damagedInput(source, what)
  }
  const { boxes, damage } = await walkBoxes(source)
  if (damage !== undefined) fail(damage)
  if (findBox(boxes, 'moov')) fail('a moov box in a media segment')
  const moof = findBox(boxes, 'moof') ?? fail('no moof box')
  const old = await segmentMarks(source, boxes, fail)
  const changes = [...old.map(({ start, end }) => replace(start, end)), merkleBoxAt(moof.start, place)]
  const map = new OffsetMap(changes)
  const patches = map.still ? [] : await patchFragments(source, boxes, map, fail)
  const kept = boxes.filter((box) => !old.includes(box))
  return {
    parts: partsOf(source.size, [...changes, ...patches]),
    boxes: kept.flatMap((box) => placed(box, map, box === moof)),
    time: await decodeTime(source, moof, fail),
  }
}

function placed({ type, start }: Box, map: OffsetMap, marked: boolean): TopLevelBox[] {
  const box = { type, start: map.move(start) }
  return marked ? [{ type: 'uuid', start: box.start - merkleBoxBytes }, box] : [box]
}

/** `baseMediaDecodeTime` of the first track fragment (ISO/IEC 14496-12 8.8.12). */
async function decodeTime(source: Source, moof: Box, fail: Fail): Promise<number | undefined> {
  const loaded = await loadBox(source, moof)
  if (typeof loaded === 'string') return fail(loaded)
  const { bytes, box } = loaded
  const [tfdt] = boxesAt(bytes, box, ['traf', 'tfdt'])
  if (tfdt === undefined) return undefined
  const wide = bytes[tfdt.content] === 1
  if (tfdt.content + (wide ? 12 : 8) > tfdt.end) return fail('tfdt is too short')
  return wide ? uint64(bytes, tfdt.content + 4) : uint32(bytes, tfdt.content + 4)
}
