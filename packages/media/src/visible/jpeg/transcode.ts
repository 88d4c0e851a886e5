/**
 * A sequential scan with other Huffman tables, for label blocks that need symbols which the file's own tables, made for
 * this very picture, have no room for. Every code of the scan is written again; every coefficient outside the label stays.
 */
import { type Replacement, replace } from '../../carriers/replacements.ts'
import { acSymbols, passAc, writeAc } from './ac.ts'
import { BitWriter } from './bit-writer.ts'
import { writeDc } from './dc.ts'
import { type Bits, stuffed, unstuffed } from './entropy.ts'
import type { Frame, Scan } from './frame.ts'
import { advanceOf, codeBits, entryAt, entryBits, type HuffmanTable, symbolOf, valueAt } from './huffman.ts'
import { irregular } from './refusal.ts'
import { type Stretch, stretchesOf, type Unit } from './units.ts'

/** New tables for those of the scan that can't say what the label needs. */
export function crowdedTables(units: readonly Unit[]): Map<HuffmanTable, HuffmanTable> {
  const needed = new Map<HuffmanTable, Set<number>>()
  for (const { ac, blocks, x, y } of units) {
    // One unit stands for all blocks of its component.
    if (x + y > 0) continue
    const symbols = needed.get(ac) ?? new Set<number>()
    needed.set(ac, symbols)
    for (let at = 0; at < blocks.after.length; at += 64)
      if (blocks.isChanged(at)) acSymbols(blocks.after, at + 1, at + 63, symbols)
  }
  const crowded = [...needed].filter(([table, symbols]) => !table.hasRoomFor(symbols))
  return new Map(crowded.map(([table]) => [table, table.roomier()]))
}

/** @throws NotSpliceable */
export function transcoded(
  file: Uint8Array,
  frame: Frame,
  scan: Scan,
  units: readonly Unit[],
  tables: ReadonlyMap<HuffmanTable, HuffmanTable>,
): Replacement[] {
  const data = stretchesOf(frame, scan).map((stretch) => {
    const bits = unstuffed(file, stretch.interval)
    return replace(
      stretch.interval.start,
      stretch.interval.end,
      stuffed(writeAgain(bits, stretch, units, tables)),
    )
  })
  const segments = [...tables.values()].flatMap((table) => table.segment(false) ?? [])
  return [...segments.map((segment) => replace(scan.start, scan.start, segment)), ...data]
}

function writeAgain(
  bits: Bits,
  { from, to, across }: Stretch,
  units: readonly Unit[],
  tables: ReadonlyMap<HuffmanTable, HuffmanTable>,
): Uint8Array {
  const writer = new BitWriter((bits.length >> 3) + 1024)
  const { view } = bits
  const [was, is] = [new Int32Array(4), new Int32Array(4)]
  let at = 0
  for (let mcu = from; mcu < to; mcu++)
    for (const { component, h, v, x, y, dc, ac, blocks } of units) {
      const entry = entryAt(view, at, dc)
      const old = (was[component] ?? 0) + valueAt(view, at + codeBits(entry), symbolOf(entry) & 15)
      const [column, row] = [(mcu % across) * h + x, Math.floor(mcu / across) * v + y]
      const offset = blocks.has(column, row) ? blocks.offset(column, row) : -1
      const value = offset < 0 ? old : (blocks.after[offset] ?? 0)
      at += entryBits(entry)
      writeDc(writer, value - (is[component] ?? 0), dc)
      was[component] = old
      is[component] = value
      const table = tables.get(ac) ?? ac
      if (offset < 0) at = copyAc(view, at, ac, writer, table)
      else {
        at = passAc(view, at, ac)
        writeAc(writer, blocks.after, offset + 1, offset + 63, table)
      }
      if (at > bits.length) irregular('the data of a scan ends early')
    }
  return writer.finish()
}

/** Returns the bit behind the block. */
function copyAc(
  view: DataView,
  from: number,
  old: HuffmanTable,
  writer: BitWriter,
  table: HuffmanTable,
): number {
  let at = from
  for (let k = 1; k < 64; ) {
    const entry = entryAt(view, at, old)
    writer.putCode(table.need(symbolOf(entry)))
    const size = entryBits(entry) - codeBits(entry)
    at += codeBits(entry)
    if (size > 0) writer.put((view.getUint32(at >>> 3) << (at & 7)) >>> (32 - size), size)
    at += size
    k += advanceOf(entry)
  }
  return at
}
