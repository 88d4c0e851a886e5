/**
 * Scans that send whole coefficients of all components in turn (ITU-T T.81 annex F; G.1.2.1 for DC alone): finds the
 * label's blocks among the bits, and writes them again.
 */
import { fitAc, passAc, readAc, writeAc } from './ac.ts'
import { DcReader, DcWriter, writeDc } from './dc.ts'
import { type Change, type Edit, packedCode, type Walked } from './edits.ts'
import { unstuffed } from './entropy.ts'
import type { Scan } from './frame.ts'
import { codeBits, type Entry, type HuffmanTable, symbolOf } from './huffman.ts'
import { irregular } from './refusal.ts'
import type { Stretch, Unit } from './units.ts'

/** Bits of an interval above which tables for passing over many codes at once pay. */
const worthChains = 1 << 19

/** Tables made for a picture give it few codes so long; where they are common, memory is not for all of them. */
const mostCodes = 1 << 23

/** Tables that take the place of the file's. */
export type Replaced = ReadonlyMap<HuffmanTable, HuffmanTable>

interface Step {
  readonly unit: Unit
  readonly dc: DcReader
  readonly chains: Int32Array | undefined
  /** Codes up to this length stay as they are in any case. */
  readonly shared: number
  readonly note: (at: number, entry: Entry) => void
}

/** Takes the label's blocks over into their lists, and notes the codes that may have to become others for their sake. */
export function walkSequential(
  file: Uint8Array,
  stretch: Stretch,
  scan: Scan,
  units: readonly Unit[],
): Walked {
  const { interval, from, to, across } = stretch
  const bits = unstuffed(file, interval)
  const edits: Edit[] = []
  const codes: number[] = []
  const readers = scan.components.map((_, component) => new DcReader(component))
  const steps = units.flatMap((unit): Step[] => {
    const { ac, component } = unit
    const dc = readers[component]
    const shared = scan.last === 0 ? 16 : (ac.spare?.shared ?? 16)
    const chains = scan.last > 0 && bits.length > worthChains ? ac.chains : undefined
    const note = (start: number, entry: Entry) => {
      if (codes.length === mostCodes) irregular('a Huffman table whose long codes are common')
      codes.push(packedCode({ start, end: start + codeBits(entry), component, symbol: symbolOf(entry) }))
    }
    return dc ? [{ unit, dc, chains, shared, note }] : []
  })
  let at = 0
  let x = from % across
  let y = Math.floor(from / across)
  for (let mcu = from; mcu < to; mcu++) {
    for (const step of steps) {
      at = walkBlock(bits.view, at, scan, step, x, y, edits)
      if (at > bits.length) irregular('the data of a scan ends early')
    }
    if (++x < across) continue
    x = 0
    y++
  }
  return { interval, bits, edits, codes, end: at }
}

/** Returns the bit behind the block. */
function walkBlock(
  view: DataView,
  start: number,
  { last, low }: Scan,
  { unit, dc, chains, shared, note }: Step,
  mcuX: number,
  mcuY: number,
  edits: Edit[],
): number {
  const previous = dc.value
  const behindDc = dc.read(view, start, unit.dc)
  const x = mcuX * unit.h + unit.x
  const y = mcuY * unit.v + unit.y
  const { blocks } = unit
  if (!blocks.has(x, y)) {
    if (dc.follows) edits.push(dc.other(start, behindDc, previous))
    return last === 0 ? behindDc : passAc(view, behindDc, unit.ac, chains, shared, note)
  }
  const offset = blocks.offset(x, y)
  blocks.before[offset] = dc.value << low
  const end = last === 0 ? behindDc : readAc(view, behindDc, unit.ac, blocks.before, offset)
  edits.push(dc.block(start, end, offset, previous))
  return end
}

/** What is to be written. Blocks that stay as they are keep their bits. */
export function changeSequential(
  edits: readonly Edit[],
  { last, low }: Scan,
  units: readonly Unit[],
  replaced?: Replaced,
): Change[] {
  const writers = [0, 1, 2, 3].map(() => new DcWriter())
  return edits.flatMap((edit) => {
    const unit = units.find(({ component }) => component === edit.component)
    const dc = writers[edit.component]
    if (!unit || !dc) return []
    const { blocks, dc: table } = unit
    const ac = replaced?.get(unit.ac) ?? unit.ac
    const before = dc.before(edit)
    const moved = before !== edit.previous
    const { start, end, offset } = edit
    if (edit.kind === 'dc')
      return moved ? [{ start, end, write: (writer) => writeDc(writer, edit.value - before, table) }] : []
    const { after } = blocks
    if (last > 0 && blocks.isChanged(offset)) fitAc(after, offset + 1, offset + last, ac)
    // G.1.2.1: the low bits are shifted out of DC, sign and all.
    const value = (after[offset] ?? 0) >> low
    dc.set(value)
    const same = value === edit.value && (last === 0 || !blocks.isChanged(offset))
    // In another table it has other bits all the same.
    if (!moved && same && ac === unit.ac) return []
    const write: Change['write'] = (writer) => {
      writeDc(writer, value - before, table)
      if (last > 0) writeAc(writer, after, offset + 1, offset + last, ac)
    }
    return [{ start, end, write }]
  })
}
