/** Turns "this range becomes that" into the parts of a splice. */
import { bytes, copy, InternalError, type Part, partLength } from '@yinji/core'

export interface Replacement {
  /** Range of the source, `end` exclusive; empty for an insertion. */
  readonly start: number
  readonly end: number
  readonly parts: readonly Part[]
}

/** Replaces a range by bytes, or drops it. */
export function replace(start: number, end: number, ...values: readonly Uint8Array[]): Replacement {
  return { start, end, parts: values.map(bytes) }
}

/** By how many bytes the file grows (or shrinks, when negative) through the replacements at or after an offset. */
export function growth(replacements: readonly Replacement[], from = 0): number {
  let sum = 0
  for (const { start, end, parts } of replacements)
    if (start >= from) sum += parts.reduce((length, part) => length + partLength(part), 0) - (end - start)
  return sum
}

/** The whole file, in order. Insertions at one offset keep the order they were given in. */
export function partsOf(size: number, replacements: readonly Replacement[]): Part[] {
  const ordered = [...replacements].sort((a, b) => a.start - b.start || a.end - b.end)
  const parts: Part[] = []
  let at = 0
  for (const { start, end, parts: inserted } of ordered) {
    if (start < at || end < start || end > size) throw new InternalError('replacements that overlap')
    if (start > at) parts.push(copy(at, start))
    parts.push(...inserted)
    at = end
  }
  if (at < size) parts.push(copy(at, size))
  return parts
}
