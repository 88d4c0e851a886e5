/**
 * Side information of MPEG audio layer III (ISO/IEC 11172-3 2.4.1.7, ISO/IEC 13818-3 2.4.1.7): where the data of a
 * frame starts, which may be in frames before it (the bit reservoir), and how to make a frame silent.
 */
import { uint16 } from '../carriers/binary.ts'
import type { MpegFrame } from './mpeg.ts'

/** Bytes of the header with its CRC, before the side information. */
const headSize = (frame: MpegFrame) => (frame.protected ? 6 : 4)

const sideSize = (frame: MpegFrame) =>
  frame.version === 1 ? (frame.channels === 1 ? 17 : 32) : frame.channels === 1 ? 9 : 17

/** How many bytes before this frame's own data its first granule begins. */
export function mainDataBegin(bytes: Uint8Array, at: number, frame: MpegFrame): number {
  const field = uint16(bytes, at + headSize(frame))
  return frame.version === 1 ? field >> 7 : field >> 8
}

/** Bytes that this frame adds to the stream of granule data. */
export const mainDataSize = (frame: MpegFrame): number => frame.length - headSize(frame) - sideSize(frame)

/** Makes a frame silent in place: granules of no bits. Its bytes of granule data stay, for frames that need them. */
export function silence(bytes: Uint8Array, at: number, frame: MpegFrame): void {
  const { version, channels } = frame
  // Before the granules: main_data_begin and private bits, in version 1 also scfsi.
  const fixed = version === 1 ? 9 + (channels === 1 ? 5 : 3) + 4 * channels : 8 + channels
  const start = (at + headSize(frame)) * 8
  const end = start + sideSize(frame) * 8
  for (let bit = start + fixed; bit < end; bit++) {
    const index = bit >> 3
    bytes[index] = (bytes[index] ?? 0) & ~(0x80 >> (bit & 7))
  }
}
