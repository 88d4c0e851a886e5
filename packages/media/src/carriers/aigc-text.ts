/**
 * Finds an AIGC field in free text, as services put it into comments, descriptions and segments of their own:
 * `{"AIGC":{…}}`, `{"AIGC":"{…}"}`, `AIGC{…}`, or the bare object; in any encoding whose ASCII is ASCII, and in UTF-16.
 */
import { binaryText } from './binary.ts'

export interface AigcInText {
  /** The field as JSON text. */
  readonly value: string
  /** What to blank so that the rest of the text stays in order; byte offsets. */
  readonly start: number
  readonly end: number
}

interface Span {
  readonly start: number
  readonly end: number
}

type Encoding = 'utf8' | 'utf-16le' | 'utf-16be'

/** More attempts than this at one text are an attack; a real text holds one field. */
const mostAttempts = 16

/** Every AIGC field in the bytes, in order. */
export function findAigc(bytes: Uint8Array): AigcInText[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (const encoding of ['utf8', 'utf-16le', 'utf-16be'] as const) {
    if (!signs.some((sign) => buffer.includes(wide(sign, encoding)))) continue
    const text = encoding === 'utf8' ? binaryText(bytes) : narrow(bytes, encoding)
    const unit = encoding === 'utf8' ? 1 : 2
    const found = search(text)
    if (found.length > 0)
      return found.map(({ span, json }) => ({
        value: decode(buffer.subarray(json.start * unit, json.end * unit), encoding),
        start: span.start * unit,
        end: span.end * unit,
      }))
  }
  return []
}

/** A copy of the bytes with the fields blanked, of the same length. */
export function blankAigc(bytes: Uint8Array, found: readonly AigcInText[]): Uint8Array {
  const out = Uint8Array.from(bytes)
  for (const { start, end } of found) for (let at = start; at < end; at++) if (out[at] !== 0) out[at] = 0x20 // NULs stay: UTF-16 spaces have one
  return out
}

/** Whether a text says nothing: white space, NULs, and at most the name of what stood there. */
export function isBlank(bytes: Uint8Array): boolean {
  return /^(?:AIGC)?[\s\0]*$/.test(binaryText(bytes))
}

const signs = ['AIGC', 'ProduceID', 'ContentPro', 'PropagateID']

function wide(sign: string, encoding: Encoding): Buffer {
  const little = Buffer.from(sign, encoding === 'utf8' ? 'latin1' : 'utf16le')
  return encoding === 'utf-16be' ? little.swap16() : little
}

/** UTF-16 with one character for each unit; what is not Latin-1 becomes a mark that matches nothing. */
function narrow(bytes: Uint8Array, encoding: Encoding): string {
  const out = Buffer.alloc(bytes.byteLength >> 1)
  const high = encoding === 'utf-16be' ? 0 : 1
  for (let index = 0; index < out.length; index++)
    out[index] = bytes[index * 2 + high] === 0 ? (bytes[index * 2 + 1 - high] ?? 0) : 0x7f
  return out.toString('latin1')
}

function decode(bytes: Uint8Array, encoding: Encoding): string {
  const text = new TextDecoder(encoding).decode(bytes)
  if (!text.startsWith('"')) return text
  try {
    return String(JSON.parse(text))
  } catch {
    return text
  }
}

/** `"AIGC":` before an object, or a string of one. */
const member = /"AIGC"\s*:\s*(?=\{|"\s*\{)/
/** The name before an object. */
const prefixed = /AIGC[\s:=\0]*(?=\{)/
/** An object that begins with a key of the field, or a known misspelling of one. */
const bare =
  /(?=\{\s*"(?:Label|Content(?:Producer|Propagator)|Producer?ID|Propagator|Propaga?torID|PropagateID|Reserved?Code[12])")/

function search(text: string): { span: Span; json: Span }[] {
  const found: { span: Span; json: Span }[] = []
  const pattern = new RegExp([member, prefixed, bare].map(({ source }) => source).join('|'), 'g')
  for (let attempts = 0; attempts < mostAttempts; attempts++) {
    const match = pattern.exec(text)
    if (match === null) break
    const start = match.index + match[0].length
    const json = { start, end: valueEnd(text, start) }
    const named = match[0] !== ''
    if (named || looksLikeField(text.slice(json.start, json.end))) {
      found.push({
        span: match[0].startsWith('"')
          ? memberSpan(text, match.index, json.end)
          : { start: match.index, end: json.end },
        json,
      })
      pattern.lastIndex = json.end
    } else pattern.lastIndex = start + 1
  }
  return found
}

/** A bare object is a field when it has at least one key that nothing else would have. */
function looksLikeField(json: string): boolean {
  return /"(?:Content(?:Producer|Propagator)|ProduceID|PropagateID|ReservedCode[12])"\s*:/.test(json)
}

/** The object around a member that is alone in it; else the member and one comma. */
function memberSpan(text: string, start: number, end: number): Span {
  const before = /[^\s\0]?\s*$/.exec(text.slice(Math.max(0, start - 64), start))?.[0] ?? ''
  const after = /^\s{0,64}[^\s\0]?/.exec(text.slice(end, end + 65))?.[0] ?? ''
  const opens = before.startsWith('{')
  if (opens && after.endsWith('}')) return { start: start - before.length, end: end + after.length }
  if (after.endsWith(',')) return { start, end: end + after.length }
  return before.startsWith(',') ? { start: start - before.length, end } : { start, end }
}

/** Where the object or string that begins here ends; the end of the text, or of its first NUL, when it is cut off. */
function valueEnd(text: string, start: number): number {
  let depth = 0
  let quoted = false
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0) return at
    if (quoted && code === 0x5c) at++
    else if (code === 0x22) {
      quoted = !quoted
      if (!quoted && depth === 0) return at + 1
    } else if (!quoted && code === 0x7b) depth++
    else if (!quoted && code === 0x7d && --depth === 0) return at + 1
  }
  return text.length
}
