/**
 * PNG and APNG (ISO/IEC 15948): the AIGC field and the IPTC properties in the XMP packet of an uncompressed iTXt chunk
 * before the picture data (GB 45438-2025 Annex E, TC260-PG-20259A), the manifest in a caBX chunk (C2PA A.3.2). Also
 * reads chunks with the keyword AIGC, other text chunks and Exif, wherever they stand.
 */
import {
  type Finding,
  type Found,
  type FoundManifest,
  finding,
  type MediaHandler,
  type Source,
} from '@yinji/core'
import { damageFindings, severalStores, storeFindings, trailingFindings } from '../carriers/faults.ts'
import { exifLabels, type FoundHere, labelsElsewhere, together } from '../carriers/found.ts'
import { type Chunk, type PngStructure, pngSignature, readPng } from '../carriers/png-chunks.ts'
import { updateInPlace } from '../carriers/update-in-place.ts'
import { readXmp } from '../carriers/xmp.ts'
import { imageLabeller } from '../visible/image.ts'
import { type PngSite, sitesOf } from './png-sites.ts'
import { splicePng } from './png-splice.ts'
import { textProperties } from './png-texts.ts'

const xmpSite = 'iTXt XMP'

/** PNG and APNG (ISO/IEC 15948). */
export const png: MediaHandler = {
  id: 'png',
  medium: 'image',
  mediaTypes: ['image/png', 'image/apng', 'image/vnd.mozilla.apng'],
  extensions: ['png', 'apng'],
  slots: { aigc: xmpSite, xmp: xmpSite, manifest: { place: 'caBX', binding: 'data', boxes: true } },
  matches: (head) => pngSignature.every((byte, index) => head[index] === byte),
  read: async (source: Source) => found(await readPng(source)),
  splice: splicePng,
  update: (source, store) => updateInPlace(png, source, store.byteLength),
  visible: imageLabeller,
}

function found({ chunks, trailing, damage }: PngStructure): Found {
  const sites = sitesOf(chunks)
  const stores = chunks.filter(({ type }) => type === 'caBX')
  const [store] = stores
  const inside = together([
    ...sites.map(readSite),
    { properties: textProperties(chunks) },
    { findings: [...new Set([...sites.map(({ chunk }) => chunk), ...stores])].flatMap(aboutCrc) },
    { findings: storeFindings('caBX', stores.length > 1 && severalStores) },
    { findings: [...damageFindings(damage), ...trailingFindings(trailing)] },
  ])
  return store ? { manifest: manifestOf(store), ...inside } : inside
}

function readSite(site: PngSite): Partial<FoundHere> {
  switch (site.kind) {
    case 'xmp':
      return site.packet === undefined
        ? {
            findings: [
              finding('metadata.xmp.malformed', { at: site.name, data: { what: 'it can’t be inflated' } }),
            ],
          }
        : readXmp(site.packet, site.name, site.standard)
    case 'own':
      return site.value === undefined
        ? { findings: [finding('metadata.aigc.malformed', { at: site.name })] }
        : { labels: labelsElsewhere(site.name, [{ value: site.value }]) }
    case 'text':
      return { labels: labelsElsewhere(site.name, site.fields) }
    case 'exif':
      return { labels: exifLabels('eXIf', site.found) }
  }
}

function aboutCrc({ type, sound }: Chunk): Finding[] {
  return sound
    ? []
    : [
        finding('asset.part.unreadable', {
          at: type,
          data: { what: `the checksum of the ${type} chunk is wrong` },
        }),
      ]
}

function manifestOf({ start, end, data }: Chunk): FoundManifest {
  return { site: 'caBX', store: data, excluded: { start, length: end - start }, binding: 'data' }
}
