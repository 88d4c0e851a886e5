/** What a value given by a caller must look like: plain JavaScript and JSON files have no types to tell. */
import { UsageError } from '@yinji/core'

/** Holds a value that stands `at` a place against what is allowed there. @throws UsageError that says all three. */
export type Form = (value: unknown, at: string) => void

export function refuse(at: string, value: unknown, allowed: string): never {
  if (value === undefined) throw new UsageError('usage.field.missing', { at, allowed })
  const place = at.replace(/: $/, '') || 'content' // of a whole file only its name is left
  throw new UsageError('usage.field.invalid', { at: place, found: shown(value), allowed })
}

/** Enough of a value to be found again. */
function shown(value: unknown): string {
  if (typeof value === 'function' || typeof value === 'symbol') return typeof value
  if (typeof value === 'bigint') return `${value}`
  if (value instanceof Date || value instanceof Uint8Array || value instanceof Map)
    return value.constructor.name
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[…]' : '{…}'
  const words = typeof value === 'number' ? `${value}` : JSON.stringify(value)
  return words.length > 80 ? `${words.slice(0, 80)}…` : words
}

/** @param allowed in terms that both languages have */
export function form(holds: (value: unknown) => boolean, allowed: string): Form {
  return (value, at) => {
    if (!holds(value)) refuse(at, value, allowed)
  }
}

export const text = form((value) => typeof value === 'string' && value !== '', 'string')
export const flag = form((value) => typeof value === 'boolean', 'true, false')
export const number = form((value) => Number.isFinite(value), 'number')
export const natural = form((value) => Number.isSafeInteger(value) && Number(value) >= 0, 'integer ≥ 0')
/** Where readers count in 32 bits. */
export const index = form(
  (value) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31,
  'integer 0…2147483647',
)
export const bytes = form((value) => value instanceof Uint8Array, "Uint8Array, b64'…'")
export const members = form(isPlain, '{ … }')

export function matching(pattern: RegExp, allowed: string): Form {
  return form((value) => typeof value === 'string' && pattern.test(value), allowed)
}

/** As `dc:format` has it (C2PA 18.16.6). */
export const mediaType = matching(/^\w+\/[-+.\w]+$/, 'image/jpeg, …')

export function oneOf(words: readonly string[]): Form {
  return form((value) => words.includes(value as string), words.join(', '))
}

const zoned = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/
/** A `Date`, or ISO 8601 with a zone. */
export const time = form(
  (value) =>
    (value instanceof Date || (typeof value === 'string' && zoned.test(value))) &&
    !Number.isNaN(new Date(value).getTime()),
  'YYYY-MM-DDThh:mm:ssZ',
)

export function list(each: Form, least = 0, most = Number.POSITIVE_INFINITY): Form {
  const allowed = Number.isFinite(most) ? `[…${most}]` : least ? `[${least}…]` : '[…]'
  return (value, at) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) refuse(at, value, allowed)
    for (const [index, entry] of value.entries()) each(entry, `${at}[${index}]`)
  }
}

/** Members with those names and no others; what is undefined is absent. */
export function object(required: Readonly<Record<string, Form>>, optional: Record<string, Form> = {}): Form {
  const forms = new Map(Object.entries({ ...required, ...optional }))
  return (value, at) => {
    if (!isPlain(value)) refuse(at, value, `{ ${[...forms.keys()].join(', ')} }`)
    const given = Object.entries(value as object).filter(([, member]) => member !== undefined)
    for (const [key] of given)
      if (!forms.has(key))
        throw new UsageError('usage.field.unknown', {
          at: under(at, key),
          allowed: [...forms.keys()].join(', '),
        })
    const names = new Set([...Object.keys(required), ...given.map(([key]) => key)])
    for (const key of names) forms.get(key)?.((value as Record<string, unknown>)[key], under(at, key))
  }
}

/** Members with those names, and any others. */
export function having(required: Readonly<Record<string, Form>>, optional: Record<string, Form> = {}): Form {
  return (value, at) => {
    members(value, at)
    const given = new Map(Object.entries(value as object).filter(([, member]) => member !== undefined))
    for (const [key, each] of Object.entries(required)) each(given.get(key), under(at, key))
    for (const [key, each] of Object.entries(optional))
      if (given.has(key)) each(given.get(key), under(at, key))
  }
}

/** One of several, told apart by a word in it. */
export function tagged(tag: string, forms: Readonly<Record<string, Form>>, usual?: string): Form {
  const word = oneOf(Object.keys(forms))
  return (value, at) => {
    if (!isPlain(value)) refuse(at, value, '{ … }')
    const kind = (value as Record<string, unknown>)[tag] ?? usual
    word(kind, under(at, tag))
    forms[kind as string]?.(value, at)
  }
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const parent: unknown = Object.getPrototypeOf(value)
  return parent === Object.prototype || parent === null
}

/** A path may begin with the name of a file: `statements.json: actions[0].when`. */
export const under = (at: string, key: string) => (at === '' || at.endsWith(' ') ? at + key : `${at}.${key}`)
