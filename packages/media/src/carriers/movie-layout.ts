/** Where the boxes of a labelled movie go, and what moves because of it. */
import { bytes, type Part, type TopLevelBox } from '@yinji/core'
import { type Box, makeBox } from './bmff.ts'
import { isAigcBox } from './bmff-labels.ts'
import { isManifestBox, manifestRoom } from './bmff-manifest.ts'
import { firstMerkleBox, merkleBoxes } from './bmff-merkle.ts'
import { patchMovie, widen } from './bmff-offsets.ts'
import { type Fail, OffsetMap } from './offset-map.ts'
import type { Replacement } from './replacements.ts'

export interface Layout {
  readonly changes: readonly Replacement[]
  readonly map: OffsetMap
  /** Old offsets of boxes that are gone. */
  readonly gone: ReadonlySet<number>
  /** Offset of the manifest's box: right behind `ftyp` (C2PA A.5.3). */
  readonly roomAt: number
}

export interface Wishes {
  readonly aigc?: string
  readonly room: number
  /** The track whose fragments each get a box that says which one it is. */
  readonly track?: number | undefined
  /** Boxes that were changed already. */
  readonly cleared?: readonly Replacement[]
}

/**
 * @param fresh the new `moov`, its offsets still the old ones; it takes the place of `moov`
 */
export function layOut(
  boxes: readonly Box[],
  moov: Box,
  fresh: Uint8Array,
  wishes: Wishes,
  fail: Fail,
): Layout {
  const roomAt = boxes[0]?.end ?? 0
  const unwanted = boxes.filter((box) => isManifestBox(box) || (wishes.aigc !== undefined && isAigcBox(box)))
  const fixed = [...(wishes.cleared ?? []), ...unwanted.map((box) => replacement(box, []))]
  const { room, track } = wishes
  let placed: OffsetMap | undefined
  const firstMerkle = () => (track === undefined || !placed ? 0 : firstMerkleBox(boxes, placed))
  if (room > 0) fixed.push({ start: roomAt, end: roomAt, parts: [manifestRoom(room, firstMerkle)] })
  if (track !== undefined) fixed.push(...merkleBoxes(boxes, track))
  // Whether 32-bit offsets suffice is known only once everything has its place, and wider ones need more of it.
  for (const wide of [false, true]) {
    const movie = wide ? widen(fresh, fail) : fresh.slice()
    const free = absorb(boxes, moov, movie.byteLength)
    const changes = [...fixed, ...(free ? [free] : []), replacement(moov, [bytes(movie)])]
    const map = new OffsetMap(changes)
    placed = map
    const gone = new Set(unwanted.map(({ start }) => start))
    if (free?.parts.length === 0) gone.add(free.start)
    if (patchMovie(movie, map, fail)) return { changes, map, gone, roomAt }
  }
  return fail('chunk offsets beyond 2^53')
}

const replacement = ({ start, end }: Box, parts: readonly Part[]): Replacement => ({ start, end, parts })

/** Larger padding is somebody's purpose. */
const mostPadding = 1024 * 1024

/** Lets a `free` box behind `moov` give or take what `moov` grew or shrank, so that the media can stay in place. */
function absorb(boxes: readonly Box[], moov: Box, size: number): Replacement | undefined {
  const next = boxes[boxes.indexOf(moov) + 1]
  if (next === undefined || (next.type !== 'free' && next.type !== 'skip')) return undefined
  const old = next.end - next.start
  const spare = old - (size - (moov.end - moov.start))
  if (spare === old || spare > mostPadding) return undefined
  if (spare === 0) return replacement(next, [])
  return spare < 8 ? undefined : replacement(next, [bytes(makeBox(next.type, new Uint8Array(spare - 8)))])
}

/** The boxes of the finished file, which the hash names one by one (C2PA 18.6.2). */
export function topLevel(boxes: readonly Box[], { map, gone, roomAt }: Layout): TopLevelBox[] {
  const kept = boxes.filter(({ start }) => !gone.has(start))
  const list = kept.map(({ type, start }) => ({ type, start: start < roomAt ? start : map.move(start) }))
  list.splice(1, 0, { type: 'uuid', start: roomAt })
  return list
}
