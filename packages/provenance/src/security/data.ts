/**
 * SecurityData as it stands in ReservedCode1 and ReservedCode2 (TC260-PG-202511A): JSON in a string. Read tolerantly:
 * unknown entries and members are passed over, hexadecimal in any case, both spellings of the signed data.
 */
import { limits } from '@yinji/core'

/** OID of SM3withSM2, and of SM3. */
export const algorithms = { signature: '1.2.156.10197.1.501', hash: '1.2.156.10197.1.401' } as const

export interface SecurityData {
  readonly signatures: readonly SignatureEntry[]
  /** Public keys as they stand. */
  readonly keys: readonly Uint8Array[]
  /** Certificates, DER. */
  readonly certificates: readonly Uint8Array[]
  /** SHA-256 of certificates that are elsewhere, lower-case hex. */
  readonly references: readonly string[]
  readonly bindings: readonly BindingEntry[]
  /** The bindings as JSON without white space: what their signature covers. */
  readonly bindingsText: string
}

export interface SignatureEntry {
  readonly algorithm: string
  /** What is signed: `Md` for the label (also seen as `LabelMataData`), `Bindings` for the content’s hash. */
  readonly type: string
  /** `Propagation` where we sign the propagator’s part as well; absent in what others write. */
  readonly scope: string | undefined
  readonly signature: Uint8Array
}

/** A hash of the content, as `Bindings` holds it. */
export interface BindingEntry {
  /** `BType`: what kind of binding; `Media` for ours. */
  readonly type: string
  /** Dotted OID of the hash. */
  readonly algorithm: string
  /** Lower-case hex. */
  readonly value: string
  /** Which part of the content: see `content.ts`. */
  readonly selection: string
}

/** Entries looked at; real labels have two or three. */
const entries = 16

/** Undefined: it is something else. A text: it was meant to be SecurityData, and what is wrong with it. */
export function readSecurityData(text: string): SecurityData | string | undefined {
  if (!text.includes('SecurityData')) return undefined
  if (text.length > limits.aigcBytes) return 'it is too long'
  let root: unknown
  try {
    root = JSON.parse(text)
  } catch {
    return 'it is no JSON'
  }
  const data = mapping(mapping(root)?.['SecurityData'])
  if (data === undefined) return 'SecurityData is no object'
  const public_ = list(data['PubSD'])
  const of = (type: string) => public_.filter((entry) => entry['Type'] === type)
  const bindings = list(data['Bindings'])
  return {
    signatures: of('DS').flatMap(readSignature),
    keys: of('PubKey').flatMap((entry) => readHex(entry['KeyValue']) ?? []),
    certificates: of('Cert').flatMap((entry) => readHex(entry['KeyValue']) ?? []),
    references: of('CertRef').flatMap((entry) => {
      const value = entry['KeyValue']
      return typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value) ? value.toLowerCase() : []
    }),
    bindings: bindings.flatMap(readBinding),
    bindingsText: JSON.stringify(data['Bindings'] ?? []),
  }
}

function readSignature(entry: Mapping): SignatureEntry[] {
  const signature = readHex(entry['Signature'])
  const signed = mapping(entry['TBSData'])
  const type = signed?.['Type']
  if (signature === undefined || typeof type !== 'string') return []
  const scope = signed?.['Scope']
  return [
    {
      algorithm: String(entry['AlgID']),
      type,
      scope: typeof scope === 'string' ? scope : undefined,
      signature,
    },
  ]
}

function readBinding(entry: Mapping): BindingEntry[] {
  const { BType: type, AlgID: algorithm, Value: value, CntSel: selection } = entry
  if (typeof type !== 'string' || typeof value !== 'string') return []
  return [
    { type, algorithm: String(algorithm), value: value.toLowerCase(), selection: String(selection ?? '') },
  ]
}

function readHex(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string' || value.length > limits.certificateBytes * 2) return undefined
  return /^(?:[0-9a-f]{2})+$/i.test(value) ? Uint8Array.from(Buffer.from(value, 'hex')) : undefined
}

type Mapping = Readonly<Record<string, unknown>>

function mapping(value: unknown): Mapping | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : undefined
}

function list(value: unknown): Mapping[] {
  return Array.isArray(value)
    ? (value.slice(0, entries).flatMap((entry) => mapping(entry) ?? []) as Mapping[])
    : []
}
