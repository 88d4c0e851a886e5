/** Issues X.509 certificates (RFC 5280 4.1) in the profiles of a signing authority (C2PA 14.5.1). */
import { createHash, randomBytes } from 'node:crypto'
import { childrenOf, expectTag, readDer, readOid, tags } from '../encoding/der.ts'
import {
  bits,
  boolean,
  type Der,
  explicit,
  flags,
  implicit,
  implicitMembers,
  integer,
  nothing,
  number,
  octets,
  oid,
  sequence,
  time,
} from '../encoding/der-write.ts'
import { keyBits } from '../trust/signed.ts'
import type { CertificateKey } from './key.ts'
import { encodeName, type Subject } from './name.ts'

/**
 * What a certificate is for: `root` and `issuing` issue others, `signer` signs content and labels, `timestamp` stamps
 * times (RFC 3161 2.3), `ocsp` answers for the authority that issued it (RFC 6960 4.2.2.2).
 */
export type Profile = 'root' | 'issuing' | 'signer' | 'timestamp' | 'ocsp'

/** A certificate to be issued. */
export interface CertificateRequest {
  readonly profile: Profile
  readonly subject: Subject
  /** Whose certificate it is: SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
  /** Default: `newSerial()`. */
  readonly serial?: Uint8Array | undefined
  /** Where the list of revoked certificates lies (RFC 5280 4.2.1.13). */
  readonly crl?: string | undefined
  /** Who answers whether it is revoked (RFC 5280 4.2.2.1). */
  readonly ocsp?: string | undefined
  /** Where the certificate of the issuer lies (RFC 5280 4.2.2.1). */
  readonly issuer?: string | undefined
}

/** Who issues: an authority’s key with its certificate. */
export interface Issuer {
  /** DER; absent for a root, which issues itself. */
  readonly certificate?: Uint8Array | undefined
  readonly key: CertificateKey
}

/** A key with the certificate that says whose it is, DER. */
export interface CertifiedKey {
  readonly certificate: Uint8Array
  readonly key: CertificateKey
}

/** The certificate, DER. @throws UsageError when the provider code is none. */
export async function issueCertificate(request: CertificateRequest, issuer: Issuer): Promise<Uint8Array> {
  const { key } = issuer
  const subject = encodeName(request.subject)
  const issuedBy = issuer.certificate && namesOf(issuer.certificate)
  const body = sequence(
    explicit(0, number(2)), // version 3
    integer(request.serial ?? newSerial()),
    key.algorithm,
    issuedBy?.name ?? subject,
    sequence(time(request.notBefore), time(request.notAfter)),
    subject,
    request.publicKey,
    explicit(3, sequence(...extensionsOf(request, issuedBy?.keyIdentifier))),
  )
  return signed(body, key)
}

/**
 * What X.509 signs all have this shape: body, algorithm, signature (RFC 5280 4.1.1, 5.1.1; RFC 2986 4.2; RFC 6960 4.2.1).
 * @param rest what follows the signature.
 */
export async function signed(body: Der, key: CertificateKey, rest: readonly Der[] = []): Promise<Uint8Array> {
  const signature = await key.sign(body)
  return sequence(body, key.algorithm, bits(signature), ...rest)
}

/** 126 random bits (RFC 5280 4.1.2.2); positive, and of the same length whatever they are. */
export function newSerial(): Uint8Array {
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  return serial
}

const purposes: Readonly<Record<Exclude<Profile, 'root' | 'issuing'>, readonly string[]>> = {
  // C2PA’s own, the one older validators know, and the one of identity assertions (CAWG).
  signer: ['1.3.6.1.4.1.62558.2.1', '1.3.6.1.5.5.7.3.4', '1.3.6.1.5.5.7.3.36'],
  timestamp: ['1.3.6.1.5.5.7.3.8'],
  ocsp: ['1.3.6.1.5.5.7.3.9'],
}

/** Bits of KeyUsage (RFC 5280 4.2.1.3). */
const usage = { digitalSignature: 0, keyCertSign: 5, crlSign: 6 } as const

function extensionsOf(request: CertificateRequest, issuerKey: Uint8Array | undefined): Der[] {
  const { profile, publicKey } = request
  const identifiers = [
    extension('2.5.29.14', octets(keyIdentifier(publicKey))),
    ...(issuerKey ? [extension('2.5.29.35', sequence(implicit(0, issuerKey)))] : []),
    ...whereabouts(request),
  ]
  if (profile === 'root' || profile === 'issuing') {
    const pathLength = profile === 'issuing' ? [number(0)] : []
    return [
      critical('2.5.29.19', sequence(boolean(true), ...pathLength)),
      critical('2.5.29.15', flags([usage.keyCertSign, usage.crlSign])),
      ...identifiers,
    ]
  }
  const purpose = sequence(...purposes[profile].map(oid))
  return [
    critical('2.5.29.15', flags([usage.digitalSignature])),
    profile === 'timestamp' ? critical('2.5.29.37', purpose) : extension('2.5.29.37', purpose),
    ...(profile === 'ocsp' ? [extension('1.3.6.1.5.5.7.48.1.5', nothing())] : []), // nobody asks about who answers
    ...identifiers,
  ]
}

function whereabouts({ crl, ocsp, issuer }: CertificateRequest): Der[] {
  const uri = (text: string) => implicit(6, Buffer.from(text, 'latin1'))
  const access = (type: string, text: string | undefined) =>
    text === undefined ? [] : [sequence(oid(type), uri(text))]
  const points = [...access('1.3.6.1.5.5.7.48.1', ocsp), ...access('1.3.6.1.5.5.7.48.2', issuer)]
  return [
    ...(crl === undefined
      ? []
      : [extension('2.5.29.31', sequence(sequence(implicitMembers(0, implicitMembers(0, uri(crl))))))]),
    ...(points.length === 0 ? [] : [extension('1.3.6.1.5.5.7.1.1', sequence(...points))]),
  ]
}

export const extension = (type: string, value: Der): Der => sequence(oid(type), octets(value))
export const critical = (type: string, value: Der): Der => sequence(oid(type), boolean(true), octets(value))

/** RFC 5280 4.2.1.2 (1), with SHA-256 cut to 160 bits (RFC 7093 2). */
export function keyIdentifier(publicKey: Uint8Array): Uint8Array {
  return createHash('sha256').update(keyBits(publicKey)).digest().subarray(0, 20)
}

/** Subject, key and key identifier exactly as a certificate has them: what it issues repeats them. */
export function namesOf(certificate: Uint8Array): {
  readonly name: Uint8Array
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly keyIdentifier: Uint8Array | undefined
} {
  const fields = childrenOf(childrenOf(readDer(certificate, tags.sequence))[0] ?? readDer(certificate))
  const list = fields.find(({ tag }) => tag === 0xa3)
  const extensions = list ? childrenOf(childrenOf(list)[0] ?? list) : []
  const own = extensions.map(childrenOf).find(([type]) => readOid(type) === '2.5.29.14')
  return {
    name: expectTag(fields[5], tags.sequence).bytes,
    publicKey: expectTag(fields[6], tags.sequence).bytes,
    keyIdentifier: own && readDer(expectTag(own.at(-1), tags.octetString).value, tags.octetString).value,
  }
}
