/** Trust: whether a chain of certificates leads to an anchor (C2PA 14.5.1.2, RFC 5280 6). */
import { X509Certificate } from 'node:crypto'
import { limits, remember, UsageError } from '@yinji/core'
import { sm2Verify } from '../sm2/signature.ts'
import { sm2Signature } from './algorithms.ts'
import { type Certificate, readCertificate } from './certificate.ts'
import { allows } from './name-constraints.ts'
import { type Family, familyOf, issuerProblem, signingUsages } from './profile.ts'

/** Decides whom to believe. */
export interface Trust {
  /**
   * Looks for a path from the first certificate to an anchor, over the others in any order. Signatures, CA flags, path
   * lengths and key usages are checked here; whether the time fits is for the caller to judge by the window.
   * Of several paths, one that is valid at `at` is preferred.
   */
  assess(chain: readonly Certificate[], at: Date): Standing
  /** The same for a time-stamp authority, whose anchors are others: who may tell the time may not sign content. */
  assessTimestamp(chain: readonly Certificate[], at: Date): Standing
  /** Dotted OIDs of extended key usages; who signs content needs one of them. */
  readonly usages: ReadonlySet<string>
}

export interface Standing {
  /** Whether a path to an anchor exists. */
  readonly anchored: boolean
  /** When every certificate of the path is valid; without a path, when the first certificate is. */
  readonly notBefore: Date
  readonly notAfter: Date
  /** From the first certificate to the anchor; without an anchor the first certificate alone. */
  readonly path: readonly Certificate[]
}

/** Whom to believe. */
export interface TrustOptions {
  /** Certificates of the authorities to trust: PEM, any number in each text. */
  readonly anchors: readonly string[]
  /** SHA-256 of signing certificates that are trusted as such, lower-case hex. Default: none. */
  readonly pins?: ReadonlySet<string> | undefined
  /** Certificates of the authorities to trust for time stamps, PEM. Default none: stamps are read, and not relied on. */
  readonly timestampAnchors?: readonly string[] | undefined
  /**
   * Dotted OIDs of extended key usages, of which whoever signs content needs one (C2PA 14.4.1). Time stamping, OCSP signing and
   * any usage at all never count. Default: c2pa-kp-claimSigning, emailProtection and documentSigning.
   */
  readonly usages?: ReadonlySet<string> | undefined
}

/** Signature checks for one chain; honest ones need as many as they have certificates. */
const attempts = 64
/** Chains remembered: signers come again. */
const mostRemembered = 1000

/** @throws UsageError when an anchor can't be read. */
export function createTrust({
  anchors,
  pins,
  timestampAnchors = [],
  usages = signingUsages,
}: TrustOptions): Trust {
  return { assess: assessor(anchors, pins), assessTimestamp: assessor(timestampAnchors), usages }
}

function assessor(anchors: readonly string[], pins?: ReadonlySet<string>): Trust['assess'] {
  const bySubject = new Map<string, Certificate[]>()
  for (const bundle of anchors)
    for (const certificate of readBundle(bundle)) {
      const same = bySubject.get(certificate.subject.key)
      if (!same) bySubject.set(certificate.subject.key, [certificate])
      else if (!same.some(({ fingerprint }) => fingerprint === certificate.fingerprint))
        same.push(certificate)
    }
  const cache = new Map<string, readonly Standing[]>()
  return (chain, at) => {
    const [leaf] = chain
    if (leaf && pins?.has(leaf.fingerprint)) return { ...unanchored(chain), anchored: true }
    const key = chain.map(({ fingerprint }) => fingerprint).join()
    const known = cache.get(key) ?? standingsOf(chain, bySubject)
    remember(cache, key, known, mostRemembered)
    return known.find((standing) => isInside(standing, at)) ?? known[0] ?? unanchored(chain)
  }
}

export function isInside({ notBefore, notAfter }: Standing, at: Date): boolean {
  return notBefore <= at && at <= notAfter
}

function unanchored(chain: readonly Certificate[]): Standing {
  const { notBefore, notAfter } = chain[0] ?? {
    notBefore: new Date(Number.NaN),
    notAfter: new Date(Number.NaN),
  }
  return { anchored: false, notBefore, notAfter, path: chain.slice(0, 1) }
}

/** Every path to an anchor, as far as the attempts reach. */
function standingsOf(
  chain: readonly Certificate[],
  anchors: ReadonlyMap<string, readonly Certificate[]>,
): readonly Standing[] {
  const [leaf, ...pool] = chain
  const standings: Standing[] = []
  let left = attempts
  const family = leaf && familyOf(leaf)
  const extend = (path: readonly Certificate[], last: Certificate): void => {
    for (const anchor of anchors.get(last.issuer.key) ?? []) {
      if (left-- <= 0) return
      if (mayIssue(anchor, path, family) && isSignedBy(last, anchor))
        standings.push(window([...path, anchor]))
    }
    if (path.length > limits.certificates) return
    for (const issuer of pool) {
      if (issuer.subject.key !== last.issuer.key || path.includes(issuer)) continue
      if (!mayIssue(issuer, path, family)) continue
      if (left-- <= 0) return
      if (isSignedBy(last, issuer)) extend([...path, issuer], issuer)
    }
  }
  if (leaf) extend([leaf], leaf)
  return standings
}

/** Whether this certificate may stand above the path: by its kind, the length of the path and the names in it. */
function mayIssue(issuer: Certificate, path: readonly Certificate[], family: Family | undefined): boolean {
  const { nameConstraints } = issuer.extensions
  const named = path.filter((certificate, index) => index === 0 || !isSelfIssued(certificate))
  const below = path.slice(1).filter((certificate) => !isSelfIssued(certificate)).length
  if (issuerProblem(issuer, below, family) !== undefined) return false
  if (nameConstraints === undefined) return true
  if (nameConstraints === 'unreadable') return false
  return named.every(({ extensions: { names } }) => names !== undefined && allows(nameConstraints, names))
}

function window(path: readonly Certificate[]): Standing {
  const times = (of: (certificate: Certificate) => Date) =>
    path.map((certificate) => of(certificate).getTime())
  return {
    anchored: true,
    path,
    notBefore: new Date(Math.max(...times(({ notBefore }) => notBefore))),
    notAfter: new Date(Math.min(...times(({ notAfter }) => notAfter))),
  }
}

function isSelfIssued({ subject, issuer }: Certificate): boolean {
  return subject.key === issuer.key
}

function isSignedBy(certificate: Certificate, issuer: Certificate): boolean {
  if (issuer.sm2Key)
    return (
      certificate.signatureAlgorithm === sm2Signature &&
      sm2Verify(issuer.sm2Key, certificate.signed, certificate.signature)
    )
  try {
    return new X509Certificate(certificate.der).verify(issuer.publicKey)
  } catch {
    return false // a key of another kind than the signature
  }
}

function readBundle(bundle: string): Certificate[] {
  const blocks = [...bundle.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)]
  const begun = bundle.split('-----BEGIN CERTIFICATE-----').length - 1
  if (blocks.length === 0) throw invalid('there is no PEM certificate in it')
  if (begun !== blocks.length) throw invalid('a PEM block is cut off')
  return blocks.map(([, base64 = ''], index) => {
    const text = base64.replace(/\s+/g, '')
    const der = Buffer.from(text, 'base64')
    const certificate = der.toString('base64') === text ? readCertificate(der) : undefined
    if (certificate === undefined) throw invalid(`certificate ${index + 1} can’t be read`)
    if (!certificate.extensions.basicConstraints?.ca)
      throw invalid(`certificate ${index + 1} (${certificate.subject.text}) is no CA certificate`)
    return certificate
  })
}

function invalid(problem: string): UsageError {
  return new UsageError('usage.trust.invalid', { problem })
}
