/**
 * What a FLAC file is made of (RFC 9639, section 7): perhaps ID3v2 tags, `fLaC`, metadata blocks, audio frames, perhaps
 * other tags. Only the headers of the blocks and the last frame are read.
 */
import { limits, type Source } from '@yinji/core'
import { hasAscii, uint16, uint32 } from '../carriers/binary.ts'
import type { Id3Tag } from '../carriers/id3.ts'
import { leadingTags, trailingTags } from '../carriers/id3-find.ts'
import { uint24 } from '../carriers/integers.ts'
import { Window } from '../carriers/window.ts'
import { endsWithFrame, type StreamInfo } from './flac-frames.ts'

export const blockTypes = { streamInfo: 0, padding: 1, comment: 4, forbidden: 127 } as const

export interface FlacBlock {
  readonly type: number
  /** Offset of its four-byte header in the file. */
  readonly start: number
  /** Offset behind it. */
  readonly end: number
  readonly last: boolean
}

export interface FlacLayout {
  /** ID3v2 tags before the stream. */
  readonly tags: readonly Id3Tag[]
  /** An ID3v2.4 tag after it. */
  readonly appended?: Id3Tag
  readonly blocks: readonly FlacBlock[]
  /** Where the frames stand. */
  readonly frames?: { readonly start: number; readonly end: number }
  readonly damage?: string
}

export const blockHeaderSize = 4
/** Blocks are few and far apart: read the header and a little more. */
const ahead = 1024
const streamInfoSize = 34

export async function flacLayout(source: Source): Promise<FlacLayout> {
  const { tags, next } = await leadingTags(source)
  const broken = tags.find((tag) => tag.damage !== undefined)?.damage
  if (broken !== undefined) return { tags, blocks: [], damage: broken }
  const { blocks, damage, end } = await walkBlocks(source, next)
  if (damage !== undefined) return { tags, blocks, damage }
  const { start, appended } = await trailingTags(source, end)
  const info = await streamInfo(source, blocks)
  const fault = appended?.damage ?? (info && (await endsWithFrame(source, { start: end, end: start }, info)))
  return {
    tags,
    blocks,
    frames: { start: end, end: start },
    ...(appended === undefined ? {} : { appended }),
    ...(fault === undefined ? {} : { damage: fault }),
  }
}

interface Walk {
  readonly blocks: readonly FlacBlock[]
  /** Where the frames begin. */
  readonly end: number
  readonly damage?: string
}

async function walkBlocks(source: Source, from: number): Promise<Walk> {
  const window = new Window(source)
  const blocks: FlacBlock[] = []
  let at = from + 4
  const fault = (damage: string): Walk => ({ blocks, end: at, damage })
  if (!hasAscii(await window.load(from, 4, ahead), 'fLaC')) return fault('no fLaC marker')
  while (blocks.length < limits.items) {
    const header = await window.load(at, blockHeaderSize, ahead)
    if (header.byteLength < blockHeaderSize) return fault('the metadata of FLAC is cut off')
    const type = (header[0] ?? 0) & 0x7f
    const end = at + blockHeaderSize + uint24(header, 1)
    const info = blocks.length === 0
    if (type === blockTypes.forbidden || info !== (type === blockTypes.streamInfo))
      return fault(`FLAC metadata block ${blocks.length + 1} is of type ${type}`)
    if (info && end - at - blockHeaderSize !== streamInfoSize) return fault('the size of STREAMINFO')
    if (end > source.size) return fault('the metadata of FLAC is cut off')
    const last = (header[0] ?? 0) > 0x7f
    blocks.push({ type, start: at, end, last })
    at = end
    if (last) return { blocks, end }
  }
  return fault('FLAC metadata without end')
}

async function streamInfo(source: Source, [first]: readonly FlacBlock[]): Promise<StreamInfo | undefined> {
  if (first === undefined) return undefined
  const info = await source.read(first.start + blockHeaderSize, first.end)
  return {
    blockSize: uint16(info, 0),
    mostFrameBytes: uint24(info, 7),
    samples: ((info[13] ?? 0) & 0x0f) * 0x1_0000_0000 + uint32(info, 14),
  }
}

export function blockHeader(type: number, size: number, last: boolean): Uint8Array {
  return Uint8Array.of((last ? 0x80 : 0) | type, (size >> 16) & 0xff, (size >> 8) & 0xff, size & 0xff)
}
