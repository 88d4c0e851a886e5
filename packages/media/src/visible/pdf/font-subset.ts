/**
 * A TrueType font with the outlines of a few glyphs only; all keep their numbers. What is left are the tables that PDF
 * asks for (ISO 32000-2 9.9.1, table 124): no names, no character map.
 */
import { TrueTypeFont } from '../true-type.ts'

const kept = ['glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp']

/** @param glyphs by number, besides the one for missing characters. */
export function subsetFont(font: Uint8Array, glyphs: Iterable<number>): Uint8Array {
  const file = new TrueTypeFont(font)
  const table = (name: string) => file.tables.get(name) ?? Buffer.alloc(0)
  const count = table('maxp').readUInt16BE(4)
  const wanted = new Set([0, ...glyphs])
  const outlines: Buffer[] = []
  const places = Buffer.alloc((count + 1) * 4)
  let at = 0
  for (let glyph = 0; glyph < count; glyph++) {
    places.writeUInt32BE(at, glyph * 4)
    if (!wanted.has(glyph)) continue
    outlines.push(padded(file.outline(glyph)))
    at += outlines.at(-1)?.byteLength ?? 0
  }
  places.writeUInt32BE(at, count * 4)
  const head = Buffer.from(table('head'))
  head.writeInt16BE(1, 50)
  head.writeUInt32BE(0, 8)
  return fontOf(
    new Map([...file.tables, ['glyf', Buffer.concat(outlines)], ['loca', places], ['head', head]]),
  )
}

function fontOf(tables: ReadonlyMap<string, Buffer>): Uint8Array {
  const names = kept.filter((name) => tables.has(name))
  const directory = Buffer.alloc(12 + names.length * 16)
  directory.writeUInt32BE(0x00010000, 0)
  directory.writeUInt16BE(names.length, 4)
  const power = Math.floor(Math.log2(names.length))
  directory.writeUInt16BE(2 ** power * 16, 6)
  directory.writeUInt16BE(power, 8)
  directory.writeUInt16BE(names.length * 16 - 2 ** power * 16, 10)
  const bodies: Buffer[] = []
  let at = directory.byteLength
  for (const [index, name] of names.entries()) {
    const table = tables.get(name) ?? Buffer.alloc(0)
    const row = 12 + index * 16
    directory.write(name, row, 'latin1')
    directory.writeUInt32BE(sumOf(padded(table)), row + 4)
    directory.writeUInt32BE(at, row + 8)
    directory.writeUInt32BE(table.byteLength, row + 12)
    bodies.push(padded(table))
    at += padded(table).byteLength
  }
  const font = Buffer.concat([directory, ...bodies])
  const head = directory.readUInt32BE(12 + names.indexOf('head') * 16 + 8)
  font.writeUInt32BE((0xb1b0afba - sumOf(font)) >>> 0, head + 8)
  return new Uint8Array(font)
}

function padded(table: Buffer): Buffer {
  const rest = table.byteLength % 4
  return rest === 0 ? table : Buffer.concat([table, Buffer.alloc(4 - rest)])
}

function sumOf(table: Buffer): number {
  let sum = 0
  for (let at = 0; at < table.byteLength; at += 4) sum = (sum + table.readUInt32BE(at)) >>> 0
  return sum
}
