/** Who stands behind the key of a security code: a certificate that leads to an anchor, a pin, or only the file itself. */
import { createHash } from 'node:crypto'
import { type AigcReading, type Finding, finding, producerOf } from '@yinji/core'
import type { Revoked } from '../revocation/crl.ts'
import { checkPath } from '../revocation/path.ts'
import type { Revocation } from '../revocation/revocation.ts'
import { type Sm2PublicKey, writeSm2PublicKey } from '../sm2/keys.ts'
import type { Certificate } from '../trust/certificate.ts'
import { leafProblem } from '../trust/profile.ts'
import { isInside, type Trust } from '../trust/trust.ts'
import type { StampedLabel } from '../validation.ts'
import { providerCodeOf } from '../verify/signature/credential.ts'
import type { SecurityCode } from './message.ts'

/** Whom to believe about labels. */
export interface SecurityContext {
  readonly trust: Trust
  /** The moment at which certificates must be valid. */
  readonly now: Date
  /** Whether certificates have been taken back. Default: nobody is asked. */
  readonly revocation?: Revocation | undefined
  /** Labels that a trusted time stamp shows to be older, see `Validation`: certificates must have been valid then. */
  readonly stamped?: readonly StampedLabel[] | undefined
  /** Certificates that stand elsewhere: in the manifest, a directory, the trust store. */
  readonly certificates?: readonly Certificate[] | undefined
  /** Keys pinned as such: SHA-256 of their SubjectPublicKeyInfo, lower-case hex. */
  readonly pins?: ReadonlySet<string> | undefined
  /** The keys a provider is known to sign with, by SHA-256; undefined when nothing is known of the provider. */
  readonly keysOf?: ((provider: string) => ReadonlySet<string> | undefined) | undefined
}

/** What is known of a signature besides its key. */
export interface Circumstances {
  readonly chain: readonly Certificate[]
  readonly signedAt: Date | undefined
}

export interface Standing {
  readonly status: 'certificate' | 'pinned' | 'embedded'
  readonly facts: Readonly<Record<string, unknown>>
  readonly findings: readonly Finding[]
  readonly certificate: Certificate | null
}

/** @param code whose provider the key should be */
export function vouch(
  key: Sm2PublicKey,
  field: AigcReading,
  code: SecurityCode,
  circumstances: Circumstances,
  context: SecurityContext,
): Standing {
  const fingerprint = sm2Fingerprint(key)
  const provider = (code === 'ReservedCode1' ? field.ContentProducer : field.ContentPropagator) ?? ''
  const known = context.keysOf?.(provider)
  const leaf = circumstances.chain.find(({ sm2Key }) => sm2Key?.x === key.x && sm2Key.y === key.y) ?? null
  const about = leaf
    ? aboutCertificate(leaf, circumstances, provider, code, context)
    : { findings: [], trusted: false }
  const strange = known !== undefined && !known.has(fingerprint)
  const findings = [
    ...about.findings,
    ...(strange ? [found('security.key.foreign', code, { provider })] : []),
  ]
  const facts = { provider, subject: leaf?.subject.text ?? null, key: fingerprint }
  if (about.trusted) return { status: 'certificate', facts, findings, certificate: leaf }
  const pinned = known?.has(fingerprint) || context.pins?.has(fingerprint)
  return { status: pinned ? 'pinned' : 'embedded', facts, findings, certificate: leaf }
}

interface About {
  readonly findings: readonly Finding[]
  readonly trusted: boolean
}

function aboutCertificate(
  leaf: Certificate,
  { chain, signedAt }: Circumstances,
  provider: string,
  code: SecurityCode,
  context: SecurityContext,
): About {
  const { trust, now } = context
  const subject = leaf.subject.organization ?? leaf.subject.text
  const about = (name: Finding['code'], data: Finding['data'] = {}) =>
    found(name, code, { subject, provider, ...data })
  const certified = providerCodeOf(leaf)
  const findings: Finding[] = []
  const no = (...more: Finding[]): About => ({ findings: [...findings, ...more], trusted: false })
  if (certified !== null && certified !== provider)
    findings.push(about('security.provider.disagree', { certificate: certified }))
  const problem = leafProblem(leaf, 'sm2')
  if (problem !== undefined) return no(about('security.certificate.unsuitable', { problem }))
  const at = signedAt ?? now
  const standing = trust.assess([leaf, ...chain.filter((other) => other !== leaf)], at)
  if (!standing.anchored) return no(about('security.certificate.untrusted'))
  const notAfter = standing.notAfter.toISOString()
  if (!isInside(standing, at)) return no(about('security.certificate.expired', { notAfter }))
  findings.push(...aboutEnd(standing, signedAt, context, about))
  if (certified === null && subject !== provider && producerOf({ name: subject }) !== provider)
    findings.push(about('security.provider.unproven'))
  return { findings, trusted: findings.every(({ level }) => level !== 'error' && level !== 'unchecked') }
}

/** Whether a certificate that was valid has been taken back or has run out, and whether the label was signed before. */
function aboutEnd(
  standing: ReturnType<Trust['assess']>,
  signedAt: Date | undefined,
  { now, revocation }: SecurityContext,
  about: (name: Finding['code'], data?: Finding['data']) => Finding,
): Finding[] {
  const outlived = (data: Finding['data']) =>
    about('security.certificate.outlived', { time: signedAt?.toISOString(), ...data })
  const ended = isInside(standing, now)
    ? []
    : [outlived({ when: standing.notAfter.toISOString(), reason: 'expired' })]
  if (revocation === undefined || revocation.mode === 'off') return ended
  const path = checkPath(revocation, standing.path, { now, signedAt })
  const told = ({ when, reason }: Revoked) => ({ when: when.toISOString(), reason })
  if (path.status === 'revoked') return [about('security.certificate.revoked', told(path.revoked))]
  const present = signedAt && checkPath(revocation, standing.path, { now })
  if (present?.status === 'revoked') return [outlived(told(present.revoked))]
  if (path.status === 'unknown' && revocation.mode === 'hard')
    return [...ended, about('security.revocation.unchecked')]
  return ended
}

/** SHA-256 of the key’s SubjectPublicKeyInfo, lower-case hex: the name a key is pinned by. */
export function sm2Fingerprint(key: Sm2PublicKey): string {
  return createHash('sha256').update(writeSm2PublicKey(key)).digest('hex')
}

/** A finding about one of the codes. */
export function found(code: Finding['code'], at: SecurityCode, data: Finding['data'] = {}): Finding {
  return finding(code, { at, data: { at, ...data } })
}
