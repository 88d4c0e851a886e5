/**
 * The certificates of a signer, put in order and looked at: everything that would make its signatures worthless is
 * found here and not by those who verify them (C2PA 14.5).
 */
import { type KeyObject, X509Certificate } from 'node:crypto'
import { problem, SignError } from '@yinji/core'
import { readCertificate } from '../trust/certificate.ts'
import { leafProblem } from '../trust/profile.ts'
import { algorithmFor, type SigningAlgorithm } from './algorithm.ts'

/** What a signer knows about itself once its certificates hold. */
export interface SigningChain {
  readonly algorithm: SigningAlgorithm
  /** DER, leaf first, the root left out. */
  readonly certificates: readonly Uint8Array[]
  /** The key of the first certificate. */
  readonly publicKey: KeyObject
  /** When the first of them runs out. */
  readonly notAfter: Date
}

/**
 * @param key The key that signs; without it, the signing certificate is the one that issued none of the others.
 * @throws SignError
 */
export function signingChain(
  certificates: readonly X509Certificate[],
  now: Date,
  key?: KeyObject,
): SigningChain {
  const leaf = key
    ? certificates.find((certificate) => certificate.checkPrivateKey(key))
    : leafOf(certificates)
  if (leaf === undefined) throw new SignError('sign.key.mismatch')
  const path = pathFrom(leaf, certificates)
  for (const { validFrom, validTo } of path)
    checkValidity({ notBefore: new Date(validFrom), notAfter: new Date(validTo) }, now)
  return {
    algorithm: checkProfile(leaf),
    certificates: path.filter((certificate) => !isSelfSigned(certificate)).map(({ raw }) => raw),
    publicKey: leaf.publicKey,
    notAfter: new Date(Math.min(...path.map(({ validTo }) => Date.parse(validTo)))),
  }
}

/** Certificates in PEM, in any order, repeats left out. */
export function readCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)
  if (blocks === null)
    throw new SignError('sign.certificate.unreadable', {
      problem: problem('there is no PEM certificate in it'),
    })
  return [...new Set(blocks)].map((block, index) => {
    try {
      return new X509Certificate(block)
    } catch (error) {
      const details = { problem: problem(`certificate ${index + 1} is damaged`) }
      throw new SignError('sign.certificate.unreadable', details, { cause: error })
    }
  })
}

function leafOf(certificates: readonly X509Certificate[]): X509Certificate | undefined {
  const [leaf, ...others] = certificates.filter(
    (candidate) => !certificates.some((other) => isIssuedBy(other, candidate)),
  )
  const [own, ...more] = certificates.filter(({ ca }) => !ca)
  if (own && more.length === 0) return own // what is beside its chain is told by name
  if (leaf && others.length === 0) return leaf
  const why = leaf ? 'several of the certificates could be the signing one' : 'it is self-signed'
  throw new SignError('sign.certificate.profile', { problem: problem(why) })
}

/** From the signing certificate upwards, each followed by the one that issued it. */
function pathFrom(leaf: X509Certificate, certificates: readonly X509Certificate[]): X509Certificate[] {
  const path = [leaf]
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
  throw new SignError('sign.certificate.profile', {
    problem: problem(`${name} is not in the chain above it`),
  })
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return isIssuedBy(certificate, certificate)
}

/** @throws SignError for a certificate that has run out, or is not valid yet. */
export function checkValidity(
  { notBefore, notAfter }: { readonly notBefore: Date; readonly notAfter: Date },
  now: Date,
): void {
  const day = (date: Date) => date.toISOString().slice(0, 10)
  if (now > notAfter) throw new SignError('sign.certificate.expired', { notAfter: day(notAfter) })
  if (now < notBefore) throw new SignError('sign.certificate.future', { notBefore: day(notBefore) })
}

function checkProfile({ raw, publicKey }: X509Certificate): SigningAlgorithm {
  const certificate = readCertificate(raw)
  const why = certificate ? leafProblem(certificate) : 'it is no DER'
  if (why !== undefined) throw new SignError('sign.certificate.profile', { problem: problem(why) })
  const algorithm = algorithmFor(publicKey)
  if (algorithm) return algorithm
  throw new SignError('sign.certificate.profile', {
    problem: problem('no algorithm of C2PA 13.2 fits its key'),
  })
}
