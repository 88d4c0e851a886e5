/** Holds the exclusions of a BMFF hash against the boxes of a file (C2PA 18.6.2): what is left to be hashed. */
import { limits, type Source, throwIfAborted } from '@yinji/core'
import { type Box, BoxError, boxesBetween } from './bmff-boxes.ts'
import type { Exclusion } from './bmff-exclusions.ts'
import type { Range } from './stream.ts'

export interface Hole {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** One top-level box and what the exclusions take out of it. */
export interface Cut {
  readonly box: Box
  /** The box is excluded in its entirety, so that not even its offset is hashed. */
  readonly whole: boolean
  /** Ascending, not overlapping, inside the box. */
  readonly holes: readonly Hole[]
  /** The exclusions that matched the box or something in it. */
  readonly by: readonly Exclusion[]
}

/** The boxes of a file, cut; or in words why its boxes contradict themselves. */
export async function cutsOf(
  source: Source,
  exclusions: readonly Exclusion[],
  signal: AbortSignal | undefined,
): Promise<Cut[] | string> {
  try {
    return await cutBoxes(source, await boxesBetween(source, 0, source.size), exclusions, signal)
  } catch (error) {
    if (error instanceof BoxError) return error.message
    throw error
  }
}

/** @throws BoxError when the boxes of the file contradict themselves. */
async function cutBoxes(
  source: Source,
  boxes: readonly Box[],
  exclusions: readonly Exclusion[],
  signal?: AbortSignal,
): Promise<Cut[]> {
  const cuts: Cut[] = []
  const counts = new Map<string, number>()
  const budget = { left: limits.items }
  for (const box of boxes) {
    throwIfAborted(signal)
    const search: Search = { source, budget, by: new Set(), holes: [] }
    await findHoles(search, { box, position: count(counts, box), depth: 0 }, exclusions)
    const { holes, by } = search
    const whole = holes.some(({ start, end, whole }) => whole && start === box.start && end === box.end)
    cuts.push({ box, whole, holes: merge(holes), by: [...by] })
  }
  return cuts
}

/** A range that no hash covers, and the box it is in. */
export interface Gap extends Hole {
  readonly box: Box
}

/**
 * What exclusions took out of boxes, whole or in part; of media there are hashes of pieces, or another exclusion is told. Nothing
 * of a box that is left out as a whole is met by what ends or begins with its first byte.
 */
export function gapsIn(cuts: readonly Cut[]): Gap[] {
  return cuts.flatMap(({ box, whole, holes }) => {
    if (whole) return [{ box, start: box.start + 1, end: box.end }]
    return box.type === 'mdat' ? [] : holes.map(({ start, end }) => ({ box, start, end }))
  })
}

/** Of ranges in file order, the first that ends behind a place. */
export function firstBehind(ranges: readonly { readonly end: number }[], place: number): number {
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.end ?? 0) > place) high = middle
    else low = middle + 1
  }
  return low
}

/** The ranges of a box that remain, given its holes. */
function remaining({ box, holes }: Cut): Hole[] {
  const ranges: Hole[] = []
  let at = box.start
  for (const hole of holes) {
    if (hole.start > at) ranges.push({ start: at, end: hole.start })
    at = Math.max(at, hole.end)
  }
  if (at < box.end) ranges.push({ start: at, end: box.end })
  return ranges
}

/** What of a box is hashed. Unless it is excluded in its entirety its offset precedes it, so that it can't change places. */
export function rangesOf(cut: Cut, into: Range['into']): Range[] {
  if (cut.whole) return []
  const prefix = new Uint8Array(8)
  new DataView(prefix.buffer).setBigUint64(0, BigInt(cut.box.start))
  const [first = { start: cut.box.start, end: cut.box.start }, ...rest] = remaining(cut)
  return [{ prefix, into, ...first }, ...rest.map((range) => ({ into, ...range }))]
}

interface Place {
  readonly box: Box
  /** Which of its siblings of the same type, from 1. */
  readonly position: number
  readonly depth: number
}

interface FoundHole extends Hole {
  /** Left by an exclusion without subsets. */
  readonly whole: boolean
}

/** What one box is searched with, and what was found. */
interface Search {
  readonly source: Source
  /** How many boxes below the outermost, and conditions, may still be looked at in this file. */
  readonly budget: { left: number }
  readonly by: Set<Exclusion>
  readonly holes: FoundHole[]
}

/** A file of millions of boxes times a hundred exclusions with a hundred conditions each would take hours. */
function spend({ budget }: Search, amount: number): void {
  budget.left -= amount
  if (budget.left < 0) throw new BoxError('too many boxes')
}

async function findHoles(
  search: Search,
  { box, position, depth }: Place,
  exclusions: readonly Exclusion[],
): Promise<void> {
  const here = exclusions.filter(({ steps }) => {
    const step = steps[depth]
    return step?.type === box.type && (step.index ?? position) === position
  })
  for (const exclusion of here.filter(({ steps }) => steps.length === depth + 1)) {
    if (!(await applies(search, box, exclusion))) continue
    search.by.add(exclusion)
    search.holes.push(...partsOf(box, exclusion))
  }
  const deeper = here.filter(({ steps }) => steps.length > depth + 1)
  if (deeper.length === 0) return
  const counts = new Map<string, number>()
  const children = await boxesBetween(search.source, box.start + box.header, box.end)
  spend(search, children.length)
  for (const child of children) {
    const place = { box: child, position: count(counts, child), depth: depth + 1 }
    if (deeper.some(({ steps }) => steps[depth + 1]?.type === child.type))
      await findHoles(search, place, deeper)
  }
}

function count(counts: Map<string, number>, { type }: Box): number {
  const position = (counts.get(type) ?? 0) + 1
  counts.set(type, position)
  return position
}

/** Length, version, flags and data must all hold. */
async function applies(search: Search, box: Box, exclusion: Exclusion): Promise<boolean> {
  const { source } = search
  const { length, version, flags, exact, data, subset = [] } = exclusion
  spend(search, 1 + data.length + subset.length)
  if (length !== undefined && length !== box.end - box.start) return false
  if (version !== undefined || flags !== undefined) {
    const full = await source.read(box.start + box.header, Math.min(box.end, box.start + box.header + 4))
    if (full.byteLength < 4) return false
    if (version !== undefined && full[0] !== version) return false
    const met = flags?.every((wanted, index) => {
      const actual = full[index + 1] ?? 0
      return exact ? actual === wanted : (actual & wanted) === wanted
    })
    if (met === false) return false
  }
  for (const { offset, value } of data) {
    const start = box.start + offset
    if (start + value.byteLength > box.end) return false
    if (Buffer.compare(await source.read(start, start + value.byteLength), value) !== 0) return false
  }
  return true
}

function partsOf(box: Box, { subset }: Exclusion): FoundHole[] {
  if (subset === undefined) return [{ start: box.start, end: box.end, whole: true }]
  return subset.flatMap(({ offset, length }) => {
    const start = box.start + offset
    const end = length === 0 ? box.end : Math.min(box.end, start + length)
    return start < end ? [{ start, end, whole: false }] : []
  })
}

function merge(holes: readonly FoundHole[]): Hole[] {
  const merged: { start: number; end: number }[] = []
  for (const { start, end } of holes.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  return merged
}
