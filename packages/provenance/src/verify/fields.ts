/** Narrowing of decoded CBOR. Maps stay maps: their keys are chosen by whoever wrote the file. */

export type Fields = ReadonlyMap<unknown, unknown>

export function isFields(value: unknown): value is Fields {
  return value instanceof Map
}

export function isText(value: unknown): value is string {
  return typeof value === 'string'
}

export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array
}

/** An integer from 0 that a number holds exactly. */
export function isNatural(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** The text of a field; undefined when it is absent or of another type. */
export function textOf(fields: Fields | undefined, key: string): string | undefined {
  const value = fields?.get(key)
  return isText(value) ? value : undefined
}

/** The map in a field; undefined when it is absent or of another type. */
export function fieldsOf(fields: Fields | undefined, key: string): Fields | undefined {
  const value = fields?.get(key)
  return isFields(value) ? value : undefined
}

/** The list in a field; empty when it is absent or of another type. */
export function listOf(fields: Fields | undefined, key: string): readonly unknown[] {
  const value = fields?.get(key)
  return Array.isArray(value) ? value : []
}
