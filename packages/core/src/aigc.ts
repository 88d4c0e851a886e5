/**
 * The AIGC field, the implicit label of GB 45438-2025 (6.1 and Annex E): seven strings in a fixed order.
 * Written strictly, read tolerantly: whatever real services wrote is read, and every departure is a finding.
 */
import { InputError, UsageError } from './errors.ts'
import { type Finding, finding } from './finding.ts'
import { limits } from './limits.ts'
import { parseProviderCode, resemblesProviderCode } from './provider-code.ts'

/** The seven keys in the order Annex E writes them. */
export const aigcKeys = [
  'Label',
  'ContentProducer',
  'ProduceID',
  'ReservedCode1',
  'ContentPropagator',
  'PropagateID',
  'ReservedCode2',
] as const
/** One of the seven keys. */
export type AigcKey = (typeof aigcKeys)[number]

/** `Label`: 1 is (属于), 2 may be (可能), 3 is suspected to be (疑似) AI-generated. */
export type AigcLabel = '1' | '2' | '3'

/** A complete field, as it is written. All values are strings; the security codes may be empty. */
export type AigcField = Readonly<Record<AigcKey, string>> & { readonly Label: AigcLabel }

/** A field as somebody else wrote it: any key may be missing, `Label` may be anything. */
export type AigcReading = Readonly<Partial<Record<AigcKey, string>>>

/** The characters Annex E allows, with `"` only as the JSON escape: 0x21, 0x23–0x5B, 0x5D–0x7E and `"`. */
const allowed = /^[\x21-\x5b\x5d-\x7e]*$/

/**
 * The field as compact JSON in the order of Annex E, bare: `{"Label":"1",…}`.
 * @throws UsageError when a value is empty that must not be, or holds a character Annex E leaves out.
 */
export function writeAigc(field: AigcField): string {
  if (!['1', '2', '3'].includes(field.Label)) throw new UsageError('usage.aigc.label', { label: field.Label })
  for (const key of aigcKeys) {
    const value = field[key]
    if (value === '' && (key === 'ContentProducer' || key === 'ProduceID'))
      throw new UsageError('usage.aigc.empty', { key })
    if (!allowed.test(value)) throw new UsageError('usage.aigc.character', { key, value })
    if (key === 'ContentProducer' || key === 'ContentPropagator') assertCode(value)
  }
  const text = JSON.stringify(Object.fromEntries(aigcKeys.map((key) => [key, field[key]])))
  if (text.length > limits.aigcBytes) throw new InputError('input.aigc.size', { bytes: text.length })
  return text
}

/** @throws UsageError when the text is a provider code, or was meant to be one, and does not hold. */
export function assertCode(text: string): void {
  if (!resemblesProviderCode(text)) return
  const code = parseProviderCode(text)
  if (typeof code === 'string') throw new UsageError('usage.code.invalid', { code: text, fault: code })
}

/** What `readAigc` made of a place where a field was expected. */
export interface ReadAigc {
  /** Undefined when the text is no AIGC field at all. */
  readonly field: AigcReading | undefined
  readonly findings: readonly Finding[]
}

const aliases: ReadonlyMap<string, AigcKey> = new Map([
  ['ReserveCode1', 'ReservedCode1'],
  ['ReserveCode2', 'ReservedCode2'],
  ['Propagator', 'ContentPropagator'],
  ['PropatorID', 'PropagateID'],
  ['PropagatorID', 'PropagateID'],
  ['ProducerID', 'ProduceID'],
])

/** Reads a field from JSON text or from a mapping (YAML), wrapped in `AIGC` or bare. `at` goes into the findings. */
export function readAigc(value: string | Readonly<Record<string, unknown>>, at: string): ReadAigc {
  const mapping = typeof value === 'string' ? parse(value) : value
  const inner = mapping === undefined ? undefined : unwrap(mapping)
  if (inner === undefined) return { field: undefined, findings: [finding('metadata.aigc.malformed', { at })] }
  return readMapping(inner, at)
}

function readMapping(mapping: Readonly<Record<string, unknown>>, at: string): ReadAigc {
  const findings: Finding[] = []
  const note = (code: Finding['code'], data: Finding['data']) => findings.push(finding(code, { at, data }))
  const field: Partial<Record<AigcKey, string>> = {}
  for (const [name, value] of Object.entries(mapping)) {
    const alias = aliases.get(name)
    const key = alias ?? aigcKeys.find((known) => known === name)
    if (key === undefined) {
      note('metadata.aigc.key.unknown', { key: name })
      continue
    }
    if (alias !== undefined) note('metadata.aigc.key.alias', { key: name, meant: alias })
    if (typeof value !== 'string')
      note('metadata.aigc.value.type', { key, type: value === null ? 'null' : typeof value })
    const text = typeof value === 'string' ? value : value === null ? '' : String(value)
    if (!allowed.test(text)) note('metadata.aigc.value.character', { key })
    if (alias === undefined || field[key] === undefined) field[key] = text
  }
  const missing = aigcKeys.filter((key) => field[key] === undefined)
  if (missing.length === aigcKeys.length)
    return { field: undefined, findings: [finding('metadata.aigc.malformed', { at })] }
  if (missing.length > 0) note('metadata.aigc.key.missing', { keys: missing.join(', ') })
  if (field.Label !== undefined && !['1', '2', '3'].includes(field.Label))
    note('metadata.aigc.label.unknown', { label: field.Label })
  for (const key of ['ContentProducer', 'ContentPropagator'] as const) {
    const text = field[key]
    if (text === undefined || !resemblesProviderCode(text)) continue
    const code = parseProviderCode(text)
    if (typeof code === 'string') note('metadata.code.invalid', { key, code: text, fault: code })
    else if (code.subject === 'individual') note('metadata.code.individual', { key })
  }
  return { field, findings }
}

/** Takes `{"AIGC":{…}}` or `{"AIGC":"{…}"}` off; leaves a bare field alone. */
function unwrap(mapping: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
  const inner = Object.hasOwn(mapping, 'AIGC') ? mapping['AIGC'] : mapping
  if (typeof inner === 'string') return parse(inner)
  return isMapping(inner) ? inner : undefined
}

/** JSON that may be preceded by a character-code prefix (`ASCII\0\0\0`) or a byte order mark and followed by NULs. */
function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.length > limits.aigcBytes) return undefined
  const start = text.indexOf('{')
  const end = text.lastIndexOf('}')
  if (start < 0 || end < start) return undefined
  try {
    const value: unknown = JSON.parse(text.slice(start, end + 1))
    return isMapping(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
