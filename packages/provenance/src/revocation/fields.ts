/** What CRLs and OCSP responses have in common: signatures, reasons, extensions. */
import { verify } from 'node:crypto'
import type { Certificate } from '../certificate.ts'
import { childrenOf, DerError, type DerNode, expectTag, readBoolean, readDer, readOid, tags } from '../der.ts'
import { sm2Signature } from '../profile.ts'
import { sm2Verify } from '../sm2/signature.ts'

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
  readonly signature: Uint8Array
}

/** Whether this key, mostly that of a certificate, made the signature. */
export function isSignedWith(
  { signed, algorithm, signature }: SignedDer,
  by: Pick<Certificate, 'publicKey' | 'sm2Key'>,
): boolean {
  if (by.sm2Key) return algorithm === sm2Signature && sm2Verify(by.sm2Key, signed, signature)
  const digest = digests.get(algorithm)
  if (digest === undefined) return false
  try {
    return verify(digest, signed, by.publicKey, signature)
  } catch {
    return false // a key of another kind
  }
}

/** Serial numbers as `Certificate` has them. */
export function readSerial(node: DerNode | undefined): string {
  return Buffer.from(expectTag(node, tags.integer).value).toString('hex')
}
