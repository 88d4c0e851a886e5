/**
 * Puts the XMP of the main picture into a HEIF or AVIF file (ISO/IEC 23008-12 annex A.3): where it stands already, if it
 * can grow there, else into an `mdat` box of its own right behind `meta`, with an item and a `cdsc` reference.
 */
import type { Source } from '@yinji/core'
import { uint32 } from './binary.ts'
import { type Box, findBox, parseBoxes, setUint64, uint64 } from './bmff.ts'
import { withDescription, withItem, xmpEntry } from './heif-items.ts'
import { inFile, type Location } from './heif-locations.ts'
import type { HeifMeta } from './heif-meta.ts'
import type { MetadataItem, Stretch } from './heif-metadata.ts'
import { setUint32 } from './integers.ts'
import type { Fail } from './offset-map.ts'
import { type Replacement, replace } from './replacements.ts'

export interface Placement {
  /** The item. */
  readonly id: number
  /** The packet, when it goes into a box of its own. */
  readonly apart?: Uint8Array
  /** Where it stood before, when it moved. */
  readonly left: readonly Stretch[]
  /** Changes outside `meta`. */
  readonly changes: readonly Replacement[]
  readonly locations: readonly Location[]
  /** New forms of boxes in `meta`. */
  readonly children: ReadonlyMap<Box, Uint8Array>
}

export interface Setting {
  readonly source: Source
  readonly boxes: readonly Box[]
  readonly meta: HeifMeta
  /** Numbers that tracks have, which items and groups must not have as well. */
  readonly taken: readonly number[]
  readonly fail: Fail
}

export async function placeXmp(
  setting: Setting,
  packet: Uint8Array,
  main: MetadataItem | undefined,
): Promise<Placement> {
  const { meta, boxes } = setting
  const id = main?.item.id ?? freeNumber(setting)
  const others = meta.locations.items.filter((location) => location.id !== id)
  const location = { id, method: inFile, elsewhere: 0 }
  const children = entriesFor(setting, id, main)
  const [stretch, ...rest] = main?.stretches ?? []
  const home = stretch && homeOf(boxes, meta, main?.location, stretch)
  if (main?.item.encoding !== '' || stretch === undefined || home === undefined || rest.length > 0) {
    const extents = [{ index: 0, offset: 0, length: packet.byteLength }]
    const locations = [...others, { extents, ...location }]
    return { id, apart: packet, left: main?.stretches ?? [], changes: [], locations, children }
  }
  const extents = [{ index: 0, offset: stretch.start, length: packet.byteLength }]
  const locations = meta.locations.items.map((old) => (old.id === id ? { extents, ...location } : old))
  const growth = packet.byteLength - (stretch.end - stretch.start)
  const header = growth === 0 ? [] : await resized(setting, home, growth)
  return {
    id,
    left: [],
    changes: [...header, replace(stretch.start, stretch.end, packet)],
    locations,
    children,
  }
}

/** The box of media around a packet that nothing else shares its bytes with. */
function homeOf(
  boxes: readonly Box[],
  meta: HeifMeta,
  location: Location | undefined,
  stretch: Stretch,
): Box | undefined {
  if (location?.method !== inFile || isShared(meta, location.id, stretch)) return undefined
  return boxes.find(
    ({ type, content, end }) => type === 'mdat' && stretch.start >= content && stretch.end <= end,
  )
}

/** Whether other items have some of these bytes as well. */
export function isShared({ locations, place, idat }: HeifMeta, id: number, { start, end }: Stretch): boolean {
  const inner = place.start + (idat?.content ?? 0)
  return locations.items.some(
    (other) =>
      other.id !== id &&
      other.elsewhere === 0 &&
      other.extents.some(({ offset, length }) => {
        const from = other.method === inFile ? offset : inner + offset
        return other.method < 2 && from < end && from + length > start
      }),
  )
}

/** The header of a box that grows. */
async function resized(
  { source, fail }: Setting,
  { start, content }: Box,
  growth: number,
): Promise<Replacement[]> {
  const header = Uint8Array.from(await source.read(start, content))
  const size = uint32(header, 0)
  if (size === 0) return [] // it ends where the file does
  if (size === 1) setUint64(header, 8, uint64(header, 8) + growth)
  else if (size + growth > 0xffff_ffff) fail('mdat has no space for its new size')
  else setUint32(header, 0, size + growth)
  return [replace(start, content, header)]
}

/** What has to be said of the item in `iinf` and `iref`. */
function entriesFor(
  { meta, fail }: Setting,
  id: number,
  main: MetadataItem | undefined,
): Map<Box, Uint8Array> {
  const { bytes, children, primary } = meta
  const entries = new Map<Box, Uint8Array>()
  const iinf = findBox(children, 'iinf')
  const iref = findBox(children, 'iref')
  if (iinf === undefined) return entries
  if (main === undefined || main.item.encoding !== '')
    entries.set(
      iinf,
      withItem(bytes, iinf, xmpEntry(id), main?.item.box) ?? fail('iinf has no space for one more item'),
    )
  if (main?.describes === 'main') return entries
  const described = withDescription(bytes, iref, id, primary)
  if (iref !== undefined) entries.set(iref, described)
  else
    entries.set(iinf, Buffer.concat([entries.get(iinf) ?? bytes.subarray(iinf.start, iinf.end), described]))
  return entries
}

/** Items, groups and tracks may share one set of numbers (ISO/IEC 14496-12 8.18). */
function freeNumber({ meta, taken, fail }: Setting): number {
  const groups = meta.children
    .filter(({ type }) => type === 'grpl')
    .flatMap(({ content, end }) => parseBoxes(meta.bytes, content, end).boxes)
    .map(({ content }) => uint32(meta.bytes, content + 4))
  const used = new Set([
    ...meta.items.map(({ id }) => id),
    ...meta.locations.items.map(({ id }) => id),
    ...groups,
    ...taken,
  ])
  for (let id = 1; id <= 0xffff; id++) if (!used.has(id)) return id
  return fail('there is no number left for one more item')
}
