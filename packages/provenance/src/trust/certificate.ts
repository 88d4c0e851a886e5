/**
 * X.509 certificates (RFC 5280 4.1) as the validator needs them: names, validity, key, extensions.
 * The same signer comes a million times, so what was read is remembered by the SHA-256 of its bytes.
 */
import { createHash, createPublicKey } from 'node:crypto'
import { limits, remember } from '@yinji/core'
import {
  childrenOf,
  DerError,
  expectTag,
  readDer,
  readSerial,
  readSmallInteger,
  readTime,
  tags,
} from '../encoding/der.ts'
import { readSm2PublicKey } from '../sm2/keys.ts'
import { type Extensions, readCertificateExtensions } from './extensions.ts'
import { type DistinguishedName, readName } from './name.ts'
import { readSigned, type SignedDer, type SubjectKey } from './signed.ts'

/** A certificate as the validator reads it. */
export interface Certificate extends SignedDer, SubjectKey {
  readonly der: Uint8Array
  /** SHA-256 of `der`, hex. */
  readonly fingerprint: string
  /** 1 to 3. */
  readonly version: number
  /** Hex. */
  readonly serial: string
  readonly subject: DistinguishedName
  readonly issuer: DistinguishedName
  /** Valid from this second to `notAfter`, both included. */
  readonly notBefore: Date
  readonly notAfter: Date
  /** Whether an EC key names its curve; explicit parameters have been used to forge chains. */
  readonly namedCurve: boolean
  /** issuerUniqueID or subjectUniqueID is there. */
  readonly uniqueIds: boolean
  readonly extensions: Extensions
}

/** Certificates of one signer's chain come again and again; of a million signers, the last thousand do. */
const mostRemembered = 1000
const cache = new Map<string, Certificate | undefined>()

/** The certificate in these bytes; undefined when they hold none. Never throws. */
export function readCertificate(der: Uint8Array): Certificate | undefined {
  if (der.byteLength > limits.certificateBytes) return undefined
  const fingerprint = createHash('sha256').update(der).digest('hex')
  if (cache.has(fingerprint)) return cache.get(fingerprint)
  let certificate: Certificate | undefined
  try {
    certificate = parse(Uint8Array.from(der), fingerprint)
  } catch {
    certificate = undefined // hostile or broken: whoever asked reports it
  }
  remember(cache, fingerprint, certificate, mostRemembered)
  return certificate
}

function parse(der: Uint8Array, fingerprint: string): Certificate {
  const [tbs, algorithm, signature, ...rest] = childrenOf(readDer(der, tags.sequence))
  if (rest.length > 0) throw new DerError('too many members')
  const [first, ...others] = childrenOf(expectTag(tbs, tags.sequence))
  const explicit = first?.tag === 0xa0 ? first : undefined
  const fields = explicit || !first ? others : [first, ...others]
  const [serial, inner, issuer, validity, subject, spki, ...optional] = fields
  if (Buffer.compare(expectTag(inner, tags.sequence).bytes, expectTag(algorithm, tags.sequence).bytes) !== 0)
    throw new DerError('two signature algorithms')
  const [notBefore, notAfter] = childrenOf(expectTag(validity, tags.sequence))
  const key = expectTag(spki, tags.sequence)
  return {
    der,
    fingerprint,
    ...readSigned(tbs, algorithm, signature),
    version: explicit ? readSmallInteger(childrenOf(explicit)[0]) + 1 : 1,
    serial: readSerial(serial),
    subject: readName(expectTag(subject, tags.sequence)),
    issuer: readName(expectTag(issuer, tags.sequence)),
    notBefore: readTime(notBefore),
    notAfter: readTime(notAfter),
    sm2Key: readSm2PublicKey(key.bytes)?.key,
    publicKey: createPublicKey({ key: Buffer.from(key.bytes), format: 'der', type: 'spki' }),
    namedCurve: childrenOf(expectTag(childrenOf(key)[0], tags.sequence))[1]?.tag === tags.oid,
    uniqueIds: optional.some(({ tag }) => tag === 0x81 || tag === 0x82 || tag === 0xa1 || tag === 0xa2),
    extensions: readCertificateExtensions(
      optional.find(({ tag }) => tag === 0xa3),
      subject,
    ),
  }
}
