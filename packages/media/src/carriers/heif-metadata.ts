/**
 * The metadata among the items of a HEIF or AVIF file: XMP and Exif (ISO/IEC 23008-12 annex A), wherever their bytes
 * stand (ISO/IEC 14496-12 8.11.3).
 */
import { concat, limits, type Source } from '@yinji/core'
import { uint32 } from './binary.ts'
import { type ExifText, readExif } from './exif.ts'
import { type HeifItem, isXmpItem } from './heif-items.ts'
import { inFile, inIdat, inItem, type Location } from './heif-locations.ts'
import type { HeifMeta } from './heif-meta.ts'
import { Unpacker } from './unpack.ts'

/** A range of the file; `end` exclusive. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

/** What can be looked up about items. */
interface Directory {
  readonly meta: HeifMeta
  readonly locations: ReadonlyMap<number, Location>
  /** The items whose bytes another item is made of. */
  readonly sources: ReadonlyMap<number, readonly number[]>
}

/** Real metadata stands in one piece; more pieces than this are an attack. */
const mostPieces = 256

/** Where the bytes of an item stand in the file; undefined when that can't be told. */
function stretchesOf(directory: Directory, location: Location, nested = false): Stretch[] | undefined {
  const { method, elsewhere, extents, id } = location
  const { idat, place } = directory.meta
  if (elsewhere !== 0 || extents.length > mostPieces) return undefined
  if (method === inFile)
    return extents.some(({ length }) => length === 0)
      ? undefined
      : extents.map(({ offset, length }) => ({ start: offset, end: offset + length }))
  if (method === inIdat && idat !== undefined) {
    const all = { start: place.start + idat.content, end: place.start + idat.end }
    return extents.flatMap(({ offset, length }) => cut([all], offset, length))
  }
  if (method !== inItem || nested) return undefined
  const sources = directory.sources.get(id) ?? []
  return extents.flatMap(({ index, offset, length }) => {
    const source = directory.locations.get(sources[Math.max(1, index) - 1] ?? 0)
    return cut((source && stretchesOf(directory, source, true)) ?? [], offset, length)
  })
}

/** Part of a content that stands in several places, counted in bytes of the content; no length means all there is. */
function cut(stretches: readonly Stretch[], from: number, length: number): Stretch[] {
  const to = length === 0 ? Number.POSITIVE_INFINITY : from + length
  let at = 0
  return stretches.flatMap(({ start, end }) => {
    const begin = at
    at += end - start
    const piece = { start: start + Math.max(0, from - begin), end: Math.min(end, start + to - begin) }
    return piece.end > piece.start ? [piece] : []
  })
}

export interface MetadataItem {
  readonly item: HeifItem
  readonly location: Location
  readonly stretches: readonly Stretch[]
  /** Its content, unpacked. */
  readonly data: Uint8Array
  /** What it describes: the main picture, something else, or nothing in particular. */
  readonly describes: 'main' | 'other' | 'nothing'
}

export interface Metadata {
  readonly xmp: readonly MetadataItem[]
  readonly exif: readonly MetadataItem[]
  /** Why some of it could not be read. */
  readonly damage?: string
}

/** One of each is usual, one more for every picture in the file is possible. */
const mostItems = 256

/** The content of all items with XMP or Exif, together no more than a file may have of it. */
export async function readMetadata(source: Source, meta: HeifMeta): Promise<Metadata> {
  const directory = directoryOf(meta)
  const wanted = meta.items.filter((item) => item.type === 'Exif' || isXmpItem(item))
  const found: MetadataItem[] = []
  const unpacker = new Unpacker(limits.metadataBytes)
  let damage = wanted.length > mostItems ? 'too many items of metadata' : undefined
  for (const item of wanted.slice(0, mostItems)) {
    const location = directory.locations.get(item.id)
    if (location === undefined || location.extents.length === 0) continue
    const stretches = stretchesOf(directory, location) ?? []
    const data = await readItem(source, stretches, item, unpacker)
    if (data === undefined) damage = `the ${item.type === 'Exif' ? 'Exif' : 'XMP'} item can’t be read`
    else found.push({ item, location, stretches, data, describes: describedBy(meta, item) })
  }
  const xmp = found.filter(({ item }) => isXmpItem(item))
  const exif = found.filter(({ item }) => !isXmpItem(item))
  return damage === undefined ? { xmp, exif } : { xmp, exif, damage }
}

/** Where the bytes of everything else stand: pictures, and what they are made of, in the order of `iloc`. */
export function pictureStretches(meta: HeifMeta): Stretch[] {
  const directory = directoryOf(meta)
  const types = new Map(meta.items.map(({ id, type }) => [id, type]))
  return meta.locations.items
    .filter(({ id, method }) => method !== inItem && !/^(?:Exif|mime)$/.test(types.get(id) ?? ''))
    .flatMap((location) => stretchesOf(directory, location) ?? [])
}

function directoryOf(meta: HeifMeta): Directory {
  const made = meta.references.filter(({ type }) => type === 'iloc')
  return {
    meta,
    locations: new Map(meta.locations.items.map((location) => [location.id, location])),
    sources: new Map(made.map(({ from, to }) => [from, to])),
  }
}

function describedBy({ references, primary }: HeifMeta, { id }: HeifItem): MetadataItem['describes'] {
  const own = references.filter(({ type, from }) => type === 'cdsc' && from === id)
  if (own.length === 0) return 'nothing'
  return own.some(({ to }) => to.includes(primary)) ? 'main' : 'other'
}

async function readItem(
  source: Source,
  stretches: readonly Stretch[],
  item: HeifItem,
  unpacker: Unpacker,
): Promise<Uint8Array | undefined> {
  const size = stretches.reduce((sum, { start, end }) => sum + end - start, 0)
  if (size === 0 || size > unpacker.left || stretches.some(({ end }) => end > source.size)) return undefined
  const pieces: Uint8Array[] = []
  for (const { start, end } of stretches) pieces.push(await source.read(start, end))
  return unpacker.take(concat(pieces), item.encoding)
}

/** The labels in an Exif item, and where its TIFF block starts: four bytes say how far behind them (annex A.2.1). */
export function exifOf(data: Uint8Array): { readonly start: number; readonly found: readonly ExifText[] } {
  const start = Math.min(4 + uint32(data, 0), data.byteLength)
  return { start, found: readExif(data.subarray(start)) }
}
