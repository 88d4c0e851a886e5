/**
 * AVI, and OpenDML AVI: the AIGC field in `LIST INFO` as chunk `AIGC`, ended by NUL (TC260-PG-20257A), the manifest in a
 * chunk `C2PA` at the end of the first RIFF (C2PA A.3.7).
 */
import type {
  Finding,
  Found,
  FoundLabel,
  FoundManifest,
  FoundProperty,
  MediaHandler,
  Source,
} from '@yinji/core'
import { readChunk } from '../audio/wav-labels.ts'
import { indexedIn } from '../carriers/avi-index.ts'
import { type Avi, readAvi } from '../carriers/avi-layout.ts'
import {
  damageFindings,
  severalStores,
  storeFindings,
  trailingFindings,
  uncoveredFindings,
} from '../carriers/faults.ts'
import { isRiff } from '../carriers/riff.ts'
import { riffManifest, riffManifestSite } from '../carriers/riff-manifest.ts'
import { updateWithin } from '../carriers/update-within.ts'
import { videoLabeller } from '../visible/labellers.ts'
import { aviContent } from './avi-content.ts'
import { spliceAvi } from './avi-splice.ts'

const standardSite = 'RIFF LIST INFO AIGC'

export const avi: MediaHandler = {
  id: 'avi',
  medium: 'video',
  mediaTypes: ['video/x-msvideo', 'video/vnd.avi', 'video/avi', 'video/msvideo'],
  extensions: ['avi'],
  slots: { aigc: standardSite, manifest: { place: riffManifestSite, binding: 'data', fixed: true } },
  visible: videoLabeller,
  matches: (head) => isRiff(head, 'AVI '),
  read,
  splice: spliceAvi,
  update: (source, store) => updateWithin(avi, source, store.byteLength),
  content: aviContent,
}

/** One is right, a few are a fault; more are an attack on the reader. */
const mostLabels = 64

async function read(source: Source): Promise<Found> {
  const layout = await readAvi(source)
  const { riff, info, end, damage } = layout
  const labels: FoundLabel[] = []
  const properties: FoundProperty[] = []
  const findings: Finding[] = []
  const manifests: FoundManifest[] = []
  for (const chunk of riff.chunks) {
    const found = await readChunk(source, chunk)
    labels.push(...found.labels.map((label) => placed(label, chunk === info)))
    properties.push(...found.properties)
    findings.push(...found.findings)
    if (found.manifest) manifests.push(riffManifest(chunk, found.manifest.store))
    if (labels.length > mostLabels || manifests.length > 1) break
  }
  const [manifest, second] = manifests
  if (second !== undefined) findings.push(...storeFindings(second.site, severalStores))
  if (manifest !== undefined) findings.push(...(await framesIn(source, layout, manifest)))
  const trailing = source.size - end
  findings.push(...(damage === undefined ? trailingFindings(trailing) : damageFindings(damage)))
  return { labels, properties, findings, ...(manifest === undefined ? {} : { manifest }) }
}

/**
 * Frames that an index says stand in the manifest: no hash covers it, so that they could be replaced. Whoever made the file before
 * it was signed may have let the index lead there.
 */
async function framesIn(
  source: Source,
  layout: Avi,
  { excluded: { start, length } }: FoundManifest,
): Promise<Finding[]> {
  const place = await indexedIn(source, layout, { start, end: start + length })
  return uncoveredFindings(place === undefined ? [] : [`idx ${place}`])
}

/** What is standard in a WAV is not in an AVI, and the other way round. */
const placed = (label: FoundLabel, home: boolean): FoundLabel => ({
  ...label,
  standard: home && label.site === standardSite,
})
