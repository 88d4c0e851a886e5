/**
 * The hard binding (C2PA 9.2, 18.5 to 18.8). Its box has the same size whatever the hash and the place of the manifest
 * turn out to be, so a file can be laid out before its content has been hashed (C2PA 10.4).
 */
import type { Binding, BoxesBinding, CollectionBinding, NamedBoxesBinding } from '@yinji/core'
import { encodeCbor } from '../../encoding/cbor.ts'
import { manifestName } from '../../named-boxes/walk.ts'
import { type AssertionBox, encodeAssertion } from '../boxes.ts'
import type { Hashed } from './content-hash.ts'
import { mediaOffset, treesOf } from './pieces.ts'

export interface Room {
  readonly start: number
  readonly length: number
}

/**
 * @param binding Where the file has pieces with hashes of their own, how many there are decides the size.
 * @param room The bytes that are left out; undefined for a sidecar, which leaves out nothing.
 * @param hashed Undefined while it is not known: zeros take its place.
 */
export function encodeBinding(
  binding: Binding,
  room: Room | undefined,
  hashed: Hashed | undefined,
): AssertionBox {
  const hash = hashed?.hash ?? zeroHash
  switch (binding.kind) {
    case 'data':
    case 'text':
      return room || hashed ? encodeAssertion('c2pa.hash.data', padded(room, hash)) : unknownData
    case 'bmff':
      return encodeAssertion('c2pa.hash.bmff.v3', bmffHash(binding, hash, hashed?.pieces ?? []))
    case 'boxes':
      return encodeAssertion('c2pa.hash.boxes', boxesHash(binding, hashed?.pieces ?? []))
    case 'collection':
      return encodeAssertion('c2pa.hash.collection.data', collectionHash(binding, hash, hashed?.pieces ?? []))
  }
}

/** C2PA 18.6; media in pieces are left out of the main hash, and the manifest has a hash for each piece (18.6.3, A.5.4). */
function bmffHash(binding: BoxesBinding, hash: Uint8Array, pieces: readonly Uint8Array[]) {
  if (binding.fragments) return fragmentsHash(binding, binding.fragments, hash, pieces)
  const trees = treesOf(binding)
  if (trees.length === 0) return { exclusions: bmffExclusions, alg: 'sha256', hash }
  let next = 0
  const merkle = trees.map(({ spans, pieceBytes }, localId) => ({
    uniqueId: localId + 1, // counted from 1
    localId,
    count: spans.length,
    fixedBlockSize: pieceBytes,
    hashes: spans.map(() => pieces[next++] ?? zeroHash),
  }))
  const media = { xpath: '/mdat', subset: [{ offset: mediaOffset, length: 0 }] }
  return { exclusions: [...bmffExclusions, media], alg: 'sha256', hash, merkle }
}

/** C2PA 18.7.4. The manifest has one zero for a hash (18.7.1). */
function boxesHash({ runs }: NamedBoxesBinding, pieces: readonly Uint8Array[]) {
  const boxes = runs.map(({ names }, index) => ({
    names,
    hash: names[0] === manifestName ? new Uint8Array(1) : (pieces[index] ?? zeroHash),
    pad: new Uint8Array(0),
  }))
  return { alg: 'sha256', boxes }
}

/** C2PA 18.6.3: no hash of the whole, but one of what comes before the fragments, and all leaves of their tree. */
function fragmentsHash(
  { boxes }: BoxesBinding,
  { track: localId, leaves }: NonNullable<BoxesBinding['fragments']>,
  initHash: Uint8Array,
  pieces: readonly Uint8Array[],
) {
  const fragments = boxes.filter(({ type }) => type === 'moof')
  const hashes = leaves ?? fragments.map((_, index) => pieces[index] ?? zeroHash)
  const tree = { uniqueId: 1, localId, count: hashes.length, initHash, hashes }
  return { exclusions: bmffExclusions, alg: 'sha256', merkle: [tree] }
}

/** C2PA 18.8, A.6.2. */
function collectionHash({ files }: CollectionBinding, hash: Uint8Array, pieces: readonly Uint8Array[]) {
  const uris = files.map(({ uri }, index) => ({ uri, hash: pieces[index] ?? zeroHash }))
  return { alg: 'sha256', uris, zip_central_directory_hash: hash }
}

/** Extended type of the `uuid` box that holds a manifest store (C2PA A.5.1). */
export const c2paBoxUuid = Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex')

/** Where the extended type stands in a `uuid` box with a 32-bit size. */
export const uuidOffset = 8

/** Without `/ftyp`: C2PA A.5.6 has it left out as well, 2.5 has it hashed, and readers of either take both. */
export const bmffExclusions = [
  { xpath: '/uuid', data: [{ offset: uuidOffset, value: c2paBoxUuid }] },
  { xpath: '/mfra' },
]

/** Every other form is padded to the size of the one with the widest numbers (C2PA 10.4.4). */
const widest: Room = { start: 2 ** 52, length: 2 ** 52 }
const zeroHash = new Uint8Array(32)
const padWithoutRoom =
  encodeCbor(dataHash(widest, zeroHash, 0)).byteLength -
  encodeCbor(dataHash(undefined, zeroHash, 0)).byteLength -
  1 // from 24 bytes on, the length of a byte string takes a byte of its own

/** The same for every file whose content and manifest have still to find their place. */
const unknownData = encodeAssertion('c2pa.hash.data', padded(undefined, zeroHash))

function padded(room: Room | undefined, hash: Uint8Array) {
  const spared = ({ start, length }: Room) => 18 - integerBytes(start) - integerBytes(length)
  return dataHash(room, hash, room ? spared(room) : padWithoutRoom)
}

/** How many bytes of CBOR a natural number takes, 9 at most (RFC 8949 3). */
function integerBytes(value: number): number {
  if (value < 24) return 1
  if (value < 2 ** 8) return 2
  if (value < 2 ** 16) return 3
  return value < 2 ** 32 ? 5 : 9
}

function dataHash(room: Room | undefined, hash: Uint8Array, pad: number) {
  const exclusions = room && [{ start: room.start, length: room.length }]
  return { exclusions, alg: 'sha256', hash, pad: new Uint8Array(pad) }
}
