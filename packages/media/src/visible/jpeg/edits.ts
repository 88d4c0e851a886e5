/** What a walk over an interval finds for the label's sake, and the bits that take its place. */
import { type Replacement, replace } from '../../carriers/replacements.ts'
import { BitWriter } from './bit-writer.ts'
import { type Bits, fileOffset, type Interval, stuffed } from './entropy.ts'

export interface Edit {
  /** Bits that may go; an empty range for an insertion. */
  readonly start: number
  readonly end: number
  /**
   * `block`: what the scan says of the label's block at `offset`. `dc`: the difference of the first block behind such
   * blocks, whose own value stays. `run`: so many blocks have no more coefficients in this band (G.1.2.2). `code`: a code
   * that another table has another one for.
   */
  readonly kind: 'block' | 'dc' | 'run' | 'code'
  /** Which component of the scan. */
  readonly component: number
  /** Where the block's coefficients are among the label's. */
  readonly offset: number
  /** DC value of the block before it in the file, and whether that one is the label's too. */
  readonly previous: number
  readonly follows: boolean
  /** `dc`: the block's own value; `run`: how many blocks; `code`: the symbol. */
  readonly value: number
}

/** An interval that has been walked over. */
export interface Walked {
  readonly interval: Interval
  readonly bits: Bits
  readonly edits: readonly Edit[]
  /** Where the bits end that mean something. */
  readonly end: number
}

/** Bits that do go, and what writes others in their place. */
export interface Change {
  readonly start: number
  readonly end: number
  write(writer: BitWriter): void
}

/** The bytes from the first changed bit to the end of the interval. */
export function rewritten(
  file: Uint8Array,
  { interval, bits, end }: Walked,
  changes: readonly Change[],
): Replacement | undefined {
  const start = changes[0]?.start
  if (start === undefined) return undefined
  const writer = new BitWriter(((end - start) >> 3) + 1024)
  let at = start & ~7
  for (const change of changes) {
    writer.copy(bits, at, change.start)
    change.write(writer)
    at = change.end
  }
  writer.copy(bits, at, end)
  const from = fileOffset(file, interval.start, start >>> 3)
  const to = fileOffset(file, interval.start, (end + 7) >>> 3)
  return replace(from, to, stuffed(writer.finish()))
}
