/**
 * A local authority: root, issuing CA and the certificate of a service (C2PA 14.5), for providers who have none from a
 * public one. Whoever has the root as trust anchor trusts what is signed with it.
 */
import { pemOf } from '../encoding/pem.ts'
import { type Issuer, issueCertificate } from './issue.ts'
import { type CertificateKey, generatePrivateKey, type KeyKind, openCertificateKey } from './key.ts'
import type { Subject } from './name.ts'

/** Whom an authority is made for. */
export interface AuthorityRequest {
  /** O of all three certificates: the name people know the provider by. */
  readonly organization: string
  /** CN of the service’s certificate. Default: the organisation’s name and what the certificate is for. */
  readonly service?: string | undefined
  /** 27-character provider code (TC260-PG-20252A), for the service’s certificate. */
  readonly code?: string | undefined
  /** Number under which the service is filed (算法备案号), for its certificate. */
  readonly filingNumber?: string | undefined
  /** Kind of all three keys. Default P-256; SM2 for the twin that signs labels. */
  readonly kind?: KeyKind | undefined
  /** From when on the certificates are valid, but for an hour that clocks may differ by. Default: the system clock. */
  readonly now?: Date | undefined
}

/** Certificates and keys as PEM; keys in PKCS #8, unencrypted. */
export interface AuthorityFiles {
  /** The trust anchor. */
  readonly rootCertificate: string
  /** Signs nothing but issuing certificates: keep it off the machine. */
  readonly rootKey: string
  readonly issuingCertificate: string
  readonly issuingKey: string
  /** Signs content: goes into manifests together with `issuingCertificate`. */
  readonly signerCertificate: string
  readonly signerKey: string
}

const day = 24 * 60 * 60 * 1000
/** Milliseconds: ten years for the root, five for the issuing CA, a year for the service (the conformance programme allows 366 days). */
export const lifetimes = { root: 3653 * day, issuing: 1826 * day, signer: 365 * day } as const

/** Clocks differ: a certificate that is valid from this very second is refused by the machine next door. */
export const backdated = 60 * 60 * 1000

/** Makes keys and certificates for them. Takes some milliseconds; with RSA, seconds. @throws UsageError when the code is none. */
export async function createAuthority(request: AuthorityRequest): Promise<AuthorityFiles> {
  const { kind = 'P-256', now = new Date() } = request
  const [root, issuing, signer] = [await newKey(kind), await newKey(kind), await newKey(kind)]
  const certify = (profile: keyof typeof lifetimes, { publicKey }: CertificateKey, issuer: Issuer) => {
    const notBefore = new Date(now.getTime() - backdated)
    const notAfter = new Date(now.getTime() + lifetimes[profile])
    const subject = subjectOf(profile, request)
    return issueCertificate({ profile, subject, publicKey, notBefore, notAfter }, issuer)
  }
  const rootDer = await certify('root', root, { key: root })
  const issuingDer = await certify('issuing', issuing, { certificate: rootDer, key: root })
  const signerDer = await certify('signer', signer, { certificate: issuingDer, key: issuing })
  return {
    rootCertificate: pemOf('CERTIFICATE', rootDer),
    rootKey: root.pem,
    issuingCertificate: pemOf('CERTIFICATE', issuingDer),
    issuingKey: issuing.pem,
    signerCertificate: pemOf('CERTIFICATE', signerDer),
    signerKey: signer.pem,
  }
}

async function newKey(kind: KeyKind) {
  const pkcs8 = await generatePrivateKey(kind)
  return { pem: pemOf('PRIVATE KEY', pkcs8), ...openCertificateKey(pkcs8) }
}

function subjectOf(
  profile: keyof typeof lifetimes,
  { organization, service, code, filingNumber, kind }: AuthorityRequest,
): Subject {
  if (profile === 'signer') {
    const commonName = cut(service || organization, service ? '' : ' Content Signing')
    return { organization, commonName, code, filingNumber }
  }
  const role = profile === 'root' ? 'Root CA' : 'Issuing CA'
  return { organization, commonName: cut(organization, ` ${kind === 'SM2' ? 'SM2 ' : ''}${role}`) }
}

/** RFC 5280 allows 64 characters (A.1, ub-common-name). */
function cut(name: string, role = ''): string {
  return `${[...name].slice(0, 64 - role.length).join('')}${role}`
}
