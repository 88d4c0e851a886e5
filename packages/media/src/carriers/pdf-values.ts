/**
 * The objects of PDF (ISO 32000-2 7.3), parsed from binary text and written back. Whatever is not changed keeps the
 * spelling it had: numbers, strings and names are held as they were written.
 */
import { binaryText } from './binary.ts'

export type PdfValue =
  /** Numbers, booleans, null and names with their slash. */
  | { readonly kind: 'token'; readonly raw: string }
  | { readonly kind: 'string'; readonly raw: string }
  | { readonly kind: 'reference'; readonly number: number; readonly generation: number }
  | { readonly kind: 'array'; readonly items: readonly PdfValue[] }
  | PdfDictionary

export type PdfReference = Extract<PdfValue, { kind: 'reference' }>

export interface PdfDictionary {
  readonly kind: 'dictionary'
  /** By name without the slash; of duplicates the first. */
  readonly entries: ReadonlyMap<string, PdfValue>
}

export const name = (text: string): PdfValue => ({ kind: 'token', raw: `/${text}` })
export const number = (value: number): PdfValue => ({ kind: 'token', raw: String(value) })
export const array = (...items: readonly PdfValue[]): PdfValue => ({ kind: 'array', items })
export const reference = (to: number, generation = 0): PdfReference => ({
  kind: 'reference',
  number: to,
  generation,
})
export const dictionary = (entries: Iterable<readonly [string, PdfValue]>): PdfDictionary => ({
  kind: 'dictionary',
  entries: new Map(entries),
})

/** The dictionary with some entries replaced, added or (undefined) left out. */
export function withEntries(base: PdfDictionary, changes: Readonly<Record<string, PdfValue | undefined>>) {
  const entries = new Map(base.entries)
  for (const [key, value] of Object.entries(changes))
    if (value === undefined) entries.delete(key)
    else entries.set(key, value)
  return dictionary(entries)
}

export function writeValue(value: PdfValue): string {
  switch (value.kind) {
    case 'token':
    case 'string':
      return value.raw
    case 'reference':
      return `${value.number} ${value.generation} R`
    case 'array':
      return `[${value.items.map(writeValue).join(' ')}]`
    case 'dictionary':
      return `<<${[...value.entries].map(([key, item]) => `/${writeName(key)} ${writeValue(item)}`).join(' ')}>>`
  }
}

/** Text of a name token, `#xx` resolved (7.3.5); undefined for everything else. */
export function nameOf(value: PdfValue | undefined): string | undefined {
  return value?.kind === 'token' && value.raw.startsWith('/') ? readName(value.raw.slice(1)) : undefined
}

/** A non-negative whole number; undefined for everything else. */
export function integerOf(value: PdfValue | undefined): number | undefined {
  return value?.kind === 'token' && /^\+?\d{1,15}(?:\.0*)?$/.test(value.raw)
    ? Number.parseInt(value.raw, 10)
    : undefined
}

/** A number (7.3.3); undefined for everything else. */
export function numberOf(value: PdfValue | undefined): number | undefined {
  return value?.kind === 'token' && /^[+-]?(?:\d{1,15}\.?\d{0,15}|\.\d{1,15})$/.test(value.raw)
    ? Number.parseFloat(value.raw)
    : undefined
}

export function readName(raw: string): string {
  return raw.includes('#')
    ? raw.replace(/#([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    : raw
}

function writeName(text: string): string {
  return text.replace(
    /[^!-~]|[#()<>[\]{}/%]/g,
    (character) => `#${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

/** ASCII text as a literal string. */
export function literal(text: string): PdfValue {
  return { kind: 'string', raw: `(${text.replace(/[\\()]/g, '\\$&')})` }
}

export function hexString(bytes: Uint8Array): PdfValue {
  return { kind: 'string', raw: `<${Buffer.from(bytes).toString('hex')}>` }
}

/** The bytes of a string (7.3.4), as binary text. */
export function stringBytes(value: PdfValue | undefined): string | undefined {
  if (value?.kind !== 'string') return undefined
  const { raw } = value
  if (raw.startsWith('<')) {
    const digits = raw.replace(/[^0-9a-f]/gi, '')
    return binaryText(Buffer.from(digits.length % 2 ? `${digits}0` : digits, 'hex'))
  }
  return raw.slice(1, -1).replace(/\\(?:([0-7]{1,3})|(\r\n|[\s\S]))|\r\n?/g, (whole, octal, one) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
    if (one === undefined) return '\n'
    return /[\r\n]/.test(one) ? '' : (escapes.get(one) ?? (whole === '\\' ? '' : one))
  })
}

const escapes = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
])

/** What a text string says (7.9.2.2): UTF-16BE, UTF-8 or, as far as ASCII goes, PDFDocEncoding. */
export function textOf(value: PdfValue | undefined): string | undefined {
  const raw = stringBytes(value)
  if (raw === undefined) return undefined
  const bytes = Buffer.from(raw, 'latin1')
  if (raw.startsWith('\xfe\xff')) return new TextDecoder('utf-16be').decode(bytes)
  if (raw.startsWith('\xff\xfe')) return new TextDecoder('utf-16le').decode(bytes)
  return new TextDecoder('utf-8').decode(bytes) // also what writers put there without the mark
}
