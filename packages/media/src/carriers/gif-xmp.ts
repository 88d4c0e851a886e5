/**
 * XMP in GIF (XMP specification part 3, 1.1.2): an application extension with the packet in it as it is, not in
 * sub-blocks. A reader that takes its bytes for sizes is led out of it by the trailer.
 */
import { concat } from '@yinji/core'
import { binaryBytes } from './binary.ts'
import { joinSubBlocks } from './gif-blocks.ts'

export const xmpApplication = 'XMP DataXMP'

/** 1, 255 down to 0, and the terminator: whatever byte is hit first leads to the last one. */
const trailer = Uint8Array.from({ length: 258 }, (_, index) => (index === 0 ? 1 : Math.max(0, 256 - index)))

export interface GifPacket {
  readonly packet: Uint8Array
  /** Whether it stands there as the specification has it; some writers cut it into sub-blocks. */
  readonly proper: boolean
}

/** @param raw what follows the header of the extension, terminator included */
export function packetOf(raw: Uint8Array): GifPacket {
  const tail = raw.subarray(-trailer.byteLength)
  if (Buffer.compare(tail, trailer) === 0)
    return { packet: raw.subarray(0, raw.byteLength - trailer.byteLength), proper: true }
  const joined = joinSubBlocks(raw)
  const end = joined.byteLength - trailer.byteLength + 1
  const cut = end >= 0 && Buffer.compare(joined.subarray(end), trailer.subarray(0, -1)) === 0
  return { packet: cut ? joined.subarray(0, end) : joined, proper: false }
}

/** The whole extension. A NUL would end it early; XML has no use for one. */
export function writePacket(packet: Uint8Array): Uint8Array {
  const clean = packet.includes(0) ? packet.map((byte) => byte || 0x20) : packet
  return concat([binaryBytes(`\x21\xff\x0b${xmpApplication}`), clean, trailer])
}
