/**
 * JPEG (ITU-T T.81): the AIGC field and the IPTC properties in the XMP packet of an APP1 segment (GB 45438-2025 Annex E,
 * TC260-PG-20259A), the manifest as JUMBF in APP11 (C2PA A.3.1). Also reads what services put into Exif, comments
 * and segments of their own.
 */
import {
  type Finding,
  type Found,
  type FoundLabel,
  type FoundManifest,
  finding,
  type MediaHandler,
  type Source,
} from '@yinji/core'
import {
  damageFindings,
  severalStores,
  storeFindings,
  trailingFindings,
  uncoveredFindings,
} from '../carriers/faults.ts'
import { exifLabels, type FoundHere, labelsElsewhere, together } from '../carriers/found.ts'
import { type JpegStructure, readJpeg } from '../carriers/jpeg-segments.ts'
import { extensionsOf } from '../carriers/jpeg-xmp.ts'
import type { JumbfBox } from '../carriers/jumbf-app11.ts'
import { sefProperties } from '../carriers/samsung-sef.ts'
import { updateInPlace } from '../carriers/update-in-place.ts'
import { extendedXmpOf, readXmp } from '../carriers/xmp.ts'
import { imageLabeller } from '../visible/image.ts'
import { hiddenIn } from './jpeg-hidden.ts'
import { exifSites, jumbfSites, textProperties, textSites, xmpSites } from './jpeg-sites.ts'
import { spliceJpeg } from './jpeg-splice.ts'

const xmpSite = 'APP1 XMP'
const manifestSite = 'APP11 JUMBF'

/** JPEG (ISO/IEC 10918-1). */
export const jpeg: MediaHandler = {
  id: 'jpeg',
  medium: 'image',
  mediaTypes: ['image/jpeg'],
  extensions: ['jpg', 'jpeg', 'jpe', 'jfif'],
  slots: { aigc: xmpSite, xmp: xmpSite, manifest: { place: manifestSite, binding: 'data', boxes: true } },
  matches: (head) => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff,
  read,
  splice: spliceJpeg,
  update: (source, store) => updateInPlace(jpeg, source, store.byteLength),
  visible: imageLabeller,
}

/** A trailer of the photo editor's own stands behind the picture; without anything there, nothing is read. */
async function read(source: Source): Promise<Found> {
  const structure = await readJpeg(source)
  const trailer = structure.trailing > 0 ? await sefProperties(source) : []
  const inside = found(structure, source.size)
  return { ...inside, properties: [...inside.properties, ...trailer] }
}

function found({ segments, trailing, damage }: JpegStructure, size: number): Found {
  const { stores } = jumbfSites(segments)
  const [store] = stores
  const manifest = store && manifestOf(store)
  const inside = together([
    ...xmpSites(segments).map(({ packet }) => readXmp(packet, xmpSite, true)),
    ...readExtensions(segments),
    { labels: otherLabels(segments), properties: textProperties(segments), findings: aboutStores(stores) },
    { findings: [...damageFindings(damage), ...trailingFindings(trailing)] },
    { findings: manifest ? uncoveredFindings(hiddenIn(manifest, segments, size)) : [] },
  ])
  return manifest ? { manifest, ...inside } : inside
}

function readExtensions(segments: JpegStructure['segments']): FoundHere[] {
  const site = 'APP1 ExtendedXMP'
  const extensions = extensionsOf(segments)
  const read = extensions.flatMap(({ packet }) =>
    packet === undefined ? [] : [readXmp(packet, site, false)],
  )
  const whole = new Set(
    extensions.flatMap(({ packet, guid }) => (packet === undefined ? [] : [guid.toUpperCase()])),
  )
  for (const { packet } of xmpSites(segments)) {
    const guid = extendedXmpOf(packet)
    if (guid === undefined || whole.has(guid.toUpperCase())) continue
    const what = 'the extension it names is not whole'
    read.push(together([{ findings: [finding('metadata.xmp.malformed', { at: xmpSite, data: { what } })] }]))
  }
  return read
}

/** Labels outside XMP; no standard names these places for JPEG. */
function otherLabels(segments: JpegStructure['segments']): FoundLabel[] {
  const exif = exifSites(segments).flatMap((site) => exifLabels('APP1 Exif', site.found))
  const texts = textSites(segments).flatMap((site) => labelsElsewhere(site.name, site.found))
  return [...exif, ...texts]
}

/** C2PA demands segments without gaps; where there is a gap, what follows it can't belong to the exclusion. */
function manifestOf({ bytes, segments, contiguous }: JumbfBox): FoundManifest {
  const start = segments[0]?.start ?? 0
  const end = (contiguous ? segments.at(-1) : segments[0])?.end ?? start
  return { site: manifestSite, store: bytes, excluded: { start, length: end - start }, binding: 'data' }
}

function aboutStores(stores: readonly JumbfBox[]): Finding[] {
  return storeFindings(
    manifestSite,
    stores.length > 1 && severalStores,
    stores.some(({ complete }) => !complete) && 'pieces of it are missing or out of order',
  )
}
