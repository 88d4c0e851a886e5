/** A file cut into what its format is made of: segments, chunks, boxes, entries, objects, lines. */

export interface Unit {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** In file order; what can’t be cut is one unit. */
export function unitsOf(file: Buffer, handler: string): Unit[] {
  const cut = cutters.get(handler) ?? lines
  const units = cut(file).filter(({ start, end }) => end > start && end <= file.length)
  return units.length > 0 ? units : [{ start: 0, end: file.length }]
}

type Cutter = (file: Buffer) => Unit[]

/** One after the other, while there is a length. */
function walk(file: Buffer, start: number, length: (at: number) => number): Unit[] {
  const units: Unit[] = []
  for (let at = start; at + 8 <= file.length && units.length < 5000; ) {
    const size = length(at)
    if (!(size > 0)) break
    units.push({ start: at, end: Math.min(file.length, at + size) })
    at += size
  }
  return units
}

const chunks: Cutter = (file) => walk(file, 8, (at) => file.readUInt32BE(at) + 12)
const riff: Cutter = (file) =>
  walk(file, 12, (at) => 8 + file.readUInt32LE(at + 4) + (file.readUInt32LE(at + 4) & 1))
const segments: Cutter = (file) => [
  { start: 0, end: 2 },
  ...walk(file, 2, (at) => {
    if (file[at] !== 0xff) return 0
    return file[at + 1] === 0xda ? file.length - at : 2 + file.readUInt16BE(at + 2)
  }),
]
const holders = new Set([
  'moov',
  'trak',
  'mdia',
  'minf',
  'stbl',
  'udta',
  'iprp',
  'ipco',
  'moof',
  'traf',
  'edts',
  'mvex',
])
const boxes: Cutter = (file) => boxesIn(file, 0, file.length)
function boxesIn(file: Buffer, start: number, end: number): Unit[] {
  const top = walk(file.subarray(0, end), start, (at) => {
    const size = file.readUInt32BE(at)
    if (size === 1 && at + 16 <= end) return Number(file.readBigUInt64BE(at + 8))
    return size === 0 ? end - at : size
  })
  return top.flatMap((unit) => {
    const type = file.toString('latin1', unit.start + 4, unit.start + 8)
    const inner = holders.has(type) ? 8 : type === 'meta' ? 12 : 0
    return inner > 0 && unit.end - unit.start > inner
      ? [unit, ...boxesIn(file, unit.start + inner, unit.end)]
      : [unit]
  })
}
const pages: Cutter = (file) => {
  const starts = marks(file, 'OggS')
  return between(starts, file.length)
}
const entries: Cutter = (file) =>
  between(
    [...marks(file, 'PK\x03\x04'), ...marks(file, 'PK\x01\x02'), ...marks(file, 'PK\x05\x06')],
    file.length,
  )
const blocks: Cutter = (file) => walk(file, 4, (at) => 4 + file.readUIntBE(at + 1, 3))
const frames: Cutter = (file) => walk(file, 10, (at) => 10 + file.readUInt32BE(at + 4))
const objects: Cutter = (file) => {
  const text = file.toString('latin1')
  const starts = [...text.matchAll(/(?:^|[\r\n])(?=\d+ \d+ obj|xref|trailer|startxref|%%EOF)/g)].map(
    (match) => match.index,
  )
  return between(starts, file.length)
}
const fields: Cutter = (file) => {
  const little = file[0] === 0x49
  const read16 = (at: number) =>
    at + 2 > file.length ? 0 : little ? file.readUInt16LE(at) : file.readUInt16BE(at)
  const first = little ? file.readUInt32LE(4) : file.readUInt32BE(4)
  return Array.from({ length: read16(first) }, (_, index) => ({
    start: first + 2 + index * 12,
    end: first + 14 + index * 12,
  }))
}
const tags: Cutter = (file) => between(marks(file, '<'), file.length)
const lines: Cutter = (file) => between([0, ...marks(file, '\n').map((at) => at + 1)], file.length)

function marks(file: Buffer, mark: string): number[] {
  const found: number[] = []
  for (
    let at = file.indexOf(mark, 0, 'latin1');
    at >= 0 && found.length < 5000;
    at = file.indexOf(mark, at + 1, 'latin1')
  )
    found.push(at)
  return found
}

function between(starts: readonly number[], end: number): Unit[] {
  const ordered = [...starts].sort((a, b) => a - b)
  return ordered.map((start, index) => ({ start, end: ordered[index + 1] ?? end }))
}

const cutters = new Map<string, Cutter>([
  ['jpeg', segments],
  ['png', chunks],
  ...(['webp', 'wav', 'avi'] as const).map((id) => [id, riff] as const),
  ...(['mp4', 'mov', 'm4a', 'heic', 'avif', 'jxl', 'jp2'] as const).map((id) => [id, boxes] as const),
  ['ogg', pages],
  ['flac', blocks],
  ['mp3', frames],
  ['pdf', objects],
  ['tiff', fields],
  ...(['svg', 'html'] as const).map((id) => [id, tags] as const),
  ...(['docx', 'xlsx', 'pptx', 'epub', 'odt', 'ofd', 'ods', 'odp', 'odg'] as const).map(
    (id) => [id, entries] as const,
  ),
])
