/** Assertions that the standard defines and callers may state, each in its form: others are malformed to readers. */
import { Tagged } from '../encoding/cbor.ts'
import {
  bytes,
  type Form,
  form,
  having,
  list,
  matching,
  mediaType,
  members,
  natural,
  object,
  oneOf,
  text,
} from './form.ts'
import { mediaForms } from './media-assertions.ts'
import { commonFields, linked } from './metadata-fields.ts'
import { softBinding } from './soft-bindings.ts'

/** Tokens by the label of the manifest they are for (C2PA 18.18). */
const tokens = form((value) => {
  const all = value instanceof Map ? [...value.values()] : Object.values(value ?? {})
  return all.length > 0 && all.every((token) => token instanceof Uint8Array)
}, "{ urn:c2pa:…: Uint8Array, b64'…' }")

/** What may be kept elsewhere: bindings, actions and ingredients may not (C2PA 15.10.3.2, 18.24). */
const abroad = form(
  (value) =>
    typeof value === 'string' &&
    /^(?!c2pa\.(?:hash|actions|ingredient|cloud-data|external-reference)\b)./.test(value),
  '≠ c2pa.hash.…, c2pa.actions, c2pa.ingredient, c2pa.cloud-data, c2pa.external-reference',
)
const hashed = having({ url: text, hash: bytes }, { alg: text })
const address: Form = (value, at) => {
  const bare = !['hash', 'alg'].some((name) => Object.hasOwn(Object(value), name))
  having(bare ? { url: text } : { url: text, hash: bytes, alg: text })(value, at)
}

/** That a repository took a manifest in (C2PA 18.27): said afterwards, in an update. */
export const receipt = 'c2pa.repository-receipt'
const ingested = object({
  '@context': (value, at) => (typeof value === 'string' ? text : members)(value, at),
  '@type': oneOf(['org.c2pa.repository-receipt']),
  repository: object({ uri: text, manifestId: text }),
  anchor: having({ uri: text, proof: members }, { parameters: members }),
})

const kind = having(
  { type: matching(/^[\w-]+(?:\.[\w-]+)+$/, 'c2pa.types.…, com.example.…') },
  { version: text },
)
const place = having({ reference: having({ uri: text }) }, { description: text })

const tagged = (what: string) => form((value) => value instanceof Tagged, what)
/** As `createSession` makes it: nobody writes a key and what it signed by hand (C2PA 18.25). */
const sessionKey = object({
  key: form((value) => value instanceof Map, 'COSE_Key'),
  minSequenceNumber: natural,
  createdAt: tagged('tdate'),
  validityPeriod: natural,
  signerBinding: tagged('COSE_Sign1_Tagged'),
})

const forms: ReadonlyMap<string, Form> = new Map([
  ['c2pa.session-keys', object({ keys: list(sessionKey, 1) })],
  ...mediaForms,
  ['c2pa.asset-ref', having({ references: list(place, 1) })],
  ['c2pa.asset-type.v2', having({}, { 'dc:format': mediaType, types: list(kind) })],
  ['c2pa.metadata', commonFields],
  [receipt, ingested],
  ['c2pa.soft-binding', softBinding],
  ['c2pa.time-stamp', tokens],
  ['cn.yinji.evidence', tokens],
  ['c2pa.certificate-status', having({ ocspVals: list(bytes, 1) })],
  ['c2pa.cloud-data', having({ label: abroad, size: natural, location: hashed })],
  ['c2pa.external-reference', having({ location: address }, { label: abroad })],
])

const isMetadata = (label: string) => /\.metadata(?:__\d+)?$/.test(label)

/** Written in JSON; all others are CBOR. */
export const isJson = (label: string) => isMetadata(label) || label.replace(/__\d+$/, '') === receipt

/** Of these a manifest holds one at most (C2PA 18.18.3, 18.19.3, 18.21, 18.23, 18.25). */
export const single: ReadonlySet<string> = new Set([
  'c2pa.time-stamp',
  'c2pa.certificate-status',
  'c2pa.asset-type.v2',
  'font.info',
  'c2pa.session-keys',
])

/** Undefined where anything goes. */
export function formOf(label: string): Form | undefined {
  return forms.get(label) ?? (isMetadata(label) ? linked : undefined)
}
