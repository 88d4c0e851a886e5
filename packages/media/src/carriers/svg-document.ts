/**
 * An SVG document as markup to be edited in place (SVG 2 5.2, XML 1.0): where the root begins behind prolog and document
 * type, in which encoding, and every element of it. Nothing is expanded and nothing is fetched.
 */
import { limits, type Source } from '@yinji/core'
import { binaryText } from './binary.ts'
import { scanXml, type Xml, type XmlElement } from './xml.ts'
import { localName } from './xmp-properties.ts'

export interface SvgDocument {
  /** Offsets are those of the file; the document type declaration is blanked. */
  readonly xml: Xml
  readonly root: XmlElement
  /** Declared as something else than UTF-8, but ASCII all through, so that additions have to be as well. */
  readonly asciiOnly: boolean
}

export type SvgFault =
  | { readonly kind: 'damage'; readonly what: string }
  | { readonly kind: 'encoding'; readonly encoding: string }
  | { readonly kind: 'size' }

interface Prolog {
  /** Offset of the `<` of the root. */
  readonly root: number
  readonly doctype: { readonly start: number; readonly end: number } | undefined
}

/** Of UTF-8, as binary text. */
export const byteOrderMark = '\xef\xbb\xbf'
const rootName = /^<(?:[\w.-]+:)?svg[\s>/]/
const wideMark = /^(?:\xff\xfe|\xfe\xff|<\0|\0<)/

/** A long prolog hides the root: then the name decides, as it does for texts in two-byte characters. */
export function isSvg(head: Uint8Array, name = ''): boolean {
  const text = binaryText(head)
  const named = /\.svg$/i.test(name)
  if (wideMark.test(text)) return named
  const prolog = prologOf(text)
  if (prolog !== undefined) return rootName.test(text.slice(prolog.root, prolog.root + 64))
  return named && head.byteLength >= limits.headBytes && /^(?:\xef\xbb\xbf)?\s*<[?!]/.test(text)
}

/** Reads the whole document: its markup can only be understood from its beginning. */
export async function readSvg(source: Source): Promise<SvgDocument | SvgFault> {
  if (source.size > limits.textBytes) return { kind: 'size' }
  const bytes = await source.read(0, source.size)
  const text = binaryText(bytes)
  const declared = wideMark.test(text) ? 'utf-16' : encodingOf(text)
  const ascii = !/[\x80-\xff]/.test(text)
  if (declared !== 'utf-8' && (!ascii || /^(?:utf-?(?:16|32)|ucs|iso-10646)/.test(declared)))
    return { kind: 'encoding', encoding: declared }
  if (!ascii && !isUtf8(bytes)) return { kind: 'damage', what: 'a byte that is no UTF-8' }
  const prolog = prologOf(text)
  if (prolog === undefined) return { kind: 'damage', what: 'its root is missing' }
  const { doctype } = prolog
  const masked =
    doctype === undefined
      ? text
      : text.slice(0, doctype.start) + ' '.repeat(doctype.end - doctype.start) + text.slice(doctype.end)
  const xml = scanXml(masked)
  const root = xml.elements[0]
  const fault = xml.fault ?? (xml.elements.some(isSecondRoot) ? 'it has more than one root' : undefined)
  if (fault !== undefined) return { kind: 'damage', what: fault }
  if (root === undefined || localName(root.name) !== 'svg')
    return { kind: 'damage', what: 'its root is missing' }
  return { xml, root, asciiOnly: declared !== 'utf-8' }
}

const isSecondRoot = ({ parent }: XmlElement, index: number) => parent < 0 && index > 0

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

function encodingOf(text: string): string {
  const declaration = /^(?:\xef\xbb\xbf)?<\?xml\s[^>]{0,200}?\sencoding\s*=\s*["']([\w.-]{1,40})["']/.exec(
    text,
  )
  const name = declaration?.[1]?.toLowerCase() ?? 'utf-8'
  return name === 'utf8' ? 'utf-8' : name
}

/** What stands before the root (XML 1.0 2.8); undefined when there is no root behind it. */
function prologOf(text: string): Prolog | undefined {
  let at = text.startsWith(byteOrderMark) ? byteOrderMark.length : 0
  let doctype: Prolog['doctype']
  for (;;) {
    at = skipSpace(text, at)
    if (text.startsWith('<?', at)) at = after(text, '?>', at + 2)
    else if (text.startsWith('<!--', at)) at = after(text, '-->', at + 4)
    else if (text.startsWith('<!DOCTYPE', at)) {
      const start = at
      at = doctypeEnd(text, at + 9)
      doctype ??= { start, end: at }
    } else return text[at] === '<' ? { root: at, doctype } : undefined
    if (at < 0) return undefined
  }
}

/** Offset after the `>` of a document type declaration: entities have markup between quotes, subsets have brackets. */
function doctypeEnd(text: string, from: number): number {
  let inSubset = false
  for (let at = from; at >= 0 && at < text.length; ) {
    const mark = text[at]
    if (mark === '"' || mark === "'") at = after(text, mark, at + 1)
    else if (text.startsWith('<!--', at)) at = after(text, '-->', at + 4)
    else if (text.startsWith('<?', at)) at = after(text, '?>', at + 2)
    else if (mark === '>' && !inSubset) return at + 1
    else {
      if (mark === '[') inSubset = true
      if (mark === ']') inSubset = false
      at++
    }
  }
  return -1
}

function skipSpace(text: string, from: number): number {
  const space = /[ \t\r\n]*/y
  space.lastIndex = from
  space.test(text)
  return space.lastIndex
}

/** Offset after the next occurrence; -1 where there is none. */
function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from)
  return found < 0 ? -1 : found + mark.length
}
