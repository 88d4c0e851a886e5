/**
 * A local authority: root, issuing CA and the certificate of a service (C2PA 14.5), for providers who have none from a
 * public one. Whoever has the root as trust anchor trusts what is signed with it.
 */
import { pemOf } from '../encoding/pem.ts'
import type { KeyKind } from './key.ts'

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
  readonly now: Date
}

/** Certificates and keys as PEM; keys in PKCS #8, unencrypted. */
export interface AuthorityFiles {
  /** The trust anchor. */
  readonly rootCertificate: string
  readonly rootKey: string
  readonly issuingCertificate: string
  readonly issuingKey: string
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
  const { issueCertificate } = await import('./issue.ts') // loads node-forge
  const { generatePrivateKey, openCertificateKey } = await import('./key.ts')
  const { organization, code, filingNumber, kind = 'P-256', now } = request
  const keyPair = async () => {
    const pkcs8 = await generatePrivateKey(kind)
    return { pem: pemOf('PRIVATE KEY', pkcs8), ...openCertificateKey(pkcs8) }
  }
  const [root, issuing, signer] = [await keyPair(), await keyPair(), await keyPair()]
  const valid = (lifetime: number) => ({
    notBefore: new Date(now.getTime() - backdated),
    notAfter: new Date(now.getTime() + lifetime),
  })
  const named = (role: string) => ({ organization, commonName: cut(organization, ` ${role}`) })
  const prefix = kind === 'SM2' ? 'SM2 ' : ''
  const rootDer = await issueCertificate(
    {
      profile: 'root',
      subject: named(`${prefix}Root CA`),
      publicKey: root.publicKey,
      ...valid(lifetimes.root),
    },
    { key: root },
  )
  const issuingDer = await issueCertificate(
    {
      profile: 'issuing',
      subject: named(`${prefix}Issuing CA`),
      publicKey: issuing.publicKey,
      ...valid(lifetimes.issuing),
    },
    { certificate: rootDer, key: root },
  )
  const commonName = request.service === undefined ? undefined : cut(request.service)
  const subject = { ...named('Content Signing'), ...(commonName && { commonName }), code, filingNumber }
  const signerDer = await issueCertificate(
    { profile: 'signer', subject, publicKey: signer.publicKey, ...valid(lifetimes.signer) },
    { certificate: issuingDer, key: issuing },
  )
  return {
    rootCertificate: pemOf('CERTIFICATE', rootDer),
    rootKey: root.pem,
    issuingCertificate: pemOf('CERTIFICATE', issuingDer),
    issuingKey: issuing.pem,
    signerCertificate: pemOf('CERTIFICATE', signerDer),
    signerKey: signer.pem,
  }
}

/** RFC 5280 allows 64 characters (A.1, ub-common-name). */
function cut(name: string, role = ''): string {
  return `${[...name].slice(0, 64 - role.length).join('')}${role}`
}
