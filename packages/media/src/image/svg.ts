/**
 * SVG (SVG 2 5.11): the AIGC field and the IPTC properties as XMP in the `<metadata>` of the document (XMP specification
 * part 3, 2.9; GB 45438-2025 names no place), the manifest as Base64 beside it (C2PA A.3.3).
 */
import {
  type Finding,
  type Found,
  type FoundManifest,
  finding,
  limits,
  type MediaHandler,
  type Source,
} from '@yinji/core'
import { severalStores, storeFindings } from '../carriers/faults.ts'
import { labelsElsewhere, together } from '../carriers/found.ts'
import { isSvg, readSvg, type SvgDocument, type SvgFault } from '../carriers/svg-document.ts'
import { updateInPlace } from '../carriers/update-in-place.ts'
import type { XmlElement } from '../carriers/xml.ts'
import { readXmp } from '../carriers/xmp.ts'
import { svgLabeller } from '../visible/svg.ts'
import { svgContent } from './svg-content.ts'
import { manifestName, sitesOf } from './svg-sites.ts'
import { spliceSvg } from './svg-splice.ts'

const xmpSite = 'metadata XMP'
const manifestSite = `metadata ${manifestName}`

export const svg: MediaHandler = {
  id: 'svg',
  medium: 'image',
  mediaTypes: ['image/svg+xml'],
  extensions: ['svg'],
  slots: { aigc: xmpSite, xmp: xmpSite, manifest: { place: manifestSite, binding: 'data' } },
  matches: isSvg,
  async read(source) {
    const document = await readSvg(source)
    return 'kind' in document
      ? { labels: [], properties: [], findings: [aboutFault(document, source)] }
      : found(document)
  },
  visible: svgLabeller,
  splice: spliceSvg,
  content: svgContent,
  update: (source, store) => updateInPlace(svg, source, store.byteLength),
}

function aboutFault(fault: SvgFault, source: Source): Finding {
  switch (fault.kind) {
    case 'damage':
      return finding('asset.damaged', { data: { what: fault.what } })
    case 'encoding':
      return finding('asset.encoding.unsupported', { data: { encoding: fault.encoding } })
    case 'size':
      return finding('asset.size.exceeded', { data: { bytes: source.size, most: limits.textBytes } })
  }
}

function found(document: SvgDocument): Found {
  const { packets, manifests, texts } = sitesOf(document)
  const read = manifests.map((element) => manifestOf(document, element))
  const [manifest] = read.flatMap((one) => (one === undefined ? [] : [one]))
  const inside = together([
    ...packets.map(({ packet, standard }) =>
      readXmp(packet, standard ? xmpSite : 'RDF outside metadata', standard),
    ),
    ...texts.map(({ name, fields }) => ({ labels: labelsElsewhere(name, fields) })),
    {
      findings: storeFindings(
        manifestSite,
        read.length > 1 && severalStores,
        read.includes(undefined) && 'it is no Base64',
      ),
    },
  ])
  return manifest ? { manifest, ...inside } : inside
}

/** The excluded bytes are the Base64 text; undefined where it is anything else. */
function manifestOf({ xml }: SvgDocument, { openEnd, closeStart }: XmlElement): FoundManifest | undefined {
  const text = xml.text.slice(openEnd, closeStart)
  const store = new Uint8Array(Buffer.from(text, 'base64'))
  if (store.byteLength === 0 || Buffer.from(store).toString('base64') !== text) return undefined
  const excluded = { start: openEnd, length: closeStart - openEnd }
  return { site: manifestSite, store, excluded, binding: 'data' }
}
