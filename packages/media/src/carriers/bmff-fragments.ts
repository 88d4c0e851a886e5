/**
 * File offsets outside `moov`, in fragmented files (ISO/IEC 14496-12): `tfhd` (8.8.7), `tfra` (8.8.10) and the
 * distances in `sidx` (8.16.3). All are patched in place, so a file of 50,000 fragments stays a list of copies.
 */
import { bytes, limits, type Source } from '@yinji/core'
import { uint16, uint32 } from './binary.ts'
import { type Box, boxesAt, parseBoxes, setUint64, uint64 } from './bmff.ts'
import { patchItemLocations } from './bmff-items.ts'
import { setUint32 } from './integers.ts'
import type { Fail, OffsetMap } from './offset-map.ts'
import type { Replacement } from './replacements.ts'

/** Boxes of the top level that hold offsets. */
const withOffsets: ReadonlySet<string> = new Set(['moof', 'sidx', 'mfra', 'meta'])

/** The changes that keep offsets right once bytes have moved; each is as long as what it replaces. */
export async function patchFragments(
  source: Source,
  boxes: readonly Box[],
  map: OffsetMap,
  fail: Fail,
): Promise<Replacement[]> {
  const changes: Replacement[] = []
  for (const box of boxes) {
    if (!withOffsets.has(box.type)) continue
    if (box.end - box.start > limits.metadataBytes) fail(`${box.type} of ${box.end - box.start} bytes`)
    const old = await source.read(box.start, box.end)
    const local = { ...box, start: 0, content: box.content - box.start, end: old.byteLength }
    if (old.byteLength !== box.end - box.start) fail(`${box.type} is cut off`)
    if (box.type === 'moof') changes.push(...patchMoof(old, local, box.start, map, fail))
    else
      changes.push({ start: box.start, end: box.end, parts: [bytes(patchWhole(old, local, box, map, fail))] })
  }
  return changes
}

function patchWhole(old: Uint8Array, local: Box, box: Box, map: OffsetMap, fail: Fail): Uint8Array {
  const fresh = old.slice()
  if (box.type === 'sidx') patchIndex(fresh, local, box, map, fail)
  else if (box.type === 'mfra') patchRandomAccess(fresh, local, map, fail)
  else patchItemLocations(fresh, local, map, fail)
  return fresh
}

/** `base_data_offset`, when a track fragment states one; all other offsets of a fragment are relative to it. */
function patchMoof(moof: Uint8Array, root: Box, origin: number, map: OffsetMap, fail: Fail): Replacement[] {
  return boxesAt(moof, root, ['traf', 'tfhd']).flatMap((tfhd) => {
    if ((uint32(moof, tfhd.content) & 1) === 0) return []
    if (tfhd.content + 16 > tfhd.end) fail('tfhd is too short')
    const value = new Uint8Array(8)
    setUint64(value, 0, map.move(uint64(moof, tfhd.content + 8)))
    const start = origin + tfhd.content + 8
    return [{ start, end: start + 8, parts: [bytes(value)] }]
  })
}

/** Distances from the end of the `sidx` to what it points at, and the sizes of that. */
function patchIndex(fresh: Uint8Array, local: Box, box: Box, map: OffsetMap, fail: Fail): void {
  const wide = uint32(fresh, local.content) >>> 24 > 0
  const first = local.content + (wide ? 20 : 16)
  const list = first + (wide ? 8 : 4) + 4
  const count = uint16(fresh, list - 2)
  if (list + count * 12 > local.end) fail('sidx has fewer entries than it says')
  let at = box.end + (wide ? uint64(fresh, first) : uint32(fresh, first))
  const distance = map.move(at) - (map.move(box.start) + box.end - box.start)
  if (distance < 0 || (!wide && distance > 0xffff_ffff)) fail('sidx points backwards')
  if (wide) setUint64(fresh, first, distance)
  else setUint32(fresh, first, distance)
  for (let entry = list; entry < list + count * 12; entry += 12) {
    const word = uint32(fresh, entry)
    const size = word & 0x7fff_ffff
    const moved = map.move(at + size) - map.move(at)
    if (moved < 0 || moved > 0x7fff_ffff) fail('sidx has no space for the new sizes')
    setUint32(fresh, entry, ((word & 0x8000_0000) | moved) >>> 0)
    at += size
  }
}

function patchRandomAccess(fresh: Uint8Array, root: Box, map: OffsetMap, fail: Fail): void {
  for (const tfra of parseBoxes(fresh, root.content, root.end).boxes) {
    if (tfra.type !== 'tfra') continue
    const wide = uint32(fresh, tfra.content) >>> 24 > 0
    const sizes = uint32(fresh, tfra.content + 8)
    const count = uint32(fresh, tfra.content + 12)
    const numbers = 3 + ((sizes >> 4) & 3) + ((sizes >> 2) & 3) + (sizes & 3)
    const step = (wide ? 16 : 8) + numbers
    if (tfra.content + 16 + count * step > tfra.end) fail('tfra has fewer entries than it says')
    for (let index = 0; index < count; index++) {
      const at = tfra.content + 16 + index * step + (wide ? 8 : 4)
      const moved = map.move(wide ? uint64(fresh, at) : uint32(fresh, at))
      if (wide) setUint64(fresh, at, moved)
      else if (moved <= 0xffff_ffff) setUint32(fresh, at, moved)
      else fail('tfra has no space for offsets beyond 4 GB')
    }
  }
}
