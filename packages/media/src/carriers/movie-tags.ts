/**
 * Carries the tags of a movie over to a re-encoded one, byte for byte: ffmpeg drops or renames what it does not know
 * (keys of QuickTime metadata, ratings, XMP).
 */
import { bytes, limits, type Source, splicedSource } from '@yinji/core'
import { type Box, findBox, makeBox, parseBoxes, walkBoxes } from './bmff.ts'
import { isXmpBox } from './bmff-xmp.ts'
import { damagedInput } from './faults.ts'
import { type LoadedBox, loadBox } from './movie.ts'
import { layOut } from './movie-layout.ts'
import type { Fail } from './offset-map.ts'
import { partsOf } from './replacements.ts'

/** Boxes of `moov` with tags in them. */
const isTagBox = ({ type }: Box) => type === 'udta' || type === 'meta'

/**
 * `fresh` with the tags of `source` and none of its own. The result takes `fresh` over and closes it.
 * @throws InputError when either is damaged.
 */
export async function carryTags(source: Source, fresh: Source): Promise<Source> {
  const fail: Fail = (what) => {
    throw damagedInput(source, what)
  }
  const [old, { boxes }] = [await walkBoxes(source), await walkBoxes(fresh)]
  const movie = await loadMovie(source, old.boxes, fail)
  const target = findBox(boxes, 'moov') ?? fail('no moov box')
  const { bytes: moov, box } = await loadMovie(fresh, boxes, fail)
  const kept = parseBoxes(moov, box.content, box.end).boxes.filter((child) => !isTagBox(child))
  const tags = parseBoxes(movie.bytes, movie.box.content, movie.box.end).boxes.filter(isTagBox)
  const rebuilt = makeBox(
    'moov',
    ...kept.map(({ start, end }) => moov.subarray(start, end)),
    ...tags.map(({ start, end }) => movie.bytes.subarray(start, end)),
  )
  const packet = old.boxes.find((one) => isXmpBox(one) && one.end - one.start <= limits.metadataBytes)
  const xmp = packet === undefined ? [] : [bytes(await source.read(packet.start, packet.end))]
  const { changes } = layOut(boxes, target, rebuilt, { room: 0 }, fail)
  const end = { start: fresh.size, end: fresh.size, parts: xmp }
  const joined = splicedSource(fresh, partsOf(fresh.size, [...changes, end]), source.name)
  return { ...joined, [Symbol.asyncDispose]: async () => fresh[Symbol.asyncDispose]?.() }
}

async function loadMovie(source: Source, boxes: readonly Box[], fail: Fail): Promise<LoadedBox> {
  const loaded = await loadBox(source, findBox(boxes, 'moov') ?? fail('no moov box'))
  return typeof loaded === 'string' ? fail(loaded) : loaded
}
