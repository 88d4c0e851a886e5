/** The order in which the segments of a stream come (C2PA 19.3.2, 19.4.1): their numbers go up, and none is left out. */
import type { Source } from '@yinji/core'
import type { Box } from '../content/bmff-boxes.ts'
import type { PieceLedger } from '../content/piece-ledger.ts'
import { Places } from '../content/places.ts'
import type { StatusCode } from '../status.ts'

export type Order = 'next' | 'later' | 'misplaced' | 'unknown'

export class Sequence {
  /** Of the last segment that holds. */
  #last: { readonly number: number; readonly step: number } | undefined
  /** Segments since then that can't be relied on. */
  #failed = 0
  /** Enough to know what comes again; those before are out of place all the same. */
  readonly #there = new Places(1000)
  readonly #ledger: PieceLedger

  constructor(ledger: PieceLedger) {
    this.#ledger = ledger
  }

  get last(): number | undefined {
    return this.#last?.number
  }

  fail(): void {
    this.#failed++
  }

  /**
   * @param step what the number of the next one may be more, see `stepAfter`
   * @returns how it follows upon the last one; `unknown` where none is known
   */
  take(name: string, number: number, step: number, status: StatusCode): Order {
    this.#ledger.found(number)
    const { number: last, step: usual } = this.#last ?? { number: -1, step: 1 }
    if (this.#last && number <= last) {
      this.#ledger.misplace(name, status, this.#there.has(number))
      return 'misplaced'
    }
    const complete = this.#last === undefined || number - last <= usual * (this.#failed + 1)
    if (!complete) this.#ledger.miss(last + 1, number - 1)
    const known = this.#last !== undefined && this.#failed === 0
    this.#last = { number, step }
    this.#there.add(number, number + step - 1)
    this.#failed = 0
    if (!complete) return 'later'
    return known ? 'next' : 'unknown'
  }
}

/**
 * Where the numbers of fragments (`mfhd`, ISO/IEC 14496-12 8.8.5) serve as numbers of segments (C2PA 19.4.1), one of several
 * fragments counts for several; else they go up by one.
 */
export async function stepAfter(source: Source, boxes: readonly Box[], number: number): Promise<number> {
  const fragments = boxes.filter(({ type }) => type === 'moof')
  const [first] = fragments
  if (first === undefined || fragments.length === 1) return 1
  const start = first.start + first.header
  const header = Buffer.from(await source.read(start, Math.min(first.end, start + 16)))
  const own = header.toString('latin1', 4, 8) === 'mfhd' && header.byteLength === 16
  return own && header.readUInt32BE(12) === number ? fragments.length : 1
}
