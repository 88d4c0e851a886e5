/**
 * Checks ReservedCode1 and ReservedCode2 in every dialect that real services write, and says what a signature proves:
 * a key that travels in the file it signs proves that three fields belong together, and nothing about who wrote them.
 */
import type { AigcReading, Finding } from '@yinji/core'
import { readSm2PublicKey, type Sm2KeyForm, type Sm2PublicKey } from '../sm2/keys.ts'
import { readSm2Signature, sm2Verify } from '../sm2/signature.ts'
import { sm3 } from '../sm2/sm3.ts'
import { type Certificate, readCertificate } from '../trust/certificate.ts'
import { algorithms, type BindingEntry, readSecurityData, type SecurityData } from './data.ts'
import { bindingMessage, messageOf, type SecurityCode } from './message.ts'
import { found, type SecurityContext, sm2Fingerprint, vouch } from './vouch.ts'

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
  /** By when the label was signed, as a trusted time stamp shows. */
  readonly signedAt?: Date | undefined
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
  const signedAt = stampedAt(field, code, message, context)
  const standing = vouch(match.key, field, code, { chain, signedAt }, context)
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
      signedAt,
    },
  )
}

/** The earliest stamp of a label with this very code in it, and with what the code signs. */
function stampedAt(
  field: AigcReading,
  code: SecurityCode,
  message: string,
  { stamped = [] }: SecurityContext,
): Date | undefined {
  const same = stamped.filter(({ aigc }) => aigc[code] === field[code] && messageOf(aigc, code) === message)
  const [first] = same.map(({ time }) => time).sort((a, b) => a.getTime() - b.getTime())
  return first
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

function result(
  status: SecurityStatus,
  findings: readonly Finding[],
  more: Partial<SecurityCheck> = {},
): SecurityCheck {
  return { status, findings, key: null, certificate: null, chain: [], bindings: [], ...more }
}
