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
   * blocks, whose own value stays. `run`: so many blocks have no more coefficients in this band (G.1.2.2).
   */
  readonly kind: 'block' | 'dc' | 'run'
  /** Which component of the scan. */
  readonly component: number
  /** Where the block's coefficients are among the label's. */
  readonly offset: number
  /** DC value of the block before it in the file, and whether that one is the label's too. */
  readonly previous: number
  readonly follows: boolean
  /** `dc`: the block's own value; `run`: how many blocks. */
  readonly value: number
}

/** A code that another table has another one for. */
export interface Code {
  readonly start: number
  readonly end: number
  /** Which component of the scan. */
  readonly component: number
  readonly symbol: number
}

/** As one number, since a hostile picture may have millions. */
export function packedCode({ start, end, component, symbol }: Code): number {
  return ((start * 4 + component) * 32 + end - start) * 256 + symbol
}

export function codeAt(packed: number): Code {
  const upper = Math.floor(packed / 256)
  const start = Math.floor(upper / 128)
  return { start, end: start + (upper & 31), component: (upper >>> 5) & 3, symbol: packed % 256 }
}

/** An interval that has been walked over. */
export interface Walked {
  readonly interval: Interval
  readonly bits: Bits
  readonly edits: readonly Edit[]
  /** Codes outside the label's blocks that a spare table has others for; see `codeAt`. */
  readonly codes?: readonly number[]
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
  changes: Iterable<Change>,
): Replacement | undefined {
  let writer: BitWriter | undefined
  let first = 0
  let at = 0
  for (const change of changes) {
    if (!writer) {
      first = at = change.start & ~7
      writer = new BitWriter(((end - first) >> 3) + 1024)
    }
    writer.copy(bits, at, change.start)
    change.write(writer)
    at = change.end
  }
  if (!writer) return undefined
  writer.copy(bits, at, end)
  const from = fileOffset(file, interval.start, first >>> 3)
  const to = fileOffset(file, interval.start, (end + 7) >>> 3)
  return replace(from, to, stuffed(writer.finish()))
}
