/** Security data of a label (TC260-PG-202511A): signs it before it is written, and checks it with the content it came with. */
import {
  type AigcReading,
  aigcOf,
  type Finding,
  finding,
  type MediaHandler,
  type ProvenanceRecord,
  producerOf,
  type Source,
  YinjiError,
} from '@yinji/core'
import {
  checkSecurityData,
  type SecurityCheck,
  type SecurityCode,
  type SecurityContext,
  securityAlgorithms,
  sm2Fingerprint,
  writeSecurityData,
} from '@yinji/provenance'
import type { Identity } from './identity.ts'
import { hashAfter, hashBefore, isBrief, type MediaBefore, mediaBinding } from './media-hash.ts'

/** Both codes of a label, checked. */
export interface Security {
  readonly codes: Readonly<Record<SecurityCode, SecurityCheck>>
  readonly findings: readonly Finding[]
}

const securityCodes = ['ReservedCode1', 'ReservedCode2'] as const

/** Checks the codes of a label, and the content they were signed for. */
export async function checkSecurity(
  field: AigcReading,
  handler: MediaHandler,
  source: Source,
  context: SecurityContext,
  signal: AbortSignal | undefined,
): Promise<Security> {
  const [producer, propagator] = securityCodes.map((code) => checkSecurityData(field, code, context))
  if (producer === undefined || propagator === undefined) return noSecurity
  const codes = { ReservedCode1: producer, ReservedCode2: propagator }
  const findings: Finding[] = []
  for (const code of securityCodes) {
    findings.push(...codes[code].findings)
    for (const binding of codes[code].bindings) {
      const known = binding.type === mediaBinding && binding.algorithm === securityAlgorithms.hash
      const hash = known
        ? await attempt(() => hashAfter(handler, source, binding.selection, signal))
        : undefined
      const data = { at: code, bytes: hash?.bytes ?? 0, of: hash?.of ?? 0 }
      const outcome =
        hash === undefined ? 'unsupported' : hash.binding.value === binding.value ? 'intact' : 'mismatch'
      findings.push(finding(`security.content.${outcome}`, { at: code, data }))
    }
  }
  return { codes, findings }
}

/** A file without a label. */
export const noSecurity: Security = {
  codes: {
    ReservedCode1: { status: 'absent', findings: [], key: null, certificate: null, chain: [], bindings: [] },
    ReservedCode2: { status: 'absent', findings: [], key: null, certificate: null, chain: [], bindings: [] },
  },
  findings: [],
}

/** The code that an identity signs in this label: as its producer, or as the one who passes it on; undefined for neither. */
export function codeToSign(
  record: ProvenanceRecord,
  identity: Identity | undefined,
): SecurityCode | undefined {
  if (identity?.label === undefined) return undefined
  const own = producerOf(identity.provider)
  const field = aigcOf(record)
  if (field.ContentProducer === own) return record.reservedCode1 === '' ? 'ReservedCode1' : undefined
  return field.ContentPropagator === own && record.reservedCode2 === '' ? 'ReservedCode2' : undefined
}

/** A record with its code, and what the code binds. */
export interface SignedRecord {
  readonly record: ProvenanceRecord
  /** Absent where the content is bound by the manifest alone. */
  readonly content?: MediaBefore | undefined
}

/** The record with the code that this identity has to sign; the other one stays as it is. */
export async function signRecord(
  record: ProvenanceRecord,
  identity: Identity | undefined,
  handler: MediaHandler,
  source: Source,
  signal: AbortSignal | undefined,
): Promise<SignedRecord> {
  const code = codeToSign(record, identity)
  if (code === undefined || identity?.label === undefined || handler.slots.aigc === undefined)
    return { record }
  const content = await hashBefore(handler, source, signal)
  const options = { binding: content?.binding, brief: isBrief(handler) }
  const text = await writeSecurityData(aigcOf(record), code, identity.label, options)
  const name = code === 'ReservedCode1' ? 'reservedCode1' : 'reservedCode2'
  return { record: { ...record, [name]: text }, content }
}

/** Whether this identity signed the code, and both signature and content still hold. */
export function signedBy(identity: Identity | undefined, security: Security, code: SecurityCode): boolean {
  const { label } = identity ?? {}
  return (
    label !== undefined &&
    security.codes[code].key === sm2Fingerprint(label.publicKey) &&
    !security.findings.some(({ level }) => level === 'error')
  )
}

/** A file too damaged to tell its media data from the rest. */
async function attempt<T>(job: () => Promise<T>): Promise<T | undefined> {
  try {
    return await job()
  } catch (error) {
    if (error instanceof YinjiError) return undefined
    throw error
  }
}
