/**
 * What an MP3 file is made of: ID3v2 tags, MPEG audio, and what may follow it (ID3v1, APE, Lyrics3, an appended
 * ID3v2.4 tag). Only the ends of the audio are read.
 */
import type { Source } from '@yinji/core'
import type { Id3Tag } from '../carriers/id3.ts'
import { leadingTags, trailingTags } from '../carriers/id3-find.ts'
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
