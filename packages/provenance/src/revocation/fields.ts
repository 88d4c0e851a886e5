/** What CRLs and OCSP responses have in common: signatures, reasons, extensions. */
import { constants, verify } from 'node:crypto'
import {
  childrenOf,
  DerError,
  type DerNode,
  expectTag,
  readBitBytes,
  readBoolean,
  readDer,
  readOid,
  tags,
} from '../encoding/der.ts'
import { sm2Verify } from '../sm2/signature.ts'
import { type Certificate, readPssDigests } from '../trust/certificate.ts'
import { sm2Signature } from '../trust/profile.ts'

/** CRLReason (RFC 5280 5.3.1), by number; 7 is not used. */
export const reasons = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  undefined,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const

/** Why a certificate was revoked. */
export type Reason = NonNullable<(typeof reasons)[number]>

export function readReason(node: DerNode | undefined): Reason {
  const { value } = expectTag(node, 0x0a)
  const reason = value.byteLength === 1 ? reasons[value[0] ?? 7] : undefined
  if (reason === undefined) throw new DerError('no reason')
  return reason
}

/** Extensions by OID; those marked critical beside them. */
export function readExtensions(node: DerNode | undefined): {
  readonly values: ReadonlyMap<string, DerNode>
  readonly critical: readonly string[]
} {
  const values = new Map<string, DerNode>()
  const critical: string[] = []
  for (const extension of node ? childrenOf(node) : []) {
    const members = childrenOf(expectTag(extension, tags.sequence))
    const oid = readOid(members[0])
    if (values.has(oid)) throw new DerError('an extension stands twice')
    values.set(oid, readDer(expectTag(members.at(-1), tags.octetString).value))
    if (members.length === 3 && members[1] && readBoolean(members[1])) critical.push(oid)
  }
  return { values, critical }
}

const digests: ReadonlyMap<string, string | null> = new Map([
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.3.101.112', null],
])

export interface SignedDer {
  /** What is signed, as it stands. */
  readonly signed: Uint8Array
  /** OID of the signature’s algorithm. */
  readonly algorithm: string
  /** Of RSASSA-PSS alone, as `Certificate.pssDigests`. */
  readonly pssDigests?: readonly [string, string] | undefined
  readonly signature: Uint8Array
}

/** What X.509 signs all have this shape: body, algorithm, signature. */
export function readSigned(
  body: DerNode | undefined,
  algorithm: DerNode | undefined,
  signature: DerNode | undefined,
): SignedDer {
  const identifier = expectTag(algorithm, tags.sequence)
  return {
    signed: expectTag(body, tags.sequence).bytes,
    algorithm: readOid(childrenOf(identifier)[0]),
    pssDigests: readPssDigests(identifier),
    signature: readBitBytes(signature),
  }
}

/** Digests that RSASSA-PSS may be used with (RFC 4055 3.1; C2PA 13.1). */
const pssHashes: ReadonlyMap<string, string> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])

/** Whether this key, mostly that of a certificate, made the signature. */
export function isSignedWith(
  { signed, algorithm, pssDigests, signature }: SignedDer,
  by: Pick<Certificate, 'publicKey' | 'sm2Key'>,
): boolean {
  if (by.sm2Key) return algorithm === sm2Signature && sm2Verify(by.sm2Key, signed, signature)
  const [hash, mask] = pssDigests ?? []
  const digest = hash === undefined ? digests.get(algorithm) : hash === mask ? pssHashes.get(hash) : undefined
  if (digest === undefined) return false
  const padding = pssDigests && {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_AUTO,
  }
  try {
    return verify(digest, signed, { key: by.publicKey, ...padding }, signature)
  } catch {
    return false // a key of another kind
  }
}

/** Serial numbers as `Certificate` has them. */
export function readSerial(node: DerNode | undefined): string {
  return Buffer.from(expectTag(node, tags.integer).value).toString('hex')
}
