/**
 * Checks ReservedCode1 and ReservedCode2 in every dialect that real services write, and says what a signature proves:
 * a key that travels in the file it signs proves that three fields belong together, and nothing about who wrote them.
 */
import { createHash } from 'node:crypto'
import { type AigcReading, type Finding, finding, producerOf } from '@yinji/core'
import { type Certificate, readCertificate } from '../certificate.ts'
import { leafProblem } from '../profile.ts'
import { checkPath } from '../revocation/path.ts'
import type { Revocation } from '../revocation/revocation.ts'
import { readSm2PublicKey, type Sm2KeyForm, type Sm2PublicKey, writeSm2PublicKey } from '../sm2/keys.ts'
import { readSm2Signature, sm2Verify } from '../sm2/signature.ts'
import { sm3 } from '../sm2/sm3.ts'
import { isInside, type Trust } from '../trust.ts'
import { providerCodeOf } from '../verify/credential.ts'
import { algorithms, type BindingEntry, readSecurityData, type SecurityData } from './data.ts'
import { bindingMessage, messageOf, type SecurityCode } from './message.ts'

/** Whom to believe about labels. */
export interface SecurityContext {
  readonly trust: Trust
  /** The moment at which certificates must be valid. */
  readonly now: Date
  /** Whether certificates have been taken back. Default: nobody is asked. */
  readonly revocation?: Revocation | undefined
  /** Certificates that stand elsewhere: in the manifest, a directory, the trust store. */
  readonly certificates?: readonly Certificate[] | undefined
  /** Keys pinned as such: SHA-256 of their SubjectPublicKeyInfo, lower-case hex. */
  readonly pins?: ReadonlySet<string> | undefined
  /** The keys a provider is known to sign with, by SHA-256; undefined when nothing is known of the provider. */
  readonly keysOf?: ((provider: string) => ReadonlySet<string> | undefined) | undefined
}

/** What a security code proves: by whom it holds, or why not. */
export type SecurityStatus = 'certificate' | 'pinned' | 'embedded' | 'failed' | 'unsupported' | 'absent'

/** What was found out about one security code. */
export interface SecurityCheck {
  readonly status: SecurityStatus
  readonly findings: readonly Finding[]
  /** SHA-256 of the key’s SubjectPublicKeyInfo, lower-case hex; null when no signature holds. */
  readonly key: string | null
  /** The leaf certificate, when one vouches for the key, trusted or not. */
  readonly certificate: Certificate | null
  /** Every certificate that stands in the code or was referred to and found, leaf first. */
  readonly chain: readonly Certificate[]
  /** Hashes of the content that the same key signed. */
  readonly bindings: readonly BindingEntry[]
}

/** Names of what is signed that mean the label itself; the second is a misspelling in use. */
const labelTypes: ReadonlySet<string> = new Set(['Md', 'LabelMataData', 'LabelMetaData'])

/** Checks one security code of a label. Never throws. */
export function checkSecurityData(
  field: AigcReading,
  code: SecurityCode,
  context: SecurityContext,
): SecurityCheck {
  const text = field[code]?.trim() ?? ''
  if (text === '') return result('absent', [])
  const data = readSecurityData(text)
  if (data === undefined) return result('unsupported', [found('security.data.opaque', code)])
  if (typeof data === 'string')
    return result('unsupported', [found('security.data.malformed', code, { what: data })])
  return checkSigned(data, field, code, context)
}

function checkSigned(
  data: SecurityData,
  field: AigcReading,
  code: SecurityCode,
  context: SecurityContext,
): SecurityCheck {
  const entry = data.signatures.find(({ type }) => labelTypes.has(type))
  const chain = chainOf(data, context)
  const keys = keysOf(data, chain)
  const message = messageOf(field, code)
  const unsupported = (why: string) =>
    result('unsupported', [found('security.signature.unsupported', code, { why })], { chain })
  if (entry === undefined) return unsupported('no signature of the label')
  if (entry.algorithm !== algorithms.signature) return unsupported(`algorithm ${entry.algorithm}`)
  if (keys.length === 0) return unsupported('no key')
  if (message === undefined) return unsupported('the label lacks what is signed')
  const match = firstMatch(keys, message, entry.signature)
  if (match === undefined) {
    if (code === 'ReservedCode2' && entry.scope !== 'Propagation')
      return unsupported('it is not known what this service signs')
    return result('failed', [found('security.signature.mismatch', code)], { chain })
  }
  const form = `${entry.type}, ${match.signature === 'der' ? 'DER' : 'r‖s'}, ${match.form}, ${match.hashes} hash`
  const standing = vouch(match.key, field, code, chain, context)
  const signed = data.signatures.find(({ type }) => type === 'Bindings')
  const bound =
    signed !== undefined && sm2Verify(match.key, bindingBytes(message, data.bindingsText), signed.signature)
  return result(
    standing.status,
    [
      found(`security.signature.${standing.status}`, code, { form, ...standing.facts }),
      ...standing.findings,
      ...(signed && !bound ? [found('security.signature.mismatch', code)] : []),
    ],
    {
      key: match.fingerprint,
      certificate: standing.certificate,
      chain,
      bindings: bound ? data.bindings : [],
    },
  )
}

interface Standing {
  readonly status: 'certificate' | 'pinned' | 'embedded'
  readonly facts: Readonly<Record<string, unknown>>
  readonly findings: readonly Finding[]
  readonly certificate: Certificate | null
}

/** Who stands behind the key: a certificate that leads to an anchor, a pin, or only the file itself. */
function vouch(
  key: Sm2PublicKey,
  field: AigcReading,
  code: SecurityCode,
  chain: readonly Certificate[],
  context: SecurityContext,
): Standing {
  const fingerprint = sm2Fingerprint(key)
  const provider = (code === 'ReservedCode1' ? field.ContentProducer : field.ContentPropagator) ?? ''
  const known = context.keysOf?.(provider)
  const leaf = chain.find(({ sm2Key }) => sm2Key?.x === key.x && sm2Key.y === key.y) ?? null
  const about = leaf
    ? aboutCertificate(leaf, chain, provider, code, context)
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

function aboutCertificate(
  leaf: Certificate,
  chain: readonly Certificate[],
  provider: string,
  code: SecurityCode,
  { trust, now, revocation }: SecurityContext,
): { readonly findings: readonly Finding[]; readonly trusted: boolean } {
  const subject = leaf.subject.organization ?? leaf.subject.text
  const about = (name: Finding['code'], data: Finding['data'] = {}) =>
    found(name, code, { subject, provider, ...data })
  const certified = providerCodeOf(leaf)
  const findings: Finding[] = []
  if (certified !== null && certified !== provider)
    findings.push(about('security.provider.disagree', { certificate: certified }))
  const problem = leafProblem(leaf, 'sm2')
  if (problem !== undefined)
    return { findings: [...findings, about('security.certificate.unsuitable', { problem })], trusted: false }
  const standing = trust.assess([leaf, ...chain.filter((other) => other !== leaf)], now)
  if (!standing.anchored)
    return { findings: [...findings, about('security.certificate.untrusted')], trusted: false }
  if (!isInside(standing, now)) {
    const notAfter = standing.notAfter.toISOString()
    return { findings: [...findings, about('security.certificate.expired', { notAfter })], trusted: false }
  }
  const path = revocation && revocation.mode !== 'off' && checkPath(revocation, standing.path, { now })
  if (path && path.status === 'revoked') {
    const { when, reason } = path.revoked
    findings.push(about('security.certificate.revoked', { when: when.toISOString(), reason }))
  } else if (path && path.status === 'unknown' && revocation?.mode === 'hard')
    findings.push(about('security.revocation.unchecked'))
  if (certified === null && subject !== provider && producerOf({ name: subject }) !== provider)
    findings.push(about('security.provider.unproven'))
  return { findings, trusted: findings.every(({ level }) => level !== 'error' && level !== 'unchecked') }
}

interface Match {
  readonly key: Sm2PublicKey
  readonly form: Sm2KeyForm | 'certificate'
  readonly fingerprint: string
  readonly signature: 'der' | 'raw'
  readonly hashes: 'single' | 'double'
}

function firstMatch(
  keys: readonly { readonly key: Sm2PublicKey; readonly form: Match['form'] }[],
  message: string,
  signature: Uint8Array,
): Match | undefined {
  const encoding = readSm2Signature(signature)?.form
  if (encoding === undefined) return undefined
  const bytes = Buffer.from(message)
  for (const { key, form } of keys)
    for (const [hashes, signed] of [
      ['single', bytes],
      ['double', sm3(bytes)],
    ] as const)
      if (sm2Verify(key, signed, signature, { encoding }))
        return { key, form, fingerprint: sm2Fingerprint(key), signature: encoding, hashes }
  return undefined
}

/** Keys that stand in the code, then those of its certificates; more than a few are an attack on our time. */
function keysOf(data: SecurityData, chain: readonly Certificate[]) {
  const stated = data.keys.flatMap((bytes) => readSm2PublicKey(bytes) ?? [])
  const certified = chain.flatMap(({ sm2Key }) =>
    sm2Key ? [{ key: sm2Key, form: 'certificate' as const }] : [],
  )
  return [...stated, ...certified].slice(0, 4)
}

function chainOf(data: SecurityData, { certificates = [] }: SecurityContext): Certificate[] {
  const embedded = data.certificates.flatMap((der) => readCertificate(der) ?? [])
  const named = data.references.flatMap(
    (reference) => certificates.find(({ fingerprint }) => fingerprint === reference) ?? [],
  )
  return [...embedded, ...named]
}

function bindingBytes(message: string, bindings: string): Uint8Array {
  return Buffer.from(bindingMessage(message, bindings))
}

/** SHA-256 of the key’s SubjectPublicKeyInfo, lower-case hex: the name a key is pinned by. */
export function sm2Fingerprint(key: Sm2PublicKey): string {
  return createHash('sha256').update(writeSm2PublicKey(key)).digest('hex')
}

function found(code: Finding['code'], at: SecurityCode, data: Finding['data'] = {}): Finding {
  return finding(code, { at, data: { at, ...data } })
}

function result(
  status: SecurityStatus,
  findings: readonly Finding[],
  more: Partial<SecurityCheck> = {},
): SecurityCheck {
  return { status, findings, key: null, certificate: null, chain: [], bindings: [], ...more }
}
