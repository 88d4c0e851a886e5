/** Replaces entries of a ZIP and adds new ones; all others are copied as they are, in their order. */
import { crc32, deflateRawSync } from 'node:zlib'
import { bytes, concat, copy, InputError, type Part, type Source, type Splice } from '@yinji/core'
import { binaryBytes } from './binary.ts'
import { setUint16le, setUint32le, setUint64le, uint16le, uint32le } from './integers.ts'
import type { Zip, ZipEntry } from './zip.ts'
import { entryUri, hashedDirectory, manifestEntry, manifestRoom, type OpenEntry } from './zip-manifest.ts'

/** 1 January 1980, the zero of MS-DOS dates: the same content always gives the same bytes. */
const date = 0x21
const mostOffset = 0xfffffffe
const mostEntries = 0xfffe

interface Placed {
  readonly name: string
  readonly start: number
  readonly length: number
  readonly parts: readonly Part[]
  record(at: number): Uint8Array
}

/**
 * @param contents by entry name. Entries that exist keep their place; new ones come last. Names are ASCII.
 * @param room size of the manifest store in bytes; 0 for none. An old one is left out in either case.
 * @throws InputError `input.size` when the archive would need ZIP64 and is none
 */
export function replaceEntries(
  source: Source,
  zip: Zip,
  contents: ReadonlyMap<string, Uint8Array>,
  room = 0,
): Splice {
  if (contents.size === 0 && room === 0 && !zip.entries.has(manifestEntry))
    return { parts: [copy(0, source.size)] }
  const replaced = new Map<string, Placed>()
  for (const [name, content] of contents)
    replaced.set(name, written(name, content, zip.entries.get(name), zip.directory))
  const placed = new Map<string, Placed>()
  for (const entry of zip.entries.values())
    if (entry.name !== manifestEntry) placed.set(entry.name, replaced.get(entry.name) ?? kept(entry))
  for (const [name, entry] of replaced) placed.set(name, entry)
  const parts: Part[] = []
  const offsets = new Map<Placed, number>()
  let at = 0
  for (const entry of [...placed.values()].sort((a, b) => a.start - b.start)) {
    offsets.set(entry, at)
    parts.push(...entry.parts)
    at += entry.length
  }
  const records = concat([...placed.values()].map((entry) => entry.record(offsets.get(entry) ?? 0)))
  const own = room === 0 ? undefined : openEntry(manifestEntry, room, at)
  const directory = at + (own ? own.local.byteLength + own.size : 0)
  const length = records.byteLength + (own?.record.byteLength ?? 0)
  const count = placed.size + (own ? 1 : 0)
  if ((directory + length > mostOffset || count > mostEntries) && !zip.isWide)
    throw new InputError('input.size', { what: source.name ?? '', bytes: directory, most: mostOffset })
  const tail = newTail(zip, directory, length, count)
  if (own === undefined) return { parts: [...parts, bytes(records), bytes(tail)] }
  const files = [...offsets].map(([entry, start]) => ({ entry, start }))
  return {
    parts: [...parts, manifestRoom(own, records, tail)],
    binding: {
      kind: 'collection',
      files: files.map(({ entry: { name, length: size }, start }) => ({
        uri: entryUri(name),
        start,
        end: start + size,
      })),
      directory: hashedDirectory(own, records, tail),
    },
  }
}

function kept(entry: ZipEntry): Placed {
  return {
    name: entry.name,
    start: entry.start,
    length: entry.end - entry.start,
    parts: [copy(entry.start, entry.end)],
    record(at) {
      const record = Uint8Array.from(entry.record)
      if (entry.wideOffset !== undefined) setUint64le(record, entry.wideOffset, at)
      else if (at <= mostOffset) setUint32le(record, 42, at)
      else throw new InputError('input.size', { what: entry.name, bytes: at, most: mostOffset })
      return record
    },
  }
}

function written(name: string, content: Uint8Array, before: ZipEntry | undefined, last: number): Placed {
  const spelled = before ? before.record.subarray(46, 46 + uint16le(before.record, 28)) : binaryBytes(name)
  const deflated = deflateRawSync(content, { level: 9 })
  const method = deflated.byteLength < content.byteLength ? 8 : 0
  const data = method === 8 ? deflated : content
  const common = commonFields({
    flags: (before?.flags ?? 0) & 0x800, // the encoding of the name
    method,
    checksum: crc32(content),
    stored: data.byteLength,
    size: content.byteLength,
    name: spelled.byteLength,
  })
  const local = concat([localMark, common, spelled, data])
  return {
    name,
    start: before?.start ?? last,
    length: local.byteLength,
    parts: [bytes(local)],
    record: (at) => recordOf(name, common, spelled, at),
  }
}

/** Stored, without flags (C2PA A.6.2.2); the checksum is filled in with the content. */
function openEntry(name: string, size: number, at: number): OpenEntry {
  const spelled = binaryBytes(name)
  const common = commonFields({
    flags: 0,
    method: 0,
    checksum: 0,
    stored: size,
    size,
    name: spelled.byteLength,
  })
  return { local: concat([localMark, common, spelled]), size, record: recordOf(name, common, spelled, at) }
}

const localMark = binaryBytes('PK\x03\x04')

/** The fields that local header and record have in common, from the version on. */
function commonFields(entry: Record<'flags' | 'method' | 'checksum' | 'stored' | 'size' | 'name', number>) {
  const common = new Uint8Array(26)
  setUint16le(common, 0, 20)
  setUint16le(common, 2, entry.flags)
  setUint16le(common, 4, entry.method)
  setUint16le(common, 8, date)
  setUint32le(common, 10, entry.checksum)
  setUint32le(common, 14, entry.stored)
  setUint32le(common, 18, entry.size)
  setUint16le(common, 22, entry.name)
  return common
}

function recordOf(name: string, common: Uint8Array, spelled: Uint8Array, at: number): Uint8Array {
  if (at > mostOffset) throw new InputError('input.size', { what: name, bytes: at, most: mostOffset })
  const rest = new Uint8Array(14)
  setUint32le(rest, 10, at)
  return concat([binaryBytes('PK\x01\x02\x14\x00'), common, rest, spelled])
}

/** The records at the end, with the new counts, sizes and offsets. */
function newTail(zip: Zip, directory: number, size: number, count: number): Uint8Array {
  const tail = Uint8Array.from(zip.tail)
  let end = 0
  if (zip.isWide) {
    // The ZIP64 end record says how long it is; the locator behind it has 20 bytes.
    const locator = 12 + uint32le(tail, 4)
    setUint64le(tail, 24, count)
    setUint64le(tail, 32, count)
    setUint64le(tail, 40, size)
    setUint64le(tail, 48, directory)
    setUint64le(tail, locator + 8, directory + size)
    end = locator + 20
  }
  setUint16le(tail, end + 8, Math.min(count, 0xffff))
  setUint16le(tail, end + 10, Math.min(count, 0xffff))
  setUint32le(tail, end + 12, Math.min(size, 0xffffffff))
  setUint32le(tail, end + 16, Math.min(directory, 0xffffffff))
  return tail
}
