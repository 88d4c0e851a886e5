/** How many `q` of a page nobody takes back (ISO 32000-2 8.4.2 forbids that, and it happens): ours would be shifted by them. */
import { binaryText } from '../../carriers/binary.ts'
import type { PdfFile } from '../../carriers/pdf-file.ts'
import { Budget, streamBytes } from '../../carriers/pdf-object.ts'
import { integerOf, type PdfValue } from '../../carriers/pdf-values.ts'

/** Streams that can't be read are taken for balanced. @throws PdfDamage */
export async function unclosed(file: PdfFile, contents: readonly PdfValue[]): Promise<number> {
  const budget = new Budget() // for each page, because a book has many
  const pieces: string[] = []
  for (const content of contents) {
    const { value, stream } = (content.kind === 'reference' && (await file.object(content.number))) || {}
    if (stream === undefined || value?.kind !== 'dictionary') return 0
    const length = integerOf(await file.resolve(value.entries.get('Length')))
    const bytes = await streamBytes(file.source, value, stream, length, budget)
    if (bytes === undefined) return 0
    pieces.push(binaryText(bytes))
  }
  return openStates(pieces.join('\n'))
}

/** What is no operator: comments, strings, names. */
const passed = /%[^\r\n]*|<[^<>]*>|\/[^\s()<>[\]{}/%]*/y
/** Behind the data of an inline image, which look like anything (8.9.7). */
const imageEnd = /\sEI(?=\s|$)/g
const word = /[^\s()<>[\]{}/%]+/y

function openStates(text: string): number {
  let open = 0
  for (let at = 0; at < text.length; ) {
    const end = text[at] === '(' ? stringEnd(text, at) : endOf(passed, text, at)
    if (end > at) {
      at = end
      continue
    }
    const next = endOf(word, text, at)
    if (next === at + 1 && text[at] === 'q') open++
    else if (next === at + 1 && text[at] === 'Q') open = Math.max(0, open - 1)
    at = text.startsWith('ID', at) && next === at + 2 ? imageEndAfter(text, at) : Math.max(next, at + 1)
  }
  return Math.min(open, mostOpen)
}

/** More is no slip of a writer. */
const mostOpen = 100

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

function imageEndAfter(text: string, at: number): number {
  imageEnd.lastIndex = at
  return imageEnd.test(text) ? imageEnd.lastIndex : text.length
}

function stringEnd(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x5c) at++
    else if (code === 0x28) depth++
    else if (code === 0x29 && --depth === 0) return at + 1
  }
  return text.length
}
