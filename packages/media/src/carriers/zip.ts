/**
 * Reads the central directory of a ZIP (APPNOTE 6.3.10, ZIP64 included) and single entries. What a hostile archive could
 * use to show different readers different things is damage: entries that overlap, names that repeat, gaps at the end.
 */
import { crc32, inflateRawSync } from 'node:zlib'
import { limits, type Source } from '@yinji/core'
import { binaryText, decodeUtf8, hasAscii } from './binary.ts'
import { uint16le, uint32le, uint64le } from './integers.ts'

export interface ZipEntry {
  readonly name: string
  /** Bit 0: encrypted. Bit 3: sizes behind the data. */
  readonly flags: number
  /** 0 stored, 8 deflated. */
  readonly method: number
  readonly crc: number
  readonly compressed: number
  /** Range of the local header, data and descriptor; up to the next entry. */
  readonly start: number
  readonly end: number
  /** The record in the central directory. */
  readonly record: Uint8Array
  /** Where in the record the 64-bit offset stands, if the offset needs one. */
  readonly wideOffset: number | undefined
}

export interface Zip {
  /** In the order of the central directory. */
  readonly entries: ReadonlyMap<string, ZipEntry>
  /** Offset of the central directory. */
  readonly directory: number
  /** The records behind it: ZIP64 end and locator, if there are, and the end record with its comment. */
  readonly tail: Uint8Array
  readonly isWide: boolean
}

/** What is broken, in words. */
export class ZipDamage extends Error {}

const endLength = 22
const mostComment = 0xffff

/** @throws ZipDamage */
export async function readZip(source: Source): Promise<Zip> {
  const from = Math.max(0, source.size - endLength - mostComment - 20 - 56)
  const tail = await source.read(from, source.size)
  const end = endRecord(tail)
  if (end === undefined) throw new ZipDamage('its end is missing')
  const locator = end - 20
  const isWide = locator >= 0 && hasAscii(tail, 'PK\x06\x07', locator)
  let start = from + end
  let size = uint32le(tail, end + 12)
  let directory = uint32le(tail, end + 16)
  let count = uint16le(tail, end + 10)
  if (isWide) {
    start = uint64le(tail, locator + 8)
    const wide = start - from
    if (
      wide < 0 ||
      wide + 56 > locator ||
      !hasAscii(tail, 'PK\x06\x06', wide) ||
      wide + 12 + uint64le(tail, wide + 4) !== locator
    )
      throw new ZipDamage('its ZIP64 end is missing')
    count = uint64le(tail, wide + 32)
    size = uint64le(tail, wide + 40)
    directory = uint64le(tail, wide + 48)
  }
  // Info-ZIP, told to use ZIP64 in a stream, leaves the offset out and the record that has it as well.
  else if (directory === 0xffffffff) directory = start - size
  if (directory + size !== start) throw new ZipDamage('its directory is not where its end says')
  if (size > limits.metadataBytes || count > limits.items) throw new ZipDamage('too many entries')
  const entries = parseDirectory(await source.read(directory, start), count, directory)
  return { entries, directory, tail: tail.subarray(start - from), isWide }
}

/** The last end record whose comment reaches to the end of the file. */
function endRecord(tail: Uint8Array): number | undefined {
  for (let at = tail.byteLength - endLength; at >= 0; at--)
    if (
      tail[at] === 0x50 &&
      hasAscii(tail, 'PK\x05\x06', at) &&
      at + endLength + uint16le(tail, at + 20) === tail.byteLength
    )
      return at
  return undefined
}

function parseDirectory(bytes: Uint8Array, count: number, directory: number): Map<string, ZipEntry> {
  const found: ZipEntry[] = []
  for (let at = 0; at < bytes.byteLength; ) {
    if (!hasAscii(bytes, 'PK\x01\x02', at)) throw new ZipDamage('its directory is malformed')
    const length = 46 + uint16le(bytes, at + 28) + uint16le(bytes, at + 30) + uint16le(bytes, at + 32)
    if (at + length > bytes.byteLength) throw new ZipDamage('its directory is cut off')
    found.push(parseRecord(bytes.subarray(at, at + length)))
    at += length
  }
  if (found.length !== count) throw new ZipDamage('its directory has another length than it says')
  const ends = endsOf(found, directory)
  const entries = new Map<string, ZipEntry>()
  for (const entry of found) {
    // Some readers take the first of two, some the last; some tell upper case from lower, some don't.
    if (entries.has(entry.name)) throw new ZipDamage('two entries have the same name')
    entries.set(entry.name, { ...entry, end: ends.get(entry) ?? entry.start })
  }
  return entries
}

/** Each entry reaches to the next one; the local header alone takes 30 bytes and the name. */
function endsOf(found: readonly ZipEntry[], directory: number): Map<ZipEntry, number> {
  const ends = new Map<ZipEntry, number>()
  const ordered = [...found].sort((a, b) => a.start - b.start)
  for (const [index, entry] of ordered.entries()) {
    const end = ordered[index + 1]?.start ?? directory
    if (entry.start + 30 + entry.compressed > end) throw new ZipDamage('entries overlap')
    ends.set(entry, end)
  }
  if ((ordered[0]?.start ?? directory) !== 0) throw new ZipDamage('it does not begin with an entry')
  return ends
}

function parseRecord(record: Uint8Array): ZipEntry {
  const nameEnd = 46 + uint16le(record, 28)
  const raw = binaryText(record.subarray(46, nameEnd))
  let compressed = uint32le(record, 20)
  let start = uint32le(record, 42)
  let wideOffset: number | undefined
  const extraEnd = nameEnd + uint16le(record, 30)
  for (let at = nameEnd; at + 4 <= extraEnd; at += 4 + uint16le(record, at + 2)) {
    if (uint16le(record, at) !== 1) continue
    let field = at + 4
    if (uint32le(record, 24) === 0xffffffff) field += 8
    if (compressed === 0xffffffff) {
      compressed = uint64le(record, field)
      field += 8
    }
    if (start === 0xffffffff) {
      start = uint64le(record, field)
      wideOffset = field
    }
    break
  }
  const flags = uint16le(record, 8)
  const name = flags & 0x800 ? decodeUtf8(raw) : raw
  return {
    name,
    flags,
    method: uint16le(record, 10),
    crc: uint32le(record, 16),
    compressed,
    start,
    end: start,
    record,
    wideOffset,
  }
}

/** The content of an entry. @throws ZipDamage when it is damaged, encrypted, or larger than `most` bytes */
export async function readEntry(source: Source, entry: ZipEntry, most: number): Promise<Uint8Array> {
  const what = entry.name.slice(0, 100)
  if (entry.flags & 1) throw new ZipDamage(`the entry ${what} is encrypted`)
  if (entry.compressed > most) throw new ZipDamage(`the entry ${what} is too large`)
  const { content: stored } = await readStored(source, entry)
  const content = entry.method === 0 ? stored : inflated(stored, entry.method, most)
  if (content === undefined || crc32(content) !== entry.crc)
    throw new ZipDamage(`the entry ${what} is damaged or too large`)
  return content
}

/** The bytes of an entry as they are stored, and where they start. @throws ZipDamage when they are not there */
export async function readStored(
  source: Source,
  entry: ZipEntry,
): Promise<{ readonly content: Uint8Array; readonly start: number }> {
  const header = await source.read(entry.start, entry.start + 30)
  const start = entry.start + 30 + uint16le(header, 26) + uint16le(header, 28)
  if (!hasAscii(header, 'PK\x03\x04') || start + entry.compressed > entry.end)
    throw new ZipDamage(`the entry ${entry.name.slice(0, 100)} is not where the directory says`)
  return { content: await source.read(start, start + entry.compressed), start }
}

function inflated(stored: Uint8Array, method: number, most: number): Uint8Array | undefined {
  if (method !== 8) return undefined
  try {
    return inflateRawSync(stored, { maxOutputLength: most })
  } catch {
    return undefined
  }
}
