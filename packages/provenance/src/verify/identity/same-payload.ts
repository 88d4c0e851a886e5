/** Whether a credential repeats the payload of the assertion that it stands in, as JSON (CAWG identity 8.1.2.6, 8.1.5.3). */
import type { Reference } from '../claim.ts'
import { isObject, type SignerPayload } from './assertion.ts'

export function isSamePayload({ references, sigType, roles }: SignerPayload, asset: unknown): boolean {
  if (!isObject(asset) || asset['sig_type'] !== sigType) return false
  const list = asset['referenced_assertions']
  const role = asset['role'] ?? []
  return (
    Array.isArray(list) &&
    list.length === references.length &&
    references.every((reference, index) => isSameReference(reference, list[index])) &&
    Array.isArray(role) &&
    role.length === roles.length &&
    roles.every((one, index) => one === role[index])
  )
}

/** Those of Adobe name the algorithm in the credential alone. */
function isSameReference({ url, hash, algorithm }: Reference, other: unknown): boolean {
  if (!isObject(other) || other['url'] !== url) return false
  const { alg } = other
  const same = alg === undefined || algorithm === undefined || alg === algorithm
  return same && spelled(other['hash']) === Buffer.from(hash).toString('base64')
}

/** Base 64; those of c2pa-rs before 0.60 are lists of its characters, one by one. */
function spelled(hash: unknown): unknown {
  if (!Array.isArray(hash) || hash.length > 200 || !hash.every((one) => Number.isInteger(one))) return hash
  return String.fromCharCode(...(hash as number[]))
}
