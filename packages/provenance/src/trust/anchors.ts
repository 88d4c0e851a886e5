/** Stores of trust anchors (C2PA 14.4): what may be given as an anchor, for which usages it counts, and from when to when. */
import { type Problem, UsageError } from '@yinji/core'
import { type Certificate, readCertificate } from './certificate.ts'

/** A store of trust anchors: certificates of authorities, and for whom and when they count. */
export interface TrustAnchors {
  /** CA certificates: PEM, any number. */
  readonly certificates: string
  /**
   * Dotted OIDs of extended key usages: the anchors count for signers of content who have one of them (C2PA 14.4.1,
   * 14.5.1.2). Default: the `usages` of `TrustOptions`. Of no meaning for time stamps.
   */
  readonly usages?: ReadonlySet<string> | undefined
  /** They count for nothing that was signed before, by its trusted time stamp, or, without one, now. Default: no such date. */
  readonly notBefore?: Date | undefined
  /** Or after. Default: no such date. */
  readonly notAfter?: Date | undefined
}

/** An anchor, and what each store that has it says of it. */
export interface Anchor {
  readonly certificate: Certificate
  readonly listings: readonly Listing[]
}

/** Usages undefined: whatever the signer’s are. */
export type Listing = Pick<TrustAnchors, 'usages' | 'notBefore' | 'notAfter'>

/** By subject. @throws UsageError when one can’t be read. */
export function anchorsBySubject(
  stores: readonly TrustAnchors[],
  usages?: ReadonlySet<string>,
): ReadonlyMap<string, readonly Anchor[]> {
  const bySubject = new Map<string, { certificate: Certificate; listings: Listing[] }[]>()
  for (const store of stores)
    for (const certificate of readBundle(store.certificates)) {
      const { notBefore, notAfter } = store
      const listing = { usages: usages && (store.usages ?? usages), notBefore, notAfter }
      const same = bySubject.get(certificate.subject.key) ?? []
      bySubject.set(certificate.subject.key, same)
      const known = same.find((anchor) => anchor.certificate.fingerprint === certificate.fingerprint)
      if (known) known.listings.push(listing)
      else same.push({ certificate, listings: [listing] })
    }
  return bySubject
}

/** Whether the anchor counts at this time for a signer with these usages; undefined when they are of no matter. */
export function counts({ listings }: Anchor, needed: readonly string[] | undefined, at: Date): boolean {
  return listings.some(
    ({ usages, notBefore, notAfter }) =>
      (needed === undefined || usages === undefined || needed.some((oid) => usages.has(oid))) &&
      (notBefore === undefined || notBefore <= at) &&
      (notAfter === undefined || at <= notAfter),
  )
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

function invalid(problem: Problem): UsageError {
  return new UsageError('usage.trust.invalid', { problem })
}
