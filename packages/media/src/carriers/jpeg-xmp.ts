/**
 * XMP in JPEG (XMP specification part 3, 1.1.3): one packet of at most 65,502 bytes in an APP1 segment, and what does
 * not fit as ExtendedXMP in further segments, tied together by the MD5 of the whole.
 */
import { createHash } from 'node:crypto'
import { InputError, limits } from '@yinji/core'
import { binaryBytes, binaryText, hasAscii, uint32 } from './binary.ts'
import { setUint16, setUint32 } from './integers.ts'
import { app1, type Segment } from './jpeg-segments.ts'
import { extendedXmpOf } from './xmp.ts'

const packetName = 'http://ns.adobe.com/xap/1.0/\0'
const extensionName = 'http://ns.adobe.com/xmp/extension/\0'
/** Name, GUID, full length, offset. */
const extensionHeader = extensionName.length + 32 + 8
/** Largest packet in one segment: two bytes less than would fit (XMP specification part 3, 1.1.3). */
const mostPacket = 65_502

/** The packet in a segment, if it carries one. */
export function packetOf({ marker, data }: Segment): Uint8Array | undefined {
  return marker === app1 && hasAscii(data, packetName) ? data.subarray(packetName.length) : undefined
}

/** @throws InputError when the packet does not fit into a segment. */
export function packetSegment(packet: Uint8Array): Uint8Array {
  if (packet.byteLength > mostPacket)
    throw new InputError('input.size', { what: 'The XMP packet', bytes: packet.byteLength, most: mostPacket })
  return segmentOf(binaryBytes(packetName), packet)
}

/** Marker, length and payload of an APP1 segment. */
function segmentOf(...pieces: readonly Uint8Array[]): Uint8Array {
  const length = pieces.reduce((sum, piece) => sum + piece.byteLength, 2)
  const out = new Uint8Array(length + 2)
  out.set([0xff, app1])
  setUint16(out, 2, length)
  let at = 4
  for (const piece of pieces) {
    out.set(piece, at)
    at += piece.byteLength
  }
  return out
}

export interface ExtendedXmp {
  readonly guid: string
  readonly segments: readonly Segment[]
  /** The extension put together; undefined when pieces are missing or overlap. */
  readonly packet: Uint8Array | undefined
}

/** Every extension in the file. Only the one a packet names belongs to it, but a label in another one is one too. */
export function extensionsOf(segments: readonly Segment[]): ExtendedXmp[] {
  const groups = new Map<string, Segment[]>()
  for (const segment of segments) {
    if (segment.marker !== app1 || !hasAscii(segment.data, extensionName)) continue
    if (segment.data.byteLength < extensionHeader) continue
    const guid = guidOf(segment)
    const group = groups.get(guid)
    if (group) group.push(segment)
    else groups.set(guid, [segment])
  }
  return [...groups].map(([guid, group]) => ({ guid, segments: group, packet: assemble(group) }))
}

function guidOf({ data }: Segment): string {
  return binaryText(data.subarray(extensionName.length, extensionName.length + 32))
}

function assemble(segments: readonly Segment[]): Uint8Array | undefined {
  const length = uint32(segments[0]?.data ?? new Uint8Array(0), extensionName.length + 32)
  const pieces = segments
    .map(({ data }) => ({
      offset: uint32(data, extensionName.length + 36),
      data: data.subarray(extensionHeader),
    }))
    .sort((a, b) => a.offset - b.offset)
  if (length > limits.metadataBytes || pieces.reduce((sum, { data }) => sum + data.byteLength, 0) !== length)
    return undefined
  const packet = new Uint8Array(length)
  let at = 0
  for (const { offset, data } of pieces) {
    if (offset !== at) return undefined
    packet.set(data, offset)
    at += data.byteLength
  }
  return packet
}

/** An extension with other content: its segments, cut as before, and the GUID the packet has to name from now on. */
export function rewriteExtension(
  { segments }: ExtendedXmp,
  packet: Uint8Array,
): { guid: string; segments: Uint8Array[] } {
  const guid = createHash('md5').update(packet).digest('hex').toUpperCase()
  const rewritten = segments.map(({ data }) => {
    const offset = uint32(data, extensionName.length + 36)
    const numbers = new Uint8Array(8)
    setUint32(numbers, 0, packet.byteLength)
    setUint32(numbers, 4, offset)
    const piece = packet.subarray(offset, offset + data.byteLength - extensionHeader)
    return segmentOf(binaryBytes(extensionName + guid), numbers, piece)
  })
  return { guid, segments: rewritten }
}

/** The packet with one GUID in place of another; both are 32 characters. */
export function renameExtension(packet: Uint8Array, from: string, to: string): Uint8Array {
  if (extendedXmpOf(packet)?.toUpperCase() !== from.toUpperCase()) return packet
  return binaryBytes(binaryText(packet).replace(new RegExp(from, 'i'), to))
}
