/** The signing credential (C2PA 14.5, 15.7): what the certificate is, whether it is trusted, and whether the time fits. */
import { parseProviderCode, type SignerReport } from '@yinji/core'
import type { Certificate } from '../../trust/certificate.ts'
import { shownName } from '../../trust/name.ts'
import { leafProblem } from '../../trust/profile.ts'
import { isInside, type Standing, type Trust } from '../../trust/trust.ts'
import type { Log } from '../log.ts'
import type { Stamped } from './timestamp.ts'

export interface Credential {
  /** Leaf first. */
  readonly chain: readonly [Certificate, ...Certificate[]]
  /** COSE name of the algorithm the claim is signed with. */
  readonly algorithm: string
  /** What the time stamp of the signature says, if there is one. */
  readonly stamped: Stamped | undefined
  /** When the signer says that it signed. */
  readonly claimedTime: Date | undefined
  /** URI of the signature. */
  readonly at: string
}

/**
 * Checks the credential of a signature that holds: at the time of a trusted stamp, or now (C2PA 15.8.2).
 * An untrusted stamp proves nothing, but leaves open what it would prove.
 */
export function checkCredential(credential: Credential, trust: Trust, present: Date, log: Log): SignerReport {
  const { chain, algorithm, stamped, at } = credential
  const now = stamped?.outcome === 'trusted' ? stamped.time : present
  const [leaf] = chain
  const subject = shownName(leaf.subject)
  const report = (standing: SignerReport['trust']): SignerReport => ({
    subject: leaf.subject.text,
    organization: leaf.subject.organization,
    issuer: leaf.issuer.text,
    notAfter: leaf.notAfter.toISOString(),
    providerCode: providerCodeOf(leaf),
    algorithm,
    trust: standing,
  })
  const standing = trust.assess(chain, now)
  checkClaimedTime(credential, standing, log)
  const problem = leafProblem(leaf, 'c2pa', trust.usages)
  if (problem !== undefined) {
    if (!standing.anchored) log.status('signingCredential.untrusted', at)
    log.report('manifest.certificate.profile', { status: 'signingCredential.invalid', at, subject, problem })
    return report('invalid')
  }
  if (standing.anchored) log.status('signingCredential.trusted', at)
  if (isInside(standing, now)) {
    log.status('claimSignature.insideValidity', at)
    if (standing.anchored) log.report('manifest.signer.trusted', { at, subject })
    else log.report('manifest.signer.untrusted', { status: 'signingCredential.untrusted', at, subject })
    return report(standing.anchored ? 'trusted' : 'untrusted')
  }
  if (!standing.anchored) log.status('signingCredential.untrusted', at)
  return report(checkDates(credential, standing, now, log))
}

/** The certificate does not hold at the time that counts: that may be because a time stamp is not trusted. */
function checkDates(
  { chain: [leaf], stamped, at }: Credential,
  standing: Standing,
  now: Date,
  log: Log,
): 'unchecked' | 'invalid' {
  const subject = shownName(leaf.subject)
  const notBefore = standing.notBefore.toISOString()
  const notAfter = standing.notAfter.toISOString()
  const status = 'claimSignature.outsideValidity' // by the present time, where no stamp is relied on (C2PA 15.8.2)
  log.status('signingCredential.expired', at) // what other validators call it
  if (stamped?.outcome === 'untrusted' && isInside(standing, stamped.time)) {
    log.report('manifest.timestamp.needed', { status, at, subject, notAfter })
    return 'unchecked'
  }
  if (now < standing.notBefore) log.report('manifest.certificate.future', { status, at, subject, notBefore })
  else log.report('manifest.certificate.expired', { status, at, subject, notAfter })
  return 'invalid'
}

/** What the signer says of the time (C2PA 15.8.3) binds nobody, and is only told to machines. */
function checkClaimedTime({ claimedTime, stamped, at }: Credential, standing: Standing, log: Log): void {
  if (claimedTime === undefined) return
  const late = stamped?.outcome === 'trusted' && claimedTime > stamped.time
  const inside = isInside(standing, claimedTime) && !late
  log.status(inside ? 'timeOfSigning.insideValidity' : 'timeOfSigning.outsideValidity', at)
}

/** The 27-character code of TC260-PG-20252A in organizationIdentifier; null for anything else that stands there. */
export function providerCodeOf({ subject: { organizationIdentifier } }: Certificate): string | null {
  if (organizationIdentifier === null) return null
  return typeof parseProviderCode(organizationIdentifier) === 'string' ? null : organizationIdentifier
}
