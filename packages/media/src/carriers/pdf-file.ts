/** A PDF opened for looking things up: every object by its number, wherever it is kept (ISO 32000-2 7.5). */
import { limits, type Source } from '@yinji/core'
import { binaryText } from './binary.ts'
import { Budget, PdfDamage, type PdfObject, readObject, streamBytes } from './pdf-object.ts'
import { Malformed, PdfParser, Unfinished } from './pdf-parser.ts'
import { integerOf, type PdfDictionary, type PdfValue } from './pdf-values.ts'
import { readXref, type Xref } from './pdf-xref.ts'

/** How far before the end `startxref` may stand: readers in use look this far. */
const tailBytes = 2048

export class PdfFile {
  readonly source: Source
  readonly xref: Xref
  /** Bytes after the last `%%EOF` that mean nothing. */
  readonly trailing: number
  readonly #budget: Budget
  readonly #objects = new Map<number, PdfObject | undefined>()
  readonly #containers = new Map<number, ReadonlyMap<number, PdfValue>>()

  private constructor(source: Source, xref: Xref, trailing: number, budget: Budget) {
    this.source = source
    this.xref = xref
    this.trailing = trailing
    this.#budget = budget
  }

  /** @throws PdfDamage */
  static async open(source: Source): Promise<PdfFile> {
    const from = Math.max(0, source.size - tailBytes)
    const tail = binaryText(await source.read(from, source.size))
    const last = tail.lastIndexOf('startxref')
    const match = last < 0 ? null : /^startxref\s+(\d{1,15})\s+%%EOF/.exec(tail.slice(last))
    if (match === null) throw new PdfDamage('its end is missing')
    const rest = tail.slice(last + match[0].length)
    if (/\d\s+obj\b/.test(rest)) throw new PdfDamage('its last update is cut off')
    const budget = new Budget()
    const xref = await readXref(source, Number(match[1]), budget)
    return new PdfFile(source, xref, rest.replace(/^[\s\0]+|[\s\0]+$/g, '').length, budget)
  }

  get isEncrypted(): boolean {
    return this.xref.trailer.entries.has('Encrypt')
  }

  /** The object of a number; undefined where there is none. @throws PdfDamage */
  async object(number: number): Promise<PdfObject | undefined> {
    if (this.#objects.has(number)) return this.#objects.get(number)
    const entry = this.xref.entries.get(number)
    let object: PdfObject | undefined
    if (entry?.kind === 'plain') {
      object = await readObject(this.source, entry.offset, this.#budget)
      if (object.number !== number) throw new PdfDamage('an object is not where the table says')
    } else if (entry?.kind === 'packed') {
      const value = (await this.#container(entry.container)).get(number)
      object = value && { number, generation: 0, value, stream: undefined }
    }
    this.#objects.set(number, object)
    return object
  }

  /** Makes later look-ups of an object see the value an update gives it. */
  remember(number: number, value: PdfValue): void {
    this.#objects.set(number, { number, generation: 0, value, stream: undefined })
  }

  /** What a value stands for, references followed; undefined for null. @throws PdfDamage */
  async resolve(value: PdfValue | undefined): Promise<PdfValue | undefined> {
    let current = value
    for (let hops = 0; current?.kind === 'reference'; hops++) {
      if (hops > limits.depth) throw new PdfDamage('references in a circle')
      current = (await this.object(current.number))?.value
    }
    return current?.kind === 'token' && current.raw === 'null' ? undefined : current
  }

  async dictionary(value: PdfValue | undefined): Promise<PdfDictionary | undefined> {
    const resolved = await this.resolve(value)
    return resolved?.kind === 'dictionary' ? resolved : undefined
  }

  /** Where the bytes of a stream stand in the file, as they stand. @throws PdfDamage */
  async extent({ value, stream }: PdfObject): Promise<{ start: number; length: number } | undefined> {
    if (stream === undefined || value.kind !== 'dictionary') return undefined
    const length = integerOf(await this.resolve(value.entries.get('Length')))
    if (length === undefined || stream.start + length > this.source.size)
      throw new PdfDamage('a stream is longer than the file')
    const after = binaryText(await this.source.read(stream.start + length, stream.start + length + 16))
    if (!/^\s*endstream/.test(after)) throw new PdfDamage('a stream has another length than it says')
    return { start: stream.start, length }
  }

  /** The bytes in a stream; undefined when they can't be decoded. @throws PdfDamage */
  async bytes(object: PdfObject): Promise<Uint8Array | undefined> {
    const { value, stream } = object
    const extent = await this.extent(object)
    if (extent === undefined || stream === undefined || value.kind !== 'dictionary') return undefined
    return streamBytes(this.source, value, stream, extent.length, this.#budget)
  }

  /** The objects in an object stream (7.5.7). */
  async #container(number: number): Promise<ReadonlyMap<number, PdfValue>> {
    const known = this.#containers.get(number)
    if (known) return known
    if (this.xref.entries.get(number)?.kind !== 'plain') throw new PdfDamage('an object stream is missing')
    const object = await this.object(number)
    const bytes = object && (await this.bytes(object))
    if (bytes === undefined || object?.value.kind !== 'dictionary')
      throw new PdfDamage('an object stream can’t be read')
    const values = parseContainer(binaryText(bytes), object.value)
    this.#containers.set(number, values)
    return values
  }
}

function parseContainer(text: string, head: PdfDictionary): ReadonlyMap<number, PdfValue> {
  const first = integerOf(head.entries.get('First')) ?? 0
  const count = Math.min(integerOf(head.entries.get('N')) ?? 0, limits.items)
  const index = new PdfParser(text)
  const values = new Map<number, PdfValue>()
  // A space more, because the last object may be a number that ends with the text.
  const body = `${text} `
  let previous = -1
  for (let each = 0; each < count; each++) {
    const number = index.integer()
    const offset = index.integer()
    if (number === undefined || offset === undefined) throw new PdfDamage('an object stream is malformed')
    if (offset <= previous) throw new PdfDamage('objects in a stream overlap')
    previous = offset
    try {
      const parser = new PdfParser(body, first + offset)
      if (!values.has(number)) values.set(number, parser.value())
    } catch (error) {
      if (error instanceof Malformed || error instanceof Unfinished)
        throw new PdfDamage('an object in a stream is malformed')
      throw error
    }
  }
  return values
}
