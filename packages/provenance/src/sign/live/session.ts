/**
 * Session keys and what they sign (C2PA 18.25, 19.4): the key of the signer vouches for a key that lives in memory and signs
 * the segments of a live video, so that none has to wait for a service or a time stamp.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { InternalError, SignError } from '@yinji/core'
import { encodeCbor, encodeTime } from '../../encoding/cbor.ts'
import { encodeCoseSign1, headers, sigStructure, taggedCoseSign1 } from '../../encoding/cose.ts'
import type { Signer } from '../../signers/signer.ts'
import { bmffExclusions } from '../content/binding.ts'
import { hashContent } from '../content/content-hash.ts'
import type { ManifestDraft, NewAssertion } from '../manifest.ts'

/** From which segment on a session key is used, and for how long. */
export interface SessionOptions {
  /** The smallest sequence number that it signs. Default 0. */
  readonly first?: number | undefined
  /** How long it is good, in whole seconds. Default 86,400: a day, so that a key that was stolen is of little use. */
  readonly seconds?: number | undefined
  /** Default: the system clock. */
  readonly clock?: (() => Date) | undefined
}

/** Which segment is to be signed. */
export interface SegmentName {
  readonly sequence: number
  /** `urn:c2pa:…` of the manifest that states the session. */
  readonly manifest: string
}

/** A session key, which never leaves the memory of this process. */
export interface Session {
  /** States the key in the manifest of the initialization segment (`c2pa.session-keys`). */
  readonly statement: NewAssertion
  /** From when on the key is good. */
  readonly from: Date
  /** When the key runs out: not after the certificate does. */
  readonly until: Date
  /**
   * Drafts the signed info of one segment, of known size, so that the segment can be laid out around it. What seals it takes the
   * bytes of the segment, and gives the content of the `emsg` box.
   * @throws SignError `sign.session.expired` when the key has run out
   */
  draft(segment: SegmentName): Pick<ManifestDraft, 'size' | 'seal'>
}

/** COSE_Key of an Ed25519 key (RFC 9053 7.2): labels of type, name, curve and point, and their values. */
const keyType = { label: 1, okp: 1 }
const curve = { label: -1, ed25519: 6 }
const labels = { id: 2, x: -2 }
/** EdDSA signs the same bytes the same way, so that a segment that is made twice is the same (C2PA 13.2.1). */
const edDsa = -8
const day = 86_400

/**
 * Makes a key for the segments of one live video, Ed25519, bound to the certificate of the signer (`signerBinding`). The manifest
 * that states it is what the signer signs.
 */
export function createSession(
  { chain, notAfter }: Signer,
  { first = 0, seconds = day, clock = () => new Date() }: SessionOptions = {},
): Session {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const id = randomBytes(16)
  const [certificate] = chain
  const { x } = publicKey.export({ format: 'jwk' })
  if (certificate === undefined || x === undefined) throw new InternalError('a signer without certificate')
  const created = new Date(Math.floor(clock().getTime() / 1000) * 1000)
  const until = new Date(Math.min(created.getTime() + seconds * 1000, notAfter.getTime()))
  const signed = (payload: Uint8Array, protectedBytes: Uint8Array) =>
    sign(null, sigStructure(protectedBytes, payload), privateKey)
  const plain = encodeCbor(new Map([[headers.algorithm, edDsa]]))
  const signature = signed(certificate, plain)
  const key = {
    key: new Map<number, unknown>([
      [keyType.label, keyType.okp],
      [labels.id, id],
      [curve.label, curve.ed25519],
      [labels.x, Buffer.from(x, 'base64url')],
    ]),
    minSequenceNumber: first,
    createdAt: encodeTime(created),
    validityPeriod: Math.floor((until.getTime() - created.getTime()) / 1000),
    signerBinding: taggedCoseSign1({ protectedBytes: plain, unprotected: new Map(), signature }),
  }
  const message = ({ sequence, manifest }: SegmentName, hash: Uint8Array, time: Date, real: boolean) => {
    const iat = Math.floor(time.getTime() / 1000)
    const protectedBytes = encodeCbor(
      new Map<number | string, number>([
        [headers.algorithm, edDsa],
        ['iat', iat],
      ]),
    )
    const bmffHash = { exclusions: segmentExclusions, alg: 'sha256', hash }
    const payload = encodeCbor({ sequenceNumber: sequence, bmffHash, manifestId: manifest })
    const signature = real ? signed(payload, protectedBytes) : new Uint8Array(64)
    return encodeCoseSign1({
      protectedBytes,
      unprotected: new Map([[headers.keyId, id]]),
      payload,
      signature,
    })
  }
  return {
    statement: { label: 'c2pa.session-keys', content: { keys: [key] } },
    from: created,
    until,
    draft(segment) {
      const time = clock()
      if (time > until) throw new SignError('sign.session.expired', { until: until.toISOString() })
      const size = message(segment, new Uint8Array(32), time, false).byteLength
      const seal: ManifestDraft['seal'] = (layout) => {
        const hash = hashContent(layout, '')
        return {
          update: (chunk) => hash.update(chunk),
          finish: async () => message(segment, hash.digest().hash, time, true),
        }
      }
      return { size, seal }
    },
  }
}

const scheme = Buffer.from('urn:c2pa:verifiable-segment-info')

/**
 * The boxes that hold such info are left out. The text of 19.4.1 has the scheme at offset 0, where every box has its size; it stands at
 * 12, as 18.6.2 counts. Both are written: for those who follow the one, and those who follow the other.
 */
const segmentExclusions = [
  ...bmffExclusions,
  { xpath: '/emsg', data: [{ offset: 0, value: scheme }] },
  { xpath: '/emsg', data: [{ offset: 12, value: scheme }] },
]
