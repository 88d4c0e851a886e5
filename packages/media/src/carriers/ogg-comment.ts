/**
 * The comment header of an Ogg stream, read from its pages and written into as many of them again. Only when it has
 * grown out of them is there a page more, and then all later pages of the stream get another number.
 */
import { concat, type Source } from '@yinji/core'
import { damagedInput } from './faults.ts'
import {
  isIntact,
  loadPage,
  mostSegments,
  type OggPage,
  pageFlags,
  payloadOf,
  renumber,
  writePage,
} from './ogg-page.ts'
import type { OggStream } from './ogg-streams.ts'
import { type Replacement, replace } from './replacements.ts'
import { parseVorbisComment, type VorbisComment } from './vorbis-comment.ts'
import { Window } from './window.ts'

export interface OggComment {
  readonly stream: OggStream
  /** What stands before the comment in its packet. */
  readonly prefix: Uint8Array
  readonly comment: VorbisComment
  /** What follows the packet on its last page: other headers, perhaps only the beginning of one. */
  readonly after: { readonly lacing: Uint8Array; readonly bytes: Uint8Array }
}

/** Undefined when the pages or the comment are damaged. */
export async function readOggComment(source: Source, stream: OggStream): Promise<OggComment | undefined> {
  const payloads: Uint8Array[] = []
  for (const page of stream.pages) {
    const bytes = await source.read(page.start, page.end)
    if (!isIntact(bytes)) return undefined
    payloads.push(payloadOf(bytes, page))
  }
  const lacing = concat(stream.pages.map((page) => page.lacing))
  const payload = concat(payloads)
  const last = lacing.findIndex((length) => length < 255)
  const size = lacing.subarray(0, last + 1).reduce((sum, length) => sum + length, 0)
  const { prefix } = stream.codec
  const comment = last < 0 ? undefined : parseVorbisComment(payload.subarray(prefix, size))
  if (comment === undefined || size < prefix) return undefined
  const after = { lacing: lacing.subarray(last + 1), bytes: payload.subarray(size) }
  return { stream, prefix: payload.subarray(0, prefix), comment, after }
}

/**
 * The pages with another packet in the place of the comment header; undefined when they can't be told apart from sound.
 * `grown` is by how many pages there are more.
 */
export function rewritePages(
  { stream: { pages }, after }: OggComment,
  packet: Uint8Array,
): { changes: Replacement[]; grown: number } | undefined {
  const lacing = concat([laced(packet.byteLength), after.lacing])
  const payload = concat([packet, after.bytes])
  const count = Math.max(
    Math.min(pages.length, lacing.byteLength),
    Math.ceil(lacing.byteLength / mostSegments),
  )
  // Sound that shares a page with headers, against all rules, would come to stand on pages without its time.
  if (count > 1 && after.lacing.byteLength > 0 && !isHeaderTime(pages.at(-1))) return undefined
  const written = paginate(pages, count, lacing, payload)
  const changes = pages.map((page, index) => {
    const own = index < pages.length - 1 ? written.slice(index, index + 1) : written.slice(index)
    return replace(page.start, page.end, ...own)
  })
  return { changes, grown: count - pages.length }
}

/**
 * Other numbers for the pages that follow the comment headers of some streams, all in one walk.
 * @param grown by how much, and the stream, by its serial number
 */
export async function renumberPages(
  source: Source,
  grown: ReadonlyMap<number, { readonly stream: OggStream; readonly by: number }>,
  end: number,
): Promise<Replacement[]> {
  const window = new Window(source)
  const changes: Replacement[] = []
  const behind = ({ pages }: OggStream) => pages.at(-1)?.end ?? end
  const from = [...grown.values()].reduce((first, { stream }) => Math.min(first, behind(stream)), end)
  for (let at = from; at < end; ) {
    const page = await loadPage(window, at, source.size)
    if (page === undefined) throw damagedInput(source, 'an Ogg page is not where it should be')
    const change = grown.get(page.serial)
    if (change !== undefined && page.start >= behind(change.stream)) {
      const { start, end: next, bytes } = renumber(page, change.by)
      changes.push(replace(start, next, bytes))
    }
    at = page.end
  }
  return changes
}

/** Lengths of the segments of one packet. */
function laced(size: number): Uint8Array {
  const lacing = new Uint8Array(Math.floor(size / 255) + 1).fill(255)
  lacing[lacing.byteLength - 1] = size % 255
  return lacing
}

/** Fills the first pages as far as they go, leaving at least one segment for each of the others. */
function paginate(
  pages: readonly OggPage[],
  count: number,
  lacing: Uint8Array,
  payload: Uint8Array,
): Uint8Array[] {
  const [first] = pages
  const last = pages.at(-1)
  if (first === undefined || last === undefined) return []
  const written: Uint8Array[] = []
  let segment = 0
  let at = 0
  for (let index = 0; index < count; index++) {
    const left = count - index - 1
    const own = lacing.subarray(segment, Math.min(segment + mostSegments, lacing.byteLength - left))
    const size = own.reduce((sum, length) => sum + length, 0)
    const continued = segment > 0 && lacing[segment - 1] === 255
    const final = index === count - 1
    const flags = (continued ? pageFlags.continued : 0) | (final ? last.flags & pageFlags.ends : 0)
    const ends = own.some((length) => length < 255)
    const granule = !ends ? noPacket : final ? last.granule : noTime
    const sequence = (first.sequence + index) >>> 0
    written.push(
      writePage(
        { flags, granule, serial: first.serial, sequence, lacing: own },
        payload.subarray(at, at + size),
      ),
    )
    segment += own.byteLength
    at += size
  }
  return written
}

function isHeaderTime(page: OggPage | undefined): boolean {
  return page?.granule.every((byte) => byte === 0) === true
}

/** Headers take no time; a page on which nothing ends has no position at all. */
const noTime = new Uint8Array(8)
const noPacket = new Uint8Array(8).fill(0xff)
