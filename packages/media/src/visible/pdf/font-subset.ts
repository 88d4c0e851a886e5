/**
 * A TrueType font with the outlines of a few glyphs only; all keep their numbers. What is left are the tables that PDF
 * asks for (ISO 32000-2 9.9.1, table 124): no names, no character map.
 */

const kept = ['glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp']

/** @param glyphs by number, besides the one for missing characters. */
export function subsetFont(font: Uint8Array, glyphs: Iterable<number>): Uint8Array {
  const file = Buffer.from(font)
  const tables = tablesOf(file)
  const table = (name: string) => tables.get(name) ?? Buffer.alloc(0)
  const isLong = table('head').readInt16BE(50) === 1
  const count = table('maxp').readUInt16BE(4)
  const offset = (glyph: number) =>
    isLong ? table('loca').readUInt32BE(glyph * 4) : table('loca').readUInt16BE(glyph * 2) * 2
  const outline = (glyph: number) => table('glyf').subarray(offset(glyph), offset(glyph + 1))
  const wanted = new Set([0, ...glyphs])
  for (const glyph of wanted) for (const part of componentsOf(outline(glyph))) wanted.add(part)
  const outlines: Buffer[] = []
  const places = Buffer.alloc((count + 1) * 4)
  let at = 0
  for (let glyph = 0; glyph < count; glyph++) {
    places.writeUInt32BE(at, glyph * 4)
    if (!wanted.has(glyph)) continue
    outlines.push(padded(outline(glyph)))
    at += outlines.at(-1)?.byteLength ?? 0
  }
  places.writeUInt32BE(at, count * 4)
  const head = Buffer.from(table('head'))
  head.writeInt16BE(1, 50)
  head.writeUInt32BE(0, 8)
  return fontOf(new Map([...tables, ['glyf', Buffer.concat(outlines)], ['loca', places], ['head', head]]))
}

function tablesOf(file: Buffer): Map<string, Buffer> {
  const tables = new Map<string, Buffer>()
  for (let index = 0; index < file.readUInt16BE(4); index++) {
    const row = 12 + index * 16
    const start = file.readUInt32BE(row + 8)
    const name = file.toString('latin1', row, row + 4)
    if (kept.includes(name)) tables.set(name, file.subarray(start, start + file.readUInt32BE(row + 12)))
  }
  return tables
}

/** The glyphs that a glyph is put together from (OpenType, `glyf`). */
function componentsOf(outline: Buffer): number[] {
  if (outline.byteLength < 10 || outline.readInt16BE(0) >= 0) return []
  const parts: number[] = []
  let flags = 0x20
  for (let at = 10; flags & 0x20; ) {
    flags = outline.readUInt16BE(at)
    parts.push(outline.readUInt16BE(at + 2))
    at += 4 + (flags & 1 ? 4 : 2) + (flags & 0x80 ? 8 : flags & 0x40 ? 4 : flags & 8 ? 2 : 0)
  }
  return parts
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
