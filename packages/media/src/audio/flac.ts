/**
 * FLAC: the AIGC field as a Vorbis comment (TC260-PG-202510A), the manifest as an encapsulated object in an ID3v2 tag
 * before the stream (C2PA A.3.4). Other blocks keep their bytes; the seek table counts from the first frame, so nothing
 * has to be corrected. A PADDING block gives the comment room and takes back what it leaves.
 */
import {
  bytes,
  type Copy,
  concat,
  copy,
  type Edit,
  type Found,
  type FoundLabel,
  type FoundProperty,
  InputError,
  type MediaHandler,
  type Source,
  type Splice,
} from '@yinji/core'
import { hasAscii } from '../carriers/binary.ts'
import { damagedInput, damageFindings } from '../carriers/faults.ts'
import { id3Header } from '../carriers/id3.ts'
import { growth, partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { updateWithin } from '../carriers/update-within.ts'
import {
  aigcField,
  blankComment,
  commentLabels,
  commentTexts,
  parseVorbisComment,
  type VorbisComment,
  withoutLabels,
  writeVorbisComment,
} from '../carriers/vorbis-comment.ts'
import { flacLabeller } from '../visible/audio/labeller.ts'
import {
  blockHeader,
  blockHeaderSize,
  blockTypes,
  type FlacBlock,
  type FlacLayout,
  flacLayout,
} from './flac-blocks.ts'
import { readTags, tagChanges } from './id3-labels.ts'

export const flac: MediaHandler = {
  id: 'flac',
  medium: 'audio',
  mediaTypes: ['audio/flac', 'audio/x-flac'],
  extensions: ['flac'],
  slots: { aigc: 'Vorbis comment AIGC', manifest: { place: 'ID3v2 GEOB', binding: 'data', fixed: true } },
  matches,
  read,
  splice,
  update: (source, store) => updateWithin(flac, source, store.byteLength),
  content,
  visible: flacLabeller,
}

function matches(head: Uint8Array): boolean {
  let at = 0
  for (let tag = id3Header(head); tag !== undefined; tag = id3Header(head, at)) at += tag.size
  return hasAscii(head, 'fLaC', at)
}

async function read(source: Source): Promise<Found> {
  const layout = await flacLayout(source)
  const { appended, tags } = layout
  const found = readTags(appended === undefined ? tags : [...tags, appended])
  const labels: FoundLabel[] = []
  const texts: FoundProperty[] = []
  let damage = layout.damage
  for (const [index, block] of commentBlocks(layout).entries()) {
    const comment = await readComment(source, block)
    if (comment === undefined) damage ??= 'a VORBIS_COMMENT block'
    else {
      labels.push(...commentLabels(comment, 'VORBIS_COMMENT', index === 0))
      texts.push(...commentTexts(comment, 'VORBIS_COMMENT'))
    }
  }
  labels.push(...found.labels.map((label) => ({ ...label, standard: false })))
  const properties = [...found.properties, ...texts]
  return { ...found, labels, properties, findings: [...found.findings, ...damageFindings(damage)] }
}

async function splice(source: Source, edit: Edit): Promise<Splice> {
  const layout = await flacLayout(source)
  if (layout.damage !== undefined) throw damagedInput(source, layout.damage)
  const changes: Replacement[] = []
  for (const [index, block] of commentBlocks(layout).entries()) {
    const comment = await readComment(source, block)
    if (comment === undefined) throw damagedInput(source, 'a VORBIS_COMMENT block')
    if (edit.aigc !== undefined)
      changes.push(...newComment(block, comment, index === 0 ? edit.aigc : undefined))
  }
  if (edit.aigc !== undefined && changes.length === 0) changes.push(...firstComment(layout, edit.aigc))
  changes.push(...newPadding(layout, growth(changes)))
  const parts = partsOf(source.size, [...tagChanges(layout, { put: undefined, ...edit }), ...changes])
  return { parts, ...(edit.room === 0 ? {} : { binding: { kind: 'data' } }) }
}

/** The frames: the sound, and nothing that says where it stands. */
async function content(source: Source): Promise<Copy[]> {
  const { frames, damage = 'no frames' } = await flacLayout(source)
  if (frames === undefined) throw damagedInput(source, damage)
  return [copy(frames.start, frames.end)]
}

const commentBlocks = ({ blocks }: FlacLayout) => blocks.filter(({ type }) => type === blockTypes.comment)

async function readComment(source: Source, block: FlacBlock): Promise<VorbisComment | undefined> {
  return parseVorbisComment(await source.read(block.start + blockHeaderSize, block.end))
}

/** The block with the label in it, or only without old ones. */
function newComment(block: FlacBlock, comment: VorbisComment, aigc: string | undefined): Replacement[] {
  const kept = withoutLabels(comment.fields)
  if (aigc === undefined && kept === comment.fields) return []
  const fields = aigc === undefined ? kept : [...kept, aigcField(aigc)]
  const body = concat([writeVorbisComment(comment.vendor, fields), comment.rest])
  return [replace(block.start, block.end, headerFor(body, block.last), body)]
}

/** A block of its own behind STREAMINFO. */
function firstComment({ blocks }: FlacLayout, aigc: string): Replacement[] {
  const info = blocks[0]
  if (info === undefined) return []
  const { start, end, last, type } = info
  const body = writeVorbisComment(blankComment.vendor, [aigcField(aigc)])
  const header = blockHeader(type, end - start - blockHeaderSize, false)
  return [
    ...(last ? [replace(start, start + blockHeaderSize, header)] : []),
    replace(end, end, headerFor(body, last), body),
  ]
}

const mostBlock = 2 ** 24 - 1

function headerFor(body: Uint8Array, last: boolean): Uint8Array {
  const { byteLength: size } = body
  if (size > mostBlock)
    throw new InputError('input.size', { what: 'VORBIS_COMMENT', bytes: size, most: mostBlock })
  return blockHeader(blockTypes.comment, size, last)
}

/** The first PADDING block becomes as much smaller as the comment becomes larger, so that the audio stays in place. */
function newPadding({ blocks }: FlacLayout, grown: number): Replacement[] {
  if (grown === 0) return []
  for (const { type, start, end, last } of blocks) {
    const size = end - start - blockHeaderSize - grown
    if (type !== blockTypes.padding || size < 0 || size > mostBlock) continue
    return [{ start, end, parts: [bytes(blockHeader(type, size, last)), bytes(new Uint8Array(size))] }]
  }
  return []
}
