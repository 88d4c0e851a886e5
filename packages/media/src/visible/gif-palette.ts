/**
 * Finds places for the label's colours in a frame's table (GIF89a 19, 21): colours that are there, then entries that
 * no pixel outside the label uses, then the nearest ones. Only where nobody could read that, rare colours give way.
 */
import type { Colours } from './gif-frame.ts'

/** A colour as one number: 0xRRGGBB. */
export type Colour = number

export interface Allotment {
  readonly colours: Colours
  /** Whether the table is another one than before. */
  readonly changed: boolean
  readonly indexOf: ReadonlyMap<Colour, number>
  readonly transparent: number | undefined
  /** Indices of the picture that became others, when colours had to give way. */
  readonly moved: ReadonlyMap<number, number>
}

const mostColours = 256
/** Mean distance of the drawn colours from the wanted ones that still looks like the label, of 441. */
const tolerable = 24
/** White, the plate and their edges. */
const leastRoom = 8

export const colourAt = (colours: Colours, index: number): Colour =>
  ((colours[index * 3] ?? 0) << 16) | ((colours[index * 3 + 1] ?? 0) << 8) | (colours[index * 3 + 2] ?? 0)

/**
 * @param kept how many pixels outside the label have each index
 * @param wanted how many pixels of the label want each colour
 * @param transparent the index that shows what is below; `wanted` when one is needed and there is none
 */
export function allot(
  colours: Colours,
  kept: ReadonlyMap<number, number>,
  wanted: ReadonlyMap<Colour, number>,
  transparent: number | 'wanted' | undefined,
): Allotment {
  const known = colours.length / 3
  const used = new Map(kept)
  const table = new Uint8Array(mostColours * 3)
  table.set(colours)
  const free = () =>
    Array.from({ length: mostColours }, (_, index) => index).filter((index) => !used.has(index))
  const moved = new Map<number, number>()
  let clear = transparent === 'wanted' ? undefined : transparent
  if (clear !== undefined) used.set(clear, Number.POSITIVE_INFINITY)
  if (transparent === 'wanted') {
    if (free().length === 0) makeRoom(table, used, moved, 1, undefined)
    clear = free()[0] ?? 0
    used.set(clear, Number.POSITIVE_INFINITY)
  }
  const indexOf = new Map<Colour, number>()
  for (let index = 0; index < known; index++) {
    const colour = colourAt(table, index)
    if (index === clear || !wanted.has(colour) || indexOf.has(colour)) continue
    indexOf.set(colour, index)
    used.set(index, used.get(index) ?? 0)
  }
  const rest = [...wanted].filter(([colour]) => !indexOf.has(colour))
  let changed = moved.size > 0 || (clear ?? 0) >= known
  const fill = () => {
    const room = free()
    for (const [at, colour] of reduced(rest, room.length).entries()) {
      const index = room[at] as number
      table.set([colour >> 16, (colour >> 8) & 255, colour & 255], index * 3)
      used.set(index, 0)
      changed = true
    }
    for (const [colour] of rest) indexOf.set(colour, nearest(table, used, colour, clear).index)
  }
  const room = free().length
  fill()
  if (room < leastRoom && meanDistance(table, rest, indexOf) > tolerable) {
    makeRoom(table, used, moved, leastRoom - room, clear)
    for (const [colour, index] of indexOf) indexOf.set(colour, moved.get(index) ?? index)
    fill()
  }
  const most = Math.max(...used.keys(), known - 1)
  const length = changed ? 2 ** Math.max(1, Math.ceil(Math.log2(most + 1))) : known
  return { colours: table.slice(0, length * 3), changed, indexOf, transparent: clear, moved }
}

/** Takes out the colours whose going changes least: each becomes its nearest neighbour. */
function makeRoom(
  table: Uint8Array,
  used: Map<number, number>,
  moved: Map<number, number>,
  count: number,
  clear: number | undefined,
): void {
  for (let round = 0; round < count; round++) {
    let best = { cost: Number.POSITIVE_INFINITY, index: -1, to: -1 }
    for (const [index, pixels] of used) {
      if (index === clear || pixels === 0) continue
      const { index: to, distance } = nearest(table, used, colourAt(table, index), clear, index)
      const cost = pixels * distance
      if (to >= 0 && cost < best.cost) best = { cost, index, to }
    }
    if (best.index < 0) return
    for (const [from, to] of moved) if (to === best.index) moved.set(from, best.to)
    moved.set(best.index, best.to)
    used.set(best.to, (used.get(best.to) ?? 0) + (used.get(best.index) ?? 0))
    used.delete(best.index)
  }
}

/** Squared. */
function distanceOf(a: Colour, b: Colour): number {
  const [red, green, blue] = [
    (a >> 16) - (b >> 16),
    ((a >> 8) & 255) - ((b >> 8) & 255),
    (a & 255) - (b & 255),
  ]
  return red * red + green * green + blue * blue
}

function nearest(
  table: Colours,
  used: ReadonlyMap<number, number>,
  colour: Colour,
  ...except: readonly (number | undefined)[]
) {
  let best = { index: -1, distance: Number.POSITIVE_INFINITY }
  for (const index of used.keys()) {
    if (except.includes(index)) continue
    const distance = distanceOf(colourAt(table, index), colour)
    if (distance < best.distance) best = { index, distance }
  }
  return best
}

function meanDistance(
  table: Colours,
  wanted: readonly (readonly [Colour, number])[],
  indexOf: ReadonlyMap<Colour, number>,
): number {
  let [sum, count] = [0, 0]
  for (const [colour, pixels] of wanted) {
    sum += pixels * Math.sqrt(distanceOf(colourAt(table, indexOf.get(colour) ?? 0), colour))
    count += pixels
  }
  return count === 0 ? 0 : sum / count
}

type Counted = readonly (readonly [Colour, number])[]

/** Median cut: as many colours as there is room for, each the mean of those it stands for. */
function reduced(wanted: Counted, room: number): Colour[] {
  if (wanted.length <= room) return wanted.map(([colour]) => colour)
  if (room === 0) return []
  let boxes: Counted[] = [wanted]
  while (boxes.length < room) {
    const widest = boxes.map((box) => ({ box, ...spread(box) })).sort((a, b) => b.worth - a.worth)[0]
    if (widest === undefined || widest.worth === 0) break
    const { box, shift } = widest
    const sorted = [...box].sort((a, b) => ((a[0] >> shift) & 255) - ((b[0] >> shift) & 255))
    const total = sorted.reduce((sum, [, pixels]) => sum + pixels, 0)
    let [half, at] = [0, 0]
    while (at < sorted.length - 1 && half + (sorted[at]?.[1] ?? 0) <= total / 2)
      half += sorted[at++]?.[1] ?? 0
    const split = Math.min(sorted.length - 1, Math.max(1, at))
    boxes = [...boxes.filter((other) => other !== box), sorted.slice(0, split), sorted.slice(split)]
  }
  return boxes.map(mean)
}

/** The channel that differs most, and how much that matters. */
function spread(box: Counted) {
  const pixels = box.reduce((sum, [, count]) => sum + count, 0)
  const ranges = [16, 8, 0].map((shift) => {
    const values = box.map(([colour]) => (colour >> shift) & 255)
    const range =
      values.reduce((most, value) => Math.max(most, value), 0) -
      values.reduce((least, value) => Math.min(least, value), 255)
    return { shift, worth: range * range * Math.sqrt(pixels) }
  })
  return ranges.sort((a, b) => b.worth - a.worth)[0] as { shift: number; worth: number }
}

function mean(box: Counted): Colour {
  const total = box.reduce((sum, [, pixels]) => sum + pixels, 0)
  const channel = (shift: number) =>
    Math.round(box.reduce((sum, [colour, pixels]) => sum + ((colour >> shift) & 255) * pixels, 0) / total)
  return (channel(16) << 16) | (channel(8) << 8) | channel(0)
}
