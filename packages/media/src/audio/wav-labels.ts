/**
 * The labels in the chunks of a WAV file: `AIGC` (TC260-PG-202510A), and where else they were seen: `LIST INFO`
 * (`ICMT`, `AIGC`), `_PMX` (XMP specification part 3, 1.1.7), an ID3v2 tag in an `id3 ` chunk.
 */
import { bytes, type Edit, type Found, finding, limits, type Part, type Source } from '@yinji/core'
import { hasAscii } from '../carriers/binary.ts'
import { damagedInput } from '../carriers/faults.ts'
import { parseId3 } from '../carriers/id3.ts'
import { tagParts } from '../carriers/id3-write.ts'
import type { RiffChunk } from '../carriers/riff.ts'
import { chunkText, infoLabels, infoProperties, infoWithout } from '../carriers/riff-info.ts'
import { riffManifest } from '../carriers/riff-manifest.ts'
import { chunkParts } from '../carriers/riff-write.ts'
import { readXmp } from '../carriers/xmp.ts'
import { clearXmp } from '../carriers/xmp-merge.ts'
import { keptFrames, readTags } from './id3-labels.ts'

const nothing: Found = { labels: [], properties: [], findings: [] }

/** Chunks that can hold a label or a manifest, with what is read of them at most. Others are not read. */
const carriers: ReadonlyMap<string, number> = new Map([
  // One byte more than is allowed shows that it is too much.
  ['AIGC', limits.aigcBytes + 1],
  ['C2PA', limits.manifestBytes],
  ['LIST', limits.metadataBytes],
  ['_PMX', limits.metadataBytes],
  ['id3 ', limits.metadataBytes],
  ['ID3 ', limits.metadataBytes],
])

/** What one chunk says, if anything. */
export async function readChunk(source: Source, chunk: RiffChunk): Promise<Found> {
  const most = carriers.get(chunk.id)
  const start = chunk.start + 8
  if (most === undefined || (chunk.id === 'LIST' && !(await isInfo(source, start)))) return nothing
  if (chunk.id === 'AIGC') {
    const value = chunkText(await source.read(start, Math.min(chunk.end, start + most)))
    return { ...nothing, labels: [{ site: 'RIFF AIGC', standard: true, value }] }
  }
  const size = chunk.end - start
  if (size > most) {
    const what = `${chunk.id} chunk of ${size} bytes`
    return {
      ...nothing,
      findings: [finding('asset.part.unreadable', { at: `RIFF ${chunk.id}`, data: { what } })],
    }
  }
  return readPayload(await source.read(start, chunk.end), chunk)
}

function readPayload(payload: Uint8Array, chunk: RiffChunk): Found {
  switch (chunk.id) {
    case 'C2PA':
      return { manifest: riffManifest(chunk, payload), ...nothing }
    case 'LIST':
      return { ...nothing, labels: infoLabels(payload), properties: infoProperties(payload) }
    case '_PMX':
      return { ...nothing, ...readXmp(payload, 'RIFF _PMX', false) }
    default:
      return readId3Chunk(payload, chunk)
  }
}

/** Other lists hold sound (`wavl`) or notes about marks (`adtl`). */
const isInfo = async (source: Source, at: number) => hasAscii(await source.read(at, at + 4), 'INFO')

/** A tag that breaks off is no damage to the sound: what can be read of it is read. */
function readId3Chunk(payload: Uint8Array, chunk: RiffChunk): Found {
  const tag = parseId3(payload, chunk.start + 8)
  if (tag === undefined) return nothing
  const { labels, properties, findings } = readTags([tag])
  const site = (inner: string) => `RIFF ${chunk.id.trim()} ${inner}`
  return {
    labels: labels.map((label) => ({ ...label, site: site(label.site), standard: false })),
    properties: properties.map((property) => ({ ...property, site: site(property.site) })),
    findings,
  }
}

/**
 * The chunk without the labels that must stand in the `AIGC` chunk and nowhere else: its new parts, header and pad
 * byte included; undefined when it stays as it is.
 */
export async function withoutLabels(
  source: Source,
  chunk: RiffChunk,
  edit: Edit,
): Promise<Part[] | undefined> {
  const most = carriers.get(chunk.id)
  if (edit.aigc === undefined || most === undefined || chunk.id === 'C2PA') return undefined
  if (chunk.id === 'AIGC') return []
  if (chunk.end - chunk.start - 8 > most) return undefined
  const payload = await source.read(chunk.start + 8, chunk.end)
  if (chunk.id === '_PMX') {
    const cleared = clearXmp(payload, edit)
    return cleared && chunkParts('_PMX', [bytes(cleared)])
  }
  const found = await readChunk(source, chunk)
  if (found.labels.length === 0) return undefined
  return chunkParts(
    chunk.id,
    chunk.id === 'LIST' ? infoWithout(payload) : id3Without(source, chunk, payload, edit),
  )
}

function id3Without(source: Source, chunk: RiffChunk, payload: Uint8Array, edit: Edit): Part[] {
  const tag = parseId3(payload, chunk.start + 8)
  if (tag === undefined) return [bytes(payload)]
  if (tag.damage !== undefined) throw damagedInput(source, tag.damage)
  return tagParts(tag, { frames: keptFrames(tag, edit), room: 0 })
}
