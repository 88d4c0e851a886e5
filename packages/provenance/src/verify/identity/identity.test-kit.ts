/** For tests only: identity assertions made to measure, right ones and wrong ones, without the signing half. */
import { type KeyObject, sign } from 'node:crypto'
import { encodeCbor, encodeMembers, Tagged } from '../../encoding/cbor.ts'
import type { Results } from '../../validation.ts'
import { type AssertionSpec, actions, type CheckOptions, check, forgeFile } from '../forge.test-kit.ts'
import { type Issued, issue, issuing } from '../issue.test-kit.ts'

export const documentSigning = '1.3.6.1.5.5.7.3.36'
export const jane = issue({ subject: 'Jane Doe', purposes: [documentSigning] }, issuing)

/** A hashed URI. */
export type Referenced = Readonly<Record<string, unknown>>

export interface IdentitySpec {
  /** Labels, or whole references. Default: the hash of the content, and the actions. */
  readonly references?: readonly (string | Referenced)[]
  readonly payload?: Readonly<Record<string, unknown>>
  /** Members of the assertion besides payload and signature; undefined ones are left out. */
  readonly members?: Readonly<Record<string, unknown>>
  /** `schema`, in the order of which c2pa-rs writes and signs. Default: the deterministic one. */
  readonly order?: 'schema'
  /** What is signed, instead of the payload. */
  readonly over?: (payload: Uint8Array) => Uint8Array
  /** The signature, instead of one of Jane’s. */
  readonly signature?: (payload: Uint8Array) => Uint8Array
  readonly label?: string
}

export function identity(spec: IdentitySpec = {}): AssertionSpec {
  const { references = ['c2pa.hash.data', 'c2pa.actions.v2'], members = {} } = spec
  const raw = (hashOf: (label: string) => Uint8Array) => {
    const fields = {
      referenced_assertions: references.map((one) =>
        typeof one === 'string' ? referTo(one, hashOf(one)) : one,
      ),
      sig_type: 'cawg.x509.cose',
      role: ['cawg.creator'],
      ...spec.payload,
    }
    const payload = spec.order === 'schema' ? inOrder(fields) : encodeCbor(fields)
    const signed = spec.over?.(payload) ?? payload
    const signature = spec.signature?.(signed) ?? coseOf(signed)
    const rest = Object.entries({ pad1: new Uint8Array(8), ...members }).filter(
      ([, value]) => value !== undefined,
    )
    return encodeMembers([
      ['signer_payload', payload],
      ['signature', encodeCbor(signature)],
      ...rest.map(([key, value]) => [key, encodeCbor(value)] as const),
    ])
  }
  return { label: spec.label ?? 'cawg.identity', content: null, raw, list: 'gathered_assertions' }
}

export const referTo = (label: string, hash: Uint8Array) => ({
  url: `self#jumbf=c2pa.assertions/${label}`,
  hash,
})

const inOrder = (fields: Readonly<Record<string, unknown>>) =>
  encodeMembers(Object.entries(fields).map(([key, value]) => [key, encodeCbor(value)]))

export interface CoseSpec {
  readonly who?: Issued
  readonly key?: KeyObject
  readonly algorithm?: number
  readonly headers?: readonly (readonly [unknown, unknown])[]
  readonly unprotected?: (protectedBytes: Uint8Array, signature: Uint8Array) => ReadonlyMap<unknown, unknown>
}

/** COSE_Sign1_Tagged, detached. */
export function coseOf(payload: Uint8Array, spec: CoseSpec = {}): Uint8Array {
  const { who = jane, key = who.privateKey, algorithm = -7, headers = [], unprotected } = spec
  const protectedBytes = encodeCbor(
    new Map<unknown, unknown>([[1, algorithm], [33, [who.certificate, issuing.certificate]], ...headers]),
  )
  const signed = encodeCbor(['Signature1', protectedBytes, new Uint8Array(), payload])
  const signature = sign('sha256', signed, { key, dsaEncoding: 'ieee-p1363' })
  return encodeCbor(
    new Tagged(18, [protectedBytes, unprotected?.(protectedBytes, signature) ?? new Map(), null, signature]),
  )
}

/** Codes about identities. */
export const cawg = ({ success, informational, failure }: Results) =>
  [...success, ...informational, ...failure].flatMap(({ code }) =>
    code.startsWith('cawg.') ? [code.slice('cawg.'.length)] : [],
  )

export const fileWith = (...specs: readonly IdentitySpec[]) =>
  forgeFile({ assertions: [actions, ...specs.map(identity)] })
/** What is said of a file with this assertion, and of the assertion. */
export const told = async (spec: IdentitySpec, options?: CheckOptions) => {
  const validation = await check(fileWith(spec), options)
  const [one] = validation.identities
  return { ...validation, one, statuses: cawg(validation.results) }
}
