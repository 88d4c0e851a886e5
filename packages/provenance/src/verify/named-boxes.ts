/**
 * The boxes of a file under the names that `c2pa.hash.boxes` has for them (C2PA 18.7.3): JPEG, PNG and JPEG XL. The manifest is
 * one box, `C2PA`, wherever its format puts it; what follows the last box is `c2pa.after` (18.7.2).
 */
import { limits, type Source } from '@yinji/core'
import { BoxError, boxesBetween } from './bmff-boxes.ts'

export interface Named {
  readonly name: string
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

export const manifestName = 'C2PA'

/** Where the manifest stands. */
interface Span {
  readonly start: number
  readonly length: number
}

/** Undefined for formats that are not known here, and for files that break off or have too many boxes. */
export async function namedBoxes(source: Source, manifest: Span): Promise<Named[] | undefined> {
  const head = Buffer.from(await source.read(0, 12)).toString('latin1')
  const walk = head.startsWith('\xff\xd8\xff')
    ? jpegBoxes
    : head.startsWith('\x89PNG\r\n\x1a\n')
      ? pngBoxes
      : head === '\0\0\0\x0cJXL \r\n\x87\n'
        ? jxlBoxes
        : undefined
  const boxes = await walk?.(source)
  return boxes && withManifest(boxes, manifest)
}

/** The boxes of the manifest as one. They must be exactly what the format's reader found. */
function withManifest(boxes: readonly Named[], { start, length }: Span): Named[] {
  const end = start + length
  const inside = (box: Named) => length > 0 && box.start >= start && box.end <= end
  const first = boxes.findIndex(inside)
  const last = boxes.findLastIndex(inside)
  if (boxes[first]?.start !== start || boxes[last]?.end !== end) return [...boxes]
  return [...boxes.slice(0, first), { name: manifestName, start, end }, ...boxes.slice(last + 1)]
}

async function jxlBoxes(source: Source): Promise<Named[] | undefined> {
  try {
    const boxes = await boxesBetween(source, 0, source.size)
    return boxes.map(({ type, start, end }) => ({ name: type, start, end }))
  } catch (error) {
    if (error instanceof BoxError) return undefined
    throw error
  }
}

/** 18.7.3.2: the signature is `PNGh`, a chunk is called what it is called. */
async function pngBoxes(source: Source): Promise<Named[] | undefined> {
  const boxes: Named[] = [{ name: 'PNGh', start: 0, end: 8 }]
  for (let at = 8; at < source.size; ) {
    if (boxes.length > limits.items) return undefined
    const header = Buffer.from(await source.read(at, at + 8))
    if (header.length < 8) return undefined
    const name = header.toString('latin1', 4)
    const end = at + 12 + header.readUInt32BE(0)
    if (end > source.size) return undefined
    boxes.push({ name, start: at, end })
    at = end
    if (name === 'IEND') return after(boxes, at, source.size)
  }
  return undefined
}

/** 18.7.3.1: a segment is called as in ISO/IEC 10918-1, table B.1; scans and restarts include what is coded behind them. */
async function jpegBoxes(source: Source): Promise<Named[] | undefined> {
  const boxes: Named[] = []
  for (let at = 0; at < source.size; ) {
    if (boxes.length > limits.items) return undefined
    const header = Buffer.from(await source.read(at, at + 4))
    const marker = header[1] ?? 0
    const name = header[0] === 0xff ? segmentName(marker) : undefined
    if (name === undefined) return boxes.at(-1)?.name === 'EOI' ? after(boxes, at, source.size) : undefined
    const alone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9)
    const head = at + 2 + (alone ? 0 : header.length === 4 ? header.readUInt16BE(2) : 0)
    const coded = name === 'SOS' || name.startsWith('RST')
    const end = coded ? await codedEnd(source, head) : head
    if (end > source.size) return undefined
    boxes.push({ name, start: at, end })
    at = end
  }
  return boxes
}

function after(boxes: readonly Named[], start: number, end: number): Named[] {
  return start < end ? [...boxes, { name: 'c2pa.after', start, end }] : [...boxes]
}

const named: ReadonlyMap<number, string> = new Map([
  [0x01, 'TEM'],
  [0xc4, 'DHT'],
  [0xc8, 'JPG'],
  [0xcc, 'DAC'],
  [0xd8, 'SOI'],
  [0xd9, 'EOI'],
  [0xda, 'SOS'],
  [0xdb, 'DQT'],
  [0xdc, 'DNL'],
  [0xdd, 'DRI'],
  [0xde, 'DHP'],
  [0xdf, 'EXP'],
  [0xfe, 'COM'],
])

function segmentName(marker: number): string | undefined {
  const name = named.get(marker)
  if (name !== undefined) return name
  const rows = [
    { first: 0xe0, last: 0xef, prefix: 'APP' },
    { first: 0xc0, last: 0xcf, prefix: 'SOF' },
    { first: 0xd0, last: 0xd7, prefix: 'RST' },
    { first: 0xf0, last: 0xfd, prefix: 'JPG' },
  ]
  const row = rows.find(({ first, last }) => marker >= first && marker <= last)
  return row && `${row.prefix}${marker - row.first}`
}

const windowBytes = 256 * 1024

/** Where the next marker stands: 0xFF followed by neither 0x00 (a coded 0xFF) nor 0xFF (filling). */
async function codedEnd(source: Source, from: number): Promise<number> {
  for (let at = from; at < source.size; ) {
    const bytes = Buffer.from(await source.read(at, at + windowBytes))
    for (let found = bytes.indexOf(0xff); found >= 0; found = bytes.indexOf(0xff, found + 1)) {
      const next = bytes[found + 1]
      if (next === undefined) break
      if (next !== 0x00 && next !== 0xff) return at + found
    }
    // The last byte may begin a marker, so it is looked at again with what follows it.
    at += Math.max(1, bytes.length - 1)
  }
  return source.size
}
