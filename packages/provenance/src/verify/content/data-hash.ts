/** `c2pa.hash.data`: a hash over all bytes outside the exclusions (C2PA 15.12.1), of texts over their NFC form (A.8). */
import { createHash } from 'node:crypto'
import { concat, limits } from '@yinji/core'
import { isBytes, isFields, isNatural } from '../fields.ts'
import { type Binding, type Compared, type Content, unchecked } from './binding.ts'
import { pour, type Range } from './stream.ts'

interface Exclusion {
  readonly start: number
  readonly length: number
}

export async function dataHash(binding: Binding, content: Content): Promise<Compared> {
  const { fields, digest, at, log } = binding
  const expected = fields.get('hash')
  const exclusions = readExclusions(fields.get('exclusions'))
  if (!isBytes(expected) || exclusions === undefined) {
    const [kind, what] =
      exclusions === undefined ? (['malformed', 'exclusions'] as const) : (['mismatch', 'hash'] as const)
    log.report('manifest.binding.malformed', { status: `assertion.dataHash.${kind}`, at, what })
    return unchecked
  }
  const holes = checkExclusions(exclusions, binding, content)
  if (holes === undefined) return unchecked
  const { source, found } = content
  const isText = found.binding === 'text'
  if (isText && source.size > limits.textBytes) {
    log.report('manifest.binding.unsupported', { at, label: 'a text of this size' })
    return unchecked
  }
  const hash = createHash(digest)
  const sha256 = isText
    ? await pourText(binding, content, holes, hash)
    : await pour(content, [rangesOutside(holes, source.size, hash)], digest === 'sha256' ? hash : undefined)
  return { outcome: Buffer.compare(hash.digest(), expected) === 0 ? 'match' : 'mismatch', sha256 }
}

/** Sorted and not overlapping, else undefined. Ranges of no length exclude nothing. */
function readExclusions(value: unknown): readonly Exclusion[] | undefined {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || value.length > limits.items) return undefined
  const exclusions: Exclusion[] = []
  let end = 0
  for (const entry of value) {
    const start = isFields(entry) ? entry.get('start') : undefined
    const length = isFields(entry) ? entry.get('length') : undefined
    if (!isNatural(start) || !isNatural(length) || start < end) return undefined
    end = start + length
    if (!Number.isSafeInteger(end)) return undefined
    if (length > 0) exclusions.push({ start, length })
  }
  return exclusions
}

/**
 * The exclusions may leave out the manifest, all of it and nothing else. A range that is wider, narrower or elsewhere
 * hides something; ranges beside it are allowed for metadata (C2PA 9.2.6) but nobody can tell whether that is all they hold.
 */
function checkExclusions(
  exclusions: readonly Exclusion[],
  { at, log }: Binding,
  { source, found, updated }: Content,
): readonly Exclusion[] | undefined {
  const { excluded } = found
  const embedded = excluded.length > 0
  const isOwn = ({ start, length }: Exclusion) =>
    embedded && start === excluded.start && (updated || length === excluded.length)
  const isAllowed = ({ start, length }: Exclusion) =>
    found.alsoExcluded?.some((range) => range.start === start && range.length === length) === true
  const own = exclusions.find(isOwn)
  const holes = own ? moved(exclusions, own, excluded) : exclusions
  const others = holes.filter((hole) => hole !== excluded && !isAllowed(hole))
  const left = source.size - holes.reduce((total, { length }) => total + length, 0)
  const last = holes.at(-1)
  const outside = last !== undefined && last.start + last.length > source.size
  const nothing = left <= 0 && source.size > excluded.length
  const astray = embedded && own === undefined
  if (outside || nothing || astray) {
    const malformed = astray && found.binding === 'text' // C2PA 15.12.1
    log.report('manifest.binding.exclusion', {
      status: malformed ? 'assertion.dataHash.malformed' : 'assertion.dataHash.mismatch',
      at,
      signed: exclusions.slice(0, 10).map(inWords).join(', ') || '—',
      found: embedded ? inWords(excluded) : '—',
    })
    return undefined
  }
  if (others.length > 0)
    log.report('manifest.binding.partial', {
      status: 'assertion.dataHash.additionalExclusionsPresent',
      at,
      what: others.slice(0, 10).map(inWords).join(', '),
    })
  return holes
}

/** An update has made the manifest longer or shorter, and what stands behind it has moved along (C2PA 15.12.1). */
function moved(exclusions: readonly Exclusion[], own: Exclusion, excluded: Exclusion): readonly Exclusion[] {
  const by = excluded.length - own.length
  return exclusions.map((exclusion) => {
    if (exclusion === own) return excluded
    return exclusion.start < own.start ? exclusion : { ...exclusion, start: exclusion.start + by }
  })
}

/** `33–5032`: first and last byte. */
function inWords({ start, length }: Exclusion): string {
  return `${start}–${start + length - 1}`
}

function rangesOutside(holes: readonly Exclusion[], size: number, into: Range['into']): Range[] {
  const ranges: Range[] = []
  let at = 0
  for (const { start, length } of holes) {
    if (start > at) ranges.push({ start: at, end: start, into })
    at = Math.max(at, start + length)
  }
  if (at < size) ranges.push({ start: at, end: size, into })
  return ranges
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Leaves out the holes, then normalises, then encodes. */
async function pourText(
  { at, log }: Binding,
  content: Content,
  holes: readonly Exclusion[],
  hash: Range['into'],
): Promise<string | undefined> {
  const kept: Uint8Array[] = []
  const keep = { update: (bytes: Uint8Array) => kept.push(new Uint8Array(bytes)) }
  const sha256 = await pour(content, [rangesOutside(holes, content.source.size, keep)])
  const bytes = concat(kept)
  const text = decoded(bytes)
  hash.update(text === undefined ? bytes : new TextEncoder().encode(text.normalize('NFC')))
  const [mark] = text?.match(unlikeNormal) ?? []
  if (mark !== undefined) log.report('manifest.binding.partial', { at, what: codePointsOf(mark) })
  return sha256
}

/** Undefined for bytes that are no UTF-8: they have no normal form and stand for themselves. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/**
 * Characters that mean something else to what shows Markdown or HTML than those of the normal form, which the hash of a text is over
 * (C2PA 15.12.1, A.8): a backtick that is none, so that code goes live, a reference without end, or an angle bracket from nowhere.
 */
const unlikeNormal = /\u1fef|&#?\w{1,32}\u037e|[<>]\u0338/

const codePointsOf = (text: string) =>
  [...text]
    .filter((one) => one > '\x7f')
    .map((one) => `U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`)
    .join(' ')
