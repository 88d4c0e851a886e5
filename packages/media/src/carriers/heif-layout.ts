/** Where the boxes of a labelled HEIF or AVIF file go, and the offsets that follow them. */
import { bytes, concat, type TopLevelBox } from '@yinji/core'
import { type Box, makeBox } from './bmff.ts'
import { isAigcBox } from './bmff-labels.ts'
import { isManifestBox, manifestRoom } from './bmff-manifest.ts'
import { patchMovie, widen } from './bmff-offsets.ts'
import { inFile, type Location, mostNarrow, writeLocations } from './heif-locations.ts'
import type { HeifMeta } from './heif-meta.ts'
import type { Placement, Setting } from './heif-xmp.ts'
import { OffsetMap } from './offset-map.ts'
import type { Replacement } from './replacements.ts'

export interface HeifPlan {
  /** The bytes of `meta`, with labels blanked in them. */
  readonly content: Uint8Array
  readonly placement: Placement | undefined
  /** Changes outside `meta` and `moov`. */
  readonly changes: readonly Replacement[]
  /** The new `moov` of a sequence, its offsets still the old ones. */
  readonly movie?: { readonly box: Box; readonly bytes: Uint8Array } | undefined
  readonly aigc: boolean
  readonly room: number
}

export interface HeifLayout {
  readonly changes: readonly Replacement[]
  readonly map: OffsetMap
  /** The boxes of the finished file, which the hash names one by one (C2PA 18.6.2). */
  readonly boxes: readonly TopLevelBox[]
}

export function layOutHeif(setting: Setting, plan: HeifPlan): HeifLayout {
  const { boxes, meta, fail } = setting
  const { placement, movie } = plan
  const locations = placement?.locations ?? meta.locations.items
  const unwanted = boxes.filter((box) => isManifestBox(box) || (plan.aigc && isAigcBox(box)))
  const roomAt = boxes[0]?.end ?? 0
  const apart = placement?.apart && makeBox('mdat', placement.apart)
  const room = plan.room === 0 ? [] : [{ start: roomAt, end: roomAt, parts: [manifestRoom(plan.room)] }]
  const insertion = apart === undefined ? [] : [insert(meta.place.end, apart)]
  // Whether 32-bit offsets suffice is known only once everything has its place, and wider ones need more of it.
  for (const wide of [false, true]) {
    const box = new Uint8Array(metaBox(meta, plan, locations, wide).byteLength)
    const moov = movie && (wide ? widen(movie.bytes, fail) : movie.bytes.slice())
    const changes = [
      ...room,
      ...plan.changes,
      ...unwanted.map(({ start, end }) => ({ start, end, parts: [] })),
      { start: meta.place.start, end: meta.place.end, parts: [bytes(box)] },
      ...(movie && moov ? [{ start: movie.box.start, end: movie.box.end, parts: [bytes(moov)] }] : []),
      ...insertion,
    ]
    refuseOverlaps(changes, setting)
    const map = new OffsetMap(changes)
    const moved = locations.map((location) => movedLocation(setting, location, map, placement))
    const fits = wide || moved.every(isNarrow)
    if (!fits || (moov !== undefined && !patchMovie(moov, map, fail))) continue
    box.set(metaBox(meta, plan, moved, wide))
    const kept = boxes.filter((old) => !unwanted.includes(old))
    const list = kept.map(({ type, start }) => ({ type, start: start < roomAt ? start : map.move(start) }))
    if (room.length > 0) list.push({ type: 'uuid', start: roomAt })
    if (apart) list.push({ type: 'mdat', start: map.move(meta.place.end) - apart.byteLength })
    return { changes, map, boxes: list.sort((a, b) => a.start - b.start) }
  }
  return fail('offsets beyond 2^53')
}

const insert = (at: number, box: Uint8Array): Replacement => ({ start: at, end: at, parts: [bytes(box)] })

function isNarrow({ extents }: Location): boolean {
  return extents.every(({ offset, length }) => offset <= mostNarrow && length <= mostNarrow)
}

function metaBox(meta: HeifMeta, plan: HeifPlan, locations: readonly Location[], wide: boolean): Uint8Array {
  const first = meta.children[0]?.start ?? 0
  const parts = meta.children.map((child) => {
    if (child.type === 'iloc') return writeLocations({ ...meta.locations, items: locations }, wide)
    return plan.placement?.children.get(child) ?? plan.content.subarray(child.start, child.end)
  })
  return makeBox('meta', plan.content.subarray(meta.place.content - meta.place.start, first), concat(parts))
}

function movedLocation(
  { meta, fail }: Setting,
  location: Location,
  map: OffsetMap,
  placement: Placement | undefined,
): Location {
  if (location.method !== inFile || location.elsewhere !== 0) return location
  const own = location.id === placement?.id
  const extents = location.extents.map((extent) => {
    const { offset, length } = extent
    if (own && placement.apart) return { ...extent, offset: map.move(meta.place.end) - length }
    if (!own && length === 0) fail('an item without length')
    const moved = map.move(offset)
    const inside = offset >= meta.place.start && offset < meta.place.end
    if (inside || (!own && map.move(offset + length - 1) - moved !== length - 1)) fail('an item across boxes')
    return { ...extent, offset: moved }
  })
  return { ...location, extents }
}

/** Items of a hostile file share bytes. */
function refuseOverlaps(changes: readonly Replacement[], { fail }: Setting): void {
  let end = 0
  for (const change of [...changes].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (change.start < end) fail('items that share their bytes')
    end = change.end
  }
}
