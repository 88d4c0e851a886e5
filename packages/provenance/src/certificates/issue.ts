/** Issues X.509 certificates (RFC 5280 4.1) in the three profiles of a signing authority (C2PA 14.5.1). */
import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto'
import { InternalError } from '@yinji/core'
import { childrenOf, expectTag, readDer, readOid, tags } from '../der.ts'
import {
  bits,
  boolean,
  encoded,
  explicit,
  flags,
  implicitOctets,
  integer,
  type Node,
  octets,
  oid,
  sequence,
  set,
  time,
  toDer,
  utf8,
} from './asn1.ts'

/** `root` and `issuing` issue certificates, `signer` signs content. */
export type Profile = 'root' | 'issuing' | 'signer'

export interface CertificateRequest {
  readonly profile: Profile
  readonly subject: Subject
  /** Whose certificate it is; P-256. */
  readonly publicKey: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
}

export interface Subject {
  readonly organization: string
  readonly commonName: string
  /** Provider code (TC260-PG-20252A); stands as organizationIdentifier (X.520 6.4.7). */
  readonly code?: string | undefined
}

export interface Issuer {
  /** DER; absent for a root, which issues itself. */
  readonly certificate?: Uint8Array | undefined
  /** P-256. */
  readonly privateKey: KeyObject
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'))

/** The certificate, DER. */
export function issueCertificate(request: CertificateRequest, issuer: Issuer): Uint8Array {
  for (const key of [request.publicKey, issuer.privateKey])
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
      throw new InternalError('a key that is not on P-256')
  const spki = request.publicKey.export({ format: 'der', type: 'spki' })
  const subject = encodeName(request.subject)
  const issuedBy = issuer.certificate && readIssuer(issuer.certificate)
  const body = sequence(
    explicit(0, integer(Uint8Array.of(2))), // version 3
    integer(serialNumber()),
    ecdsaWithSha256,
    issuedBy ? encoded(issuedBy.name) : subject,
    sequence(time(request.notBefore), time(request.notAfter)),
    subject,
    encoded(spki),
    explicit(3, sequence(...extensionsOf(request.profile, keyIdentifier(spki), issuedBy?.keyIdentifier))),
  )
  const signature = sign('sha256', toDer(body), issuer.privateKey)
  return toDer(sequence(body, ecdsaWithSha256, bits(signature)))
}

export function certificatePem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

/** 126 random bits; positive, and of the same length whatever they are. */
function serialNumber(): Uint8Array {
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  return serial
}

function encodeName({ organization, commonName, code }: Subject): Node {
  const attribute = (type: string, value: string) => set(sequence(oid(type), utf8(value)))
  return sequence(
    attribute('2.5.4.10', organization),
    ...(code === undefined ? [] : [attribute('2.5.4.97', code)]),
    attribute('2.5.4.3', commonName),
  )
}

/** Purposes of a signing certificate: C2PA's own, and the one older validators know. */
const signingPurposes = ['1.3.6.1.4.1.62558.2.1', '1.3.6.1.5.5.7.3.4']

/** Bits of KeyUsage (RFC 5280 4.2.1.3). */
const usage = { digitalSignature: 0, keyCertSign: 5, crlSign: 6 } as const

function extensionsOf(profile: Profile, subjectKey: Uint8Array, issuerKey: Uint8Array | undefined): Node[] {
  const isCa = profile !== 'signer'
  const identifiers = [
    extension('2.5.29.14', octets(subjectKey)),
    ...(issuerKey ? [extension('2.5.29.35', sequence(implicitOctets(0, issuerKey)))] : []),
  ]
  if (!isCa)
    return [
      critical('2.5.29.15', flags([usage.digitalSignature])),
      extension('2.5.29.37', sequence(...signingPurposes.map(oid))),
      ...identifiers,
    ]
  const pathLength = profile === 'issuing' ? [integer(Uint8Array.of(0))] : []
  return [
    critical('2.5.29.19', sequence(boolean(true), ...pathLength)),
    critical('2.5.29.15', flags([usage.keyCertSign, usage.crlSign])),
    ...identifiers,
  ]
}

const extension = (type: string, value: Node): Node => sequence(oid(type), octets(toDer(value)))
const critical = (type: string, value: Node): Node => sequence(oid(type), boolean(true), octets(toDer(value)))

/** RFC 5280 4.2.1.2 (1), with SHA-256 cut to 160 bits (RFC 7093 2). */
function keyIdentifier(spki: Uint8Array): Uint8Array {
  const key = expectTag(childrenOf(readDer(spki))[1], tags.bitString).value.subarray(1)
  return createHash('sha256').update(key).digest().subarray(0, 20)
}

/** Name and key identifier exactly as the issuer's certificate has them. */
function readIssuer(certificate: Uint8Array): { name: Uint8Array; keyIdentifier: Uint8Array | undefined } {
  const fields = childrenOf(childrenOf(readDer(certificate, tags.sequence))[0] ?? readDer(certificate))
  const list = fields.find(({ tag }) => tag === 0xa3)
  const extensions = list ? childrenOf(childrenOf(list)[0] ?? list) : []
  const own = extensions.map(childrenOf).find(([type]) => readOid(type) === '2.5.29.14')
  return {
    name: expectTag(fields[5], tags.sequence).bytes,
    keyIdentifier: own && readDer(expectTag(own.at(-1), tags.octetString).value, tags.octetString).value,
  }
}
