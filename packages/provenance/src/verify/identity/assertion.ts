/** `cawg.identity` as it stands (CAWG identity 5): what is signed, and by which kind of signature. */
import { limits } from '@yinji/core'
import { encodeCbor, readMembers } from '../../encoding/cbor.ts'
import type { Assertion } from '../checked-manifest.ts'
import { type Reference, readReference } from '../claim.ts'
import { type Fields, fieldsOf, isBytes, isText, textOf } from '../fields.ts'

export interface IdentityAssertion {
  readonly payload: SignerPayload
  readonly signature: Uint8Array
  /** Something else than zeros stands in the padding. */
  readonly padded: boolean
}

/** `signer-payload-map`. Fields of earlier editions are signed, and mean nothing. */
export interface SignerPayload {
  /** `referenced_assertions`. */
  readonly references: readonly Reference[]
  readonly sigType: string
  readonly roles: readonly string[]
  readonly fields: Fields
  /**
   * The encodings that may be signed: as it stands, which is what c2pa-rs signs, and the deterministic one, which is what the
   * standard asks for (CAWG identity 8.2.1). Of one value both: a key can’t stand in it twice.
   */
  readonly encodings: readonly Uint8Array[]
}

/** Undefined when it is not of the form of CAWG identity 5.2. */
export function readIdentity({ node, fields }: Assertion): IdentityAssertion | undefined {
  const bytes = node.contents[0]?.data
  const encoded = fields && bytes && readMembers(bytes)?.get('signer_payload')
  const payload = encoded && readPayload(encoded, fieldsOf(fields, 'signer_payload'))
  const signature = fields?.get('signature')
  const pads = [fields?.get('pad1'), fields?.has('pad2') ? fields.get('pad2') : new Uint8Array()]
  if (!payload || !isBytes(signature) || !pads.every(isBytes)) return undefined
  return { payload, signature, padded: pads.some((pad) => pad.some((byte) => byte !== 0)) }
}

function readPayload(encoded: Uint8Array, fields: Fields | undefined): SignerPayload | undefined {
  const list = fields?.get('referenced_assertions')
  const sigType = textOf(fields, 'sig_type')
  const roles = fields?.has('role') ? fields.get('role') : undefined
  if (!fields || !sigType || !Array.isArray(list) || list.length > limits.assertions) return undefined
  const references = list.map(readReference)
  if (!references.every((one) => one !== undefined)) return undefined
  if (roles !== undefined && !isRoles(roles)) return undefined
  return { references, sigType, roles: roles ?? [], fields, encodings: [encoded, ...deterministic(fields)] }
}

/** None where keys have no order: those of a payload are texts. */
function deterministic(fields: Fields): Uint8Array[] {
  try {
    return [encodeCbor(fields)]
  } catch {
    return []
  }
}

/** Of one person in one work. */
const mostRoles = 100

/** Not empty, neither they nor any of them (CAWG identity 5.1.2). */
function isRoles(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= mostRoles &&
    value.every((role) => isText(role) && role !== '')
  )
}

/** What a COSE_Sign1 has in its payload, where it is JSON. */
export function jsonIn(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return isObject(value) && isShallow(value, limits.depth) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whoever shows it goes as deep as it is. */
function isShallow(value: object, levels: number): boolean {
  if (levels <= 0) return false
  return Object.values(value).every(
    (one) => typeof one !== 'object' || one === null || isShallow(one, levels - 1),
  )
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
