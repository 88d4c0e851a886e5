/** Which lines of a structured text are taken: by the host format, or by the explicit label in a comment. */
import type { CommentStyle } from './comments.ts'
import { without } from './document.ts'
import { bomLength } from './encoding.ts'
import { firstLine, type Line, labelWords } from './label-line.ts'
import { findManifests } from './manifests.ts'

/** First lines that must stay first: who runs a script, what encoding a style sheet is in. */
const reserved = /^\ufeff?(?:#!|%!|%&|@charset\b)/i

export function hasReservedStart(text: Buffer): boolean {
  return reserved.test(text.toString('utf8', 0, 32))
}

/** The text without manifests, but with its byte order mark, which belongs to a block in the first line (A.9.4). */
export function unsignedText(text: Buffer): Buffer {
  const mark = bomLength(text)
  const ranges = findManifests(text).ranges.map(({ start, end }) => ({ start: Math.max(start, mark), end }))
  return without(text, ranges)
}

/** Where comments of ours may begin: at the start, or behind the header of a WebVTT file and its blank line. */
export function contentStart(text: Buffer, { open }: CommentStyle): number {
  const start = bomLength(text)
  if (open !== 'NOTE ') return start
  const header = /^WEBVTT[^\n]*(?:\n(?!\r?\n)[^\n]*)*(?:\n\r?\n|\n?$)/.exec(
    text.toString('latin1', start, start + mostHeader),
  )
  return header ? start + header[0].length : start
}

const mostHeader = 64 * 1024

/** Where the label goes: where comments begin, behind a first line that must stay first. */
export function labelStart(text: Buffer, style: CommentStyle): number {
  const start = contentStart(text, style)
  if (!hasReservedStart(text)) return start
  const newline = text.indexOf(0x0a)
  return newline < 0 ? text.length : newline + 1
}

/** The comment line at a place, without its marks; undefined when it is something else. */
export function commentAt(
  text: Buffer,
  start: number,
  style: CommentStyle,
): (Line & { readonly words: string }) | undefined {
  const line = firstLine(text, start, text.byteLength)
  if (line === undefined || line.end - line.start > 512) return undefined
  const whole = text.toString('utf8', line.start, line.end)
  const [open, close] = [style.open.trim(), style.close.trim()]
  if (!whole.startsWith(open) || !whole.endsWith(close)) return undefined
  return { words: whole.slice(open.length, whole.length - close.length).trim(), ...line }
}

/** The explicit label, when the first comment is one. */
export function commentLabel(text: Buffer, style: CommentStyle): string | undefined {
  const comment = commentAt(text, labelStart(text, style), style)
  return comment && labelWords(comment.words)
}
