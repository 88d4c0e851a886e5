/**
 * Ogg with Vorbis, Opus or FLAC: the AIGC field in the comment header of the first sound (TC260-PG-202510A), the manifest in
 * a stream of its own (C2PA A.3.5).
 */
import {
  concat,
  type Edit,
  type Found,
  type FoundLabel,
  type FoundProperty,
  InputError,
  limits,
  type MediaHandler,
  type Source,
  type Splice,
} from '@yinji/core'
import { damagedInput, damageFindings, trailingFindings } from '../carriers/faults.ts'
import { type OggComment, readOggComment, renumberPages, rewritePages } from '../carriers/ogg-comment.ts'
import { oggManifestRoom, oggManifestSite, readOggStart } from '../carriers/ogg-manifest.ts'
import { beginsSound, type OggStream, readOgg } from '../carriers/ogg-streams.ts'
import { partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { updateInPlace } from '../carriers/update-in-place.ts'
import {
  aigcField,
  commentLabels,
  commentTexts,
  withoutLabels,
  writeVorbisComment,
} from '../carriers/vorbis-comment.ts'
import { oggLabeller } from '../visible/audio/labeller.ts'
import { oggContent } from './ogg-content.ts'

export const ogg: MediaHandler = {
  id: 'ogg',
  medium: 'audio',
  mediaTypes: ['audio/ogg', 'audio/vorbis', 'audio/opus'],
  extensions: ['ogg', 'oga', 'opus', 'ogv', 'ogx'],
  slots: { aigc: 'Vorbis comment AIGC', manifest: { place: oggManifestSite, binding: 'data' } },
  matches: beginsSound,
  read,
  splice,
  content: oggContent,
  update: (source, store) => updateInPlace(ogg, source, store.byteLength),
  visible: oggLabeller,
}

async function read(source: Source): Promise<Found> {
  const layout = await readOgg(source)
  const labels: FoundLabel[] = []
  const properties: FoundProperty[] = []
  let { damage } = layout
  let first = true
  for (const [index, stream] of layout.streams.entries()) {
    const found = await readOggComment(source, stream)
    if (found === undefined) damage ??= 'an Ogg comment header'
    const site = index === 0 ? 'Vorbis comment' : `Vorbis comment #${index + 1}`
    if (found) {
      labels.push(...commentLabels(found.comment, site, first && stream.codec.audio))
      properties.push(...commentTexts(found.comment, site))
    }
    if (stream.codec.audio) first = false
  }
  const findings = damage === undefined ? trailingFindings(layout.trailing) : damageFindings(damage)
  const { manifest, findings: about } = await readOggStart(source)
  return {
    labels,
    properties: properties.slice(0, limits.evidenceTexts),
    ...(manifest === undefined ? {} : { manifest }),
    findings: [...findings, ...about],
  }
}

async function splice(source: Source, edit: Edit): Promise<Splice> {
  const { streams, trailing, damage } = await readOgg(source)
  if (damage !== undefined) throw damagedInput(source, damage)
  const changes: Replacement[] = []
  const grown = new Map<number, { stream: OggStream; by: number }>()
  const start = await readOggStart(source)
  for (const { start: from, end } of start.pages) changes.push(replace(from, end))
  const room = edit.room === 0 ? [] : [oggManifestRoom(edit.room, start.serials)]
  changes.push({ start: start.place, end: start.place, parts: room })
  const place = streams.find(({ codec }) => codec.audio)
  if (edit.aigc !== undefined && place === undefined) throw damagedInput(source, 'it holds no sound')
  for (const stream of streams) {
    const found = await readOggComment(source, stream)
    if (found === undefined) throw damagedInput(source, 'an Ogg comment header')
    if (edit.aigc === undefined) continue
    const packet = newPacket(found, stream === place ? edit.aigc : undefined)
    if (packet === undefined) continue
    const rewritten = rewritePages(found, packet)
    if (rewritten === undefined) throw damagedInput(source, 'sound on a page of headers')
    changes.push(...rewritten.changes)
    if (rewritten.grown !== 0) grown.set(stream.serial, { stream, by: rewritten.grown })
  }
  for (const change of await renumberPages(source, grown, source.size - trailing)) changes.push(change)
  const parts = partsOf(source.size, changes)
  return { parts, ...(edit.room === 0 ? {} : { binding: { kind: 'data' } }) }
}

/** The comment header with the label in it, or only without old ones; undefined when nothing changes. */
function newPacket(
  { stream, prefix, comment }: OggComment,
  aigc: string | undefined,
): Uint8Array | undefined {
  const kept = withoutLabels(comment.fields)
  if (aigc === undefined && kept === comment.fields) return undefined
  const fields = aigc === undefined ? kept : [...kept, aigcField(aigc)]
  const body = writeVorbisComment(comment.vendor, fields)
  const before = writeVorbisComment(comment.vendor, comment.fields).byteLength
  const { magic } = stream.codec
  const rest = magic === 'OpusHead' ? padding(comment.rest, body.byteLength - before) : comment.rest
  const packet = concat([prefix, body, rest])
  if (magic !== '\x7fFLAC') return packet
  // The comment of FLAC is a metadata block with its length in the header (RFC 9639, 10.1).
  const size = packet.byteLength - prefix.byteLength
  if (size > mostBlock)
    throw new InputError('input.size', { what: 'VORBIS_COMMENT', bytes: size, most: mostBlock })
  packet.set([size >> 16, (size >> 8) & 0xff, size & 0xff], 1)
  return packet
}

const mostBlock = 2 ** 24 - 1

/** What follows an Opus comment is padding unless its first bit says otherwise (RFC 7845, 5.2): room to grow. */
function padding(rest: Uint8Array, grown: number): Uint8Array {
  if (rest.byteLength === 0 || ((rest[0] ?? 0) & 1) === 1) return rest
  return new Uint8Array(Math.max(0, rest.byteLength - grown))
}
