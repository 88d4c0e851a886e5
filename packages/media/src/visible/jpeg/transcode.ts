/**
 * A sequential scan with other Huffman tables, for label blocks that need symbols which the file's own tables, made for
 * this very picture, have no room for. A few rare codes of the scan are written again; every coefficient stays.
 */
import { type Replacement, replace } from '../../carriers/replacements.ts'
import { acSymbols } from './ac.ts'
import { rewritten } from './edits.ts'
import type { Frame, Scan } from './frame.ts'
import type { HuffmanTable } from './huffman.ts'
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
  const crowded = [...needed].map(([table, symbols]) => ({ table, missing: table.lacksRoomFor(symbols) }))
  return new Map(
    crowded.filter(({ missing }) => missing > 0).map(({ table, missing }) => [table, table.roomier(missing)]),
  )
}

/** @throws NotSpliceable */
export function transcoded(
  file: Uint8Array,
  frame: Frame,
  scan: Scan,
  units: readonly Unit[],
  replaced: Replaced,
): Replacement[] {
  const data = stretchesOf(frame, scan).flatMap((stretch) => {
    const walked = walkSequential(file, stretch, scan, units, replaced)
    return rewritten(file, walked, changeSequential(walked.edits, scan, units, replaced)) ?? []
  })
  const segments = [...replaced.values()].flatMap((table) => table.segment(false) ?? [])
  return [...segments.map((segment) => replace(scan.start, scan.start, segment)), ...data]
}
