/** Verifiable segment info (C2PA 19.4.1): what a session key signs of one segment. */

import { readCbor } from '../../encoding/cbor.ts'
import { CoseError, type CoseSign1, headers, parseTaggedCoseSign1 } from '../../encoding/cose.ts'
import { type Fields, fieldsOf, isBytes, isFields, isNatural, textOf } from '../fields.ts'
import { claimedTimeOf } from '../signature/cose-signature.ts'

export interface SegmentInfo {
  readonly cose: CoseSign1
  readonly payload: Uint8Array
  /** `kid`, hex. */
  readonly key: string
  /** When the signer says that it signed, `iat`; undefined when it does not say. */
  readonly time: Date | undefined
  readonly sequence: number
  /** `urn:c2pa:…` of the manifest that counts. */
  readonly manifest: string
  /** `bmff-hash-map` over the segment. */
  readonly hash: Fields
  /** Where the manifest is, if that is said. */
  readonly url: string | undefined
}

/** The info, or what is wrong with it. */
export function readSegmentInfo(bytes: Uint8Array): SegmentInfo | string {
  const cose = coseIn(bytes)
  if (typeof cose === 'string') return cose
  const { payload, protectedHeader, unprotected } = cose
  if (payload === null) return 'no payload'
  if (protectedHeader.has(headers.critical) || unprotected.has(headers.critical)) return 'a critical header'
  const key = unprotected.get(headers.keyId)
  if (!isBytes(key) || key.byteLength === 0) return 'kid'
  const fields = readCbor(payload)
  if (!isFields(fields)) return 'no segment-info-map'
  const [sequence, manifest, hash] = [
    fields.get('sequenceNumber'),
    textOf(fields, 'manifestId'),
    fieldsOf(fields, 'bmffHash'),
  ]
  if (!isNatural(sequence)) return 'sequenceNumber'
  if (manifest === undefined) return 'manifestId'
  if (hash === undefined || hash.has('merkle')) return 'bmffHash'
  const time = claimedTimeOf(protectedHeader.get('iat') ?? protectedHeader.get(headers.issuedAt))
  const url = textOf(fieldsOf(fields, 'manifestUri'), 'url')
  return { cose, payload, key: Buffer.from(key).toString('hex'), time, sequence, manifest, hash, url }
}

function coseIn(bytes: Uint8Array): CoseSign1 | string {
  try {
    return parseTaggedCoseSign1(bytes)
  } catch (error) {
    if (error instanceof CoseError) return error.message
    throw error
  }
}
