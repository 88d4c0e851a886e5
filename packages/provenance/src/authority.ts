/**
 * A local authority: root, issuing CA and signing certificate (C2PA 14.5), for providers who have no certificate from
 * a public one. Whoever has the root as trust anchor trusts what is signed with it.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'

/** Whom an authority is made for. */
export interface AuthorityRequest {
  /** O of all three certificates: the name people know the provider by. */
  readonly organization: string
  /** 27-character provider code (TC260-PG-20252A), for the signing certificate. */
  readonly code?: string | undefined
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
/** Years of the CAs, days of the signer (the conformance programme allows 366). */
const lifetimes = { root: 3653 * day, issuing: 1826 * day, signer: 365 * day } as const

/** Clocks differ: a certificate that is valid from this very second is refused by the machine next door. */
const backdated = 60 * 60 * 1000

/** Makes keys on P-256 and certificates for them. Takes some milliseconds. */
export async function createAuthority({
  organization,
  code,
  now,
}: AuthorityRequest): Promise<AuthorityFiles> {
  const { certificatePem, issueCertificate } = await import('./certificates/issue.ts') // loads node-forge
  const [root, issuing, signer] = [keyPair(), keyPair(), keyPair()]
  const valid = (lifetime: number) => ({
    notBefore: new Date(now.getTime() - backdated),
    notAfter: new Date(now.getTime() + lifetime),
  })
  const subject = (role: string) => ({ organization, commonName: commonName(organization, role) })
  const rootDer = issueCertificate(
    { profile: 'root', subject: subject('Root CA'), publicKey: root.publicKey, ...valid(lifetimes.root) },
    { privateKey: root.privateKey },
  )
  const issuingDer = issueCertificate(
    {
      profile: 'issuing',
      subject: subject('Issuing CA'),
      publicKey: issuing.publicKey,
      ...valid(lifetimes.issuing),
    },
    { certificate: rootDer, privateKey: root.privateKey },
  )
  const signerDer = issueCertificate(
    {
      profile: 'signer',
      subject: { ...subject('Content Signing'), code },
      publicKey: signer.publicKey,
      ...valid(lifetimes.signer),
    },
    { certificate: issuingDer, privateKey: issuing.privateKey },
  )
  return {
    rootCertificate: certificatePem(rootDer),
    rootKey: keyPem(root.privateKey),
    issuingCertificate: certificatePem(issuingDer),
    issuingKey: keyPem(issuing.privateKey),
    signerCertificate: certificatePem(signerDer),
    signerKey: keyPem(signer.privateKey),
  }
}

function keyPair() {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
}

function keyPem(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }).toString()
}

/** RFC 5280 allows 64 characters. */
function commonName(organization: string, role: string): string {
  return `${[...organization].slice(0, 63 - role.length).join('')} ${role}`
}
