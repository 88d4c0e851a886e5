/** Whether the signer’s certificate, or one above it, has been taken back (C2PA 15.9). */
import type { SignerReport } from '@yinji/core'
import { checkPath, type PathStatus } from '../../revocation/path.ts'
import type { Revocation } from '../../revocation/revocation.ts'
import type { Certificate } from '../../trust/certificate.ts'
import { shownName } from '../../trust/name.ts'
import type { Trust } from '../../trust/trust.ts'
import type { Log } from '../log.ts'
import type { Credential } from './credential.ts'

export interface RevocationContext {
  readonly trust: Trust
  readonly now: Date
  readonly revocation?: Revocation | undefined
}

/** Adds to a signer’s report what is known of revocation; an authority nobody trusts revokes nothing. */
export function checkRevoked(
  signer: SignerReport,
  { chain, at }: Credential,
  { trust, now, revocation }: RevocationContext,
  evidence: { readonly stapled: readonly Uint8Array[]; readonly signedAt?: Date | undefined },
  log: Log,
): SignerReport {
  if (signer.trust === 'invalid') return signer
  const standing = trust.assess(chain, evidence.signedAt ?? now)
  if (!standing.anchored) return signer
  if (revocation === undefined || revocation.mode === 'off') {
    if (chain[0].extensions.ocspUrls.length > 0) log.status('signingCredential.ocsp.skipped', at)
    return signer
  }
  const found = checkPath(revocation, standing.path, { now, signedAt: evidence.signedAt }, evidence.stapled)
  const subject = shownName(chain[0].subject)
  switch (found.status) {
    case 'good':
      log.report('manifest.revocation.good', { status: 'signingCredential.ocsp.notRevoked', at, subject })
      return signer
    case 'unknown':
      reportUnknown(found, chain[0], revocation, at, log)
      return revocation.mode === 'hard' ? { ...signer, trust: 'unchecked' } : signer
    case 'revoked':
      log.report('manifest.certificate.revoked', {
        status:
          found.certificate === chain[0] ? 'signingCredential.ocsp.revoked' : 'signingCredential.untrusted',
        at,
        subject: shownName(found.certificate.subject),
        when: found.revoked.when.toISOString(),
        reason: found.revoked.reason,
      })
      return { ...signer, trust: 'invalid' }
  }
}

function reportUnknown(
  { doubts, signer }: Extract<PathStatus, { status: 'unknown' }>,
  leaf: Certificate,
  { mode, asked, unanswered }: Revocation,
  at: string,
  log: Log,
): void {
  const subject = shownName(leaf.subject)
  for (const doubt of doubts) {
    const status = doubt === 'unrecognized' ? ('signingCredential.ocsp.unknown' as const) : undefined
    log.report(`manifest.revocation.${doubt}`, { status, at, subject })
  }
  // Of the signer alone (C2PA 15.9.1): for authorities above it there may be nobody to ask.
  if (signer) log.status('signingCredential.ocsp.notRevoked', at)
  else if (leaf.extensions.ocspUrls.length > 0) {
    const inVain = unanswered.has(leaf.fingerprint)
    log.status(inVain ? 'signingCredential.ocsp.inaccessible' : 'signingCredential.ocsp.skipped', at)
  }
  if (mode === 'hard') log.report('manifest.revocation.unchecked', { at, subject })
  else if (asked) log.report('manifest.revocation.unknown', { at, subject })
}
