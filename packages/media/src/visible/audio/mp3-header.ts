/**
 * The Xing header of an MP3 that labels were put into: frames, bytes, seek table, and LAME's delay, padding, length and
 * checksums, so that players show the right duration and still trim both ends without a gap.
 */
import { concat, InternalError } from '@yinji/core'
import { mpegFrame } from '../../audio/mpeg.ts'
import { crc16, crcJoined, lame, type StreamHeader, xingOffset } from '../../audio/xing.ts'
import { uint16, uint32 } from '../../carriers/binary.ts'
import { setUint16, setUint32, uint24 } from '../../carriers/integers.ts'
import type { FrameJoin } from './mp3-joins.ts'

/** A label as MPEG frames. */
export interface EncodedClip {
  readonly bytes: Uint8Array
  readonly frames: number
  /** Samples that players drop at the start and at the end: what the encoder put there. */
  readonly delay: number
  readonly padding: number
}

/** A label and where it stands. */
export interface Segment extends FrameJoin {
  readonly clip: EncodedClip
  /** Silent frames behind it that hold data for the content's next frames. */
  readonly carriers: readonly Uint8Array[]
}

export interface Joined {
  /** Offset of the content's first frame in the old file. */
  readonly start: number
  readonly segments: readonly Segment[]
}

const bytesOf = ({ clip, carriers }: Segment) => concat([clip.bytes, ...carriers])
const framesOf = ({ clip, carriers }: Segment) => clip.frames + carriers.length
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** The header frame for the longer stream; `frame` holds the old one. */
export function joinedHeader(frame: Uint8Array, old: StreamHeader, joined: Joined): Uint8Array {
  const { out, at } = old.kind === 'VBRI' ? emptyHeader(frame) : { out: frame.slice(), at: old.at }
  const { segments } = joined
  const added = sum(segments.map((segment) => bytesOf(segment).byteLength))
  const bytes = (old.bytes ?? 0) + out.byteLength - frame.byteLength + added
  if (at.frames !== undefined) setUint32(out, at.frames, (old.frames ?? 0) + sum(segments.map(framesOf)))
  if (at.bytes !== undefined) setUint32(out, at.bytes, bytes)
  if (at.toc !== undefined) out.set(joinedToc(old, segments, { bytes, header: frame.byteLength }), at.toc)
  if (at.lame !== undefined) joinLame(out, at.lame, joined)
  return out
}

/** Where each percent of the time stands in the bytes, in 256ths. */
function joinedToc(
  old: StreamHeader,
  segments: readonly Segment[],
  size: { readonly bytes: number; readonly header: number },
): Uint8Array {
  const total = (old.frames ?? 0) + sum(segments.map(framesOf))
  return Uint8Array.from({ length: 100 }, (_, percent) => {
    const at = newPosition(old, segments, size.header, (percent / 100) * total)
    return Math.max(0, Math.min(255, Math.floor((at / size.bytes) * 256)))
  })
}

/** Offset from the header frame of a frame of the new stream. */
function newPosition(old: StreamHeader, segments: readonly Segment[], header: number, frame: number): number {
  const frames = old.frames ?? 0
  const content = (index: number) =>
    Math.max(header, oldPosition(old, frames === 0 ? 0 : (index / frames) * 100) * (old.bytes ?? 0))
  let [addedFrames, addedBytes] = [0, 0]
  for (const segment of segments) {
    const first = Math.min(segment.frame, frames)
    if (frame < first + addedFrames) break
    const [own, size] = [framesOf(segment), bytesOf(segment).byteLength]
    const into = frame - first - addedFrames
    if (into < own) return content(first) + addedBytes + (into / own) * size
    addedFrames += own
    addedBytes += size
  }
  return content(frame - addedFrames) + addedBytes
}

/** Share of the old bytes at a percentage of the old time. */
function oldPosition({ toc }: StreamHeader, percent: number): number {
  if (toc === undefined || percent >= 100) return Math.min(1, percent / 100)
  const index = Math.floor(percent)
  const from = toc[index] ?? 0
  const to = toc[index + 1] ?? 256
  return (from + (to - from) * (percent - index)) / 256
}

function joinLame(frame: Uint8Array, at: number, { start, segments }: Joined): void {
  const field = uint24(frame, at + lame.delay)
  const [first, last] = [segments[0], segments.at(-1)]
  const delay = first?.frame === 0 ? first.clip.delay : field >> 12
  const padding = last?.last === true ? last.clip.padding : field & 0xfff
  frame[at + lame.delay] = delay >> 4
  setUint16(frame, at + lame.delay + 1, ((delay & 0xf) << 12) | padding)
  const length = uint32(frame, at + lame.musicLength)
  const music = uint16(frame, at + lame.musicCrc)
  const joined = joinedCrc(music, Math.max(0, length - frame.byteLength), start, segments)
  if (length > 0) setUint32(frame, at + lame.musicLength, length + joined.added)
  if (music !== 0) setUint16(frame, at + lame.musicCrc, joined.crc)
  setUint16(frame, at + lame.tagCrc, crc16(frame.subarray(0, at + lame.tagCrc)))
}

/** The checksum of the content with labels in it, without reading the content again. */
function joinedCrc(music: number, length: number, start: number, segments: readonly Segment[]) {
  let [crc, content, done, added] = [0, 0, 0, 0]
  const piece = (value: number, size: number) => {
    content = crcJoined(content, value, size)
    crc = crcJoined(crc, value, size)
    done += size
  }
  // What is left of the content is what its whole checksum does not owe to its beginning.
  const rest = () => piece(crcJoined(content, music, length - done), length - done)
  for (const segment of segments) {
    if (segment.crc !== undefined) piece(segment.crc, segment.at - start - done)
    else if (segment.last) rest()
    const bytes = bytesOf(segment)
    crc = crc16(bytes, crc)
    added += bytes.byteLength
  }
  if (done < length) rest()
  return { crc, added }
}

/** A silent frame like the given one, without CRC, with a Xing header for frames, bytes and seek table. */
function emptyHeader(like: Uint8Array): { out: Uint8Array; at: StreamHeader['at'] } {
  const header = like.slice(0, 4)
  header[1] = (header[1] ?? 0) | 1
  for (let bitrate = 1; bitrate < 15; bitrate++) {
    header[2] = (bitrate << 4) | ((header[2] ?? 0) & 0x0d)
    const frame = mpegFrame(header, 0)
    if (frame === undefined || frame.length < xingOffset(frame) + 120) continue
    const out = new Uint8Array(frame.length)
    const offset = xingOffset(frame)
    out.set(header)
    out.set([0x58, 0x69, 0x6e, 0x67, 0, 0, 0, 7], offset)
    return { out, at: { frames: offset + 8, bytes: offset + 12, toc: offset + 16 } }
  }
  throw new InternalError('no bitrate gives an MPEG frame that holds a Xing header')
}
