/** All scans of a picture, once to find the label's blocks and once to change them. */
import { type Replacement, replace } from '../../carriers/replacements.ts'
import { changeBand, History, walkBand } from './band.ts'
import type { Blocks } from './blocks.ts'
import { changeRefinement, walkRefinement } from './dc-refinement.ts'
import { type Change, rewritten, type Walked } from './edits.ts'
import type { Frame, Scan } from './frame.ts'
import type { HuffmanTable } from './huffman.ts'
import { changeSequential, type Replaced, walkSequential } from './sequential.ts'
import { crowdedTables, transcoded } from './transcode.ts'
import { stretchesOf, touches, type Unit, unitsOf } from './units.ts'

export interface WalkedScan {
  readonly scan: Scan
  readonly units: readonly Unit[]
  readonly intervals: readonly Walked[]
}

/** Takes the label's blocks over into `targets`, one list a component. */
export function walkScans(file: Uint8Array, frame: Frame, targets: readonly Blocks[]): WalkedScan[] {
  const histories = new Map<number, History>()
  return frame.scans.map((scan) => {
    const units = unitsOf(frame, scan, targets)
    // Of a progressive scan every block is needed: later ones build on it.
    const stretches = stretchesOf(frame, scan).filter(
      (stretch) => frame.progressive || touches(stretch, units),
    )
    const intervals = stretches.map((stretch) => {
      if (scan.first > 0) return walkBand(file, stretch, scan, units, historyOf(frame, scan, histories))
      if (scan.high > 0) return walkRefinement(file, stretch, scan, units)
      return walkSequential(file, stretch, scan, units)
    })
    return { scan, units, intervals }
  })
}

/** Made when DC has been read: so many blocks are really there. */
function historyOf({ components }: Frame, scan: Scan, histories: Map<number, History>): History {
  const index = scan.components[0]?.index ?? 0
  const component = components[index]
  const history = histories.get(index) ?? new History(component ? component.blocksX * component.blocksY : 0)
  histories.set(index, history)
  return history
}

/** The label's blocks as they are now, and tables for what they say that none said before. */
export function changeScans(file: Uint8Array, frame: Frame, walked: readonly WalkedScan[]): Replacement[] {
  const data = walked.flatMap((walkedScan) => {
    const { scan, units, intervals } = walkedScan
    const crowded = frame.progressive ? none : crowdedTables(units)
    const own = [...crowded.keys()].every((table) => usedOnlyBy(scan, table, frame))
    if (crowded.size > 0 && own) return transcoded(file, frame, walkedScan, crowded)
    return intervals.flatMap((interval) => rewritten(file, interval, changesOf(interval, scan, units)) ?? [])
  })
  return [...addedSymbols(frame), ...data]
}

const none: Replaced = new Map()

function usedOnlyBy(scan: Scan, table: HuffmanTable, { scans }: Frame): boolean {
  return scans.every(
    (other) => other === scan || !other.components.some(({ dc, ac }) => dc === table || ac === table),
  )
}

/** Tables with more symbols than in the file, before the first scan that uses them: to all others they are the same. */
function addedSymbols({ scans }: Frame): Replacement[] {
  const seen = new Set<HuffmanTable>()
  return scans.flatMap(({ start, components }) =>
    components.flatMap(({ dc, ac }) =>
      [dc, ac].flatMap((table) => {
        const segment = table && !seen.has(table) ? table.segment() : undefined
        if (table) seen.add(table)
        return segment ? [replace(start, start, segment)] : []
      }),
    ),
  )
}

function changesOf({ edits }: Walked, scan: Scan, units: readonly Unit[]): Change[] {
  if (scan.first > 0) return changeBand(edits, scan, units)
  if (scan.high > 0) return changeRefinement(edits, scan, units)
  return changeSequential(edits, scan, units)
}
