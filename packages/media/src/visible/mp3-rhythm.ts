/**
 * The rhythm label in front of the frames of an MP3 (GB 45438-2025 5.3). The label's frames are encoded like the
 * content's and stand between the tags and the content, whose frames stay bit for bit as they are; the header frame
 * that counts them is written anew. Frames of the ID3 tag that tell times (`CHAP`, `SYLT`, `ETCO`, `TLEN`) keep theirs,
 * which are then early by the length of the label.
 */
import {
  bytes,
  copy,
  InputError,
  type Part,
  type Source,
  splicedSource,
  ToolError,
  type VisibleContext,
} from '@yinji/core'
import { type Mp3Layout, mp3Layout } from '../audio/mp3-layout.ts'
import { alike, type MpegFrame, mpegFrame } from '../audio/mpeg.ts'
import { mainDataBegin, mainDataSize, silence } from '../audio/side-info.ts'
import { type Encoding, encodeClip, measureLevel } from './mp3-clip.ts'
import { lengthenedHeader, type Prepended } from './mp3-header.ts'

/** Enough for some two seconds of content: its usual bitrate shows, and the reservoir is filled. */
const startWindow = 64 * 1024
/** Samples before the signal in a stream of LAME's, which every MP3 encoder of ffmpeg is. */
const encoderDelay = 576

/**
 * The file with the label before its content, as a new source.
 * @throws InputError when the file is damaged or is no layer III; ToolError when ffmpeg is missing or fails.
 */
export async function prependToMp3(source: Source, context: VisibleContext): Promise<Source> {
  const layout = await mp3Layout(source)
  const { first, audio } = layout
  if (layout.damage !== undefined || first === undefined)
    throw new InputError('input.damaged', { what: layout.damage ?? 'no MPEG audio', name: source.name ?? '' })
  if (first.layer !== 3)
    throw new InputError('visible.content.unsupported', { what: `MPEG layer ${first.layer}` })
  const window = await source.read(audio.start, Math.min(audio.start + startWindow, audio.end))
  const skipped = layout.header === undefined ? 0 : first.length
  const content = window.subarray(skipped)
  const encoding = encodingOf(layout, content, first)
  const level = await measureLevel(source, context)
  const clip = matched(await encodeClip(encoding, level, context), encoding, content)
  context.onProgress?.(1)
  const header =
    layout.header === undefined ? [] : [lengthenedHeader(window.subarray(0, skipped), layout.header, clip)]
  return splicedSource(source, [
    copy(0, audio.start),
    ...header.map(bytes),
    bytes(clip.bytes),
    ...contentParts(source, audio.start + skipped, content),
  ])
}

/** A constant bitrate stays constant; a variable one is met at its average. */
function encodingOf({ header }: Mp3Layout, content: Uint8Array, first: MpegFrame): Encoding {
  const bitrates = new Set<number>()
  let frame = mpegFrame(content, 0)
  const start = frame ?? first
  for (let at = 0; frame !== undefined; frame = mpegFrame(content, at)) {
    bitrates.add(frame.bitrate)
    at += frame.length
  }
  const seconds = ((header?.frames ?? 0) * first.samples) / first.rate
  const average = seconds > 0 ? ((header?.bytes ?? 0) * 8) / seconds : start.bitrate
  const constant = bitrates.size === 1 && header?.kind !== 'Xing' && header?.kind !== 'VBRI'
  return { frame: start, bitrate: constant ? start.bitrate : average }
}

/** Checks that the frames are of the content's kind and self-contained, and gives them its header bits. */
function matched(encoded: Uint8Array, { frame: like }: Encoding, content: Uint8Array): Prepended {
  const clip = encoded.slice()
  let frames = 0
  let at = 0
  for (let frame = mpegFrame(clip, 0); frame !== undefined; frame = mpegFrame(clip, at)) {
    if (!alike(frame, like) || frame.channels !== like.channels || mainDataBegin(clip, at, frame) !== 0)
      throw notLike()
    // Two independent channels (mode 2) decode like stereo. Copyright, original and emphasis are the content's.
    const mode = like.mode === 2 ? 0x80 : (clip[at + 3] ?? 0) & 0xf0
    clip[at + 3] = mode | ((content[3] ?? 0) & 0x0f)
    frames++
    at += frame.length
  }
  if (frames === 0 || at !== clip.byteLength) throw notLike()
  return { bytes: clip, frames, delay: encoderDelay }
}

const notLike = () =>
  new ToolError('tool.ffmpeg.failed', { stderr: 'the label was not encoded like the content' })

/**
 * The content's frames. Where it was cut out of a longer stream, its first frames begin in data that is missing: no
 * player could play them, but after the label they would be played from the label's data. They are made silent.
 */
function contentParts(source: Source, start: number, content: Uint8Array): Part[] {
  const parts: Part[] = []
  let available = 0
  let at = 0
  for (let frame = mpegFrame(content, 0); frame !== undefined; frame = mpegFrame(content, at)) {
    if (at + frame.length > content.byteLength || available >= 511) break
    if (mainDataBegin(content, at, frame) > available) {
      const muted = content.slice(at, at + frame.length)
      silence(muted, 0, frame)
      parts.push(bytes(muted))
    } else {
      parts.push(copy(start + at, start + at + frame.length))
    }
    available += mainDataSize(frame)
    at += frame.length
  }
  return [...parts, copy(start + at, source.size)]
}
