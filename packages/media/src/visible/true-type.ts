/**
 * As much of TrueType (OpenType 1.9, `cmap`, `glyf`, `hmtx`, `loca`) as the one font needs that comes with this package:
 * a character map of format 4, and outlines that are not put together from others. A reader of any font takes longer to
 * load than a picture takes to label.
 */
export interface Glyph {
  /** 0 is the glyph that stands for missing ones. */
  readonly index: number
  readonly advanceWidth: number
  /** Around the ink, in units of the font; `y` grows upwards. Empty where nothing is drawn. */
  readonly box: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number }
  readonly path: readonly Stroke[]
}

/** A command of SVG paths with its points, in units of the font. */
export type Stroke = readonly [command: 'M' | 'L' | 'Q', first: Point, ...more: readonly Point[]]
type Point = readonly [x: number, y: number]

interface OutlinePoint {
  readonly at: Point
  /** On the outline; else it bends it. */
  readonly on: boolean
}

export class TrueTypeFont {
  readonly tables: ReadonlyMap<string, Buffer>
  readonly unitsPerEm: number
  readonly #glyphs = new Map<string, Glyph>()

  constructor(font: Uint8Array) {
    const file = Buffer.from(font.buffer, font.byteOffset, font.byteLength)
    const rows = Array.from({ length: file.readUInt16BE(4) }, (_, index) => 12 + index * 16)
    this.tables = new Map(
      rows.map((row) => {
        const start = file.readUInt32BE(row + 8)
        return [
          file.toString('latin1', row, row + 4),
          file.subarray(start, start + file.readUInt32BE(row + 12)),
        ]
      }),
    )
    this.unitsPerEm = this.#table('head').readUInt16BE(18)
  }

  glyphOf(character: string): Glyph {
    const known = this.#glyphs.get(character)
    if (known) return known
    const index = indexOf(this.#table('cmap'), character.codePointAt(0) ?? 0)
    const metrics = this.#table('hmtx')
    // The last width is that of all glyphs behind it.
    const last = this.#table('hhea').readUInt16BE(34) - 1
    const path = contoursOf(this.outline(index)).flatMap(strokesOf)
    const glyph = {
      index,
      advanceWidth: metrics.readUInt16BE(Math.min(index, last) * 4),
      box: boxOf(path),
      path,
    }
    this.#glyphs.set(character, glyph)
    return glyph
  }

  /** A glyph as it is stored; no bytes where nothing is drawn. */
  outline(glyph: number): Buffer {
    const places = this.#table('loca')
    const isLong = this.#table('head').readInt16BE(50) === 1
    const offset = (n: number) => (isLong ? places.readUInt32BE(n * 4) : places.readUInt16BE(n * 2) * 2)
    return this.#table('glyf').subarray(offset(glyph), offset(glyph + 1))
  }

  #table(name: string): Buffer {
    return this.tables.get(name) ?? Buffer.alloc(0)
  }
}

/** Segments of characters, each with a shift to its glyphs or a list of them. */
function indexOf(map: Buffer, code: number): number {
  const table = map.subarray(map.readUInt32BE(8))
  const size = table.readUInt16BE(6)
  const [ends, starts, shifts, lists] = [14, 16 + size, 16 + 2 * size, 16 + 3 * size]
  for (let at = 0; at < size; at += 2) {
    if (table.readUInt16BE(ends + at) < code) continue
    const start = table.readUInt16BE(starts + at)
    if (start > code) return 0
    const shift = table.readUInt16BE(shifts + at)
    const list = table.readUInt16BE(lists + at)
    if (list === 0) return (code + shift) & 0xffff
    const index = table.readUInt16BE(lists + at + list + (code - start) * 2)
    return index === 0 ? 0 : (index + shift) & 0xffff
  }
  return 0
}

function contoursOf(outline: Buffer): OutlinePoint[][] {
  if (outline.byteLength === 0) return []
  const ends = Array.from({ length: outline.readInt16BE(0) }, (_, n) => outline.readUInt16BE(10 + n * 2))
  const count = (ends.at(-1) ?? -1) + 1
  let at = 10 + ends.length * 2
  at += 2 + outline.readUInt16BE(at)
  const flags: number[] = []
  while (flags.length < count) {
    const flag = outline.readUInt8(at++)
    flags.push(flag)
    if (flag & 8) for (let more = outline.readUInt8(at++); more > 0; more--) flags.push(flag)
  }
  // Differences: of one byte with a sign of its own, of two, or none.
  const coordinates = (short: number, same: number) => {
    let value = 0
    return flags.map((flag) => {
      if (flag & short) value += (flag & same ? 1 : -1) * outline.readUInt8(at++)
      else if (!(flag & same)) {
        value += outline.readInt16BE(at)
        at += 2
      }
      return value
    })
  }
  const [across, up] = [coordinates(2, 16), coordinates(4, 32)]
  const points = flags.map(
    (flag, n): OutlinePoint => ({ at: [across[n] ?? 0, up[n] ?? 0], on: (flag & 1) === 1 }),
  )
  return ends.map((end, n) => points.slice((ends[n - 1] ?? -1) + 1, end + 1))
}

/** Between two points that bend the outline lies one on it. */
function strokesOf(contour: readonly OutlinePoint[]): Stroke[] {
  const [first, last] = [contour[0], contour.at(-1)]
  if (!first || !last) return []
  const between = (a: OutlinePoint, b: OutlinePoint): Point =>
    b.on ? b.at : [(a.at[0] + b.at[0]) / 2, (a.at[1] + b.at[1]) / 2]
  const strokes = contour.map((point, n): Stroke => {
    if (point.on) return ['L', point.at]
    return ['Q', point.at, between(point, contour[n + 1] ?? first)]
  })
  return [['M', last.on ? last.at : between(last, first)], ...strokes]
}

function boxOf(path: readonly Stroke[]): Glyph['box'] {
  const range = (axis: 0 | 1): [number, number] => {
    const values: number[] = []
    let from = 0
    for (const [, a, b] of path) {
      const to = (b ?? a)[axis]
      values.push(to)
      // Where a parabola turns.
      const turn = b ? (from - a[axis]) / (from - 2 * a[axis] + to) : 0
      if (turn > 0 && turn < 1)
        values.push((1 - turn) ** 2 * from + 2 * (1 - turn) * turn * a[axis] + turn ** 2 * to)
      from = to
    }
    return values.length === 0 ? [0, 0] : [Math.min(...values), Math.max(...values)]
  }
  const [[x1, x2], [y1, y2]] = [range(0), range(1)]
  return { x1, y1, x2, y2 }
}
