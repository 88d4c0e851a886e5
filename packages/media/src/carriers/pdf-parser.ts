/** Parses one PDF object out of binary text (ISO 32000-2 7.2, 7.3). Bounded in depth and linear in time. */
import { limits } from '@yinji/core'
import { dictionary, type PdfValue, readName } from './pdf-values.ts'

/** The text ends before the object does: with more of it, the object might be whole. */
export class Unfinished extends Error {}
/** The text is no object. */
export class Malformed extends Error {}

const token = /\/?[^\0\t\n\f\r ()<>[\]{}/%]*/y
const referenceTail = /[\0\t\n\f\r ]+(\d{1,10})[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>[\]{}/%])/y

export class PdfParser {
  readonly text: string
  at: number

  constructor(text: string, at = 0) {
    this.text = text
    this.at = at
  }

  /** Passes white space and comments. */
  skipBlank(): void {
    let comment = false
    for (; this.at < this.text.length; this.at++) {
      const code = this.text.charCodeAt(this.at)
      if (code === 0x0a || code === 0x0d) comment = false
      else if (code === 0x25) comment = true
      else if (!comment && code !== 0x20 && code !== 0x09 && code !== 0x0c && code !== 0) return
    }
  }

  /** Whether a word stands here; passes it if so. */
  word(word: string): boolean {
    this.skipBlank()
    if (!this.text.startsWith(word, this.at)) return false
    this.at += word.length
    return true
  }

  /** A whole number; passes it. */
  integer(): number | undefined {
    this.skipBlank()
    const match = this.#match(/\d{1,15}/y)
    return match === undefined ? undefined : Number(match)
  }

  /** @throws Unfinished, Malformed */
  value(depth = 0): PdfValue {
    this.skipBlank()
    const { text } = this
    const first = text[this.at]
    if (first === undefined) throw new Unfinished()
    if (depth > limits.depth) throw new Malformed('nested too deeply')
    if (first === '(') return this.#literal()
    if (first === '[') return this.#array(depth)
    if (first === '<') return text[this.at + 1] === '<' ? this.#dictionary(depth) : this.#hex()
    return this.#token()
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const match = pattern.exec(this.text)
    if (match === null) return undefined
    this.at = pattern.lastIndex
    return match[0]
  }

  #token(): PdfValue {
    const raw = this.#match(token) ?? ''
    if (raw === '') throw new Malformed('a stray delimiter')
    if (this.at === this.text.length) throw new Unfinished()
    if (!/^\d{1,10}$/.test(raw)) return { kind: 'token', raw }
    referenceTail.lastIndex = this.at
    const tail = referenceTail.exec(this.text)
    if (tail === null) return { kind: 'token', raw }
    this.at = referenceTail.lastIndex
    return { kind: 'reference', number: Number(raw), generation: Number(tail[1]) }
  }

  #hex(): PdfValue {
    const end = this.text.indexOf('>', this.at)
    if (end < 0) throw new Unfinished()
    const raw = this.text.slice(this.at, end + 1)
    this.at = end + 1
    return { kind: 'string', raw }
  }

  #literal(): PdfValue {
    const { text, at: start } = this
    let depth = 0
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === 0x5c) at++
      else if (code === 0x28) depth++
      else if (code === 0x29 && --depth === 0) {
        this.at = at + 1
        return { kind: 'string', raw: text.slice(start, at + 1) }
      }
    }
    throw new Unfinished()
  }

  #array(depth: number): PdfValue {
    this.at++
    const items: PdfValue[] = []
    while (!this.word(']')) {
      if (items.length >= limits.items) throw new Malformed('too many items')
      items.push(this.value(depth + 1))
    }
    return { kind: 'array', items }
  }

  #dictionary(depth: number): PdfValue {
    this.at += 2
    const entries = new Map<string, PdfValue>()
    while (!this.word('>>')) {
      const key = this.text[this.at] === '/' ? this.#match(token) : undefined
      if (key === undefined) {
        if (this.at >= this.text.length) throw new Unfinished()
        throw new Malformed('a key that is no name')
      }
      const value = this.value(depth + 1)
      const plain = readName(key.slice(1))
      if (!entries.has(plain)) entries.set(plain, value)
      if (entries.size > limits.items) throw new Malformed('too many entries')
    }
    return dictionary(entries)
  }
}
