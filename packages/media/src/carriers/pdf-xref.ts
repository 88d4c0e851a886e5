/**
 * Reads the cross-reference sections of a PDF from the newest to the oldest (ISO 32000-2 7.5.4, 7.5.8): tables, streams,
 * and hybrids of both. What a newer section says of an object holds.
 */
import { limits, type Source } from '@yinji/core'
import { binaryText } from './binary.ts'
import { type Budget, integerAt, PdfDamage, type PdfStream, readObject, streamBytes } from './pdf-object.ts'
import { Malformed, PdfParser, Unfinished } from './pdf-parser.ts'
import { integerOf, type PdfDictionary } from './pdf-values.ts'

export type XrefEntry =
  | { readonly kind: 'free' }
  | { readonly kind: 'plain'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'packed'; readonly container: number; readonly index: number }

export interface Xref {
  readonly entries: ReadonlyMap<number, XrefEntry>
  /** Of the newest section. */
  readonly trailer: PdfDictionary
  /** Whether the newest section is a stream: then updates have to be streams as well. */
  readonly isStream: boolean
  /** Offset of the newest section, as `startxref` has it. */
  readonly start: number
  /** Offsets of all sections. */
  readonly sections: readonly number[]
}

/** Sections of one file: one for every time it was saved. */
const mostSections = 4096

/** @param start offset of the newest section. @throws PdfDamage */
export async function readXref(source: Source, start: number, budget: Budget): Promise<Xref> {
  const entries = new Map<number, XrefEntry>()
  const seen = new Set<number>()
  const pending = [start]
  let newest: Section | undefined
  for (let at = pending.shift(); at !== undefined; at = pending.shift()) {
    if (seen.has(at)) continue
    if (seen.size >= mostSections) throw new PdfDamage('too many cross-reference sections')
    seen.add(at)
    const section = await readSection(source, at, entries, budget)
    newest ??= section
    if (section.hybrid !== undefined) seen.add(section.hybrid)
    const previous = integerOf(section.trailer.entries.get('Prev'))
    if (previous !== undefined) pending.push(previous)
  }
  if (newest === undefined) throw new PdfDamage('the cross-reference table is missing')
  return { entries, trailer: newest.trailer, isStream: newest.isStream, start, sections: [...seen] }
}

interface Section {
  readonly trailer: PdfDictionary
  readonly isStream: boolean
  /** Offset of the stream that belongs to a table. */
  readonly hybrid?: number | undefined
}

async function readSection(
  source: Source,
  at: number,
  entries: Map<number, XrefEntry>,
  budget: Budget,
): Promise<Section> {
  const head = binaryText(await source.read(at, Math.min(source.size, at + 32)))
  if (!/^\s*xref\b/.test(head)) return readStreamSection(source, at, entries, budget)
  const { trailer, found } = await readTable(source, at, budget)
  for (const [number, entry] of found) if (entry.kind !== 'free') add(entries, number, entry)
  // In a hybrid file the table calls free what the stream of the same save knows (7.5.8.4).
  const stream = integerOf(trailer.entries.get('XRefStm'))
  if (stream !== undefined) await readStreamSection(source, stream, entries, budget)
  for (const [number, entry] of found) add(entries, number, entry)
  return { trailer, isStream: false, hybrid: stream }
}

async function readStreamSection(
  source: Source,
  at: number,
  entries: Map<number, XrefEntry>,
  budget: Budget,
): Promise<Section> {
  const { value, stream } = await readObject(source, at, budget)
  if (stream === undefined || value.kind !== 'dictionary')
    throw new PdfDamage('the cross-reference table is missing')
  await readStream(source, value, stream, entries, budget)
  return { trailer: value, isStream: true }
}

interface Table {
  readonly trailer: PdfDictionary
  readonly found: ReadonlyMap<number, XrefEntry>
}

/** A table is read in ever larger pieces until its trailer is whole. */
async function readTable(source: Source, at: number, budget: Budget): Promise<Table> {
  for (let size = 4096; ; size *= 8) {
    const end = Math.min(source.size, at + Math.min(size, limits.metadataBytes))
    budget.spend(end - at)
    const text = binaryText(await source.read(at, end))
    const found = new Map<number, XrefEntry>()
    try {
      return { trailer: parseTable(new PdfParser(text), found), found }
    } catch (error) {
      if (error instanceof Malformed) throw new PdfDamage('the cross-reference table is malformed')
      if (!(error instanceof Unfinished)) throw error
      if (end === source.size || end - at >= limits.metadataBytes)
        throw new PdfDamage('the cross-reference table is cut off')
    }
  }
}

const row = /[\0\t\n\f\r ]*(\d{1,10})[ \t]+(\d{1,5})[ \t]+([nf])(?=[\0\t\n\f\r ])/y

function parseTable(parser: PdfParser, found: Map<number, XrefEntry>): PdfDictionary {
  parser.word('xref')
  while (!parser.word('trailer')) {
    const first = parser.integer()
    const count = parser.integer()
    if (first === undefined || count === undefined) {
      if (parser.text.length - parser.at < 32) throw new Unfinished()
      throw new Malformed('a subsection without numbers')
    }
    if (found.size + count > limits.items) throw new Malformed('too many objects')
    for (let index = 0; index < count; index++) {
      row.lastIndex = parser.at
      const match = row.exec(parser.text)
      if (match === null) {
        if (parser.text.length - parser.at < 32) throw new Unfinished()
        throw new Malformed('a row that is none')
      }
      parser.at = row.lastIndex
      const entry: XrefEntry =
        match[3] === 'n'
          ? { kind: 'plain', offset: Number(match[1]), generation: Number(match[2]) }
          : { kind: 'free' }
      if (!found.has(first + index)) found.set(first + index, entry)
    }
  }
  const trailer = parser.value()
  if (trailer.kind !== 'dictionary') throw new Malformed('a trailer that is none')
  return trailer
}

async function readStream(
  source: Source,
  head: PdfDictionary,
  stream: PdfStream,
  entries: Map<number, XrefEntry>,
  budget: Budget,
): Promise<void> {
  const widths = head.entries.get('W')
  const [w0 = 0, w1 = 0, w2 = 0] =
    widths?.kind === 'array' ? widths.items.map((item) => integerOf(item) ?? 0) : []
  const width = w0 + w1 + w2
  if (width === 0 || [w0, w1, w2].some((w) => w > 8))
    throw new PdfDamage('the cross-reference stream is malformed')
  const length = integerOf(head.entries.get('Length')) // always direct here: nothing could resolve it
  const bytes = await streamBytes(source, head, stream, length, budget)
  if (bytes === undefined) throw new PdfDamage('the cross-reference stream can’t be inflated')
  const index = head.entries.get('Index')
  const spans =
    index?.kind === 'array'
      ? index.items.map((item) => integerOf(item) ?? 0)
      : [0, integerOf(head.entries.get('Size')) ?? 0]
  let at = 0
  for (let pair = 0; pair + 1 < spans.length; pair += 2)
    for (let count = 0; count < (spans[pair + 1] ?? 0); count++, at += width) {
      if (at + width > bytes.byteLength || entries.size > limits.items) return
      const kind = w0 === 0 ? 1 : integerAt(bytes, at, w0)
      const second = integerAt(bytes, at + w0, w1)
      const third = integerAt(bytes, at + w0 + w1, w2)
      add(entries, (spans[pair] ?? 0) + count, entryOf(kind, second, third))
    }
}

function entryOf(kind: number, second: number, third: number): XrefEntry {
  if (kind === 1) return { kind: 'plain', offset: second, generation: third }
  return kind === 2 ? { kind: 'packed', container: second, index: third } : { kind: 'free' }
}

function add(entries: Map<number, XrefEntry>, number: number, entry: XrefEntry): void {
  if (!entries.has(number)) entries.set(number, entry)
}
