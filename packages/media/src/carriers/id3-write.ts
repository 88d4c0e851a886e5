/**
 * Writing an ID3v2 tag again (id3v2.3.0 section 3, id3v2.4.0-structure section 3): kept frames byte for byte, in the
 * tag's own version; never unsynchronised; without the optional extended header, whose checksum and sizes would no
 * longer hold. Padding is used up first, so that the audio stays where it is when it can.
 */
import { bytes, concat, copy, InputError, type Part, type Room } from '@yinji/core'
import { type Id3Frame, type Id3Tag, type Id3Version, id3HeaderSize, writeSynchsafe } from './id3.ts'
import { objectPrefix, writeUserText } from './id3-frames.ts'

/** A new tag is v2.3, the version every player and file manager reads. */
const newVersion: Id3Version = 3
/** The footer bit and its size field are the only differences between a footer and a header (v2.4 section 3.4). */
const footerFlag = 0x10
/** The size field of a tag has 28 bits, that of a v2.2 frame 24. */
const mostTag = 2 ** 28 - 1
const mostFrameV2 = 2 ** 24 - 1
/** More room than this is not left behind when a large manifest goes. */
const mostPadding = 64 * 1024

export interface TagContents {
  readonly frames: readonly Id3Frame[]
  /** Value of the `TXXX` frame with description `AIGC`. */
  readonly aigc?: string | undefined
  /** Size of the manifest store; 0 for none. */
  readonly room: number
}

/** The parts of the leading tag: the label first, what was there, the manifest last. */
export function tagParts(old: Id3Tag | undefined, contents: TagContents): Part[] {
  const version = old?.version ?? newVersion
  const front = contents.aigc === undefined ? [] : [writeUserText(version, 'AIGC', contents.aigc)]
  const back = contents.room === 0 ? [] : [objectPrefix(version, manifestNames, contents.room)]
  for (const added of [...front, ...back]) assertSize(version, added.byteLength + contents.room)
  const used = total(front) + total(contents.frames.map((frame) => frame.bytes)) + total(back) + contents.room
  if (used === 0) return []
  const padding = paddingFor(old, used)
  assertSize(3, used + padding)
  return [
    bytes(concat([tagHeader(version, used + padding), ...front])),
    ...frameParts(contents.frames),
    ...back.map(bytes),
    ...(contents.room === 0 ? [] : [room(contents.room)]),
    ...(padding === 0 ? [] : [bytes(new Uint8Array(padding))]),
  ]
}

/** The parts of a tag that only loses frames; with its footer where it has one, because it is found by it. */
export function reducedTagParts(old: Id3Tag, frames: readonly Id3Frame[]): Part[] {
  const used = total(frames.map((frame) => frame.bytes))
  const foot = old.size > id3HeaderSize + old.bodySize
  if (used === 0) return []
  const header = tagHeader(old.version, used)
  if (!foot) return [bytes(header), ...frameParts(frames)]
  header[5] = footerFlag
  const footer = header.slice()
  footer.set([0x33, 0x44, 0x49])
  return [bytes(header), ...frameParts(frames), bytes(footer)]
}

/** C2PA A.3.4. The file name and description are those that c2pa-rs writes. */
const manifestNames = {
  mimeType: 'application/c2pa',
  filename: 'c2pa',
  description: 'c2pa manifest store',
}

function paddingFor(old: Id3Tag | undefined, used: number): number {
  const left = (old?.bodySize ?? 0) - used
  if (old === undefined || left <= 0) return 0
  return Math.min(left, Math.max(old.padding, mostPadding))
}

function tagHeader(version: Id3Version, bodySize: number): Uint8Array {
  const header = Uint8Array.of(0x49, 0x44, 0x33, version, 0, 0, 0, 0, 0, 0)
  writeSynchsafe(header, 6, bodySize)
  return header
}

/** Frames that stand one after the other in the file are copied in one piece. */
function frameParts(frames: readonly Id3Frame[]): Part[] {
  const parts: Part[] = []
  for (const { at, bytes: content } of frames) {
    const last = parts.at(-1)
    if (at === undefined) parts.push(bytes(content))
    else if (last?.kind === 'copy' && last.end === at)
      parts[parts.length - 1] = copy(last.start, at + content.byteLength)
    else parts.push(copy(at, at + content.byteLength))
  }
  return parts
}

/** Only the object itself is outside the hash (C2PA A.3.4 with 9.2). */
const room = (length: number): Room => ({ kind: 'room', length, embed: (store) => store })

function assertSize(version: Id3Version, size: number): void {
  const most = version === 2 ? mostFrameV2 : mostTag
  if (size > most) throw new InputError('input.size', { what: 'ID3v2', bytes: size, most })
}

function total(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
}
