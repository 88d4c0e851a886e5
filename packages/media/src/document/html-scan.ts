/**
 * A tokenizer for HTML (WHATWG 13.2.5), as far as it takes to tell real tags from what only looks like them: comments,
 * scripts and their escapes, raw text, CDATA sections of embedded SVG. Works on binary text, so it holds for every
 * encoding whose ASCII is ASCII. Every character is passed once, or twice at most.
 */
import { limits } from '@yinji/core'

export interface HtmlTag {
  /** Lower case. */
  readonly name: string
  readonly closing: boolean
  /** First occurrence of each, names in lower case, values as written. */
  readonly attributes: ReadonlyMap<string, string>
  readonly start: number
  /** After the `>`. */
  readonly end: number
  /** For a start tag of raw text: where its content ends, and where its end tag does. Else equal to `end`. */
  readonly contentEnd: number
  readonly elementEnd: number
}

export type HtmlToken =
  | { readonly kind: 'tag'; readonly tag: HtmlTag }
  | { readonly kind: 'text'; readonly start: number; readonly end: number }

export interface ScanOptions {
  /** XHTML: `<script/>` is a whole element, CDATA sections count everywhere. */
  readonly xml: boolean
}

/** Elements whose content holds no tags; `noscript` is one for every browser that runs scripts. */
const rawText = new Set([
  'script',
  'style',
  'title',
  'textarea',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
  'noscript',
  'plaintext',
])
/** Inside SVG and MathML these begin a stretch of HTML again. */
const integration = new Set([
  'foreignobject',
  'desc',
  'title',
  'annotation-xml',
  'mi',
  'mo',
  'mn',
  'ms',
  'mtext',
])
/** These never stand inside SVG or MathML: they end it (13.2.6.5). */
const breakout =
  /^(?:b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|embed|h[1-6]|head|hr|i|img|li|listing|menu|meta|nobr|ol|p|pre|ruby|s|small|span|strong|strike|sub|sup|table|tt|u|ul|var)$/

/** Comment, doctype, processing instruction: nothing of interest, but its end matters. */
interface Skipped {
  readonly kind: 'skipped'
  readonly end: number
}

export class HtmlScanner {
  readonly #text: string
  readonly #xml: boolean
  #at = 0
  #count = 0
  /** Open SVG, MathML and integration points, innermost last. */
  readonly #foreign: string[] = []
  /** What the text breaks off in. */
  damage: string | undefined

  constructor(text: string, options: ScanOptions) {
    this.#text = text
    this.#xml = options.xml
  }

  /** The next tag or stretch of text that is not only white space; undefined at the end. */
  next(): HtmlToken | undefined {
    const text = this.#text
    while (this.#at < text.length) {
      if (++this.#count > limits.items) {
        this.damage = 'too many tags'
        return undefined
      }
      const start = this.#at
      const open = this.#nextMarkup(start)
      if (open > start) {
        this.#at = open
        if (/[^ \t\n\f\r\0]/.test(text.slice(start, open))) return { kind: 'text', start, end: open }
        continue
      }
      const token = this.#markup(start)
      this.#at = token.kind === 'tag' ? token.tag.elementEnd : token.end
      if (token.kind === 'tag') return token
    }
    return undefined
  }

  /** Offset of the next `<` that begins something. */
  #nextMarkup(from: number): number {
    const pattern = /<[a-z/!?]/gi
    pattern.lastIndex = from
    return pattern.exec(this.#text)?.index ?? this.#text.length
  }

  #markup(start: number): { kind: 'tag'; tag: HtmlTag } | Skipped {
    const text = this.#text
    if (text.startsWith('<!--', start)) return this.#until(/--!?>/g, start + 2, 'a comment')
    if (text.startsWith('<![CDATA[', start) && (this.#xml || this.#isForeign()))
      return this.#until(/]]>/g, start + 9, 'a CDATA section')
    if (this.#xml && /^<!DOCTYPE[^<>[]{0,1024}\[/.test(text.slice(start, start + 1100)))
      return this.#until(/]\s*>/g, start, 'a document type declaration')
    const closing = text[start + 1] === '/'
    if (!/[a-z]/i.test(text[start + (closing ? 2 : 1)] ?? '')) return this.#until(/>/g, start + 2, 'markup')
    return this.#tag(start, closing)
  }

  #until(pattern: RegExp, from: number, what: string): Skipped {
    pattern.lastIndex = from
    if (pattern.exec(this.#text) !== null) return { kind: 'skipped', end: pattern.lastIndex }
    return this.#cutOff(what)
  }

  #cutOff(what: string): Skipped {
    this.damage = `it ends inside ${what}`
    return { kind: 'skipped', end: this.#text.length }
  }

  #tag(start: number, closing: boolean): { kind: 'tag'; tag: HtmlTag } | Skipped {
    const text = this.#text
    const pattern = /[^\s/>]+/y
    pattern.lastIndex = start + (closing ? 2 : 1)
    const name = (pattern.exec(text)?.[0] ?? '').slice(0, 64).toLowerCase()
    const read = attributesAt(text, pattern.lastIndex)
    if (read === undefined) return this.#cutOff('a tag')
    const { attributes, end, selfClosing } = read
    const tag = { name, closing, attributes, start, end, contentEnd: end, elementEnd: end }
    const foreign = this.#track(name, closing, selfClosing)
    if (closing || foreign || !rawText.has(name) || (this.#xml && selfClosing)) return { kind: 'tag', tag }
    const content = rawEnd(text, name, end)
    if (content === undefined) return this.#cutOff(`<${name}>`)
    return { kind: 'tag', tag: { ...tag, ...content } }
  }

  #isForeign(): boolean {
    const top = this.#foreign.at(-1)
    return top === 'svg' || top === 'math'
  }

  /** Keeps account of embedded SVG and MathML; answers whether the tag belongs to it. */
  #track(name: string, closing: boolean, selfClosing: boolean): boolean {
    const stack = this.#foreign
    const inside = this.#isForeign()
    if (closing) {
      const depth = stack.lastIndexOf(name)
      if (depth >= 0) stack.length = depth
      return inside
    }
    if (inside && breakout.test(name)) {
      stack.length = 0
      return false
    }
    const opens = name === 'svg' || name === 'math' || (inside && integration.has(name))
    if (opens && !selfClosing && stack.length < limits.depth) stack.push(name)
    return inside
  }
}

/** Attributes from after the tag's name; undefined when the tag does not end. */
function attributesAt(text: string, from: number) {
  const attributes = new Map<string, string>()
  const name = /[\s/]*([^\s/>][^\s/>=]*)(\s*=\s*)?/y
  const bare = /[^\s>]*/y
  let at = from
  for (;;) {
    name.lastIndex = at
    const match = name.exec(text)
    if (match === null) break
    at = name.lastIndex
    let value = ''
    if (match[2] !== undefined) {
      const quote = text[at]
      if (quote === '"' || quote === "'") {
        const close = text.indexOf(quote, at + 1)
        if (close < 0) return undefined
        value = text.slice(at + 1, close)
        at = close + 1
      } else {
        bare.lastIndex = at
        value = bare.exec(text)?.[0] ?? ''
        at = bare.lastIndex
      }
    }
    const key = (match[1] ?? '').toLowerCase()
    if (attributes.size < mostAttributes && !attributes.has(key)) attributes.set(key, value)
  }
  const close = text.indexOf('>', at)
  if (close < 0) return undefined
  return { attributes, end: close + 1, selfClosing: close > at && text[close - 1] === '/' }
}

const mostAttributes = 256

/** Where the content of a raw text element and its end tag end; undefined when nothing ends it. */
function rawEnd(text: string, name: string, from: number) {
  if (name === 'plaintext') return { contentEnd: text.length, elementEnd: text.length }
  const contentEnd = name === 'script' ? scriptEnd(text, from) : endTag(text, name, from)
  const close = contentEnd === undefined ? -1 : text.indexOf('>', contentEnd)
  return contentEnd === undefined || close < 0 ? undefined : { contentEnd, elementEnd: close + 1 }
}

function endTag(text: string, name: string, from: number): number | undefined {
  const pattern = new RegExp(`</${name}(?=[\\s/>])`, 'gi')
  pattern.lastIndex = from
  return pattern.exec(text)?.index
}

/** `<!-- <script>` in a script makes the next `</script>` part of it (13.2.5.17 and following). */
function scriptEnd(text: string, from: number): number | undefined {
  const pattern = /<!--|-->|<(\/?)script(?=[\s/>])/gi
  pattern.lastIndex = from
  let state: 'plain' | 'escaped' | 'doubly' = 'plain'
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (match[0] === '-->') state = 'plain'
    else if (match[0] === '<!--') {
      if (state === 'plain') state = 'escaped'
      pattern.lastIndex = match.index + 2 // `<!-->` opens and closes
    } else if (match[1] === '') {
      if (state === 'escaped') state = 'doubly'
    } else if (state === 'doubly') state = 'escaped'
    else return match.index
  }
  return undefined
}
