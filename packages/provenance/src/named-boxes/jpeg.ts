/** C2PA 18.7.3.1: a segment is called as in ISO/IEC 10918-1, table B.1; scans and restarts include what is coded behind them. */
import { after, type Named, readAhead, type Window } from './walk.ts'

export async function jpegBox(
  window: Window,
  at: number,
  last: string | undefined,
): Promise<Named | undefined> {
  const filled = at + (await fill(window, at))
  const header = await window.from(filled, 4)
  const marker = header[1] ?? 0
  const name = header[0] === 0xff ? segmentName(marker) : undefined
  // Nothing but another picture is of the same structure (18.7.2).
  if (last === 'EOI' && name !== 'SOI') return after(window, at)
  if (name === undefined) return undefined
  const alone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9)
  const head = filled + 2 + (alone ? 0 : header.length < 4 ? 0 : header.readUInt16BE(2))
  const coded = name === 'SOS' || name.startsWith('RST')
  const filling = filled > at && { filled: true }
  return { name, start: at, end: coded ? await codedEnd(window, head) : head, ...filling }
}

/** Any number of bytes 0xFF may stand before a marker (ISO/IEC 10918-1, B.1.1.2): they belong to what follows. */
async function fill(window: Window, from: number): Promise<number> {
  for (let at = from; ; ) {
    const bytes = await window.from(at, 2)
    let count = 0
    while (bytes[count] === 0xff && bytes[count + 1] === 0xff) count++
    at += count
    if (count === 0 || count < bytes.length - 1) return at - from
  }
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

/** Where the next marker stands: 0xFF followed by neither 0x00 (a coded 0xFF) nor 0xFF (filling). */
async function codedEnd(window: Window, from: number): Promise<number> {
  for (let at = from; at < window.size; ) {
    const bytes = await window.from(at, 2, readAhead)
    for (let found = bytes.indexOf(0xff); found >= 0; found = bytes.indexOf(0xff, found + 1)) {
      const next = bytes[found + 1]
      if (next === undefined) break
      if (next !== 0x00 && next !== 0xff) return at + found
    }
    // The last byte may begin a marker, so it is looked at again with what follows it.
    at += Math.max(1, bytes.length - 1)
  }
  return window.size
}
