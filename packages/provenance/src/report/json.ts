/** CBOR as JSON, in the spelling of crJSON (Content Credentials JSON 3.6.3): byte strings are `b64'…'`. */
import { Tagged } from '../encoding/cbor.ts'

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** Keys are made texts; objects have no prototype, since whoever wrote the file chose the keys. */
export function toJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return base64(value)
  if (value instanceof Tagged) return toJson(value.value)
  if (Array.isArray(value)) return value.map(toJson)
  if (value instanceof Map) {
    const object: Record<string, Json> = Object.create(null)
    for (const [key, member] of value) object[typeof key === 'string' ? key : keyText(key)] = toJson(member)
    return object
  }
  return null
}

function keyText(key: unknown): string {
  return typeof key === 'object' ? JSON.stringify(toJson(key)) : String(key)
}

export function base64(bytes: Uint8Array): string {
  return `b64'${Buffer.from(bytes).toString('base64')}'`
}
