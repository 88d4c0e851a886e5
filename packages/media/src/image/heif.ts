/**
 * HEIF (ISO/IEC 23008-12) and AVIF (AV1 Image File Format): the AIGC field and the IPTC properties in an item of XMP that
 * describes the main picture, the manifest in a `uuid` box behind `ftyp` (C2PA A.5). Sequences have a `moov` as well.
 */
import type { Found, MediaHandler, Source } from '@yinji/core'
import { type Box, walkBoxes } from '../carriers/bmff.ts'
import { isAigcBox } from '../carriers/bmff-labels.ts'
import { readManifests } from '../carriers/bmff-manifest.ts'
import { updateBoxes } from '../carriers/bmff-update.ts'
import { isXmpBox, readXmpBox } from '../carriers/bmff-xmp.ts'
import { brandsOf } from '../carriers/brands.ts'
import { exifProperties } from '../carriers/exif-texts.ts'
import { damageFindings } from '../carriers/faults.ts'
import { exifLabels, type FoundHere, together } from '../carriers/found.ts'
import { type HeifMeta, itemsFault, loadHeif } from '../carriers/heif-meta.ts'
import { exifOf, type MetadataItem, readMetadata } from '../carriers/heif-metadata.ts'
import { readAigcBox, readMoov } from '../carriers/movie.ts'
import { readXmp } from '../carriers/xmp.ts'
import { avifLabeller } from '../visible/avif.ts'
import { heifContent } from './heif-content.ts'
import { spliceHeif } from './heif-splice.ts'

const slots = {
  aigc: 'meta XMP',
  xmp: 'meta XMP',
  manifest: { place: 'uuid C2PA', binding: 'bmff' },
} as const

/** Brands that say how the pictures are coded, and those that leave it open. */
const avifBrand = /^avi[fs]$/
const heifBrand = /^(hei[cxmsf]|hev[cxms]|mif[12]|msf1|miaf)$/

/** The major brand decides; where it leaves the coding open, the others do. */
function isAvif([major = '', ...compatible]: readonly string[]): boolean {
  return (
    avifBrand.test(major) ||
    (/^m(if[12]|sf1|iaf)$/.test(major) && compatible.some((brand) => avifBrand.test(brand)))
  )
}

export const heic: MediaHandler = {
  id: 'heic',
  medium: 'image',
  mediaTypes: ['image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence'],
  extensions: ['heic', 'heif', 'hif', 'heics', 'heifs'],
  slots,
  matches(head) {
    const brands = brandsOf(head)
    return heifBrand.test(brands[0] ?? '') && !isAvif(brands)
  },
  read: readHeif,
  splice: spliceHeif,
  content: heifContent,
  update: updateBoxes,
}

export const avif: MediaHandler = {
  id: 'avif',
  medium: 'image',
  mediaTypes: ['image/avif', 'image/avif-sequence'],
  extensions: ['avif', 'avifs'],
  slots,
  matches: (head) => isAvif(brandsOf(head)),
  read: readHeif,
  splice: spliceHeif,
  content: heifContent,
  update: updateBoxes,
  visible: avifLabeller,
}

/** More labels, packets or faults than this say nothing new; a hostile file could hold a million. */
const most = 64

async function readHeif(source: Source): Promise<Found> {
  const { boxes, damage } = await walkBoxes(source)
  const { manifest, damage: unreadable } = await readManifests(source, boxes)
  const meta = await loadHeif(source, boxes)
  const places: Partial<FoundHere>[] = [
    { findings: damageFindings(damage, unreadable) },
    typeof meta === 'string' ? { findings: damageFindings(meta) } : await readItems(source, meta),
  ]
  const carriers = boxes.filter((box) => box.type === 'moov' || isXmpBox(box) || isAigcBox(box))
  for (const box of carriers.slice(0, most)) places.push(await readCarrier(source, box))
  const { labels, properties, findings } = together(places)
  return {
    labels: labels.slice(0, most),
    properties,
    findings: findings.slice(0, most),
    ...(manifest === undefined ? {} : { manifest }),
  }
}

function readCarrier(source: Source, box: Box): Promise<FoundHere> {
  if (isXmpBox(box)) return readXmpBox(source, box)
  return isAigcBox(box) ? readAigcBox(source, box) : readMoov(source, box)
}

async function readItems(source: Source, meta: HeifMeta): Promise<FoundHere> {
  const { xmp, exif, damage } = await readMetadata(source, meta)
  const fault = itemsFault(meta, source.size) ?? damage
  return together([...xmp.map(readPacket), ...exif.map(readTags), { findings: damageFindings(fault) }])
}

function readPacket({ data, describes }: MetadataItem): FoundHere {
  const site = describes === 'other' ? 'meta XMP of another picture' : 'meta XMP'
  return readXmp(data, site, describes === 'main')
}

function readTags({ data }: MetadataItem): Partial<FoundHere> {
  const { start, found } = exifOf(data)
  return {
    labels: exifLabels('meta Exif', found),
    properties: exifProperties(data.subarray(start), 'meta Exif'),
  }
}
