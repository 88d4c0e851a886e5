/** What a certificate says, sorted for people: whom it names, what it may do, whether it fits. */
import { assertCode } from '@yinji/core'
import { type Certificate, certificatesIn, readCertificate } from '@yinji/provenance'
import { kindOf, leafProblem, readRequest, stampProblem } from '@yinji/provenance/certificates'
import { keyOf } from './state.ts'

/** What a certificate, or a request for one, says. */
export interface CertificateFacts {
  readonly type: 'certificate' | 'request'
  readonly organization: string | null
  /** CN: the service, or the role of an authority. */
  readonly name: string | null
  /** Provider code (TC260-PG-20252A), and whether its digits are right. */
  readonly code: { readonly text: string; readonly sound: boolean } | null
  /** 算法备案号. */
  readonly filingNumber: string | null
  readonly country: string | null
  /** Who issued it; null for a request. */
  readonly issuer: string | null
  readonly selfSigned: boolean
  readonly notBefore: string | null
  readonly notAfter: string | null
  /** `P-256`, `SM2` …; null for a kind that is not used here. */
  readonly key: string | null
  /** `authority`, `content` (manifests and labels), `timestamp`, `ocsp`, or the OIDs of other purposes. */
  readonly purposes: readonly string[]
  /** Why it can’t serve its purpose by C2PA 14.5.1; null when it can. */
  readonly problem: string | null
  /** Hex. */
  readonly serial: string | null
  /** SHA-256, hex: what `trust add --pin` and lists of certificates go by. */
  readonly fingerprint: string | null
}

/** Every certificate in a file, PEM or DER, or the one request; empty when it holds neither. */
export function factsIn(file: Uint8Array): CertificateFacts[] {
  const blocks = certificatesIn(Buffer.from(file).toString('latin1'))
  const certificates = (blocks.length > 0 ? blocks : [file]).flatMap((der) => readCertificate(der) ?? [])
  if (certificates.length > 0) return certificates.map(factsOf)
  try {
    const { subject, kind } = readRequest(file)
    return [
      {
        type: 'request',
        organization: subject.organization ?? null,
        name: subject.commonName ?? null,
        code: codeOf(subject.code),
        filingNumber: subject.filingNumber ?? null,
        country: subject.country ?? null,
        issuer: null,
        selfSigned: false,
        notBefore: null,
        notAfter: null,
        key: kind,
        purposes: [],
        problem: null,
        serial: null,
        fingerprint: null,
      },
    ]
  } catch {
    return [] // whoever asked says that there is nothing in it
  }
}

/** The certificate in these bytes; undefined when they hold none. */
export function factsOfDer(der: Uint8Array): CertificateFacts | undefined {
  const certificate = readCertificate(der)
  return certificate && factsOf(certificate)
}

function factsOf(certificate: Certificate): CertificateFacts {
  const { subject, issuer, notBefore, notAfter, serial, fingerprint, extensions } = certificate
  const purposes = purposesOf(certificate)
  return {
    type: 'certificate',
    organization: subject.organization,
    name: subject.commonName,
    code: codeOf(subject.organizationIdentifier ?? undefined),
    filingNumber: subject.description,
    country: subject.country,
    issuer: [issuer.commonName, issuer.organization].filter(Boolean).join(' · ') || issuer.text,
    selfSigned: subject.key === issuer.key,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    key: kindOf(Buffer.from(keyOf(certificate), 'hex')) ?? null,
    purposes: extensions.basicConstraints?.ca ? ['authority'] : purposes,
    problem: problemOf(certificate, purposes) ?? null,
    serial,
    fingerprint,
  }
}

const names: ReadonlyMap<string, string> = new Map([
  ['1.3.6.1.4.1.62558.2.1', 'content'],
  ['1.3.6.1.5.5.7.3.4', 'content'],
  ['1.3.6.1.5.5.7.3.36', 'content'],
  ['1.3.6.1.5.5.7.3.8', 'timestamp'],
  ['1.3.6.1.5.5.7.3.9', 'ocsp'],
])

function purposesOf({ extensions }: Certificate): string[] {
  return [...new Set((extensions.extendedKeyUsage ?? []).map((oid) => names.get(oid) ?? oid))]
}

function problemOf(certificate: Certificate, purposes: readonly string[]): string | undefined {
  if (certificate.extensions.basicConstraints?.ca) return undefined
  if (purposes.includes('ocsp')) return undefined
  const family = certificate.sm2Key ? 'sm2' : 'c2pa'
  return purposes.includes('timestamp') ? stampProblem(certificate, family) : leafProblem(certificate, family)
}

function codeOf(text: string | undefined): CertificateFacts['code'] {
  if (text === undefined) return null
  try {
    assertCode(text)
    return { text, sound: true }
  } catch {
    return { text, sound: false }
  }
}
