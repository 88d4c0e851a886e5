/**
 * The tags around the sound of a file: ID3v2 before it (id3v2.4.0-structure section 5), and after it whatever taggers
 * have put there: ID3v1, APE, Lyrics3, an ID3v2.4 tag with a footer.
 */
import { limits, type Source } from '@yinji/core'
import { binaryText, hasAscii } from './binary.ts'
import { type Id3Tag, id3Header, id3HeaderSize, parseId3, synchsafe } from './id3.ts'
import { uint32le } from './integers.ts'

/** A small tag and what follows it in one read. */
const headWindow = 64 * 1024
/** Tags after tags: more than these are no accident. */
const mostTags = 16

/** The tags that follow each other from the start of the file, and where what they tag begins. */
export async function leadingTags(source: Source): Promise<{ tags: Id3Tag[]; next: number }> {
  const tags: Id3Tag[] = []
  let next = 0
  let window = await source.read(0, headWindow)
  let base = 0
  while (tags.length < mostTags) {
    if (next + id3HeaderSize > base + window.byteLength) {
      window = await source.read(next, next + headWindow)
      base = next
    }
    const header = id3Header(window, next - base)
    if (header === undefined) break
    // Together they may hold as much as one may.
    const size = next + header.size > limits.metadataBytes ? Number.POSITIVE_INFINITY : header.size
    const tag = await readId3(source, next, size, window.subarray(next - base))
    if (tag === undefined) break
    tags.push(tag)
    next += header.size
    if (tag.damage !== undefined) break
  }
  return { tags, next: Math.min(next, source.size) }
}

/** Reads a tag of known size, from the window when it holds all of it. */
async function readId3(
  source: Source,
  at: number,
  size: number,
  window: Uint8Array,
): Promise<Id3Tag | undefined> {
  if (size <= window.byteLength) return parseId3(window.subarray(0, size), at)
  if (size > limits.metadataBytes) {
    const header = id3Header(window)
    return header && { at, frames: [], padding: 0, damage: 'ID3v2 tag of excessive size', ...header }
  }
  return parseId3(await source.read(at, at + size), at)
}

export interface Tail {
  /** Where the first of the tags stands, or the end of the file. */
  readonly start: number
  readonly appended?: Id3Tag
}

/** Takes known tags off the end of the file, in whatever order taggers put them. */
export async function trailingTags(source: Source, from: number): Promise<Tail> {
  let tail: Tail = { start: source.size }
  for (let count = 0; count < mostTags; count++) {
    const at = Math.max(from, tail.start - 138)
    const window = await source.read(at, tail.start)
    const size = footSize(window)
    if (size === undefined || size > tail.start - from) break
    const start = tail.start - size
    const foot = hasAscii(window, '3DI', window.byteLength - id3HeaderSize)
    const appended = foot ? await readId3(source, start, size, new Uint8Array(0)) : undefined
    tail = Object.assign({}, tail, { start }, appended && { appended })
  }
  return tail
}

/** Size of the tag that ends where the bytes end. */
function footSize(bytes: Uint8Array): number | undefined {
  const end = bytes.byteLength
  if (end >= 128 && hasAscii(bytes, 'TAG', end - 128)) return 128
  if (end >= 32 && hasAscii(bytes, 'APETAGEX', end - 32)) {
    const header = ((bytes[end - 9] ?? 0) & 0x80) !== 0 ? 32 : 0
    return uint32le(bytes, end - 20) + header
  }
  if (end >= 15 && hasAscii(bytes, 'LYRICS200', end - 9)) {
    const size = Number(binaryText(bytes.subarray(end - 15, end - 9)))
    return Number.isInteger(size) ? size + 15 : undefined
  }
  if (end >= 10 && hasAscii(bytes, '3DI', end - 10)) {
    const size = synchsafe(bytes, end - 4)
    return size === undefined ? undefined : size + 2 * id3HeaderSize
  }
  return undefined
}
