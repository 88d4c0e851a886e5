/** Who signs: a certificate chain and a way to sign bytes. The key itself may live anywhere. */
import { createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { SignError } from '@yinji/core'
import { readCertificate } from './certificate.ts'
import { leafProblem } from './profile.ts'

/** COSE names of the algorithms that can sign; all of C2PA’s can be verified. */
export type SignatureAlgorithm = 'ES256'

/** A certificate chain and a way to sign with the key it was issued for. */
export interface Signer {
  readonly algorithm: SignatureAlgorithm
  /** DER certificates, leaf first, the root left out (C2PA 14.5, `x5chain`). */
  readonly chain: readonly Uint8Array[]
  /** When the first certificate of the chain runs out: a service that runs for months looks before it signs. */
  readonly notAfter: Date
  /** Raw signature, r‖s for ECDSA (RFC 9053 2.1). */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

/** Key and certificates as they come out of files. */
export interface SignerFiles {
  /** Private key, PEM (PKCS #8 or SEC 1), unencrypted. */
  readonly key: string
  /** The signing certificate and those above it, PEM, in any order; a root is left out. */
  readonly chain: string
}

/**
 * A signer with its key in memory. Everything that would make its signatures worthless is found here and not by those
 * who verify them.
 * @throws SignError when key and certificate don't belong together, the chain doesn't hold, a certificate is outside
 * its validity at `now` or doesn't fit the profile of C2PA 14.5.
 */
export function createSigner({ key, chain }: SignerFiles, now = new Date()): Signer {
  const privateKey = readKey(key)
  const path = pathFor(privateKey, readCertificates(chain))
  for (const certificate of path) checkValidity(certificate, now)
  checkProfile(path[0])
  const signing = { key: privateKey, dsaEncoding: 'ieee-p1363' as const }
  return {
    algorithm: 'ES256',
    chain: path.filter((certificate) => !isSelfSigned(certificate)).map(({ raw }) => raw),
    notAfter: new Date(Math.min(...path.map(({ validTo }) => Date.parse(validTo)))),
    sign: async (bytes) => sign('sha256', bytes, signing),
  }
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (error) {
    const encrypted = /ENCRYPTED/.test(pem)
    const problem = encrypted ? 'it is protected by a passphrase' : 'it is no private key in PEM form'
    throw new SignError('sign.key.invalid', { problem }, { cause: error })
  }
}

function readCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)
  if (blocks === null)
    throw new SignError('sign.certificate.unreadable', { problem: 'there is no PEM certificate in it' })
  return [...new Set(blocks)].map((block, index) => {
    try {
      return new X509Certificate(block)
    } catch (error) {
      const problem = `certificate ${index + 1} is damaged`
      throw new SignError('sign.certificate.unreadable', { problem }, { cause: error })
    }
  })
}

/** From the certificate of the key upwards, each followed by the one that issued it. */
function pathFor(
  key: KeyObject,
  certificates: readonly X509Certificate[],
): [X509Certificate, ...X509Certificate[]] {
  const leaf = certificates.find((certificate) => certificate.checkPrivateKey(key))
  if (leaf === undefined) throw new SignError('sign.key.mismatch')
  const path: [X509Certificate, ...X509Certificate[]] = [leaf]
  const left = new Set(certificates.filter((certificate) => !certificate.raw.equals(leaf.raw)))
  for (let last = leaf; !isSelfSigned(last); ) {
    const issuer = [...left].find((candidate) => isIssuedBy(last, candidate))
    if (issuer === undefined) break
    left.delete(issuer)
    path.push(issuer)
    last = issuer
  }
  const [stray] = left
  if (stray === undefined) return path
  const name = stray.subject.replaceAll('\n', ', ')
  throw new SignError('sign.certificate.profile', { problem: `${name} is not in the chain above it` })
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return isIssuedBy(certificate, certificate)
}

function checkValidity({ validFrom, validTo }: X509Certificate, now: Date): void {
  const [notBefore, notAfter] = [new Date(validFrom), new Date(validTo)]
  if (now > notAfter) throw new SignError('sign.certificate.expired', { notAfter: isoDate(notAfter) })
  if (now < notBefore) throw new SignError('sign.certificate.future', { notBefore: isoDate(notBefore) })
}

function isoDate(date: Date): string {
  return date.toISOString().slice(0, 10)
}

function checkProfile({ raw, publicKey }: X509Certificate): void {
  const certificate = readCertificate(raw)
  const problem = certificate ? leafProblem(certificate) : 'it is no DER'
  const curve = publicKey.asymmetricKeyDetails?.namedCurve
  if (problem !== undefined) throw new SignError('sign.certificate.profile', { problem })
  if (curve !== 'prime256v1')
    throw new SignError('sign.certificate.profile', { problem: 'its key is not on P-256' })
}
