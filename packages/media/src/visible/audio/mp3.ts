/**
 * The label among the frames of an MP3 (GB 45438-2025 5.3). The label's frames are encoded like the content's, whose
 * frames stay bit for bit as they are; the header frame that counts them is written anew. Frames of the ID3 tag that
 * tell times (`CHAP`, `SYLT`, `ETCO`, `TLEN`) keep theirs, which are then early by the length of the labels before.
 */
import {
  bytes,
  copy,
  type Drawn,
  InputError,
  InternalError,
  type Source,
  splicedSource,
  throwIfAborted,
  type VisibleContext,
  type VisibleLabel,
} from '@yinji/core'
import { type Mp3Layout, mp3Layout } from '../../audio/mp3-layout.ts'
import { type MpegFrame, mpegFrame } from '../../audio/mpeg.ts'
import { mainDataBegin, mainDataSize, silence } from '../../audio/side-info.ts'
import { partsOf, type Replacement } from '../../carriers/replacements.ts'
import { joinedSource } from '../video/joined.ts'
import { clipFor } from './clip.ts'
import { loudnessAt } from './decode.ts'
import { encodeJoined, soundFacts } from './encode.ts'
import { joinTimes, noSound } from './joins.ts'
import { type Encoding, encodeClip } from './mp3-clip.ts'
import { joinedHeader, type Segment } from './mp3-header.ts'
import { type FrameJoin, frameJoins } from './mp3-joins.ts'
import { soundOf } from './sound.ts'

/** Enough for some two seconds of content: its usual bitrate shows, and the reservoir is filled. */
const startWindow = 64 * 1024

/**
 * The file with the label in it, as a new source.
 * @throws InputError when the file is damaged or is no layer III; ToolError when ffmpeg is missing or fails.
 */
export async function joinMp3(source: Source, label: VisibleLabel, context: VisibleContext): Promise<Drawn> {
  const layout = await mp3Layout(source)
  const { first, audio, header } = layout
  if (layout.damage !== undefined || first === undefined)
    throw new InputError('input.damaged', { what: layout.damage ?? 'no MPEG audio', name: source.name ?? '' })
  if (first.layer !== 3)
    throw new InputError('visible.content.unsupported', { what: `MPEG layer ${first.layer}` })
  if (label.encode === true) return encodedMp3(source, layout, label, context)
  const window = await source.read(audio.start, Math.min(audio.start + startWindow, audio.end))
  const skipped = header === undefined ? 0 : first.length
  const content = window.subarray(skipped)
  const start = audio.start + skipped
  if (start >= audio.end - layout.trailing) throw noSound(source)
  const encoding = encodingOf(layout, content, first)
  const { rate, channels } = encoding.frame
  const seconds = secondsOf(layout, encoding)
  const times = joinTimes(label, seconds)
  const joins = await frameJoins(
    source,
    { start, end: audio.end - layout.trailing },
    encoding.frame,
    times,
    context,
  )
  const programme = { path: await context.pathOf(source), format: 'mp3', rate, channels, seconds }
  const levels = await loudnessAt(programme, times, context)
  const sound = await soundOf(label, context)
  const segments: Segment[] = []
  for (const [index, join] of joins.entries()) {
    throwIfAborted(context.signal)
    const place = { before: join.frame > 0, after: !join.last, lufs: levels[index], rate, channels }
    const clip = await encodeClip(encoding, await clipFor(sound, place), context)
    segments.push({ ...join, clip, carriers: carrier(join) })
    context.onProgress?.((index + 1) / joins.length)
  }
  const changes: Replacement[] = segments.map(({ at, clip, carriers: held }) => ({
    start: at,
    end: at,
    parts: [bytes(clip.bytes), ...held.map(bytes)],
  }))
  const old = window.subarray(0, skipped)
  if (header !== undefined)
    changes.push({
      start: audio.start,
      end: start,
      parts: [bytes(joinedHeader(old, header, { start, segments }))],
    })
  if (joins[0]?.frame === 0) changes.push(...mutedFrames(start, content))
  return { source: splicedSource(source, partsOf(source.size, changes)), label, path: 'spliced' }
}

/** All of the sound encoded again, as asked; the tags around it stay. */
async function encodedMp3(
  source: Source,
  { audio, trailing }: Mp3Layout,
  label: VisibleLabel,
  context: VisibleContext,
): Promise<Drawn> {
  const facts = await soundFacts(source, 'mp3', context)
  const drawn = await encodeJoined(source, label, context, facts, 'as asked')
  const end = audio.end - trailing
  const fresh = copy(source.size, source.size + drawn.source.size)
  const parts = partsOf(source.size, [{ start: audio.start, end, parts: [fresh] }])
  const joined = splicedSource(joinedSource(source, drawn.source), parts, source.name)
  return {
    ...drawn,
    source: { ...joined, [Symbol.asyncDispose]: async () => drawn.source[Symbol.asyncDispose]?.() },
  }
}

function secondsOf({ header, audio, trailing }: Mp3Layout, { frame, bitrate }: Encoding): number {
  const frames = header?.frames ?? 0
  if (frames > 0) return (frames * frame.samples) / frame.rate
  return ((audio.end - audio.start - trailing) * 8) / bitrate
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
  return { frame: start, bitrate: constant ? start.bitrate : average, bits: (content[3] ?? 0) & 0x0f }
}

/**
 * A silent frame that holds, as data nobody uses, the bytes that the content's next frame takes from the frames before
 * it (the bit reservoir, ISO/IEC 11172-3 2.4.2.7): so it finds them although the label stands in between. One frame,
 * of a bitrate that has the room: decoders keep what is left over of the last frame, not of several.
 */
function carrier({ reservoir, header }: FrameJoin): Uint8Array[] {
  if (reservoir.byteLength === 0 || header === undefined) return []
  const head = header.slice(0, 4)
  head[1] = (head[1] ?? 0) | 1
  for (let bitrate = 1; bitrate < 15; bitrate++) {
    head[2] = (bitrate << 4) | ((head[2] ?? 0) & 0x0d)
    const frame = mpegFrame(head, 0)
    if (frame === undefined || mainDataSize(frame) < reservoir.byteLength) continue
    const out = new Uint8Array(frame.length)
    out.set(head)
    out.set(reservoir, out.byteLength - reservoir.byteLength)
    return [out]
  }
  throw new InternalError('no bitrate gives an MPEG frame that holds the bit reservoir')
}

/**
 * Where the content was cut out of a longer stream, its first frames begin in data that is missing: no player could
 * play them, but after the label they would be played from the label's data. They are made silent.
 */
function mutedFrames(start: number, content: Uint8Array): Replacement[] {
  const changes: Replacement[] = []
  let available = 0
  let at = 0
  for (let frame = mpegFrame(content, 0); frame !== undefined; frame = mpegFrame(content, at)) {
    if (at + frame.length > content.byteLength || available >= 511) break
    if (mainDataBegin(content, at, frame) > available) {
      const muted = content.slice(at, at + frame.length)
      silence(muted, 0, frame)
      changes.push({ start: start + at, end: start + at + frame.length, parts: [bytes(muted)] })
    }
    available += mainDataSize(frame)
    at += frame.length
  }
  return changes
}
