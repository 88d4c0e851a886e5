/**
 * Where the body of an HTML document begins and ends (WHATWG 13.2.6.4.6 to 7 and 13.2.6.4.19), and the explicit labels
 * in it: elements of our own, and the first and last words anybody else put there (GB 45438-2025 5.1).
 */
import { wordings } from '@yinji/core'
import { unescapeXml } from '../carriers/xml.ts'
import { labelWords } from '../text/label-line.ts'
import { meetsWording } from '../visible/wording.ts'
import type { HtmlTag } from './html-scan.ts'

/** Marks the element this software writes, so that a later label replaces it. */
export const labelAttribute = 'data-ai-label'

export interface HtmlBody {
  /** Where its content begins; undefined when the document shows frames instead. */
  readonly start: number | undefined
  /** Where its content ends. */
  readonly end: number
  /** Written as `<body/>`. */
  readonly empty: boolean
  /** Our own labels, in order. */
  readonly labels: readonly HtmlLabel[]
  /** The words of the first label a reader sees, whoever wrote it. */
  readonly visible: string | undefined
}

export interface HtmlLabel {
  readonly start: number
  readonly end: number
  readonly words: string
}

const beforeBody = /^(?:base|basefont|bgsound|link|meta|noframes|script|style|template|title|html|head)$/
/** Longer texts are no labels. */
const longest = 512

export class BodyFinder {
  readonly #xml: boolean
  readonly #labels: HtmlLabel[] = []
  #start: number | undefined
  #end: number | undefined
  #empty = false
  #frames = false
  #last: HtmlTag | undefined
  #open: { readonly start: number; words?: string } | undefined
  #firstWords: string | undefined
  #lastWords = ''

  constructor(xml: boolean) {
    this.#xml = xml
  }

  text(start: number, content: string): void {
    this.#start ??= start + (/^[ \t\n\f\r\0]*/.exec(content)?.[0].length ?? 0)
    const shown = content.length > longest || isHidden(this.#last) ? '' : unescapeXml(content).trim()
    this.#firstWords ??= shown
    this.#lastWords = shown
    if (this.#open?.words === undefined && this.#open) this.#open.words = shown
    else this.#open = undefined
  }

  tag(tag: HtmlTag, text: string): void {
    const { name, closing, start, end } = tag
    if (closing) {
      if (/^(?:body|html|br)$/.test(name)) this.#start ??= start
      if (name === 'body' || (name === 'html' && this.#end === undefined)) this.#end = start
    } else {
      if (name === 'frameset' && this.#start === undefined) this.#frames = true
      if (name === 'body' && this.#start === undefined) {
        this.#start = end
        this.#empty = this.#xml && text[end - 2] === '/'
      } else if (!beforeBody.test(name)) this.#start ??= start
      this.#last = tag
    }
    this.#label(tag)
  }

  #label({ name, closing, start, end, attributes }: HtmlTag): void {
    const open = this.#open
    this.#open = undefined
    if (closing && name === 'p' && open?.words)
      this.#labels.push({ start: open.start, end, words: open.words })
    else if (!closing && name === 'p' && attributes.has(labelAttribute)) this.#open = { start }
  }

  result(size: number): HtmlBody {
    const own = this.#labels.find(({ words }) => wordings.some((wording) => meetsWording(words, wording)))
    return {
      start: this.#frames ? undefined : (this.#start ?? size),
      end: this.#end ?? size,
      empty: this.#empty,
      labels: this.#labels,
      visible: own?.words ?? labelWords(this.#firstWords ?? '') ?? labelWords(this.#lastWords),
    }
  }
}

/** As far as the element itself tells: style sheets are not applied. */
function isHidden(tag: HtmlTag | undefined): boolean {
  if (tag === undefined) return false
  const style = tag.attributes.get('style') ?? ''
  return (
    tag.attributes.has('hidden') ||
    /display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:[;!]|$)|font-size\s*:\s*0/i.test(
      style,
    )
  )
}
