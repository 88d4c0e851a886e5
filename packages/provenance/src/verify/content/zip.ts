/**
 * The entries of a ZIP archive (APPNOTE 4.3, ZIP64 included) as the hash of a collection needs them: where each one is,
 * byte by byte. An archive that two readers could understand differently is none.
 */
import { limits, type Source } from '@yinji/core'

export interface Entry {
  /** As it stands, one character a byte. */
  readonly name: string
  /** From its local header to the next entry or the directory. */
  readonly start: number
  readonly end: number
  /** Where its record stands. */
  readonly record: number
}

export interface Archive {
  /** In file order, without gaps from the first byte to the directory. */
  readonly entries: readonly Entry[]
  /** First byte of the central directory, which reaches to the end of the file. */
  readonly directory: number
}

/** What keeps the archive from being read. */
export class ZipError extends Error {
  override readonly name = 'ZipError'
}

const endLength = 22
const mostTail = endLength + 0xffff + 20 + 56

/** @throws ZipError */
export async function readArchive(source: Source): Promise<Archive> {
  const from = Math.max(0, source.size - mostTail)
  const tail = viewOf(await source.read(from, source.size))
  const end = findEnd(tail)
  if (end === undefined) throw new ZipError('no end record')
  const wide = end >= 20 && tail.getUint32(end - 20, true) === 0x07064b50
  const { size, directory, count, start } = wide ? wideEnd(tail, end - 20, from) : plainEnd(tail, end, from)
  if (directory + size !== start) throw new ZipError('a directory in another place')
  if (size > limits.metadataBytes || count > limits.items) throw new ZipError('too many entries')
  const records = viewOf(await source.read(directory, start))
  const entries = parseRecords(records, directory)
  if (entries.length !== count) throw new ZipError('another number of entries')
  return { entries: withEnds(entries, directory), directory }
}

interface End {
  readonly size: number
  readonly directory: number
  readonly count: number
  /** First byte behind the directory. */
  readonly start: number
}

function plainEnd(tail: DataView, end: number, from: number): End {
  const [size, directory] = [tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)]
  return { size, directory, count: tail.getUint16(end + 10, true), start: from + end }
}

function wideEnd(tail: DataView, locator: number, from: number): End {
  const start = Number(tail.getBigUint64(locator + 8, true))
  const at = start - from
  if (at < 0 || at + 56 > locator || tail.getUint32(at, true) !== 0x06064b50)
    throw new ZipError('no ZIP64 end record')
  if (at + 12 + Number(tail.getBigUint64(at + 4, true)) !== locator)
    throw new ZipError('something behind the ZIP64 end record')
  const [count, size, directory] = [32, 40, 48].map((offset) => Number(tail.getBigUint64(at + offset, true)))
  return { size: size ?? 0, directory: directory ?? 0, count: count ?? 0, start }
}

/** The end record whose comment ends with the file. */
function findEnd(tail: DataView): number | undefined {
  for (let at = tail.byteLength - endLength; at >= 0; at--)
    if (
      tail.getUint32(at, true) === 0x06054b50 &&
      at + endLength + tail.getUint16(at + 20, true) === tail.byteLength
    )
      return at
  return undefined
}

function parseRecords(view: DataView, directory: number): Entry[] {
  const entries: Entry[] = []
  for (let at = 0; at < view.byteLength; ) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== 0x02014b50)
      throw new ZipError('a malformed directory')
    const [name = 0, extra = 0, comment = 0] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true))
    const length = 46 + name + extra + comment
    if (at + length > view.byteLength) throw new ZipError('a directory that is cut off')
    const text = Buffer.from(view.buffer, view.byteOffset + at + 46, name).toString('latin1')
    entries.push({ name: text, start: startOf(view, at, name, extra), end: 0, record: directory + at })
    at += length
  }
  return entries
}

/** The offset of the local header; from the ZIP64 field (APPNOTE 4.5.3) where 32 bits are too few. */
function startOf(view: DataView, at: number, name: number, extra: number): number {
  const short = view.getUint32(at + 42, true)
  if (short !== 0xffffffff) return short
  const end = at + 46 + name + extra
  for (let field = at + 46 + name; field + 4 <= end; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== 1) continue
    const before = [20, 24].filter((offset) => view.getUint32(at + offset, true) === 0xffffffff).length
    if (field + 4 + before * 8 + 8 > end) break
    return Number(view.getBigUint64(field + 4 + before * 8, true))
  }
  throw new ZipError('an entry without place')
}

/** Every byte before the directory belongs to one entry, and no name stands twice. */
function withEnds(entries: readonly Entry[], directory: number): Entry[] {
  const ordered = [...entries].sort((a, b) => a.start - b.start)
  if (ordered[0]?.start !== 0) throw new ZipError('something in front of the entries')
  if (new Set(entries.map(({ name }) => name)).size < entries.length)
    throw new ZipError('two entries with one name')
  return ordered.map((entry, index) => {
    const end = ordered[index + 1]?.start ?? directory
    if (entry.start + 30 + entry.name.length > end) throw new ZipError('entries that overlap')
    return { ...entry, end }
  })
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
