/**
 * Texts in ID3v2 frames that may say which service or program made a sound (id3v2.3.0 sections 4.2, 4.3 and 4.11): raw
 * material for the evidence table. Frames of v2.2 go by their later names.
 */
import { limits } from '@yinji/core'
import type { Id3Frame, Id3Version } from './id3.ts'
import { decodeText, frameContent, terminator, userText } from './id3-frames.ts'

const names: ReadonlyMap<string, string> = new Map([
  ['COMM', 'COMM'],
  ['COM', 'COMM'],
  ['TSSE', 'TSSE'],
  ['TSS', 'TSSE'],
  ['TENC', 'TENC'],
  ['TEN', 'TENC'],
  ['WOAF', 'WOAF'],
  ['WAF', 'WOAF'],
  ['WOAS', 'WOAS'],
  ['WAS', 'WOAS'],
])

export interface NamedText {
  /** Name of the frame; for user text what its writer called it. */
  readonly name: string
  readonly value: string
}

/** What a frame says in words; undefined for titles, artists, pictures and whatever can't be read. */
export function namedText(version: Id3Version, frame: Id3Frame): NamedText | undefined {
  const user = userText(version, frame)
  if (user !== undefined)
    return { name: user.description.slice(0, 64), value: user.value.slice(0, limits.evidenceBytes) }
  const name = names.get(frame.id)
  const data = name === undefined ? undefined : frameContent(version, frame)?.data
  if (name === undefined || data === undefined) return undefined
  const value = textOf(name, data.subarray(0, limits.evidenceBytes))
  return value === undefined ? undefined : { name, value: value.split('\0', 1)[0] ?? '' }
}

/** An address is Latin-1 throughout; other texts begin with their encoding, comments with language and title as well. */
function textOf(name: string, data: Uint8Array): string | undefined {
  if (name.startsWith('W')) return decodeText(data, 0)
  const encoding = data[0] ?? 0
  if (name !== 'COMM') return decodeText(data.subarray(1), encoding)
  const title = terminator(data, 4, encoding)
  return title && decodeText(data.subarray(title.next), encoding)
}
