/** The `uuid` box of a fragment, or of a piece of media, that says where it belongs (C2PA A.5.4.1.4, A.5.4.2). */
import type { Source } from '@yinji/core'
import { readFirstCbor } from '../../encoding/cbor.ts'
import { isBytes, isFields, isNatural } from '../fields.ts'
import type { Box } from './bmff-boxes.ts'
import { c2paBox } from './bmff-exclusions.ts'

export interface Proof {
  readonly uniqueId: number
  readonly localId: number
  /** Which of the fragments of its tree, from 0. */
  readonly location: number
  /** Siblings on the way from the fragment up to the row in the manifest. */
  readonly hashes: readonly Uint8Array[]
}

/** A proof in a million fragments has twenty hashes of at most 64 bytes. */
const most = 16 * 1024
/** Extended type, version and flags. */
const before = 16 + 4
const purpose = 'merkle\0'

/** Undefined for a box of another kind; a text says what is wrong with it. */
export async function readMerkleBox(source: Source, box: Box): Promise<Proof | string | undefined> {
  if (box.type !== 'uuid') return undefined
  const start = box.start + box.header
  const content = Buffer.from(await source.read(start, Math.min(box.end, start + most)))
  if (content.toString('hex', 0, 16) !== c2paBox) return undefined
  if (content.toString('latin1', before, before + purpose.length) !== purpose) return undefined
  if (box.end - start > most) return 'a Merkle box that is too large'
  return proofIn(content.subarray(before + purpose.length)) ?? 'a Merkle box that can’t be read'
}

/** Of the pieces of the media, behind the last `mdat` (C2PA A.5.4.1.1); or why one of the boxes can’t be read. */
export async function proofsBehind(source: Source, boxes: readonly Box[]): Promise<Proof[] | string> {
  const last = boxes.findLastIndex(({ type }) => type === 'mdat')
  const proofs: Proof[] = []
  for (const [index, box] of boxes.entries()) {
    const read = await readMerkleBox(source, box)
    if (typeof read === 'string') return read
    if (read !== undefined && index < last) return 'a Merkle box before the media'
    if (read !== undefined) proofs.push(read)
  }
  return proofs
}

/** The box may be longer than what it holds. */
function proofIn(bytes: Uint8Array): Proof | undefined {
  const fields = readFirstCbor(bytes)
  if (!isFields(fields)) return undefined
  const [uniqueId, localId, location] = ['uniqueId', 'localId', 'location'].map((key) => fields.get(key))
  const hashes = fields.get('hashes') ?? []
  if (!isNatural(uniqueId) || !isNatural(localId) || !isNatural(location)) return undefined
  if (!Array.isArray(hashes) || !hashes.every(isBytes)) return undefined
  return { uniqueId, localId, location, hashes }
}
