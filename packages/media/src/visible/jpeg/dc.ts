/**
 * DC coefficients (ITU-T T.81 F.1.2.1, G.1.2.1): each is written as the difference from the one before, so that the
 * first one behind the label's blocks has to be written again although its value stays.
 */
import type { BitWriter } from './bit-writer.ts'
import type { Edit } from './edits.ts'
import { codeBits, entryAt, type HuffmanTable, sizeOf, symbolOf, valueAt } from './huffman.ts'
import { irregular } from './refusal.ts'

/** The state of the differences of one component in one interval. */
export class DcReader {
  readonly #component: number
  #value = 0
  #follows = false

  constructor(component: number) {
    this.#component = component
  }

  /** Reads one difference. Returns the bit behind it; `value` has the sum. */
  read(view: DataView, at: number, table: HuffmanTable): number {
    const entry = entryAt(view, at, table)
    const size = symbolOf(entry)
    if (size > 15) irregular('a DC difference of more than 15 bits')
    this.#value += valueAt(view, at + codeBits(entry), size)
    return at + codeBits(entry) + size
  }

  get value(): number {
    return this.#value
  }

  get follows(): boolean {
    return this.#follows
  }

  /** The label's block, which was read last and began with another value. */
  block(start: number, end: number, offset: number, previous: number): Edit {
    const edit: Edit = {
      kind: 'block',
      component: this.#component,
      start,
      end,
      offset,
      previous,
      follows: this.#follows,
      value: this.#value,
    }
    this.#follows = true
    return edit
  }

  /** Another block that was read last, if it stands behind one of the label's. */
  other(start: number, end: number, previous: number): Edit {
    this.#follows = false
    return {
      kind: 'dc',
      component: this.#component,
      start,
      end,
      offset: 0,
      previous,
      follows: true,
      value: this.#value,
    }
  }
}

/** The state of the differences of one component while they are written. */
export class DcWriter {
  #latest = 0

  /** What the block is different from now. */
  before(edit: Edit): number {
    return edit.follows ? this.#latest : edit.previous
  }

  /** The label's block got this value. */
  set(value: number): void {
    this.#latest = value
  }
}

export function writeDc(writer: BitWriter, difference: number, table: HuffmanTable): void {
  const size = sizeOf(difference)
  writer.putCode(table.need(size))
  writer.putValue(difference, size)
}
