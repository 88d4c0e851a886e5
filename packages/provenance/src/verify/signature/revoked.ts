/** Whether the signer’s certificate, or one above it, has been taken back (C2PA 15.9). */
import type { SignerReport } from '@yinji/core'
import { checkPath } from '../../revocation/path.ts'
import type { Revocation } from '../../revocation/revocation.ts'
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
  const standing = trust.assess(chain, now)
  if (revocation === undefined || revocation.mode === 'off' || signer.trust === 'invalid') return signer
  const { subject } = chain[0]
  const name = shownName(subject)
  const unknown = (): SignerReport => {
    if (revocation.mode === 'soft') {
      if (revocation.asked) log.report('manifest.revocation.unknown', { at, subject: name })
      return signer
    }
    log.report('manifest.revocation.unchecked', { at, subject: name })
    return { ...signer, trust: 'unchecked' }
  }
  if (!standing.anchored) return signer
  const found = checkPath(revocation, standing.path, { now, signedAt: evidence.signedAt }, evidence.stapled)
  if (found.status === 'unknown') {
    for (const doubt of found.doubts) {
      const status = doubt === 'unrecognized' ? ('signingCredential.ocsp.unknown' as const) : undefined
      log.report(`manifest.revocation.${doubt}`, { status, at, subject: name })
    }
    // Of the signer alone (C2PA 15.9.1): for authorities above it there may be nobody to ask.
    if (found.signer) log.status('signingCredential.ocsp.notRevoked', at)
    const inVain = revocation.unanswered.has(chain[0].fingerprint)
    if (!found.signer && chain[0].extensions.ocspUrls.length > 0)
      log.status(inVain ? 'signingCredential.ocsp.inaccessible' : 'signingCredential.ocsp.skipped', at)
    return unknown()
  }
  if (found.status !== 'revoked') {
    log.report('manifest.revocation.good', {
      status: 'signingCredential.ocsp.notRevoked',
      at,
      subject: name,
    })
    return signer
  }
  const { certificate, revoked } = found
  log.report('manifest.certificate.revoked', {
    status: certificate === chain[0] ? 'signingCredential.ocsp.revoked' : 'signingCredential.untrusted',
    at,
    subject: shownName(certificate.subject),
    when: revoked.when.toISOString(),
    reason: revoked.reason,
  })
  return { ...signer, trust: 'invalid' }
}
