/**
 * A sequential scan with other Huffman tables, for label blocks that need symbols which the file's own tables, made for
 * this very picture, have no room for. A few rare codes of the scan are written again; every coefficient stays.
 */
import { type Replacement, replace } from '../../carriers/replacements.ts'
import { acSymbols } from './ac.ts'
import { type Change, codeAt, rewritten, type Walked } from './edits.ts'
import type { Frame } from './frame.ts'
import type { HuffmanTable } from './huffman.ts'
import type { WalkedScan } from './scans.ts'
import { changeSequential, type Replaced, walkSequential } from './sequential.ts'
import { stretchesOf, type Unit } from './units.ts'

/** New tables for those of the scan that can't say what the label needs. */
export function crowdedTables(units: readonly Unit[]): Replaced {
  const needed = new Map<HuffmanTable, Set<number>>()
  for (const { ac, blocks, x, y } of units) {
    // One unit stands for all blocks of its component.
    if (x + y > 0) continue
    const symbols = needed.get(ac) ?? new Set<number>()
    needed.set(ac, symbols)
    for (let at = 0; at < blocks.after.length; at += 64)
      if (blocks.isChanged(at)) acSymbols(blocks.after, at + 1, at + 63, symbols)
  }
  return new Map(
    [...needed].flatMap(([table, symbols]) =>
      table.spare && table.lacksRoomFor(symbols) ? [[table, table.spare.table]] : [],
    ),
  )
}

/**
 * @param intervals that have been walked over
 * @throws NotSpliceable
 */
export function transcoded(
  file: Uint8Array,
  frame: Frame,
  { scan, units, intervals }: WalkedScan,
  replaced: Replaced,
): Replacement[] {
  const known = new Map(intervals.map((walked) => [walked.interval, walked]))
  const data = stretchesOf(frame, scan).flatMap((stretch) => {
    const walked = known.get(stretch.interval) ?? walkSequential(file, stretch, scan, units)
    const changes = changeSequential(walked.edits, scan, units, replaced)
    return rewritten(file, walked, withCodes(changes, walked, units, replaced)) ?? []
  })
  const segments = [...replaced.values()].flatMap((table) => table.segment(false) ?? [])
  return [...segments.map((segment) => replace(scan.start, scan.start, segment)), ...data]
}

/** In the order of the file: the label's changes, and between them the codes that are others in the new tables. */
function* withCodes(
  changes: readonly Change[],
  { codes = [] }: Walked,
  units: readonly Unit[],
  replaced: Replaced,
): Generator<Change> {
  const tables = [0, 1, 2, 3].map((component) => {
    const unit = units.find((candidate) => candidate.component === component)
    return unit && replaced.get(unit.ac)
  })
  let next = 0
  for (const packed of codes) {
    const { start, end, component, symbol } = codeAt(packed)
    for (let change = changes[next]; change && change.start < start; change = changes[++next]) yield change
    const table = tables[component]
    if (table) yield { start, end, write: (writer) => writer.putCode(table.need(symbol)) }
  }
  yield* changes.slice(next)
}
