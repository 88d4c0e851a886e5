/** Reads one indirect object of a PDF and, where it is a stream, the bytes in it (ISO 32000-2 7.3.8, 7.3.10). */
import { inflateSync } from 'node:zlib'
import { limits, type Source } from '@yinji/core'
import { binaryText } from './binary.ts'
import { Malformed, PdfParser, Unfinished } from './pdf-parser.ts'
import { integerOf, nameOf, type PdfDictionary, type PdfValue } from './pdf-values.ts'

/** What is broken, in words. */
export class PdfDamage extends Error {}

/** What reading one file may cost, all pieces together: a hostile one makes the same bytes count many times. */
export class Budget {
  #left = 4 * limits.metadataBytes

  /** @throws PdfDamage */
  spend(bytes: number): void {
    this.#left -= bytes
    if (this.#left < 0) throw new PdfDamage('too much structure')
  }
}

export interface PdfStream {
  /** Offset of the first byte after the keyword `stream` and its line break. */
  readonly start: number
}

export interface PdfObject {
  readonly number: number
  readonly generation: number
  readonly value: PdfValue
  readonly stream: PdfStream | undefined
  /** Offset behind its value; undefined where it stands in an object stream. */
  readonly end?: number
}

/** @throws PdfDamage */
export async function readObject(source: Source, at: number, budget: Budget): Promise<PdfObject> {
  if (at >= source.size) throw new PdfDamage('an object stands behind the end of the file')
  for (let size = 2048; ; size *= 8) {
    const end = Math.min(source.size, at + Math.min(size, limits.metadataBytes))
    budget.spend(end - at)
    try {
      return parseObject(binaryText(await source.read(at, end)), at)
    } catch (error) {
      if (error instanceof Malformed) throw new PdfDamage(`an object is malformed: ${error.message}`)
      if (!(error instanceof Unfinished)) throw error
      if (end === source.size || end - at >= limits.metadataBytes) throw new PdfDamage('an object is cut off')
    }
  }
}

function parseObject(text: string, offset: number): PdfObject {
  const parser = new PdfParser(text)
  const number = parser.integer()
  const generation = parser.integer()
  if (number === undefined || generation === undefined || !parser.word('obj'))
    throw text.length < 32 ? new Unfinished() : new Malformed('it is not where the table says')
  const value = parser.value()
  const end = offset + parser.at
  parser.skipBlank()
  if (parser.text.length - parser.at < 16 && !parser.text.startsWith('endobj', parser.at))
    throw new Unfinished()
  if (!parser.word('stream')) return { number, generation, value, stream: undefined, end }
  const { at } = parser
  const lineBreak = text.startsWith('\r\n', at) ? 2 : /[\r\n]/.test(text[at] ?? '') ? 1 : 0
  return { number, generation, value, stream: { start: offset + at + lineBreak }, end }
}

/**
 * The bytes of a stream, inflated; undefined for filters other than Flate and for what can't be inflated.
 * @param length of the stream, resolved by the caller
 */
export async function streamBytes(
  source: Source,
  head: PdfDictionary,
  { start }: PdfStream,
  length: number | undefined,
  budget: Budget,
): Promise<Uint8Array | undefined> {
  if (length === undefined || length > limits.metadataBytes || start + length > source.size) return undefined
  budget.spend(length)
  const raw = await source.read(start, start + length)
  const filters = listOf(head.entries.get('Filter')).map(nameOf)
  if (filters.length === 0) return raw
  if (filters.length > 1 || (filters[0] !== 'FlateDecode' && filters[0] !== 'Fl')) return undefined
  const [parameters] = listOf(head.entries.get('DecodeParms'))
  try {
    const out = inflateSync(raw, { maxOutputLength: limits.metadataBytes })
    budget.spend(out.byteLength)
    return parameters?.kind === 'dictionary' ? unpredict(out, parameters) : out
  } catch (error) {
    if (error instanceof PdfDamage) throw error
    budget.spend(Math.min(limits.metadataBytes, length * 1032)) // as much may have been inflated before it failed
    return undefined
  }
}

/** An entry that may be one value or an array of them; `null` is none. */
export function listOf(value: PdfValue | undefined): readonly PdfValue[] {
  if (value === undefined || (value.kind === 'token' && value.raw === 'null')) return []
  return value.kind === 'array' ? value.items : [value]
}

/** Undoes the PNG predictors (7.4.4.4); other ones are not used for what is read here. */
function unpredict(bytes: Uint8Array, parameters: PdfDictionary): Uint8Array | undefined {
  const of = (key: string, usual: number) => integerOf(parameters.entries.get(key)) ?? usual
  const predictor = of('Predictor', 1)
  if (predictor === 1) return bytes
  const pixel = Math.max(1, Math.ceil((of('Colors', 1) * of('BitsPerComponent', 8)) / 8))
  const columns = Math.ceil((of('Colors', 1) * of('BitsPerComponent', 8) * of('Columns', 1)) / 8)
  if (predictor < 10 || columns > bytes.byteLength) return undefined
  const rows = Math.floor(bytes.byteLength / (columns + 1))
  const out = new Uint8Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    const filter = bytes[row * (columns + 1)] ?? 0
    for (let column = 0; column < columns; column++) {
      const to = row * columns + column
      const left = column < pixel ? 0 : (out[to - pixel] ?? 0)
      const above = row === 0 ? 0 : (out[to - columns] ?? 0)
      const corner = row === 0 || column < pixel ? 0 : (out[to - columns - pixel] ?? 0)
      out[to] = (bytes[row * (columns + 1) + 1 + column] ?? 0) + predicted(filter, left, above, corner)
    }
  }
  return out
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left
  if (filter === 2) return above
  if (filter === 3) return (left + above) >> 1
  if (filter !== 4) return 0
  const estimate = left + above - corner
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - above), Math.abs(estimate - corner)]
  return a <= b && a <= c ? left : b <= c ? above : corner
}

/** A big-endian number of up to 8 bytes. */
export function integerAt(bytes: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let index = 0; index < width; index++) value = value * 256 + (bytes[at + index] ?? 0)
  return value
}
