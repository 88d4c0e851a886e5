/** Revocation along a whole path: a signature is worth no more than every certificate above it. */
import type { Certificate } from '../trust/certificate.ts'
import type { Revoked } from './crl.ts'
import { outlives, type Revocation, type RevocationDoubt } from './revocation.ts'

export type PathStatus =
  | { readonly status: 'good' }
  /** `signer` tells whether at least the first certificate is known to be good. */
  | { readonly status: 'unknown'; readonly doubts: readonly RevocationDoubt[]; readonly signer: boolean }
  | { readonly status: 'revoked'; readonly certificate: Certificate; readonly revoked: Revoked }

/** @param path from the signer to an anchor, which nobody revokes. */
export function checkPath(
  revocation: Revocation,
  path: readonly Certificate[],
  times: { readonly now: Date; readonly signedAt?: Date | undefined },
  stapled: readonly Uint8Array[] = [],
): PathStatus {
  const doubts = new Set<RevocationDoubt>()
  let unknown = path.length < 2
  let signer = false
  for (const [index, certificate] of path.slice(0, -1).entries()) {
    const issuer = path[index + 1]
    if (issuer === undefined) break
    const found = revocation.statusOf({ certificate, issuer, ...times, stapled })
    if (found.status === 'good' && index === 0) signer = true
    if (found.status === 'unknown') {
      unknown = true
      for (const doubt of found.doubts) doubts.add(doubt)
    }
    if (found.status !== 'revoked' || outlives(found, times.signedAt)) continue
    const { when, reason, invalidSince } = found
    return { status: 'revoked', certificate, revoked: { when, reason, invalidSince } }
  }
  return unknown ? { status: 'unknown', doubts: [...doubts], signer } : { status: 'good' }
}
