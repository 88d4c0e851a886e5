/** Trust: whether a chain of certificates leads to an anchor (C2PA 14.5.1.2, RFC 5280 6). */
import { X509Certificate } from 'node:crypto'
import { limits, remember } from '@yinji/core'
import { sm2Verify } from '../sm2/signature.ts'
import { sm2Signature } from './algorithms.ts'
import { type Anchor, anchorsBySubject, counts, type TrustAnchors } from './anchors.ts'
import type { Certificate } from './certificate.ts'
import { allows } from './name-constraints.ts'
import { type Family, familyOf, identityUsages, issuerProblem, signingUsages } from './profile.ts'
import { storesOf } from './stores.ts'

/** Decides whom to believe. */
export interface Trust {
  /**
   * Looks for a path from the first certificate to an anchor, over the others in any order. Signatures, CA flags, path
   * lengths, key usages and the dates of the anchor’s store are checked here; whether the certificates are valid at the time is
   * for the caller to judge by the window. Of several paths, one that is valid at `at` is preferred.
   * @param at when it was signed, if a trusted time stamp says so, or now (C2PA 15.7)
   */
  assess(chain: readonly Certificate[], at: Date): Standing
  /** The same for a time-stamp authority, whose anchors are others: who may tell the time may not sign content. */
  assessTimestamp(chain: readonly Certificate[], at: Date): Standing
  /** The same for who signs an identity assertion (CAWG), whose anchors are others again: who makes software may not name people. */
  assessIdentity(chain: readonly Certificate[], at: Date): Standing
  /** Aggregators of identity claims that are trusted, by their DIDs. */
  readonly identityIssuers: ReadonlySet<string>
  /** Dotted OIDs of all extended key usages that some store has; who signs content needs one of them. */
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
  /**
   * The authorities to trust, store by store: PEM certificates, any number in each text; a trust list of the C2PA, as it is
   * published; or certificates with usages and dates of one’s own.
   */
  readonly anchors: readonly (string | TrustAnchors)[]
  /** SHA-256 of signing certificates that are trusted as such, lower-case hex. Default: none. */
  readonly pins?: ReadonlySet<string> | undefined
  /**
   * The authorities to trust for time stamps; dates are held against the time in the stamp. Default none: stamps are read, and
   * not relied on.
   */
  readonly timestampAnchors?: readonly (string | TrustAnchors)[] | undefined
  /**
   * The authorities to trust for the names in identity assertions (CAWG identity 8.2.4), apart from those for
   * content. Default none: who else signed is told, and not relied on.
   */
  readonly identityAnchors?: readonly (string | TrustAnchors)[] | undefined
  /** DIDs of aggregators of identity claims to trust. Default none. */
  readonly identityIssuers?: ReadonlySet<string> | undefined
  /**
   * Dotted OIDs of extended key usages, of which whoever signs content needs one (C2PA 14.4.1), for anchors without a list of
   * their own. Time stamping, OCSP signing and any usage at all never count. Default: c2pa-kp-claimSigning, emailProtection
   * and documentSigning.
   */
  readonly usages?: ReadonlySet<string> | undefined
}

/** Signature checks for one chain; honest ones need as many as they have certificates. */
const attempts = 64
/** Chains remembered: signers come again. */
const mostRemembered = 1000

/** Whom to believe (C2PA 14.4). @throws UsageError when an anchor can't be read. */
export function createTrust({
  anchors,
  pins,
  timestampAnchors = [],
  identityAnchors = [],
  identityIssuers = new Set(),
  usages = signingUsages,
}: TrustOptions): Trust {
  const stores = storesOf(anchors, 'content')
  const accepted = new Set([...usages, ...stores.flatMap((store) => [...(store.usages ?? [])])])
  return {
    assess: assessor(anchorsBySubject(stores, usages), accepted, pins),
    assessTimestamp: assessor(anchorsBySubject(storesOf(timestampAnchors, 'timestamp'))),
    assessIdentity: assessor(
      anchorsBySubject(storesOf(identityAnchors, 'identity'), identityUsages),
      identityUsages,
      pins,
    ),
    identityIssuers,
    usages: accepted,
  }
}

/** A path, and the anchor it leads to. */
interface Found {
  readonly anchor: Anchor
  readonly standing: Standing
}

function assessor(
  anchors: ReadonlyMap<string, readonly Anchor[]>,
  accepted: ReadonlySet<string> = new Set(),
  pins?: ReadonlySet<string>,
): Trust['assess'] {
  const cache = new Map<string, readonly Found[]>()
  return (chain, at) => {
    const [leaf] = chain
    if (leaf === undefined) return unanchored(chain)
    if (pins?.has(leaf.fingerprint)) return { ...unanchored(chain), anchored: true }
    const key = chain.map(({ fingerprint }) => fingerprint).join()
    const known = cache.get(key) ?? pathsOf(leaf, chain.slice(1), anchors)
    remember(cache, key, known, mostRemembered)
    const needed = usagesNeeded(leaf, accepted)
    const standings = known.filter(({ anchor }) => counts(anchor, needed, at)).map(({ standing }) => standing)
    return standings.find((standing) => isInside(standing, at)) ?? standings[0] ?? unanchored(chain)
  }
}

/**
 * Of which the anchor needs one; undefined when it may have any. Usages are a matter of C2PA, not of labels signed by SM2, and who
 * has none that any store accepts fails by its profile, not by its authority (C2PA 15.7).
 */
function usagesNeeded(leaf: Certificate, accepted: ReadonlySet<string>): readonly string[] | undefined {
  const { extendedKeyUsage = [] } = leaf.extensions
  const judged = familyOf(leaf) === 'c2pa' && extendedKeyUsage.some((oid) => accepted.has(oid))
  return judged ? extendedKeyUsage : undefined
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
function pathsOf(
  leaf: Certificate,
  pool: readonly Certificate[],
  anchors: ReadonlyMap<string, readonly Anchor[]>,
): readonly Found[] {
  const found: Found[] = []
  let left = attempts
  const family = familyOf(leaf)
  const issuersOf = vouched(new Set([leaf, ...pool]), anchors)
  const extend = (path: readonly Certificate[], last: Certificate): void => {
    for (const anchor of issuersOf(last).anchors) {
      const { certificate } = anchor
      if (mayIssue(certificate, path, family))
        found.push({ anchor, standing: window([...path, certificate]) })
    }
    if (path.length > limits.certificates) return
    for (const issuer of issuersOf(last).others) {
      if (path.includes(issuer) || !mayIssue(issuer, path, family)) continue
      if (left-- <= 0) return
      extend([...path, issuer], issuer)
    }
  }
  extend([leaf], leaf)
  return found
}

interface Issuers {
  readonly anchors: readonly Anchor[]
  readonly others: Certificate[]
}

/**
 * Who issued whom, from the anchors down: only keys that somebody vouches for are asked. Chains of strangers who all bear one
 * name would else cost as many checks as there are pairs of them, with keys as slow as they like.
 */
function vouched(
  certificates: ReadonlySet<Certificate>,
  anchors: ReadonlyMap<string, readonly Anchor[]>,
): (certificate: Certificate) => Issuers {
  const issuers = new Map<Certificate, Issuers>()
  let left = attempts
  const signs = (issuer: Certificate, certificate: Certificate) =>
    issuer.subject.key === certificate.issuer.key && left-- > 0 && isSignedBy(certificate, issuer)
  for (const one of certificates) {
    const above = (anchors.get(one.issuer.key) ?? []).filter(({ certificate }) => signs(certificate, one))
    if (above.length > 0) issuers.set(one, { anchors: above, others: [] })
  }
  for (const [issuer] of issuers)
    for (const one of certificates) {
      if (one === issuer || !signs(issuer, one)) continue
      const known = issuers.get(one) ?? { anchors: [], others: [] }
      known.others.push(issuer)
      issuers.set(one, known) // those that are new come last, and have their turn
    }
  return (certificate) => issuers.get(certificate) ?? { anchors: [], others: [] }
}

/** Whether this certificate may stand above the path: by its kind, the length of the path and the names in it. */
function mayIssue(issuer: Certificate, path: readonly Certificate[], family: Family): boolean {
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
