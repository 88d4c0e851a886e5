/**
 * The logical streams of an Ogg file (RFC 3533, section 4), side by side or one after the other, and the pages with the
 * comment header of each: the second packet in Vorbis (Vorbis I, A.2), Opus (RFC 7845, 3), FLAC (RFC 9639, 10.1) and Theora.
 */
import { limits, type Source } from '@yinji/core'
import { hasAscii } from './binary.ts'
import { isIntact, loadPage, mostPage, type OggPage, pageFlags, parsePage } from './ogg-page.ts'
import { Window } from './window.ts'

export interface OggCodec {
  /** How the first packet begins. */
  readonly magic: string
  /** Bytes before the comment in the second packet. */
  readonly prefix: number
  readonly audio: boolean
}

export interface OggStream {
  readonly serial: number
  readonly codec: OggCodec
  /** From the one where the comment header begins to the one where it ends, in order. */
  readonly pages: readonly OggPage[]
}

export interface OggLayout {
  /** Those whose comment header is known, in order of their beginning. */
  readonly streams: readonly OggStream[]
  /** Bytes behind the last page. */
  readonly trailing: number
  readonly damage?: string
}

const codecs: readonly OggCodec[] = [
  { magic: '\x01vorbis', prefix: 7, audio: true },
  { magic: 'OpusHead', prefix: 8, audio: true },
  { magic: '\x7fFLAC', prefix: 4, audio: true },
  { magic: '\x80theora', prefix: 7, audio: false },
]

/** The codec of the stream whose first page stands in the bytes. */
export function codecOf(bytes: Uint8Array): OggCodec | undefined {
  const page = parsePage(bytes, 0, 0)
  if (page === undefined || (page.flags & pageFlags.begins) === 0) return undefined
  const start = 27 + page.lacing.byteLength
  return codecs.find(({ magic }) => hasAscii(bytes, magic, start))
}

/** Whether one of the streams that begin here is sound: video and Skeleton like to come first. */
export function beginsSound(head: Uint8Array): boolean {
  for (let at = 0; ; ) {
    const codec = codecOf(head.subarray(at))
    const page = parsePage(head, at, 0)
    if (codec?.audio) return true
    if (page === undefined || (page.flags & pageFlags.begins) === 0) return false
    at = page.end
  }
}

export async function readOgg(source: Source): Promise<OggLayout> {
  const tail = await lastPage(source)
  const state: State = { streams: new Map(), open: 0 }
  const { streams } = state
  const window = new Window(source)
  let at = 0
  let damage: string | undefined
  for (let count = 0; damage === undefined && at < source.size - tail.trailing; count++) {
    const page = count < limits.items ? await loadPage(window, at, source.size) : undefined
    if (page === undefined) damage = tail.damage ?? 'an Ogg page is not where it should be'
    else {
      damage = await take(page, state, window)
      at = page.end
      // Streams that come one after the other end with one that did not begin with the file.
      const chained = tail.serial !== undefined && !streams.has(tail.serial)
      if (!chained && (page.flags & pageFlags.begins) === 0 && state.open === 0) break
    }
  }
  const known = [...streams.values()].flatMap(({ serial, codec, pages }) =>
    codec ? [{ serial, codec, pages }] : [],
  )
  damage ??= tail.damage ?? (state.open === 0 ? undefined : 'an Ogg comment header is missing')
  return { streams: known, trailing: tail.trailing, ...(damage === undefined ? {} : { damage }) }
}

interface Growing {
  readonly serial: number
  readonly codec: OggCodec | undefined
  readonly pages: OggPage[]
  /** Whether the comment header has ended; bytes of it so far. */
  done: boolean
  bytes: number
}

interface State {
  readonly streams: Map<number, Growing>
  /** How many comment headers have not ended yet. */
  open: number
}

/** A recording of a radio station has a stream for every song of a day. */
const mostStreams = 10_000

/** Takes one page into account. Returns what is wrong with it. */
async function take(page: OggPage, state: State, window: Window): Promise<string | undefined> {
  const { streams } = state
  const stream = streams.get(page.serial)
  if ((page.flags & pageFlags.begins) !== 0) {
    if (stream !== undefined) return 'an Ogg stream begins twice'
    const codec = codecOf(await window.load(page.start, Math.min(page.end - page.start, 512)))
    // The first packet has its page for itself, so the comment begins on the next.
    const alone = page.lacing.findIndex((length) => length < 255) === page.lacing.byteLength - 1
    streams.set(page.serial, { serial: page.serial, codec, pages: [], done: false, bytes: 0 })
    if (codec !== undefined) state.open++
    if (streams.size > mostStreams) return 'Ogg streams without end'
    return codec === undefined || alone
      ? undefined
      : 'the first packet of an Ogg stream is not alone on its page'
  }
  if (stream === undefined) return 'a page of an Ogg stream that never began'
  if (stream.codec === undefined || stream.done) return undefined
  stream.pages.push(page)
  stream.bytes += page.end - page.start
  stream.done = page.lacing.some((length) => length < 255)
  if (stream.done) state.open--
  return stream.bytes > limits.metadataBytes ? 'an Ogg comment header of excessive size' : undefined
}

interface Tail {
  /** Of the last page. */
  readonly serial?: number
  readonly trailing: number
  readonly damage?: string
}

/** Finds the last page by its checksum and looks at what is behind it. */
async function lastPage(source: Source): Promise<Tail> {
  const base = Math.max(0, source.size - 2 * mostPage)
  const bytes = await source.read(base, source.size)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let found = buffer.indexOf('OggS'), tries = 0; found >= 0; found = buffer.indexOf('OggS', found + 1)) {
    const first = parsePage(bytes, found, 0)
    if (first === undefined || first.end > bytes.byteLength) continue
    if (++tries > mostTries) break
    if (!isIntact(bytes.subarray(first.start, first.end))) continue
    return followPages(bytes, first)
  }
  return { trailing: 0, damage: 'no whole Ogg page at the end' }
}

/** Places that look like a page and are none, each of which costs a checksum. */
const mostTries = 64

function followPages(bytes: Uint8Array, first: OggPage): Tail {
  let last = first
  for (let next = parsePage(bytes, last.end, 0); next !== undefined; next = parsePage(bytes, last.end, 0)) {
    if (next.end > bytes.byteLength) break
    last = next
  }
  const { serial } = last
  const rest = bytes.byteLength - last.end
  const cut = rest > 0 && hasAscii(bytes, 'OggS'.slice(0, rest), last.end)
  return cut ? { serial, trailing: 0, damage: 'the last Ogg page is cut off' } : { serial, trailing: rest }
}
