/**
 * The manifest in Ogg (C2PA A.3.5): a logical stream of its own, whose one packet is `\0c2pa` and the store. Its pages
 * follow each other directly, behind the first pages of the other streams, which must come before all others (RFC 3533, 6).
 */

import { concat, type Finding, type FoundManifest, limits, type Room, type Source } from '@yinji/core'
import { binaryBytes, hasAscii } from './binary.ts'
import { severalStores, storeFindings } from './faults.ts'
import {
  isIntact,
  loadPage,
  mostSegments,
  type OggPage,
  pageFlags,
  payloadOf,
  writePage,
} from './ogg-page.ts'
import { Window } from './window.ts'

const magic = binaryBytes('\0c2pa')
const headerSize = 27
const mostPayload = mostSegments * 255

export const oggManifestSite = 'Ogg stream c2pa'

export interface OggStart {
  /** Behind the first page of the last stream that begins with the file, the manifest's not counted. */
  readonly place: number
  /** Pages of streams that hold a manifest, in file order. */
  readonly pages: readonly OggPage[]
  /** Numbers of the streams that begin with the file. */
  readonly serials: ReadonlySet<number>
  readonly manifest?: FoundManifest
  readonly findings: readonly Finding[]
}

/** Reads the pages that begin the streams, and the manifest among them. */
export async function readOggStart(source: Source): Promise<OggStart> {
  const window = new Window(source)
  const serials = new Set<number>()
  const groups: OggPage[][] = []
  let place = 0
  for (let at = 0; serials.size <= mostStreams; ) {
    const page = await loadPage(window, at, source.size)
    if (page === undefined || (page.flags & pageFlags.begins) === 0) break
    serials.add(page.serial)
    const head = await window.load(at, headerSize + mostSegments + magic.byteLength)
    const isManifest = hasAscii(head, '\0c2pa', headerSize + page.lacing.byteLength)
    const pages = isManifest ? await packetFrom(window, page, source.size) : [page]
    if (isManifest) groups.push(pages)
    at = pages.at(-1)?.end ?? page.end
    if (!isManifest) place = at
  }
  const [first, ...others] = groups
  const found = first === undefined ? { findings: [] } : await readStore(source, first, others.length > 0)
  return { place, pages: groups.flat(), serials, ...found }
}

/** More streams side by side than that are no music. */
const mostStreams = 1000

/** The pages that follow a first one directly, to the end of its packet. */
async function packetFrom(window: Window, first: OggPage, size: number): Promise<OggPage[]> {
  const pages = [first]
  for (let last = first; !endsPacket(last); ) {
    const next = await loadPage(window, last.end, size)
    if (next?.serial !== first.serial || next.end - first.start > limits.manifestBytes) break
    pages.push(next)
    last = next
  }
  return pages
}

const endsPacket = ({ lacing }: OggPage) => lacing.some((length) => length < 255)

async function readStore(
  source: Source,
  pages: readonly OggPage[],
  several: boolean,
): Promise<Pick<OggStart, 'manifest' | 'findings'>> {
  const malformed = (what: string) => ({ findings: storeFindings(oggManifestSite, what) })
  const last = pages.at(-1)
  const start = pages[0]?.start ?? 0
  if (several) return malformed(severalStores)
  if (last === undefined || !endsPacket(last)) return malformed('it breaks off')
  if (last.lacing.findIndex((length) => length < 255) !== last.lacing.byteLength - 1)
    return malformed('something follows it')
  const payloads: Uint8Array[] = []
  for (const [index, page] of pages.entries()) {
    const bytes = await source.read(page.start, page.end)
    if (!isIntact(bytes) || page.sequence !== index) return malformed(`page ${index + 1} is damaged`)
    payloads.push(payloadOf(bytes, page))
  }
  const store = concat(payloads).subarray(magic.byteLength)
  const excluded = { start, length: last.end - start }
  return { manifest: { site: oggManifestSite, store, excluded, binding: 'data' }, findings: [] }
}

/** Room for a store in pages; a page says in its checksum what it holds, so all of it is room. */
export function oggManifestRoom(size: number, serials: ReadonlySet<number>): Room {
  let serial = 0x61703263 // `c2pa`, little-endian
  while (serials.has(serial)) serial = (serial + 1) >>> 0
  return {
    kind: 'room',
    length: pagesLength(magic.byteLength + size),
    embed: (store) => writePacket(concat([magic, store]), serial),
  }
}

/** A packet is laced with segments of 255 bytes and a shorter one, which may be empty. */
const segmentsOf = (length: number) => Math.floor(length / 255) + 1

function pagesLength(length: number): number {
  const segments = segmentsOf(length)
  return length + segments + Math.ceil(segments / mostSegments) * headerSize
}

function writePacket(packet: Uint8Array, serial: number): Uint8Array {
  const segments = segmentsOf(packet.byteLength)
  const count = Math.ceil(segments / mostSegments)
  const pages = Array.from({ length: count }, (_, sequence) => {
    const last = sequence === count - 1
    const lacing = new Uint8Array(last ? segments - sequence * mostSegments : mostSegments).fill(255)
    if (last) lacing[lacing.byteLength - 1] = packet.byteLength % 255
    const flags = (sequence === 0 ? pageFlags.begins : pageFlags.continued) | (last ? pageFlags.ends : 0)
    const granule = new Uint8Array(8).fill(last ? 0 : 0xff) // none where no packet ends
    const from = sequence * mostPayload
    return writePage({ flags, granule, serial, sequence, lacing }, packet.subarray(from, from + mostPayload))
  })
  return concat(pages)
}
