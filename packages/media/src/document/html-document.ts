/**
 * What an HTML document holds for us, and where its head begins and ends, whether its tags are written out or implied
 * (WHATWG 13.1.2.4).
 */
import { binaryText } from '../carriers/binary.ts'
import { BodyFinder, type HtmlBody } from './html-body.ts'
import { HtmlScanner, type HtmlTag } from './html-scan.ts'

export interface HtmlDocument {
  readonly text: string
  readonly xml: boolean
  /** `<meta name="AIGC">` and its like. */
  readonly metas: readonly HtmlSite[]
  /** `<script type="application/c2pa">`. */
  readonly scripts: readonly HtmlSite[]
  /** `<link rel="c2pa-manifest">`. */
  readonly links: readonly HtmlSite[]
  readonly head: HtmlHead
  readonly body: HtmlBody
  readonly damage: string | undefined
}

export interface HtmlSite {
  readonly tag: HtmlTag
  readonly inHead: boolean
}

export interface HtmlHead {
  /** Where `<head>` stands or is to be written; before everything else in it. */
  readonly start: number
  /** Where `</head>` stands or is to be written. */
  readonly end: number
  readonly hasStartTag: boolean
  readonly hasEndTag: boolean
}

const inHead = /^(?:base|basefont|bgsound|link|meta|noframes|noscript|script|style|template|title)$/
/** More than these are an attack on the reader. */
const mostSites = 64

/** @param isXhtml whoever holds the document says so; one on its own says it in its first line */
export function readHtml(bytes: Uint8Array, isXhtml = false): HtmlDocument {
  const text = binaryText(bytes)
  const xml = isXhtml || /^(?:\xef\xbb\xbf)?<\?xml\s/.test(text)
  const scanner = new HtmlScanner(text, { xml })
  const finder = new HeadFinder(text.startsWith('\xef\xbb\xbf') ? 3 : 0)
  const body = new BodyFinder(xml)
  const sites = { metas: [] as HtmlSite[], scripts: [] as HtmlSite[], links: [] as HtmlSite[] }
  let templates = 0
  for (let token = scanner.next(); token !== undefined; token = scanner.next()) {
    if (token.kind === 'text') {
      if (templates > 0) continue
      const content = text.slice(token.start, token.end)
      finder.text(token.start, content)
      if (finder.over) body.text(token.start, content)
      continue
    }
    const { tag } = token
    if (tag.name === 'template') templates = Math.max(0, templates + (tag.closing ? -1 : 1))
    if (templates > 0) continue // nothing in a template is part of the document
    finder.tag(tag)
    if (finder.over) body.tag(tag, text)
    const list = tag.closing ? undefined : kindOf(tag)
    if (list !== undefined && sites[list].length < mostSites) sites[list].push({ tag, inHead: !finder.over })
  }
  return {
    text,
    xml,
    ...sites,
    head: finder.result(text.length),
    body: body.result(text.length),
    damage: scanner.damage,
  }
}

function kindOf({ name, attributes }: HtmlTag): 'metas' | 'scripts' | 'links' | undefined {
  const is = (attribute: string, wanted: RegExp) => wanted.test(attributes.get(attribute)?.trim() ?? '')
  if (name === 'meta') return is('name', /^AIGC$/i) || is('property', /^AIGC$/i) ? 'metas' : undefined
  if (name === 'script') return is('type', /^application\/c2pa$/i) ? 'scripts' : undefined
  return name === 'link' && is('rel', /(?:^|\s)c2pa-manifest(?:\s|$)/i) ? 'links' : undefined
}

/** Follows the insertion modes up to "in body" (13.2.6.4.1 to 7). */
class HeadFinder {
  /** Whether the head has ended. */
  over = false
  #start: number | undefined
  #end: number | undefined
  #hasStartTag = false
  #hasEndTag = false
  /** After the doctype and `<html>`. */
  #first: number

  constructor(first: number) {
    this.#first = first
  }

  text(start: number, content: string): void {
    if (this.over) return
    // White space before the text stays in the head; a byte order mark is none.
    const blank = /^[ \t\n\f\r\0]*/.exec(content)?.[0].length ?? 0
    if (start + blank === 0 && content.startsWith('\xef\xbb\xbf') && !/\S/.test(content.slice(3))) return
    this.#finish(Math.max(this.#first, start + blank))
  }

  tag({ name, closing, start, end, elementEnd }: HtmlTag): void {
    if (this.over) return
    if (closing) {
      if (name === 'head') {
        this.#hasEndTag = true
        this.#finish(start)
      } else if (name === 'body' || name === 'html' || name === 'br') this.#finish(start)
    } else if (name === 'html') {
      if (this.#start === undefined) this.#first = end
    } else if (name === 'head') {
      if (this.#start === undefined) {
        this.#hasStartTag = true
        this.#start = start
        this.#first = end
      }
    } else if (inHead.test(name)) {
      this.#start ??= start
      this.#first = elementEnd
    } else this.#finish(start)
  }

  #finish(end: number): void {
    this.over = true
    this.#start ??= end
    this.#end = end
  }

  result(size: number): HtmlHead {
    const end = this.#end ?? size
    return {
      start: this.#start ?? end,
      end,
      hasStartTag: this.#hasStartTag,
      hasEndTag: this.#hasEndTag,
    }
  }
}
