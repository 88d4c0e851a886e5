/**
 * A scanner for XML as metadata carries it: it tells where every element stands, so that markup can be edited in
 * place. Damage is noted and scanning goes on, because a label behind the damage should still be found. Works on
 * binary text; no entity but the five of XML 1.0 is ever expanded, so nothing can grow.
 */
import { limits } from '@yinji/core'
import { decodeUtf8, encodeUtf8 } from './binary.ts'

export interface XmlElement {
  /** Qualified name as written. */
  readonly name: string
  /** Offset of `<`. */
  readonly start: number
  /** Offset after the `>` of the start tag. */
  readonly openEnd: number
  /** Offset of `</`; equal to `openEnd` in an empty tag. */
  closeStart: number
  /** Offset after the whole element. */
  end: number
  /** Index of the parent, -1 at the top. */
  readonly parent: number
  /** Index of the last descendant; the own index where there is none. */
  last: number
  /** Written as `<name/>`. */
  readonly empty: boolean
}

export interface Xml {
  readonly text: string
  /** In document order. */
  readonly elements: readonly XmlElement[]
  /** The first thing that is not well-formed. */
  readonly fault: string | undefined
}

/** Elements within elements; deep XMP structures reach about 20. */
const mostDepth = 100
/** Length of one tag; the attribute form keeps whole values in it. */
const mostTag = 4 * 1024 * 1024

export function scanXml(text: string): Xml {
  return new Scanner(text).scan()
}

class Scanner {
  readonly #text: string
  readonly #elements: XmlElement[] = []
  readonly #open: number[] = []
  #fault: string | undefined

  constructor(text: string) {
    this.#text = text
  }

  scan(): Xml {
    const text = this.#text
    let at = text.indexOf('<')
    while (at >= 0 && this.#elements.length < limits.items && this.#open.length < mostDepth)
      at = text.indexOf('<', this.#markup(at))
    if (at >= 0) this.#note(this.#open.length < mostDepth ? 'too many elements' : 'nested too deeply')
    if (this.#open.length > 0) this.#note('an element is not closed')
    this.#close(0, text.length, text.length)
    return { text, elements: this.#elements, fault: this.#fault }
  }

  /** Deals with what begins at `<`; returns where to go on. */
  #markup(at: number): number {
    const text = this.#text
    if (text.startsWith('<!--', at)) return this.#skip(at + 4, '-->')
    if (text.startsWith('<![CDATA[', at)) return this.#skip(at + 9, ']]>')
    if (text.startsWith('<?', at)) return this.#skip(at + 2, '?>')
    if (text.startsWith('<!', at)) {
      this.#note('a document type declaration')
      return at + 2
    }
    const end = tagEnd(text, at + 1)
    if (end < 0) {
      this.#note('a tag is not closed')
      return at + 1
    }
    if (text[at + 1] === '/') this.#endTag(at, end)
    else this.#startTag(at, end)
    return end
  }

  #startTag(start: number, openEnd: number): void {
    const name = nameAt(this.#text, start + 1)
    if (name === '') {
      this.#note('a stray “<”')
      return
    }
    const empty = this.#text[openEnd - 2] === '/'
    const index = this.#elements.length
    const parent = this.#open.at(-1) ?? -1
    this.#elements.push({
      name,
      start,
      openEnd,
      closeStart: openEnd,
      end: openEnd,
      parent,
      last: index,
      empty,
    })
    if (!empty) this.#open.push(index)
  }

  #endTag(start: number, end: number): void {
    const name = nameAt(this.#text, start + 2)
    const depth = this.#open.findLastIndex((index) => this.#elements[index]?.name === name)
    if (depth !== this.#open.length - 1) this.#note(`</${name.slice(0, 40)}> does not match`)
    if (depth < 0) return
    this.#close(depth + 1, start, start)
    this.#close(depth, start, end)
  }

  /** Closes everything that is open at this depth and below. */
  #close(depth: number, closeStart: number, end: number): void {
    for (const index of this.#open.splice(depth)) {
      const element = this.#elements[index]
      if (element) Object.assign(element, { closeStart, end, last: this.#elements.length - 1 })
    }
  }

  #skip(from: number, terminator: string): number {
    const end = this.#text.indexOf(terminator, from)
    if (end >= 0) return end + terminator.length
    this.#note(`“${terminator}” is missing`)
    return this.#text.length
  }

  #note(fault: string): void {
    this.#fault ??= fault
  }
}

/** Offset after the `>` that ends a tag, quotes respected; -1 where there is none. */
function tagEnd(text: string, from: number): number {
  const stop = Math.min(text.length, from + mostTag)
  for (let at = from; at < stop; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x3e) return at + 1
    if (code === 0x3c) return -1
    if (code !== 0x22 && code !== 0x27) continue
    const quote = text.indexOf(code === 0x22 ? '"' : "'", at + 1)
    if (quote < 0) return -1
    at = quote
  }
  return -1
}

function nameAt(text: string, at: number): string {
  const name = /[^\s<>/="'&?!]{1,1024}/y
  name.lastIndex = at
  return name.exec(text)?.[0] ?? ''
}

export interface XmlAttribute {
  readonly name: string
  /** Offset of the white space before the name. */
  readonly start: number
  readonly end: number
  /** Between the quotes, as written. */
  readonly raw: string
}

/** The attributes of an element, as far as they can be read. */
export function attributesOf(text: string, element: XmlElement): XmlAttribute[] {
  const attributes: XmlAttribute[] = []
  const pattern = /\s{1,65536}([^\s<>/="']{1,1024})\s{0,1024}=\s{0,1024}(["'])/y
  pattern.lastIndex = element.start + 1 + element.name.length
  for (;;) {
    const start = pattern.lastIndex
    const [, name = '', quote = ''] = pattern.exec(text) ?? []
    const close = name === '' ? -1 : text.indexOf(quote, pattern.lastIndex)
    if (close < 0 || close >= element.openEnd) return attributes
    attributes.push({ name, start, end: close + 1, raw: text.slice(pattern.lastIndex, close) })
    pattern.lastIndex = close + 1
  }
}

/** The text in an element, markup left out, CDATA taken as it is, references resolved. */
export function contentOf(text: string, element: XmlElement): string {
  const inner = text.slice(element.openEnd, element.closeStart)
  if (!inner.includes('<')) return unescapeXml(inner)
  let out = ''
  let at = 0
  while (at < inner.length) {
    const next = inner.indexOf('<', at)
    out += unescapeXml(inner.slice(at, next < 0 ? undefined : next))
    if (next < 0) break
    const [open, close] = inner.startsWith('<![CDATA[', next)
      ? (['<![CDATA[', ']]>'] as const)
      : inner.startsWith('<!--', next)
        ? (['<!--', '-->'] as const)
        : (['<', '>'] as const)
    const end = inner.indexOf(close, next + open.length)
    const stop = end < 0 ? inner.length : end
    if (close === ']]>') out += decodeUtf8(inner.slice(next + open.length, stop))
    at = stop + close.length
  }
  return out
}

const entities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

/** The text that escaped binary text stands for; unknown references stay as they are. */
export function unescapeXml(raw: string): string {
  const text = decodeUtf8(raw)
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,4}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities.get(String(name)) ?? whole
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

/**
 * Text escaped for element content, as binary text. Quotes stay, so that JSON can be searched as it is. XML 1.0 has no
 * way to say most control characters; a space stands in for them.
 */
export function escapeXml(text: string): string {
  return encodeUtf8(text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' '))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
