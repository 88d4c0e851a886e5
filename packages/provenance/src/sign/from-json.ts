/**
 * What is stated in JSON, which has no byte strings: they are spelt as crJSON spells them (Content Credentials JSON 3.6.3),
 * and as they are shown again: `b64'AQID'`.
 */
import { limits } from '@yinji/core'
import { isDefinition, statementsOfDefinition } from './definition.ts'
import { refuse, under } from './form.ts'
import { isJson } from './known-assertions.ts'

/**
 * The value with bytes for every text that spells them. In assertions that are JSON themselves, such as `c2pa.metadata`, there
 * are none, and texts stay texts.
 * @param given What `JSON.parse` gave: statements, or a manifest definition of c2patool with nothing but assertions.
 * @param at What the errors begin with, e.g. `statements.json: `.
 * @throws UsageError for a text that begins like bytes, and is not base64 with its padding to the end.
 */
export function statementsFromJson(given: unknown, at = ''): unknown {
  const value = isObject(given) && isDefinition(given) ? statementsOfDefinition(given, at) : given
  if (!isObject(value) || !Array.isArray(value['assertions'])) return withBytes(value, at)
  const { assertions, ...rest } = value
  const stated = (assertions as unknown[]).map((one, index) =>
    isObject(one) && isJson(String(one['label'])) ? one : withBytes(one, `${at}assertions[${index}]`, 2),
  )
  return { ...(withBytes(rest, at) as object), assertions: stated }
}

function withBytes(value: unknown, at: string, depth = 0): unknown {
  if (typeof value === 'string') return value.startsWith("b64'") ? bytesOf(value, at) : value
  if (typeof value !== 'object' || value === null || depth > limits.depth) return value // what is deeper is refused anyway
  if (Array.isArray(value)) return value.map((one, index) => withBytes(one, `${at}[${index}]`, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withBytes(member, under(at, key), depth + 1)]),
  )
}

function bytesOf(text: string, at: string): Uint8Array {
  const base64 = text.slice(4, -1)
  const bytes = Buffer.from(base64, 'base64')
  if (!text.endsWith("'") || text.length < 5 || bytes.toString('base64') !== base64)
    refuse(at, text, "b64'…'")
  return Uint8Array.from(bytes)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
