/** `cawg.x509.cose`: a COSE signature over the payload, with the certificate of who is named (CAWG identity 8.2). */
import { limits, type Problem } from '@yinji/core'
import { CoseError, parseTaggedCoseSign1 } from '../../encoding/cose.ts'
import { checkPath } from '../../revocation/path.ts'
import { type Certificate, readCertificate } from '../../trust/certificate.ts'
import { shownName } from '../../trust/name.ts'
import { identityProblem } from '../../trust/profile.ts'
import { isInside, type Standing } from '../../trust/trust.ts'
import { type CoseSignature, readCose } from '../signature/cose-signature.ts'
import { algorithmOf, signatureHolds } from '../signature/signature.ts'
import { bestTimeStamp, type Stamped } from '../signature/timestamp.ts'
import { nobody, type Outcome, type Signed } from './outcome.ts'
import type { IdentityStatus } from './status.ts'

type Chain = readonly [Certificate, ...Certificate[]]

/** In the order of CAWG identity 8.2.2: the signature, its time, the certificate, whether that was revoked. */
export function checkX509(signed: Signed): Outcome {
  const cose = readTagged(signed.signature)
  const chain = typeof cose === 'string' ? undefined : chainOf(cose)
  if (typeof cose === 'string' || chain === undefined)
    return broken(
      typeof cose === 'string' ? `its signature can’t be read (${cose})` : 'its certificate can’t be read',
    )
  const who = { ...nobody, name: shownName(chain[0].subject), issuer: chain[0].issuer.text }
  const algorithm = algorithmOf(cose.algorithm)
  if (algorithm === undefined)
    return {
      ...who,
      trust: 'unchecked',
      reason: `an algorithm that is not known here (${String(cose.algorithm).slice(0, 50)})`,
      statuses: ['cawg.x509.algorithm.unsupported'],
    }
  const { protectedHeader, signature } = cose
  const key = chain[0].publicKey
  const payload = signed.payload.encodings.find((bytes) =>
    signatureHolds({ algorithm, key, protectedHeader, payload: bytes, signature }),
  )
  if (payload === undefined) return { ...broken('the signature is over something else'), ...who }
  const stamped = bestTimeStamp(stampsOf(cose), payload, signed.context)
  const credential = checkCredential(signed, cose, chain, stamped)
  const statuses = [
    'cawg.x509.signature.validated' as const,
    ...stampStatuses(stamped),
    ...credential.statuses,
  ]
  const signedAt = signingTime(signed, stamped)?.toISOString() ?? null
  return { ...who, ...credential, signedAt, statuses }
}

const broken = (reason: Problem): Outcome => ({
  ...nobody,
  trust: 'invalid',
  reason,
  statuses: ['cawg.x509.signature.mismatch'],
})

/** `COSE_Sign1_Tagged`, as a claim signature is (CAWG identity 8.2.1). */
function readTagged(bytes: Uint8Array): CoseSignature | string {
  try {
    parseTaggedCoseSign1(bytes)
  } catch (error) {
    if (error instanceof CoseError) return error.message
    throw error
  }
  return readCose(bytes)
}

function chainOf({ chain }: CoseSignature): Chain | undefined {
  const [first, ...rest] = chain.slice(0, limits.certificates)
  const leaf = first && readCertificate(first)
  return leaf && [leaf, ...rest.flatMap((der) => readCertificate(der) ?? [])]
}

/** Stamps of version 1 count for nothing (CAWG identity 8.2.2.2). */
const stampsOf = (cose: CoseSignature) => ({
  ...cose,
  stamps: cose.stamps.filter(({ version }) => version !== 1),
})

/** By the stamp of this signature, or else by that of the claim, which is over it too (CAWG identity 8.2.2.2). */
function signingTime({ own }: Signed, stamped: Stamped | undefined): Date | undefined {
  return stamped?.outcome === 'trusted' ? stamped.time : own.signedAt
}

type Found = Pick<Outcome, 'trust' | 'reason' | 'statuses'>

function checkCredential(
  signed: Signed,
  cose: CoseSignature,
  chain: Chain,
  stamped: Stamped | undefined,
): Found {
  const { trust, now } = signed.context
  const signedAt = signingTime(signed, stamped)
  const at = signedAt ?? now
  const standing = trust.assessIdentity(chain, at)
  const problem =
    identityProblem(chain[0], at) ?? (standing.anchored ? undefined : 'no anchor for identities')
  const statuses: IdentityStatus[] = [
    problem ? 'cawg.x509.credential.untrusted' : 'cawg.x509.credential.trusted',
    ...claimedTime(cose, standing, signedAt),
  ]
  if (!isInside(standing, at)) {
    statuses.push('cawg.x509.signature.outside_validity')
    const open = stamped?.outcome === 'untrusted' && isInside(standing, stamped.time)
    return open
      ? { trust: 'unchecked', reason: 'its time stamp is by an authority that is not known here', statuses }
      : { trust: 'invalid', reason: 'its certificate was not valid at that time', statuses }
  }
  if (!signedAt) statuses.push('cawg.x509.signature.inside_validity')
  const revoked = standing.anchored ? checkRevoked(signed, cose, standing, signedAt) : undefined
  if (revoked) statuses.push(...revoked.statuses)
  if (revoked && revoked.trust !== 'trusted') return { ...revoked, statuses }
  return problem
    ? { trust: 'untrusted', reason: problem, statuses }
    : { trust: 'trusted', reason: null, statuses }
}

/** What who signed says of the time binds nobody (CAWG identity 8.2.2.2). */
function claimedTime(
  { claimedTime }: CoseSignature,
  standing: Standing,
  signedAt: Date | undefined,
): IdentityStatus[] {
  if (claimedTime === undefined) return []
  const inside = isInside(standing, claimedTime) && (signedAt === undefined || claimedTime <= signedAt)
  return [`cawg.x509.time_of_signing.${inside ? 'inside' : 'outside'}_validity`]
}

/** CAWG identity 8.2.2.3. An authority above that was revoked makes the certificate one that nobody vouches for. */
function checkRevoked(
  { context: { revocation, now, answers } }: Signed,
  { ocspVals }: CoseSignature,
  { path }: Standing,
  signedAt: Date | undefined,
): Found {
  const leaf = path[0]
  const asked = leaf !== undefined && leaf.extensions.ocspUrls.length > 0
  const fine = (...statuses: IdentityStatus[]): Found => ({ trust: 'trusted', reason: null, statuses })
  if (revocation === undefined || revocation.mode === 'off')
    return asked ? fine('cawg.x509.ocsp.skipped') : fine()
  const stapled = [...ocspVals.slice(0, limits.certificates), ...answers]
  const found = checkPath(revocation, path, { now, signedAt }, stapled)
  if (found.status === 'good') return fine('cawg.x509.ocsp.not_revoked')
  if (found.status === 'unknown') {
    const inVain = leaf !== undefined && revocation.unanswered.has(leaf.fingerprint)
    const unrecognized = found.doubts.includes('unrecognized')
    const status = found.signer
      ? 'cawg.x509.ocsp.not_revoked'
      : unrecognized
        ? 'cawg.x509.ocsp.unknown'
        : `cawg.x509.ocsp.${inVain ? 'inaccessible' : 'skipped'}`
    const { statuses } = asked || found.signer || unrecognized ? fine(status as IdentityStatus) : fine()
    const reason = 'nobody says whether its certificate was revoked'
    return revocation.mode === 'hard' ? { trust: 'unchecked', reason, statuses } : fine(...statuses)
  }
  const own = found.certificate === leaf
  const when = found.revoked.when.toISOString().slice(0, 10)
  return {
    trust: 'invalid',
    reason: own
      ? `its certificate was revoked on ${when}`
      : `${shownName(found.certificate.subject)} above it was revoked on ${when}`,
    statuses: [own ? 'cawg.identity.credential_revoked' : 'cawg.x509.credential.untrusted'],
  }
}

const stampCodes: Readonly<Record<string, IdentityStatus>> = {
  'timeStamp.credentialInvalid': 'cawg.x509.time_stamp.credential_invalid',
  'timeStamp.malformed': 'cawg.x509.time_stamp.malformed',
  'timeStamp.mismatch': 'cawg.x509.time_stamp.mismatch',
  'timeStamp.outsideValidity': 'cawg.x509.time_stamp.outside_validity',
  'timeStamp.untrusted': 'cawg.x509.time_stamp.untrusted',
}

function stampStatuses(stamped: Stamped | undefined): IdentityStatus[] {
  if (stamped === undefined) return []
  if (stamped.outcome === 'trusted') return ['cawg.x509.time_stamp.validated', 'cawg.x509.time_stamp.trusted']
  const status = stamped.outcome === 'invalid' ? stamped.status : 'timeStamp.untrusted'
  return [stampCodes[status] ?? 'cawg.x509.time_stamp.malformed']
}
