/**
 * What an MP3 file is made of: ID3v2 tags, MPEG audio, and what may follow it (ID3v1, APE, Lyrics3, an appended
 * ID3v2.4 tag). Only the ends of the audio are read.
 */
import { limits, type Source } from '@yinji/core'
import { binaryText, hasAscii } from '../carriers/binary.ts'
import { type Id3Tag, id3Header, id3HeaderSize, parseId3, synchsafe } from '../carriers/id3.ts'
import { uint32le } from '../carriers/integers.ts'
import { alike, findFrames, type MpegFrame, mpegFrame } from './mpeg.ts'
import { type StreamHeader, streamHeader } from './xing.ts'

export interface Mp3Layout {
  /** The tags at the start of the file, in order. */
  readonly tags: readonly Id3Tag[]
  /** A v2.4 tag after the audio. */
  readonly appended?: Id3Tag
  /** From the first frame, a Xing header included, to the first tag after the audio. */
  readonly audio: { readonly start: number; readonly end: number }
  readonly first?: MpegFrame
  readonly header?: StreamHeader
  /** Bytes after the last frame that are neither audio nor a known tag. */
  readonly trailing: number
  readonly damage?: string
}

/** Head of the file and of the audio: a small tag and the first frames in one read. */
const headWindow = 64 * 1024
/** The longest frame has 1441 bytes: room for a few at the end. */
const tailWindow = 8 * 1024
/** Tags after tags: more than these are no accident. */
const mostTags = 16
/** Two header frames of a difference are the habits of encoders; more is missing music. */
const tolerance = 2 * 1441

export async function mp3Layout(source: Source): Promise<Mp3Layout> {
  const { tags, next } = await leadingTags(source)
  const broken = tags.find((tag) => tag.damage !== undefined)
  if (broken !== undefined)
    return { tags, audio: { start: next, end: source.size }, trailing: 0, damage: broken.damage ?? '' }
  const tail = await trailingTags(source, next)
  const appended = tail.appended === undefined ? {} : { appended: tail.appended }
  const window = await source.read(next, Math.min(next + headWindow, tail.start))
  const offset = findFrames(window, 0, 3)
  if (offset === undefined)
    return {
      tags,
      ...appended,
      audio: { start: next, end: tail.start },
      trailing: 0,
      damage: 'no MPEG audio',
    }
  const first = mpegFrame(window, offset)
  const header = streamHeader(window, offset)
  const audio = { start: next + offset, end: tail.start }
  const end = first && (await lastFrame(source, audio, first))
  const short = (header?.bytes ?? 0) > audio.end - audio.start + tolerance
  const damage = appended.appended?.damage ?? (short ? 'MPEG audio is cut off' : end?.damage)
  return {
    tags,
    ...appended,
    audio,
    ...(first === undefined ? {} : { first }),
    ...(header === undefined ? {} : { header }),
    trailing: end?.trailing ?? 0,
    ...(damage === undefined ? {} : { damage }),
  }
}

async function leadingTags(source: Source): Promise<{ tags: Id3Tag[]; next: number }> {
  const tags: Id3Tag[] = []
  let next = 0
  let window = await source.read(0, headWindow)
  let base = 0
  while (tags.length < mostTags) {
    if (next + id3HeaderSize > base + window.byteLength) {
      window = await source.read(next, next + headWindow)
      base = next
    }
    const header = id3Header(window, next - base)
    if (header === undefined) break
    // Together they may hold as much as one may.
    const size = next + header.size > limits.metadataBytes ? Number.POSITIVE_INFINITY : header.size
    const tag = await readId3(source, next, size, window.subarray(next - base))
    if (tag === undefined) break
    tags.push(tag)
    next += header.size
    if (tag.damage !== undefined) break
  }
  return { tags, next: Math.min(next, source.size) }
}

/** Reads a tag of known size, from the window when it holds all of it. */
async function readId3(
  source: Source,
  at: number,
  size: number,
  window: Uint8Array,
): Promise<Id3Tag | undefined> {
  if (size <= window.byteLength) return parseId3(window.subarray(0, size), at)
  if (size > limits.metadataBytes) {
    const header = id3Header(window)
    return header && { ...header, at, frames: [], padding: 0, damage: 'ID3v2 tag of excessive size' }
  }
  return parseId3(await source.read(at, at + size), at)
}

interface Tail {
  /** Where the first of the tags stands, or the end of the file. */
  readonly start: number
  readonly appended?: Id3Tag
}

/** Takes known tags off the end of the file, in whatever order taggers put them. */
async function trailingTags(source: Source, from: number): Promise<Tail> {
  let tail: Tail = { start: source.size }
  for (let count = 0; count < mostTags; count++) {
    const at = Math.max(from, tail.start - 138)
    const window = await source.read(at, tail.start)
    const size = footSize(window)
    if (size === undefined || size > tail.start - from) break
    const start = tail.start - size
    const foot = hasAscii(window, '3DI', window.byteLength - id3HeaderSize)
    const appended = foot ? await readId3(source, start, size, new Uint8Array(0)) : undefined
    tail = { ...tail, start, ...(appended === undefined ? {} : { appended }) }
  }
  return tail
}

/** Size of the tag that ends where the bytes end. */
function footSize(bytes: Uint8Array): number | undefined {
  const end = bytes.byteLength
  if (end >= 128 && hasAscii(bytes, 'TAG', end - 128)) return 128
  if (end >= 32 && hasAscii(bytes, 'APETAGEX', end - 32)) {
    const header = ((bytes[end - 9] ?? 0) & 0x80) !== 0 ? 32 : 0
    return uint32le(bytes, end - 20) + header
  }
  if (end >= 15 && hasAscii(bytes, 'LYRICS200', end - 9)) {
    const size = Number(binaryText(bytes.subarray(end - 15, end - 9)))
    return Number.isInteger(size) ? size + 15 : undefined
  }
  if (end >= 10 && hasAscii(bytes, '3DI', end - 10)) {
    const size = synchsafe(bytes, end - 4)
    return size === undefined ? undefined : size + 2 * id3HeaderSize
  }
  return undefined
}

/** Follows the last few frames to the end: whether the last one is whole, and what comes after it. */
async function lastFrame(source: Source, audio: Mp3Layout['audio'], like: MpegFrame) {
  const from = Math.max(audio.start, audio.end - tailWindow)
  const window = await source.read(from, audio.end)
  let at = findFrames(window, 0, 3, like)
  if (at === undefined) return { trailing: 0 }
  for (let frame = mpegFrame(window, at); frame !== undefined; frame = mpegFrame(window, at)) {
    if (!alike(like, frame)) break
    if (at + frame.length > window.byteLength)
      return { trailing: 0, damage: 'the last MPEG frame is cut off' }
    at += frame.length
  }
  // Some encoders fill up with zeros.
  const rest = window.subarray(at)
  return { trailing: rest.some((byte) => byte !== 0) ? rest.byteLength : 0 }
}
