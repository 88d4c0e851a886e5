/**
 * PDF (ISO 32000-2): the AIGC field in the Info dictionary, IPTC properties in the XMP packet of the catalog, the
 * manifest as an associated file (C2PA A.4). Everything is appended as an incremental update.
 */
import {
  type Found,
  type FoundLabel,
  type FoundManifest,
  finding,
  type MediaHandler,
  type Source,
} from '@yinji/core'
import { binaryText } from '../carriers/binary.ts'
import {
  damageFindings,
  severalStores,
  storeFindings,
  trailingFindings,
  uncoveredFindings,
} from '../carriers/faults.ts'
import { together } from '../carriers/found.ts'
import type { PdfFile } from '../carriers/pdf-file.ts'
import { updateWithin } from '../carriers/update-within.ts'
import { readXmp } from '../carriers/xmp.ts'
import { pdfLabeller } from '../visible/labellers.ts'
import { pdfContent } from './pdf-content.ts'
import { type InfoLabel, type PdfSites, readPdf } from './pdf-sites.ts'
import { splicePdf } from './pdf-splice.ts'

const infoSite = 'Info AIGC'
const xmpSite = 'Catalog Metadata'
const manifestSite = 'Catalog AF'

export const pdf: MediaHandler = {
  id: 'pdf',
  medium: 'document',
  mediaTypes: ['application/pdf', 'application/x-pdf'],
  extensions: ['pdf'],
  slots: { aigc: infoSite, xmp: xmpSite, manifest: { place: manifestSite, binding: 'data', fixed: true } },
  matches: (head) => binaryText(head.subarray(0, 5)) === '%PDF-',
  read,
  splice: splicePdf,
  update: (source, store) => updateWithin(pdf, source, store.byteLength),
  content: pdfContent,
  visible: pdfLabeller,
}

async function read(source: Source): Promise<Found> {
  const sites = await readPdf(source)
  if (!('fault' in sites)) return found(sites)
  return together([
    { findings: sites.encrypted ? [finding('asset.encrypted')] : damageFindings(sites.fault) },
  ])
}

function found({ file, infoLabels, metadata, manifests }: PdfSites): Found {
  const xmp = metadata?.packet && readXmp(metadata.packet, xmpSite, false)
  const [first] = manifests
  const manifest: FoundManifest | undefined = first?.store && {
    site: manifestSite,
    store: first.store,
    excluded: first.extent,
    binding: 'data',
  }
  return {
    labels: [...infoLabels.map(labelOf), ...(xmp?.labels ?? [])],
    properties: xmp?.properties ?? [],
    ...(manifest ? { manifest } : {}),
    findings: [
      ...(xmp?.findings ?? []),
      ...(metadata && !metadata.packet
        ? [finding('metadata.xmp.malformed', { at: xmpSite, data: { what: 'it can’t be decoded' } })]
        : []),
      ...storeFindings(
        manifestSite,
        manifests.length > 1 && severalStores,
        first !== undefined && !first.store && 'it can’t be decoded',
      ),
      ...trailingFindings(file.trailing),
      ...(manifest ? uncoveredFindings(objectsIn(file, manifest)) : []),
    ],
  }
}

/**
 * Objects and tables that stand in the store: no hash covers it, so that they could be replaced. Whoever made the document before it
 * was signed may have written a table that leads there.
 */
function objectsIn({ xref }: PdfFile, { store, excluded: { start, length } }: FoundManifest): string[] {
  const isInside = (offset: number) => offset >= start && offset < start + length
  const objects = [...xref.entries].flatMap(([number, entry]) =>
    entry.kind === 'plain' && isInside(entry.offset) ? `${number} ${entry.generation} obj` : [],
  )
  const syntax = binaryText(store).match(words) ?? []
  return [
    ...objects,
    ...xref.sections.filter(isInside).map((offset) => `xref ${offset}`),
    ...new Set(syntax.map((found) => found.replace(/\s+/g, ' '))),
  ]
}

/**
 * What readers look for in all of a file when a table or a length in it is wrong, as they may be made to be: objects, where streams
 * end, and the trailer (ISO 32000-2 7.3.8.1, 7.3.10, 7.5.5).
 */
const words = /\d[\0\s]+\d+[\0\s]+obj\b|\bendobj\b|endstream|trailer[\0\s]*<<|startxref/g

function labelOf({ key, value }: InfoLabel): FoundLabel {
  return { site: `Info ${key.slice(0, 64)}`, standard: key === 'AIGC', value }
}
