/**
 * The box in front of each fragment that says which one it is (C2PA A.5.4.1.2, A.5.4.1.4). All hashes are in the manifest,
 * so that the boxes can be written before anything has been hashed.
 */
import { bytes, concat, type SegmentPlace, type TopLevelBox } from '@yinji/core'
import { binaryBytes, uint32 } from './binary.ts'
import { type Box, boxesAt, fromHex, makeBox, noFlags } from './bmff.ts'
import { manifestUuid } from './bmff-manifest.ts'
import type { OffsetMap } from './offset-map.ts'
import type { Replacement } from './replacements.ts'

/** What tells trees of different files apart (18.6.3): there is one file. */
const uniqueId = 1
const head = concat([fromHex(manifestUuid), noFlags, binaryBytes('merkle\0')])
/** Map head, three names with their lengths, two numbers of up to five bytes and one of one. */
const cborBytes = 1 + 8 + 9 + 9 + 5 + 5 + 1
export const merkleBoxBytes = 8 + head.byteLength + cborBytes

/** Insertions in front of the fragments. */
export function merkleBoxes(boxes: readonly Box[], track: number): Replacement[] {
  const fragments = boxes.filter(({ type }) => type === 'moof')
  return fragments.map(({ start }, location) => merkleBoxAt(start, { track, location }))
}

/** An insertion that says which fragment stands behind it. */
export function merkleBoxAt(start: number, { track, location }: SegmentPlace): Replacement {
  return { start, end: start, parts: [bytes(merkleBox(track, location))] }
}

/** The boxes of the finished file with those that were inserted. */
export function withMerkleBoxes(boxes: readonly TopLevelBox[]): TopLevelBox[] {
  return boxes.flatMap((box) =>
    box.type === 'moof' ? [{ type: 'uuid', start: box.start - merkleBoxBytes }, box] : [box],
  )
}

/** Where the first of them stands in the finished file. */
export function firstMerkleBox(boxes: readonly Box[], map: OffsetMap): number {
  const first = boxes.find(({ type }) => type === 'moof')
  return first ? map.move(first.start) - merkleBoxBytes : 0
}

/**
 * `track_ID` of the first track (ISO/IEC 14496-12 8.3.2), which the one tree over all fragments is named after. A tree for each
 * track, as C2PA A.5.4.1 has it where fragments do not mix them, is read but not written: c2pa-rs 0.91 compares the count of
 * every tree with all fragments of the file, so with a second tree it finds none of them valid.
 */
export function firstTrack(moov: Uint8Array, root: Box): number | undefined {
  const [header] = boxesAt(moov, root, ['trak', 'tkhd'])
  if (header === undefined) return undefined
  const at = header.content + (moov[header.content] === 1 ? 20 : 12)
  return at + 4 <= header.end ? uint32(moov, at) : undefined
}

/** Boxes of one size, so that a player can find the one it needs: what a number does not need is padding (A.5.4.1.4). */
function merkleBox(localId: number, location: number): Uint8Array {
  const cbor = concat([
    Uint8Array.of(0xa3),
    ...[named('localId', localId), named('location', location), named('uniqueId', uniqueId)],
  ])
  return makeBox('uuid', head, cbor, new Uint8Array(cborBytes - cbor.byteLength))
}

/** A member of a CBOR map, key and unsigned integer in their shortest forms (RFC 8949 4.2.1). */
function named(key: string, value: number): Uint8Array {
  const [lead, size] = value < 24 ? [value, 0] : value < 256 ? [24, 1] : value < 65_536 ? [25, 2] : [26, 4]
  const digits = Array.from(
    { length: size },
    (_, index) => Math.floor(value / 256 ** (size - 1 - index)) % 256,
  )
  return concat([Uint8Array.of(0x60 + key.length), binaryBytes(key), Uint8Array.of(lead, ...digits)])
}
