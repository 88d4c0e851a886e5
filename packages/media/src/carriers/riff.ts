/**
 * RIFF containers (Multimedia Programming Interface and Data Specifications 1.0, chapter 2) and their 64-bit form
 * (EBU Tech 3306 RF64, ITU-R BS.2088 BW64): the walk over the chunks of the first RIFF, headers only.
 */
import { limits, type Source } from '@yinji/core'
import { fourLetters, uint32le, uint64le } from './integers.ts'
import { Window } from './window.ts'

export interface RiffChunk {
  /** Four characters. */
  readonly id: string
  /** Offset of the chunk's eight-byte header. */
  readonly start: number
  /** Offset after the payload, before the pad byte. */
  readonly end: number
  /** Whether the pad byte after an odd payload is there. */
  readonly padded: boolean
}

export interface Riff {
  readonly form: 'RIFF' | 'RF64' | 'BW64'
  /** `WAVE`. */
  readonly type: string
  readonly chunks: readonly RiffChunk[]
  /** Offset after the last chunk and its pad byte: here the RIFF ends, whatever its header says. */
  readonly end: number
  /** The writer could not go back to write sizes (it wrote to a pipe): the last chunk is `data` and takes the rest. */
  readonly streamed: boolean
  readonly damage?: string
}

/** A size of 32 ones says: see `ds64`, or, in a plain RIFF, that the size was never written. */
const unknown32 = 0xffffffff
/** What programs write as the size of data they have not seen the end of: ffmpeg, SoX, and the signed maximum. */
const unwritten: ReadonlySet<number> = new Set([0, unknown32, 0x7ffff000, 0x7fffffff, 0x80000000])
/** Some writers put the length of the file into the size field, which leaves its own eight bytes out. */
const tolerance = 8

export const isRiff = (head: Uint8Array, type: string): boolean =>
  /^(RIFF|RF64|BW64)$/.test(fourLetters(head, 0)) && fourLetters(head, 8) === type && head.byteLength >= 12

/** Walks the chunks. Damage does not throw: the chunks before it are told as well. */
export async function readRiff(source: Source): Promise<Riff> {
  const window = new Window(source)
  const head = await window.load(0, 12 + 8 + 24)
  const letters = fourLetters(head, 0)
  const form = letters === 'RF64' || letters === 'BW64' ? letters : 'RIFF'
  const declared = uint32le(head, 4)
  const large = form !== 'RIFF' && fourLetters(head, 12) === 'ds64' ? await readDs64(window, head) : undefined
  const size = declared === unknown32 && large !== undefined ? large.riff : declared
  const walk = await walkChunks(source, window, { declared: size, sizes: large?.sizes ?? new Map() })
  const missing = size + 8 - source.size
  const short = missing > tolerance && !isUnwritten(size, source) ? 'the RIFF is cut off' : undefined
  const damage = walk.damage ?? (form !== 'RIFF' && large === undefined ? 'no ds64 chunk' : short)
  return { form, type: fourLetters(head, 8), ...walk, ...(damage === undefined ? {} : { damage }) }
}

/** SoX adds its headers to the size it does not know, hence the range. */
const isUnwritten = (size: number, source: Source) =>
  unwritten.has(size) || (size >= 0x7ffff000 && size <= 0x80001000 && size + 8 > source.size)

/** EBU Tech 3306 4.1: the sizes of the RIFF, of `data`, and of any other chunk over 4 GiB. */
async function readDs64(window: Window, head: Uint8Array) {
  const size = uint32le(head, 16)
  const riff = uint64le(head, 20)
  const sizes = new Map([['data', uint64le(head, 28)]])
  const body = await window.load(20, Math.min(size, 64 * 1024))
  const count = Math.min(uint32le(body, 24), Math.floor((body.byteLength - 28) / 12))
  for (let index = 0; index < count; index++) {
    const at = 28 + index * 12
    sizes.set(fourLetters(body, at), uint64le(body, at + 4))
  }
  return { riff, sizes }
}

interface Sizes {
  /** Size of the RIFF by its header. */
  readonly declared: number
  readonly sizes: ReadonlyMap<string, number>
}

interface Walk {
  readonly chunks: readonly RiffChunk[]
  readonly end: number
  readonly streamed: boolean
  readonly damage?: string
}

async function walkChunks(source: Source, window: Window, { declared, sizes }: Sizes): Promise<Walk> {
  const chunks: RiffChunk[] = []
  const unwrittenRiff = isUnwritten(declared, source)
  const limit = unwrittenRiff ? source.size : Math.min(source.size, declared + 8)
  let at = 12
  while (at + 8 <= limit) {
    const header = await window.load(at, 8)
    const id = fourLetters(header, 0)
    if (id === '\0\0\0\0') break
    if (!isName(id)) return { chunks, end: at, streamed: false, damage: 'a chunk without a name' }
    if (chunks.length >= limits.items)
      return { chunks, end: at, streamed: false, damage: 'chunks without end' }
    const stated = uint32le(header, 4)
    const size = stated === unknown32 ? (sizes.get(id) ?? stated) : stated
    if (id === 'data' && unwrittenRiff && unwritten.has(size)) {
      chunks.push({ id, start: at, end: source.size, padded: source.size % 2 === at % 2 })
      return { chunks, end: source.size, streamed: true }
    }
    const end = at + 8 + size
    if (end > source.size) return { chunks, end: at, streamed: false, damage: `chunk ${id} is cut off` }
    const padded = size % 2 === 0 || (await hasPad(source, window, end))
    chunks.push({ id, start: at, end, padded })
    at = end + (size % 2 === 1 && padded ? 1 : 0)
  }
  return { chunks, end: at, streamed: false }
}

/** Whether a pad byte follows. Careless writers leave it out; then the next chunk stands there at once. */
async function hasPad(source: Source, window: Window, at: number): Promise<boolean> {
  if (at >= source.size) return false
  const next = await window.load(at, 9)
  const chunkAt = (shift: number) =>
    isName(fourLetters(next, shift)) && at + shift + 8 + uint32le(next, 4 + shift) <= source.size
  return next[0] === 0 || chunkAt(1) || !chunkAt(0)
}

const isName = (letters: string) => /^[\x20-\x7e]{4}$/.test(letters)
