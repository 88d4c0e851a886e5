/**
 * A new picture in an old AVIF (AV1 Image File Format): the coded pictures and what describes their coding are another
 * encoder's, everything else is the old file's: Exif, XMP, colour profile, turning, light levels, unknown boxes.
 */
import { bytesSource, concat, InputError, type Source } from '@yinji/core'
import { type Box, findBox, makeBox, walkBoxes } from '../carriers/bmff.ts'
import { damagedInput } from '../carriers/faults.ts'
import { inFile, type Location, writeLocations } from '../carriers/heif-locations.ts'
import { type HeifMeta, itemsFault, loadHeif } from '../carriers/heif-meta.ts'
import { exifOf } from '../carriers/heif-metadata.ts'
import {
  exchanged,
  type Properties,
  parseProperties,
  propertiesOf,
  writeProperties,
} from '../carriers/heif-properties.ts'
import { setUint16 } from '../carriers/integers.ts'
import { type Av1Facts, av1Facts } from './av1-header.ts'
import { withoutThumbnail } from './jpeg/thumbnail.ts'
import { type Orientation, orientations } from './orientation.ts'

/** An AVIF, read. */
export interface AvifParts {
  readonly source: Source
  readonly boxes: readonly Box[]
  readonly meta: HeifMeta
  readonly properties: Properties
  /** The item with the transparency of the main picture. */
  readonly alpha: number | undefined
  readonly facts: Av1Facts
  /** How the stored picture is turned to be shown. */
  readonly orientation: Orientation
  readonly halvedColour: boolean
  readonly bits: 8 | 10 | 12
}

const alphaType = 'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha'

/** @throws InputError `input.damaged`; `visible.content.unsupported` for pictures that are made of others */
export async function avifParts(source: Source): Promise<AvifParts> {
  const { boxes, damage } = await walkBoxes(source)
  if (damage !== undefined) throw damagedInput(source, damage)
  if (boxes.some(({ type }) => type === 'moov')) throw unsupported('an AVIF sequence')
  const meta = await loadHeif(source, boxes)
  if (typeof meta === 'string') throw damagedInput(source, meta)
  const iprp = findBox(meta.children, 'iprp')
  const fault = itemsFault(meta, source.size)
  const properties = iprp && parseProperties(meta.bytes, iprp)
  if (properties === undefined || typeof properties === 'string' || fault !== undefined)
    throw damagedInput(source, fault ?? properties?.toString() ?? 'no properties in meta')
  refuseOthers(meta)
  const alpha = meta.references.find(
    ({ type, from, to }) => type === 'auxl' && to.includes(meta.primary) && isAlpha(properties, from),
  )?.from
  const facts = av1Facts(await itemData(source, meta, meta.primary))
  const main = propertiesOf(properties, meta.primary)
  const coding = main.find(({ type }) => type === 'av1C')?.content[2]
  if (facts === undefined || coding === undefined)
    throw damagedInput(source, 'the main picture is not coded as a still')
  return {
    source,
    boxes,
    meta,
    properties,
    alpha,
    facts,
    orientation: orientationOf(main),
    halvedColour: (coding & 0x0c) === 0x0c || (coding & 0x10) !== 0,
    bits: (coding & 0x40) === 0 ? 8 : (coding & 0x20) === 0 ? 10 : 12,
  }
}

const unsupported = (what: string) => new InputError('visible.content.unsupported', { what })

/** Pictures that would show the old one beside the new one, or be made of both. */
function refuseOthers({ items, references, primary }: HeifMeta): void {
  const main = items.find(({ id }) => id === primary)
  if (main?.type !== 'av01') throw unsupported(`an AVIF whose main picture is of the kind ${main?.type}`)
  if (items.some(({ type }) => type === 'tmap')) throw unsupported('an AVIF with a gain map')
  if (references.some(({ type, to }) => type === 'thmb' && to.includes(primary)))
    throw unsupported('an AVIF with a thumbnail of its own')
  if (references.some(({ type, from }) => type === 'prem' && from === primary))
    throw unsupported('an AVIF with premultiplied transparency')
}

function isAlpha(properties: Properties, id: number): boolean {
  return propertiesOf(properties, id).some(
    ({ type, content }) =>
      type === 'auxC' && Buffer.from(content).toString('latin1', 4).startsWith(alphaType),
  )
}

/** `irot` by quarters against the clock, then `imir`: 0 swaps top and bottom, 1 left and right (23008-12 6.5.10, 6.5.12). */
function orientationOf(main: ReturnType<typeof propertiesOf>): Orientation {
  if (main.some(({ type }) => type === 'clap')) throw unsupported('a cropped AVIF')
  const turns = (main.find(({ type }) => type === 'irot')?.content[0] ?? 0) & 3
  const mirror = main.find(({ type }) => type === 'imir')?.content[0]
  const row = orientations[turns] as (typeof orientations)[number]
  return row[mirror === undefined ? 'plain' : (mirror & 1) === 0 ? 'upended' : 'mirrored']
}

async function itemData(source: Source, meta: HeifMeta, id: number): Promise<Uint8Array> {
  const location = meta.locations.items.find((item) => item.id === id)
  if (location === undefined || location.elsewhere !== 0) return new Uint8Array(0)
  const { idat, bytes } = meta
  const pieces: Uint8Array[] = []
  for (const { offset, length } of location.extents) {
    const end = length === 0 ? source.size : offset + length
    if (location.method === inFile) pieces.push(await source.read(offset, end))
    else if (idat) pieces.push(bytes.subarray(idat.content + offset, Math.min(idat.end, idat.content + end)))
  }
  return concat(pieces)
}

/**
 * @param encoded a whole AVIF of the picture as it is stored
 * @param sameAlpha whether the transparency is the old one, and may stay as it is coded
 */
export async function graftAvif(
  old: AvifParts,
  encoded: Uint8Array,
  sameAlpha: boolean,
): Promise<{ readonly source: Source; readonly thumbnail: boolean }> {
  const { source, meta, facts } = old
  const fresh = await avifParts(bytesSource(encoded))
  const data = new Map([[meta.primary, await itemData(fresh.source, fresh.meta, fresh.meta.primary)]])
  let properties = recoded(old.properties, meta.primary, fresh, fresh.meta.primary, [
    { type: 'colr', box: nclx(old, facts, fresh.facts), essential: false },
  ])
  if (old.alpha !== undefined && fresh.alpha !== undefined && !sameAlpha) {
    data.set(old.alpha, await itemData(fresh.source, fresh.meta, fresh.alpha))
    properties = recoded(properties, old.alpha, fresh, fresh.alpha, [])
  }
  // All items that stand in the file get their place anew, one after another.
  const moved = meta.locations.items.filter(({ method, elsewhere }) => method === inFile && elsewhere === 0)
  let thumbnail = false
  for (const { id } of moved) {
    if (data.has(id)) continue
    const content = await itemData(source, meta, id)
    const isExif = meta.items.some((item) => item.id === id && item.type === 'Exif')
    const from = isExif ? exifOf(content).start : 0
    const bare = isExif ? withoutThumbnail(content.subarray(from)) : undefined
    thumbnail ||= bare !== undefined
    data.set(id, bare ? concat([content.subarray(0, from), bare]) : content)
  }
  for (const id of [meta.primary, old.alpha])
    if (id !== undefined && !moved.some((location) => location.id === id))
      throw unsupported('an AVIF with its picture in the idat box')
  const placed = moved.map((location) => ({ location, data: data.get(location.id) as Uint8Array }))
  return { source: await layOut(old, properties, placed), thumbnail }
}

/** The new coding's own properties in place of the old one's; layers are gone. */
function recoded(
  properties: Properties,
  id: number,
  fresh: AvifParts,
  from: number,
  more: Parameters<typeof exchanged>[3],
): Properties {
  const coding = propertiesOf(fresh.properties, from).filter(({ type }) => type === 'av1C' || type === 'pixi')
  const unwanted = new Set(['av1C', 'pixi', 'a1op', 'a1lx', 'lsel'])
  const isOld = (type: string, content: Uint8Array) =>
    unwanted.has(type) || (more.length > 0 && type === 'colr' && isNclx(content))
  return exchanged(properties, id, isOld, [...coding, ...more])
}

const isNclx = (content: Uint8Array) => Buffer.from(content.subarray(0, 4)).toString('latin1') === 'nclx'

/** Colours mean what they meant; how they are mixed is the new coding's (23091-2). */
function nclx({ properties, meta }: AvifParts, was: Av1Facts, is: Av1Facts): Uint8Array {
  const named = propertiesOf(properties, meta.primary).find(
    ({ type, content }) => type === 'colr' && isNclx(content),
  )?.content
  const content = new Uint8Array(11)
  content.set(new TextEncoder().encode('nclx'))
  if (named) content.set(named.subarray(4, 8), 4)
  else {
    setUint16(content, 4, was.primaries)
    setUint16(content, 6, was.transfer)
  }
  setUint16(content, 8, is.matrix)
  content[10] = is.fullRange ? 0x80 : 0
  return makeBox('colr', content)
}

interface Placed {
  readonly location: Location
  readonly data: Uint8Array
}

/** The old boxes in their order, with one `mdat` for all items in place of the first. */
async function layOut(
  { source, boxes, meta }: AvifParts,
  properties: Properties,
  items: readonly Placed[],
): Promise<Source> {
  const mdat = makeBox('mdat', ...items.map(({ data }) => data))
  const first = boxes.find(({ type }) => type === 'mdat')
  const whole: (Uint8Array | 'meta')[] = []
  for (const box of boxes)
    if (box.type === 'meta') whole.push('meta')
    else if (box.type !== 'mdat') whole.push(await source.read(box.start, box.end))
    else if (box === first) whole.push(mdat)
  const sized = withItems(meta, properties, items, 0)
  const ahead = whole.slice(0, whole.indexOf(mdat))
  const start = ahead.reduce((sum, part) => sum + (part === 'meta' ? sized : part).byteLength, 0)
  const placed = withItems(meta, properties, items, start + 8)
  return bytesSource(concat(whole.map((part) => (part === 'meta' ? placed : part))))
}

function withItems(
  meta: HeifMeta,
  properties: Properties,
  items: readonly Placed[],
  from: number,
): Uint8Array {
  let at = from
  const places = new Map(
    items.map(({ location, data }) => {
      const extents = [{ index: 0, offset: at, length: data.byteLength }]
      at += data.byteLength
      return [location.id, { ...location, extents }] as const
    }),
  )
  const locations = meta.locations.items.map((location) => places.get(location.id) ?? location)
  const parts = meta.children.map((child) => {
    if (child.type === 'iloc') return writeLocations({ ...meta.locations, items: locations }, false)
    return child.type === 'iprp' ? writeProperties(properties) : meta.bytes.subarray(child.start, child.end)
  })
  const first = meta.children[0]?.start ?? 0
  const head = meta.bytes.subarray(meta.place.content - meta.place.start, first)
  return makeBox('meta', head, ...parts)
}
