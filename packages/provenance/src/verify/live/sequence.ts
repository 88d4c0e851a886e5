/** The order in which the segments of a stream come (C2PA 19.3.2, 19.4.1): their numbers go up, and none is left out. */
import type { StatusCode } from '../status.ts'
import type { SegmentLedger } from './ledger.ts'

export type Order = 'next' | 'later' | 'misplaced' | 'unknown'

export class Sequence {
  /** Of the last segment that holds. */
  #last: { readonly number: number; readonly fragments: number } | undefined
  /** Segments since then that can't be relied on. */
  #failed = 0
  readonly #ledger: SegmentLedger

  constructor(ledger: SegmentLedger) {
    this.#ledger = ledger
  }

  get last(): number | undefined {
    return this.#last?.number
  }

  fail(): void {
    this.#failed++
  }

  /**
   * Numbers of fragments (`mfhd`) serve as numbers of segments, so one of several fragments may count for several.
   * @returns how it follows upon the last one; `unknown` where none is known
   */
  take(name: string, number: number, fragments: number, status: StatusCode): Order {
    const { number: last, fragments: step } = this.#last ?? { number: -1, fragments: 1 }
    if (this.#last && number <= last) {
      this.#ledger.note('manifest.fragment.misplaced', name, status)
      return 'misplaced'
    }
    const complete = this.#last === undefined || number - last <= step * (this.#failed + 1)
    if (!complete) this.#ledger.miss(last + 1, number - 1)
    const known = this.#last !== undefined && this.#failed === 0
    this.#last = { number, fragments: Math.max(1, fragments) }
    this.#failed = 0
    if (!complete) return 'later'
    return known ? 'next' : 'unknown'
  }
}
