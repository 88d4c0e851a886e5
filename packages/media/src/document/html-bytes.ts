/** The bytes of an HTML document, where markup can be told by its ASCII. */
import { InputError, limits, type Source } from '@yinji/core'
import { binaryText } from '../carriers/binary.ts'
import { type HtmlDocument, readHtml } from './html-document.ts'

/** The whole document for writing. @throws InputError `input.size`, `input.encoding`, `input.damaged` */
export async function requireHtml(source: Source, isXhtml = false): Promise<HtmlDocument> {
  const name = source.name ?? ''
  if (source.size > limits.textBytes)
    throw new InputError('input.size', { what: name, bytes: source.size, most: limits.textBytes })
  const bytes = await source.read(0, source.size)
  if (foreignEncoding(bytes) !== undefined) throw new InputError('input.encoding', { name })
  const document = readHtml(bytes, isXhtml)
  if (document.damage !== undefined) throw new InputError('input.damaged', { what: document.damage, name })
  return document
}

/** Encodings in which a byte that is ASCII elsewhere means something else: markup can't be found by its bytes. */
export function foreignEncoding(bytes: Uint8Array): string | undefined {
  const wide = wideEncoding(bytes)
  if (wide !== undefined) return wide
  return binaryText(bytes).includes('\x1b$') ? 'ISO-2022' : undefined
}

export function wideEncoding([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return 'UTF-16LE'
  return first === 0xfe && second === 0xff ? 'UTF-16BE' : undefined
}
