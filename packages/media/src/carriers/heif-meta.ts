/**
 * The `meta` box of a HEIF or AVIF file (ISO/IEC 23008-12 clause 6). Pictures are never read, only checked to be there.
 */
import type { Source } from '@yinji/core'
import { type Box, findBox, parseBoxes } from './bmff.ts'
import { metaChildren } from './bmff-items.ts'
import {
  type HeifItem,
  isOpen,
  parseItems,
  parsePrimary,
  parseReferences,
  type Reference,
} from './heif-items.ts'
import { inFile, inItem, type Locations, parseLocations } from './heif-locations.ts'
import { loadBox } from './movie.ts'

export interface HeifMeta {
  /** The whole box. */
  readonly bytes: Uint8Array
  /** Where it stands in the file. */
  readonly place: Box
  readonly children: readonly Box[]
  readonly items: readonly HeifItem[]
  readonly references: readonly Reference[]
  readonly locations: Locations
  readonly primary: number
  readonly idat: Box | undefined
}

/** Or what is wrong with it. */
export async function loadHeif(source: Source, boxes: readonly Box[]): Promise<HeifMeta | string> {
  const [place, ...others] = boxes.filter(({ type }) => type === 'meta')
  if (boxes[0]?.type !== 'ftyp') return 'no ftyp box at the start'
  if (place === undefined) return 'no meta box'
  if (others.length > 0) return 'more than one meta box'
  const loaded = await loadBox(source, place)
  return typeof loaded === 'string' ? loaded : parseMeta(loaded.bytes, loaded.box, place)
}

function parseMeta(bytes: Uint8Array, box: Box, place: Box): HeifMeta | string {
  const children = metaChildren(bytes, box)
  const { damage } = parseBoxes(bytes, children[0]?.start ?? box.content, box.end)
  if (damage !== undefined) return `meta: ${damage}`
  if (children.some((child) => isOpen(bytes, child))) return 'meta: a box without size'
  const [iinf, iloc, pitm, iref] = ['iinf', 'iloc', 'pitm', 'iref'].map((type) => findBox(children, type))
  if (iinf === undefined || iloc === undefined || pitm === undefined) return 'no list of items in meta'
  const items = parseItems(bytes, iinf)
  const locations = parseLocations(bytes, iloc)
  const references = iref === undefined ? [] : parseReferences(bytes, iref)
  const fault = [items, locations, references].find((parsed) => typeof parsed === 'string')
  if (typeof items === 'string' || typeof locations === 'string' || typeof references === 'string')
    return String(fault)
  const primary = parsePrimary(bytes, pitm)
  const idat = findBox(children, 'idat')
  return { bytes, place, children, items, references, locations, primary, idat }
}

/** What is missing of the items in a file of `size` bytes, if anything. */
export function itemsFault({ items, locations, primary, idat }: HeifMeta, size: number): string | undefined {
  if (!items.some(({ id }) => id === primary)) return 'the main picture is not among the items'
  const room = idat === undefined ? 0 : idat.end - idat.content
  for (const { method, elsewhere, extents } of locations.items) {
    if (elsewhere !== 0 || method === inItem) continue
    const most = method === inFile ? size : room
    if (extents.some(({ offset, length }) => offset + length > most))
      return method === inFile ? 'picture data is missing at the end' : 'an item lies outside idat'
  }
  return undefined
}
