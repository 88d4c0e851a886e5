/** Plans the labelled HEIF or AVIF file: one item of XMP with the label, and offsets that follow the pictures. */
import { type Edit, InputError, limits, type Source, type Splice } from '@yinji/core'
import { uint32 } from '../carriers/binary.ts'
import { type Box, boxesAt, walkBoxes } from '../carriers/bmff.ts'
import { patchFragments } from '../carriers/bmff-fragments.ts'
import { findLabels } from '../carriers/bmff-labels.ts'
import { withoutLabels } from '../carriers/bmff-relabel.ts'
import { clearXmpBoxes } from '../carriers/bmff-xmp.ts'
import { blankExif } from '../carriers/exif.ts'
import { damagedInput } from '../carriers/faults.ts'
import { layOutHeif } from '../carriers/heif-layout.ts'
import { itemsFault, loadHeif } from '../carriers/heif-meta.ts'
import {
  exifOf,
  type Metadata,
  type MetadataItem,
  readMetadata,
  type Stretch,
} from '../carriers/heif-metadata.ts'
import { isShared, type Placement, placeXmp, type Setting } from '../carriers/heif-xmp.ts'
import { faultOf, type LoadedBox, loadBox } from '../carriers/movie.ts'
import type { Fail } from '../carriers/offset-map.ts'
import { partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { clearXmp, mergeXmp, saysAnything } from '../carriers/xmp-merge.ts'

/** @throws InputError when the file is damaged, or the XMP packet is too large. */
export async function spliceHeif(source: Source, edit: Edit): Promise<Splice> {
  const fail: Fail = (what) => {
    throw damagedInput(source, what)
  }
  const { boxes, damage } = await walkBoxes(source)
  if (damage !== undefined) fail(damage)
  const loaded = await loadHeif(source, boxes)
  const meta = typeof loaded === 'string' ? fail(loaded) : loaded
  const metadata = await readMetadata(source, meta)
  const fault = itemsFault(meta, source.size) ?? metadata.damage
  if (fault !== undefined) fail(fault)
  const movie = await loadMovie(source, boxes, fail)
  const setting: Setting = { source, boxes, meta, taken: movie ? tracksOf(movie) : [], fail }
  const main = mainOf(metadata)
  const packet = saysAnything(edit) ? packetFor(main, edit) : undefined
  const placement = packet && (await placeXmp(setting, packet, main))
  const content = Uint8Array.from(meta.bytes)
  const blanks = [
    ...clearances(metadata, main, edit, fail),
    ...(placement ? [spaces(setting, placement)] : []),
  ]
  const layout = layOutHeif(setting, {
    content,
    placement,
    changes: [
      ...(placement?.changes ?? []),
      ...blanks.flatMap((blank) => overlay(setting, content, blank)),
      ...(await clearXmpBoxes(source, boxes, edit)),
    ],
    movie: movie && { box: movie.place, bytes: edit.aigc === undefined ? movie.bytes : unlabelled(movie) },
    aigc: edit.aigc !== undefined,
    room: edit.room,
  })
  const others = boxes.filter(({ type }) => type !== 'meta')
  const patches = layout.map.still ? [] : await patchFragments(source, others, layout.map, fail)
  const parts = partsOf(source.size, [...layout.changes, ...patches])
  return edit.room === 0 ? { parts } : { parts, binding: { kind: 'bmff', boxes: layout.boxes } }
}

/** The packet of the main picture, or one that does not say whose it is. */
function mainOf({ xmp }: Metadata): MetadataItem | undefined {
  return (
    xmp.find(({ describes }) => describes === 'main') ?? xmp.find(({ describes }) => describes === 'nothing')
  )
}

function packetFor(main: MetadataItem | undefined, edit: Edit): Uint8Array {
  const packet = mergeXmp(main?.data, edit)
  if (packet.byteLength <= limits.metadataBytes) return packet
  const most = limits.metadataBytes
  throw new InputError('input.size', { what: 'The XMP packet', bytes: packet.byteLength, most })
}

interface Movie extends LoadedBox {
  readonly place: Box
}

/** Sequences have a `moov` as well. */
async function loadMovie(source: Source, boxes: readonly Box[], fail: Fail): Promise<Movie | undefined> {
  const [place, ...others] = boxes.filter(({ type }) => type === 'moov')
  if (place === undefined) return undefined
  if (others.length > 0) fail('more than one moov box')
  const loaded = await loadBox(source, place)
  const movie = typeof loaded === 'string' ? fail(loaded) : loaded
  const fault = faultOf(movie, source)
  return fault === undefined ? { place, ...movie } : fail(fault)
}

function tracksOf({ bytes, box }: LoadedBox): number[] {
  return boxesAt(bytes, box, ['trak', 'tkhd']).map(({ content }) =>
    uint32(bytes, content + (bytes[content] === 0 ? 12 : 20)),
  )
}

function unlabelled({ bytes, box }: LoadedBox): Uint8Array {
  return findLabels(bytes, box, 'moov').length === 0 ? bytes : withoutLabels(bytes, box)
}

/** New content of the same length for an item. */
interface Blank {
  readonly id: number
  readonly stretches: readonly Stretch[]
  readonly data: Uint8Array
}

/** Labels in Exif and in XMP of other pictures are blanked where they stand. */
function clearances(metadata: Metadata, main: MetadataItem | undefined, edit: Edit, fail: Fail): Blank[] {
  const exif = edit.aigc === undefined ? [] : metadata.exif
  const texts = exif.flatMap(({ item, stretches, data }) => {
    const { start, found } = exifOf(data)
    if (found.length === 0) return []
    const fresh = Uint8Array.from(data)
    fresh.set(blankExif(data.subarray(start), found), start)
    return item.encoding === ''
      ? [{ id: item.id, stretches, data: fresh }]
      : fail('compressed Exif with a label')
  })
  const packets = metadata.xmp.flatMap(({ item, stretches, data, describes }) => {
    if (item === main?.item) return []
    // What is said of another picture is not for this record to change; the label is one for the whole file.
    const change = describes === 'main' ? edit : { ...(edit.aigc === undefined ? {} : { aigc: edit.aigc }) }
    const cleared = clearXmp(data, change)
    if (cleared === undefined) return []
    if (item.encoding !== '' || cleared.byteLength > data.byteLength) fail('another XMP item with a label')
    const fresh = new Uint8Array(data.byteLength).fill(0x20)
    fresh.set(cleared)
    return [{ id: item.id, stretches, data: fresh }]
  })
  return [...texts, ...packets]
}

/** What is left of a packet that moved, unless other items have these bytes as well. */
function spaces(setting: Setting, { id, left }: Placement): Blank {
  const stretches = left.filter((stretch) => !isShared(setting.meta, id, stretch))
  const size = stretches.reduce((sum, { start, end }) => sum + end - start, 0)
  return { id, stretches, data: new Uint8Array(size).fill(0x20) }
}

/** Writes new content over old: into `meta` at once, elsewhere as replacements. */
function overlay(
  { meta, boxes, fail }: Setting,
  content: Uint8Array,
  { id, stretches, data }: Blank,
): Replacement[] {
  let at = 0
  return stretches.flatMap((stretch) => {
    const { start, end } = stretch
    const piece = data.subarray(at, at + end - start)
    at += end - start
    if (isShared(meta, id, stretch)) fail('items that share their bytes')
    if (start >= meta.place.start && end <= meta.place.end) {
      content.set(piece, start - meta.place.start)
      return []
    }
    const media = boxes.some((box) => box.type === 'mdat' && start >= box.content && end <= box.end)
    return media ? [replace(start, end, piece)] : fail('metadata outside mdat')
  })
}
