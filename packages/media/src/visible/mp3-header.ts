/**
 * The Xing header of an MP3 that something was put in front of: frames, bytes, seek table, and LAME's delay, length
 * and checksums, so that players show the right duration and still trim the end without a gap.
 */
import { InternalError } from '@yinji/core'
import { mpegFrame } from '../audio/mpeg.ts'
import { crc16, crcJoined, lame, type StreamHeader, xingOffset } from '../audio/xing.ts'
import { uint16, uint32 } from '../carriers/binary.ts'
import { setUint16, setUint32, uint24 } from '../carriers/integers.ts'

export interface Prepended {
  /** The frames that were put in front. */
  readonly bytes: Uint8Array
  readonly frames: number
  /** Samples that players drop at the start: the delay of the encoder that made these frames. */
  readonly delay: number
}

/** The header frame for the longer stream; `frame` holds the old one. */
export function lengthenedHeader(frame: Uint8Array, old: StreamHeader, added: Prepended): Uint8Array {
  const { out, at } = old.kind === 'VBRI' ? emptyHeader(frame) : { out: frame.slice(), at: old.at }
  const change = out.byteLength - frame.byteLength + added.bytes.byteLength
  if (at.frames !== undefined) setUint32(out, at.frames, (old.frames ?? 0) + added.frames)
  if (at.bytes !== undefined) setUint32(out, at.bytes, (old.bytes ?? 0) + change)
  if (at.toc !== undefined) out.set(lengthenedToc(old, added, frame.byteLength), at.toc)
  if (at.lame !== undefined) lengthenLame(out, at.lame, added)
  return out
}

/** Where each percent of the time stands in the bytes, in 256ths. */
function lengthenedToc(old: StreamHeader, added: Prepended, headerSize: number): Uint8Array {
  const [frames, size] = [old.frames ?? 0, old.bytes ?? 0]
  const total = frames + added.frames
  const length = size + added.bytes.byteLength
  return Uint8Array.from({ length: 100 }, (_, percent) => {
    const frame = (percent / 100) * total
    const at =
      frame < added.frames || frames === 0
        ? headerSize + (frame / added.frames) * added.bytes.byteLength
        : added.bytes.byteLength + oldPosition(old, ((frame - added.frames) / frames) * 100) * size
    return Math.max(0, Math.min(255, Math.floor((at / length) * 256)))
  })
}

/** Share of the old bytes at a percentage of the old time. */
function oldPosition({ toc }: StreamHeader, percent: number): number {
  if (toc === undefined) return percent / 100
  const index = Math.min(99, Math.floor(percent))
  const from = toc[index] ?? 0
  const to = toc[index + 1] ?? 256
  return (from + (to - from) * (percent - index)) / 256
}

function lengthenLame(frame: Uint8Array, at: number, added: Prepended): void {
  const padding = uint24(frame, at + lame.delay) & 0xfff
  frame[at + lame.delay] = added.delay >> 4
  setUint16(frame, at + lame.delay + 1, ((added.delay & 0xf) << 12) | padding)
  const length = uint32(frame, at + lame.musicLength)
  const music = uint16(frame, at + lame.musicCrc)
  if (length > 0) setUint32(frame, at + lame.musicLength, length + added.bytes.byteLength)
  // The checksum of what follows is not computed anew: that would need all of it.
  const rest = Math.max(0, length - frame.byteLength)
  if (music !== 0) setUint16(frame, at + lame.musicCrc, crcJoined(crc16(added.bytes), music, rest))
  setUint16(frame, at + lame.tagCrc, crc16(frame.subarray(0, at + lame.tagCrc)))
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
