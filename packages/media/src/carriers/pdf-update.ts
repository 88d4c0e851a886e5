/**
 * An incremental update of a PDF (ISO 32000-2 7.5.6): new and changed objects, a cross-reference section of the same kind
 * as the last one, a trailer. Nothing before it is touched, so signatures over it stay what they are.
 */
import { createHash } from 'node:crypto'
import { bytes, copy, InputError, type Part, partLength, type Room } from '@yinji/core'
import { binaryBytes } from './binary.ts'
import type { PdfFile } from './pdf-file.ts'
import {
  array,
  dictionary,
  hexString,
  name,
  number,
  type PdfDictionary,
  type PdfValue,
  stringBytes,
  withEntries,
  writeValue,
} from './pdf-values.ts'

interface Written {
  readonly number: number
  readonly generation: number
  readonly offset: number
}

/** Offsets in a table have ten digits. */
const mostTableOffset = 9_999_999_999

export class PdfUpdate {
  readonly #file: PdfFile
  readonly #objects = new Map<number, readonly Part[]>()
  readonly #parts: Part[] = []
  readonly #written: Written[] = []
  #at: number
  #next: number

  constructor(file: PdfFile) {
    this.#file = file
    this.#at = file.source.size
    let highest = 0
    for (const used of file.xref.entries.keys()) if (used > highest) highest = used
    this.#next = highest + 1
  }

  /** The number of a new object. */
  allocate(): number {
    return this.#next++
  }

  put(object: number, value: PdfValue): void {
    this.#file.remember(object, value)
    this.#objects.set(object, [bytes(binaryBytes(writeValue(value)))])
  }

  /** A stream without filters, its bytes given or left open. */
  putStream(object: number, head: PdfDictionary, content: Uint8Array | Room): void {
    const part: Part = content instanceof Uint8Array ? bytes(content) : content
    const value = withEntries(head, { Length: number(partLength(part)) })
    this.#objects.set(object, [
      bytes(binaryBytes(`${writeValue(value)}\nstream\n`)),
      part,
      bytes(binaryBytes('\nendstream')),
    ])
  }

  #write(object: number, body: readonly Part[]): void {
    const entry = this.#file.xref.entries.get(object)
    const generation = entry?.kind === 'plain' ? entry.generation : 0
    this.#written.push({ number: object, generation, offset: this.#at })
    this.#push(bytes(binaryBytes(`${object} ${generation} obj\n`)), ...body, bytes(binaryBytes('\nendobj\n')))
  }

  #push(...parts: readonly Part[]): void {
    for (const part of parts) {
      this.#parts.push(part)
      this.#at += partLength(part)
    }
  }

  /** The whole file with the update behind it. @param info of the trailer. @throws InputError `input.size` */
  finish(info: PdfValue | undefined): Part[] {
    const { source, xref } = this.#file
    if (this.#objects.size === 0) return [copy(0, source.size)]
    this.#push(bytes(binaryBytes('\n'))) // the last line need not be ended
    for (const [object, body] of this.#objects) this.#write(object, body)
    const start = this.#at
    const self: Written | undefined = xref.isStream
      ? { number: this.allocate(), generation: 0, offset: start }
      : undefined
    const rows = [...this.#written, ...(self ? [self] : [])].sort((a, b) => a.number - b.number)
    const trailer = this.#trailer(info)
    if (self) this.#push(bytes(xrefStream(self, rows, trailer)))
    else this.#push(bytes(binaryBytes(xrefTable(rows, trailer, source.name ?? ''))))
    this.#push(bytes(binaryBytes(`startxref\n${start}\n%%EOF\n`)))
    return [copy(0, source.size), ...this.#parts]
  }

  #trailer(info: PdfValue | undefined): PdfDictionary {
    const { trailer, start } = this.#file.xref
    const id = trailer.entries.get('ID')
    const first = id?.kind === 'array' ? id.items[0] : undefined
    return withEntries(dictionary([]), {
      Size: number(this.#next),
      Root: trailer.entries.get('Root'),
      Info: info,
      ID: first && array(first, hexString(this.#identifier(stringBytes(first) ?? ''))),
      Prev: number(start),
    })
  }

  /** Another one for each version, the same for the same changes (14.4). */
  #identifier(first: string): Uint8Array {
    const hash = createHash('sha256').update(first, 'latin1').update(String(this.#file.source.size))
    for (const part of this.#parts) if (part.kind === 'bytes') hash.update(part.bytes)
    return hash.digest().subarray(0, 16)
  }
}

function xrefTable(rows: readonly Written[], trailer: PdfDictionary, name: string): string {
  let out = 'xref\n'
  for (const [index, row] of rows.entries()) {
    if (row.offset > mostTableOffset)
      throw new InputError('input.size', { what: name, bytes: row.offset, most: mostTableOffset })
    if (index === 0 || rows[index - 1]?.number !== row.number - 1) {
      let count = 1
      while (rows[index + count]?.number === row.number + count) count++
      out += `${row.number} ${count}\n`
    }
    out += `${String(row.offset).padStart(10, '0')} ${String(row.generation).padStart(5, '0')} n\r\n`
  }
  return `${out}trailer\n${writeValue(trailer)}\n`
}

/** Rows of type, offset and generation in 1, 6 and 2 bytes. */
function xrefStream(self: Written, rows: readonly Written[], trailer: PdfDictionary): Uint8Array {
  const table = Buffer.alloc(rows.length * 9)
  for (const [index, { offset, generation }] of rows.entries()) {
    table[index * 9] = 1
    table.writeUIntBE(offset, index * 9 + 1, 6)
    table.writeUInt16BE(generation, index * 9 + 7)
  }
  const head = withEntries(trailer, {
    Type: name('XRef'),
    W: array(number(1), number(6), number(2)),
    Index: array(...rows.flatMap((row) => [number(row.number), number(1)])),
    Length: number(table.byteLength),
  })
  const open = Buffer.from(`${self.number} 0 obj\n${writeValue(head)}\nstream\n`, 'latin1')
  return new Uint8Array(Buffer.concat([open, table, Buffer.from('\nendstream\nendobj\n')]))
}
