/** What a set of replacements does to the offsets of everything behind them. */
import { partLength } from '@yinji/core'
import type { Replacement } from './replacements.ts'

/** Called with what is wrong; never returns. */
export type Fail = (what: string) => never

/** Where each byte of the old file stands in the new one. */
export class OffsetMap {
  /** Old offsets from which on a new shift holds, ascending, and the shifts. */
  readonly #from: number[] = [0]
  readonly #shift: number[] = [0]
  /** The step found last: neighbouring offsets ask in a row. */
  #last = 0

  constructor(replacements: readonly Replacement[]) {
    let shift = 0
    for (const { start, end, parts } of [...replacements].sort(
      (a, b) => a.start - b.start || a.end - b.end,
    )) {
      const grown = parts.reduce((sum, part) => sum + partLength(part), 0) - (end - start)
      if (grown === 0) continue
      shift += grown
      this.#from.push(end)
      this.#shift.push(shift)
    }
  }

  /** Whether every byte stays where it is. */
  get still(): boolean {
    return this.#shift.every((shift) => shift === 0)
  }

  /** New offset of the byte at `offset`; an insertion moves the byte it stands before. */
  move(offset: number): number {
    let index = this.#last
    while (index + 1 < this.#from.length && (this.#from[index + 1] ?? 0) <= offset) index++
    while (index > 0 && (this.#from[index] ?? 0) > offset) index--
    this.#last = index
    return offset + (this.#shift[index] ?? 0)
  }
}
