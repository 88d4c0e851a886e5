/**
 * The manifest of a structured text (C2PA A.9): between two fixed delimiters, in one line of comment or over three
 * lines of a front matter block. Found by the delimiters alone, whatever comments look like in the host format.
 */
import { limits, type Room } from '@yinji/core'

export const begin = '-----BEGIN C2PA MANIFEST-----'
export const end = '-----END C2PA MANIFEST-----'
export const dataUri = 'data:application/c2pa;base64,'

/** A manifest block; offsets in bytes, whole lines with their terminator (A.9.4). */
export interface Armour {
  readonly start: number
  readonly end: number
  /** The store, for a block that holds one. */
  readonly store: Uint8Array | undefined
  /** The address, for a block that names a manifest elsewhere. */
  readonly url: string | undefined
  /** There is nothing between the delimiters. */
  readonly empty: boolean
  /** What stands before and behind the block on its lines, white space aside. */
  readonly around: Around
}

/** A comment introducer and terminator; empty where there is none. */
export interface Around {
  readonly open: string
  readonly close: string
}

/** Length in bytes of a store in base64 behind its scheme. */
const dataUriLength = (storeLength: number): number => dataUri.length + Math.ceil(storeLength / 3) * 4

/** Comment introducers and terminators that may share the line; anything else would be content that nothing signs. */
const before = /^\ufeff?[ \t]*(<!--|#|\/\/|--|;|%|\/\*!?|NOTE)?[ \t]*$/
const after = /^[ \t]*(-->|\*\/)?[ \t\r]*$/

/** Comments that go on until they are ended. */
const terminators: ReadonlyMap<string, string> = new Map([
  ['<!--', '-->'],
  ['/*', '*/'],
  ['/*!', '*/'],
])

/**
 * Whether what stands around a block ends what it begins. No hash covers either: a comment that is left open would swallow
 * the text behind it, and an end without beginning would end another.
 */
export const isWhole = ({ open, close }: Around): boolean => (terminators.get(open) ?? '') === close

/** Every block in a text. Delimiters in running prose are none. */
export function findArmour(text: Buffer): Armour[] {
  const found: Armour[] = []
  for (let from = 0, close = text.indexOf(end); close >= 0; close = text.indexOf(end, from)) {
    const open = text.subarray(from, close).lastIndexOf(begin)
    const armour = open < 0 ? undefined : armourAt(text, from + open, close)
    if (armour !== undefined) found.push(armour)
    from = close + end.length
  }
  return found
}

/** Room for a comment introducer and some indentation; every look beyond would cost time for each delimiter. */
const edge = 64

function armourAt(text: Buffer, open: number, close: number): Armour | undefined {
  const head = text.subarray(Math.max(0, open - edge), open)
  const rest = text.subarray(close + end.length, close + end.length + edge)
  const lineStart = open - (head.byteLength - 1 - head.lastIndexOf(0x0a))
  const newline = rest.indexOf(0x0a)
  if (lineStart > 0 && text[lineStart - 1] !== 0x0a) return undefined
  if (newline < 0 && close + end.length + rest.byteLength < text.byteLength) return undefined
  const lineEnd = close + end.length + (newline < 0 ? rest.byteLength : newline + 1)
  const left = before.exec(text.toString('utf8', lineStart, open))
  const right = after.exec(rest.toString('utf8', 0, newline < 0 ? rest.byteLength : newline))
  if (left === null || right === null) return undefined
  const around = { open: left[1] ?? '', close: right[1] ?? '' }
  const between = text.toString('latin1', open + begin.length, close)
  // Either all in one line, or each delimiter on a line of its own.
  const reference = /^(?:[ \t]+(\S+)[ \t]+|[ \t]*\r?\n[ \t]*(\S+)[ \t]*\r?\n[ \t]*)$/.exec(between)
  const value = reference?.[1] ?? reference?.[2]
  const empty = between.trim() === ''
  const span = { start: startOf(text, lineStart, newline < 0), end: lineEnd, empty, around }
  if (value === undefined) return { store: undefined, url: undefined, ...span }
  if (!/^[a-z][a-z0-9+.-]*:/i.test(value)) return undefined
  if (!value.startsWith('data:')) return { store: undefined, url: value.slice(0, 2048), ...span }
  return { store: decode(value), url: undefined, ...span }
}

/** A block that ends the file without a line break takes the one before it along (A.9.4). */
function startOf(text: Buffer, lineStart: number, unterminated: boolean): number {
  if (!unterminated || lineStart === 0) return lineStart
  return text[lineStart - 2] === 0x0d ? lineStart - 2 : lineStart - 1
}

/** Strict base64: one spelling for each store, so that no bit of it can be changed unseen. */
function decode(value: string): Uint8Array | undefined {
  if (!value.startsWith(dataUri)) return undefined
  const base64 = value.slice(dataUri.length)
  if (base64.length > Math.ceil(limits.manifestBytes / 3) * 4) return undefined
  const store = Buffer.from(base64, 'base64')
  return store.toString('base64') === base64 ? store : undefined
}

/** Room for a block and what stands around it on its lines, nothing else (A.9.4). */
export function armourRoom(size: number, open: string, close: string): Room {
  return {
    kind: 'room',
    length: Buffer.byteLength(open) + dataUriLength(size) + Buffer.byteLength(close),
    embed: (store) => Buffer.from(`${open}${dataUri}${Buffer.from(store).toString('base64')}${close}`),
  }
}
