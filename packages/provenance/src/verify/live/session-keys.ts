/** `c2pa.session-keys` (C2PA 18.25): keys that a signer vouches for, to sign the segments of a live video. */
import type { KeyObject } from 'node:crypto'
import { limits } from '@yinji/core'
import { Tagged } from '../../encoding/cbor.ts'
import { CoseError, headers, parseCoseMembers } from '../../encoding/cose.ts'
import type { Certificate } from '../../trust/certificate.ts'
import type { CheckedManifest } from '../checked-manifest.ts'
import { type Fields, fieldsOf, isFields, isNatural, isText } from '../fields.ts'
import { type Digest, digestOf } from '../hashes.ts'
import { algorithmOf, signatureHolds } from '../signature/signature.ts'
import { readCoseKey } from './cose-key.ts'

export interface SessionKey {
  /** `kid`, hex. */
  readonly id: string
  readonly key: KeyObject
  /** The smallest sequence number that may be signed with it. */
  readonly first: number
  readonly from: Date
  readonly until: Date
  /** Whose key it is: the certificate of the manifest that has it. */
  readonly certificate: Certificate
  /** Of the claim, for hashes that name none. */
  readonly digest: Digest | undefined
}

/** What a manifest says of session keys. */
export interface ReadKeys {
  readonly keys: readonly SessionKey[]
  /** What is wrong with others. */
  readonly problems: readonly string[]
  /** Label of the assertion. */
  readonly label: string
}

export const sessionKeysLabel = 'c2pa.session-keys'
/** A day of keys for an hour each is a lot; a hostile file could hold a million. */
const most = 1000

/** Undefined where the manifest has no such assertion. */
export function readSessionKeys({ assertions, claim, chain }: CheckedManifest): ReadKeys | undefined {
  const [assertion, ...others] = assertions.filter(({ base }) => base === sessionKeysLabel)
  if (assertion === undefined) return undefined
  const { label } = assertion
  const [certificate] = chain
  const list = assertion.fields?.get('keys')
  if (others.length > 0) return { keys: [], problems: ['more than one assertion'], label }
  if (claim?.version === 2 && !assertion.created)
    return { keys: [], problems: ['the signer does not vouch for it'], label }
  if (!Array.isArray(list) || list.length === 0 || list.length > most || certificate === undefined)
    return { keys: [], problems: ['keys'], label }
  const digest = digestOf(claim?.algorithm)
  const keys = new Map<string, SessionKey>()
  const problems: string[] = []
  for (const [index, entry] of list.entries()) {
    const read = isFields(entry) ? readEntry(entry, certificate, digest) : 'no map'
    if (typeof read !== 'string' && !keys.has(read.id)) keys.set(read.id, read)
    else problems.push(`keys[${index}]: ${typeof read === 'string' ? read : 'kid twice'}`)
  }
  return { keys: [...keys.values()], problems, label }
}

/** A key, or what is wrong with it. */
function readEntry(entry: Fields, certificate: Certificate, digest: Digest | undefined): SessionKey | string {
  const fields = fieldsOf(entry, 'key')
  const own = fields && readCoseKey(fields)
  if (fields === undefined || own === undefined) return 'key'
  const [first, period] = [entry.get('minSequenceNumber'), entry.get('validityPeriod')]
  if (!isNatural(first)) return 'minSequenceNumber'
  if (!isNatural(period)) return 'validityPeriod'
  const from = timeOf(entry.get('createdAt'))
  if (from === undefined) return 'createdAt'
  if (!binds(entry.get('signerBinding'), own.key, certificate.der)) return 'signerBinding'
  const until = new Date(Math.min(from.getTime() + period * 1000, latest))
  return { first, from, until, certificate, digest, ...own }
}

/** The last moment there is a `Date` for. */
const latest = 8.64e15

/** Date and time under tag 0 (RFC 8949 3.4.1), which is RFC 3339. */
function timeOf(value: unknown): Date | undefined {
  if (!(value instanceof Tagged) || value.tag !== 0 || !isText(value.value)) return undefined
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i
  const time = new Date(form.test(value.value) ? value.value : Number.NaN)
  return Number.isNaN(time.getTime()) ? undefined : time
}

/**
 * `signerBinding`: the session key signs the certificate of the signer, so that nobody else’s key can be passed off as the signer’s.
 * Its payload is detached, which is nil (C2PA 13.2.3); the example in 18.25.3 has an empty byte string there.
 */
function binds(value: unknown, key: KeyObject, payload: Uint8Array): boolean {
  try {
    const cose = parseCoseMembers(value)
    const algorithm = algorithmOf(cose.protectedHeader.get(headers.algorithm))
    if (algorithm === undefined || (cose.payload?.byteLength ?? 0) > 0) return false
    const { protectedBytes: protectedHeader, signature } = cose
    return signatureHolds({ algorithm, key, protectedHeader, payload, signature })
  } catch (error) {
    if (error instanceof CoseError) return false
    throw error
  }
}

/** Enough for a stream of years; whoever could be asked for more would have to keep them all. */
export class KeyRing {
  readonly #keys = new Map<string, SessionKey>()

  /** A later key of the same name takes the place of the earlier one; the oldest are forgotten. */
  add(keys: readonly SessionKey[]): void {
    for (const key of keys) {
      this.#keys.delete(key.id)
      this.#keys.set(key.id, key)
      const [oldest] = this.#keys.keys()
      if (this.#keys.size > limits.assertions && oldest !== undefined) this.#keys.delete(oldest)
    }
  }

  has({ id, key, first, from }: SessionKey): boolean {
    const known = this.#keys.get(id)
    return known?.key.equals(key) === true && known.first === first && +known.from === +from
  }

  get(id: string): SessionKey | undefined {
    return this.#keys.get(id)
  }
}
