/**
 * WAV, Broadcast Wave and their 64-bit forms: the AIGC field as raw JSON in a top-level chunk `AIGC`
 * (TC260-PG-202510A), the manifest in a chunk `C2PA` at the end of the RIFF (C2PA A.3.7).
 */
import {
  bytes,
  type Edit,
  type Finding,
  type Found,
  type FoundLabel,
  type FoundManifest,
  type FoundProperty,
  type MediaHandler,
  type Part,
  type Source,
  type Splice,
} from '@yinji/core'
import { binaryBytes } from '../carriers/binary.ts'
import {
  damagedInput,
  damageFindings,
  severalStores,
  storeFindings,
  trailingFindings,
} from '../carriers/faults.ts'
import { partsOf, type Replacement } from '../carriers/replacements.ts'
import { isRiff, type Riff, type RiffChunk, readRiff } from '../carriers/riff.ts'
import { riffManifestParts, riffManifestSite } from '../carriers/riff-manifest.ts'
import { chunkParts, resized } from '../carriers/riff-write.ts'
import { updateWithin } from '../carriers/update-within.ts'
import { wavLabeller } from '../visible/audio/labeller.ts'
import { readChunk, withoutLabels } from './wav-labels.ts'

export const wav: MediaHandler = {
  id: 'wav',
  medium: 'audio',
  mediaTypes: ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave'],
  extensions: ['wav', 'wave', 'bwf', 'rf64'],
  slots: { aigc: 'RIFF AIGC', manifest: { place: riffManifestSite, binding: 'data', fixed: true } },
  matches: (head) => isRiff(head, 'WAVE'),
  read,
  splice,
  update: (source, store) => updateWithin(wav, source, store.byteLength),
  visible: wavLabeller,
}

/** One is right, a few are a fault; more are an attack on the reader. */
const mostLabels = 64

/** Damage that a WAV can have beyond that of a RIFF. */
function damageOf(riff: Riff): string | undefined {
  const missing = ['fmt ', 'data'].find((id) => !riff.chunks.some((chunk) => chunk.id === id))
  return riff.damage ?? (missing === undefined ? undefined : `no ${missing.trim()} chunk`)
}

async function read(source: Source): Promise<Found> {
  const riff = await readRiff(source)
  const labels: FoundLabel[] = []
  const properties: FoundProperty[] = []
  const findings: Finding[] = []
  let manifest: FoundManifest | undefined
  for (const chunk of riff.chunks) {
    if (chunk.id === 'C2PA' && manifest !== undefined) {
      findings.push(...storeFindings(manifest.site, severalStores))
      break
    }
    const found = await readChunk(source, chunk)
    labels.push(...found.labels)
    properties.push(...found.properties)
    findings.push(...found.findings)
    manifest ??= found.manifest
    if (labels.length > mostLabels) break
  }
  const damage = damageOf(riff)
  const trailing = source.size - riff.end
  findings.push(...(damage === undefined ? trailingFindings(trailing) : damageFindings(damage)))
  return { labels, properties, findings, ...(manifest === undefined ? {} : { manifest }) }
}

async function splice(source: Source, edit: Edit): Promise<Splice> {
  const riff = await readRiff(source)
  const damage = damageOf(riff)
  if (damage !== undefined) throw damagedInput(source, damage)
  const changes: Replacement[] = []
  for (const chunk of riff.chunks) {
    const parts = await newParts(source, chunk, edit)
    if (parts !== undefined)
      changes.push({ start: chunk.start, end: chunk.end + (isOdd(chunk) && chunk.padded ? 1 : 0), parts })
  }
  const label = edit.aigc === undefined ? [] : chunkParts('AIGC', [bytes(binaryBytes(edit.aigc))])
  changes.push({ start: riff.end, end: riff.end, parts: [...label, ...riffManifestParts(edit.room)] })
  const parts = partsOf(source.size, resized(source, riff, changes))
  return { parts, ...(edit.room === 0 ? {} : { binding: { kind: 'data' } }) }
}

const isOdd = (chunk: RiffChunk) => (chunk.end - chunk.start) % 2 === 1

/** What becomes of a chunk; undefined when it stays. */
async function newParts(source: Source, chunk: RiffChunk, edit: Edit): Promise<Part[] | undefined> {
  if (chunk.id === 'C2PA') return []
  return withoutLabels(source, chunk, edit)
}
