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
import { readAvi } from '../carriers/avi-layout.ts'
import { damageFindings, severalStores, storeFindings, trailingFindings } from '../carriers/faults.ts'
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
  const { riff, info, end, damage } = await readAvi(source)
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
  const trailing = source.size - end
  findings.push(...(damage === undefined ? trailingFindings(trailing) : damageFindings(damage)))
  return { labels, properties, findings, ...(manifest === undefined ? {} : { manifest }) }
}

/** What is standard in a WAV is not in an AVI, and the other way round. */
const placed = (label: FoundLabel, home: boolean): FoundLabel => ({
  ...label,
  standard: home && label.site === standardSite,
})
