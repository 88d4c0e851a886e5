/**
 * Huffman tables (ITU-T T.81 annex C and B.2.4.2): for reading, and for writing symbols that the file's own table may
 * lack, as tables made for one picture often do.
 */
import { irregular } from './refusal.ts'

/** Codes up to this length are found at once. */
const quickBits = 10

/**
 * What a code says, packed: bits 0–4 length of code and value together, 5–9 length of the code, 10–17 the symbol,
 * 18–25 how many coefficients a sequential block moves on. Zero is no code.
 */
export type Entry = number
export const entryBits = (entry: Entry) => entry & 31
export const codeBits = (entry: Entry) => (entry >>> 5) & 31
export const symbolOf = (entry: Entry) => (entry >>> 10) & 255
export const advanceOf = (entry: Entry) => entry >>> 18
/** Advance of the end of a block: more than a block has. */
export const endOfBlock = 128

/** A table for the same symbols with room for all others. */
export interface Spare {
  readonly table: HuffmanTable
  /** Codes up to this length are the same in both. */
  readonly shared: number
}

/** Runs of up to 15 zeros with values of 1 to 10 bits, 16 zeros, the end of a block (F.1.2.2.1). */
const everySymbol: ReadonlySet<number> = new Set([
  0,
  0xf0,
  ...Array.from({ length: 160 }, (_, n) => (Math.floor(n / 10) << 4) | ((n % 10) + 1)),
])

export class HuffmanTable {
  /** B.2.4.2: 0 for DC, 1 for AC, and which of four. */
  readonly tableClass: number
  readonly destination: number
  readonly quick = new Int32Array(1 << quickBits)
  readonly #counts: Uint8Array
  readonly #symbols: Uint8Array
  /** Per length: the code after the last one, and what to add to a code to get the place of its symbol. */
  readonly #ends = new Int32Array(17)
  readonly #places = new Int32Array(17)
  /** Per symbol: code and its length, packed; 0 for none. */
  readonly #codes = new Int32Array(256)
  /** First unused code of 16 bits. */
  #free = 0
  readonly #added: number[] = []
  #chains: Int32Array | undefined
  #spare: Spare | 'none' | undefined

  /** @param counts how many codes there are of each length, 1 to 16 */
  constructor(tableClass: number, destination: number, counts: Uint8Array, symbols: Uint8Array) {
    this.tableClass = tableClass
    this.destination = destination
    this.#counts = counts
    this.#symbols = symbols
    let code = 0
    let place = 0
    for (let length = 1; length <= 16; length++) {
      this.#places[length] = place - code
      for (let left = counts[length - 1] ?? 0; left > 0; left--)
        this.#assign(code++, length, symbols[place++] ?? 0)
      if (code > 1 << length) irregular('a Huffman table with more codes than there are')
      this.#ends[length] = code
      if (length === 16) this.#free = code
      code <<= 1
    }
  }

  #assign(code: number, length: number, symbol: number): void {
    this.#codes[symbol] = (code << 5) | length
    if (length > quickBits) return
    const first = code << (quickBits - length)
    this.quick.fill(pack(symbol, length), first, first + (1 << (quickBits - length)))
  }

  /** Made when first wanted: worth it for thousands of blocks. */
  get chains(): Int32Array {
    this.#chains ??= chainsOf(this)
    return this.#chains
  }

  /** The entry of the code that the 32 bits start with, when it is longer than the quick ones. */
  long(bits: number): Entry {
    for (let length = quickBits + 1; length <= 16; length++) {
      const code = bits >>> (32 - length)
      if (code < (this.#ends[length] ?? 0))
        return pack(this.#symbols[code + (this.#places[length] ?? 0)] ?? 0, length)
    }
    return irregular('a code that its Huffman table does not have')
  }

  /**
   * Code and length of a symbol, packed as `code << 5 | length`; 0 when there is no room for it. A symbol that the
   * table lacks gets a code of 16 bits behind all others: none of those changes, since codes are counted upwards (C.2).
   */
  codeOf(symbol: number): number {
    const known = this.#codes[symbol] ?? 0
    // Of all ones there may be none (C.2).
    if (known !== 0 || this.#free >= 0xffff) return known
    this.#added.push(symbol)
    const code = (this.#free++ << 5) | 16
    this.#codes[symbol] = code
    return code
  }

  /** The same, where nothing else can be written. */
  need(symbol: number): number {
    return this.codeOf(symbol) || irregular('a Huffman table without room for what the label needs')
  }

  /** Whether any of these symbols can't get a code. */
  lacksRoomFor(symbols: ReadonlySet<number>): boolean {
    return this.#shortage(symbols) > 0
  }

  #shortage(symbols: ReadonlySet<number>): number {
    const missing = [...symbols].filter((symbol) => this.#codes[symbol] === 0)
    return Math.max(0, missing.length - (0xffff - this.#free))
  }

  /** Undefined when this table has room for every symbol of AC coefficients. */
  get spare(): Spare | undefined {
    if (this.#spare === undefined) {
      const shortage = this.#shortage(everySymbol)
      this.#spare = shortage === 0 ? 'none' : this.#roomier(shortage)
    }
    return this.#spare === 'none' ? undefined : this.#spare
  }

  /** A few codes become as long as codes can be, and those that are longer change. Rather rare ones than common ones. */
  #roomier(missing: number): Spare {
    for (const length of [11, 12, 13, 14, 15, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) {
      const count = this.#counts[length - 1] ?? 0
      const moved = Math.ceil(missing / (2 ** (16 - length) - 1))
      if (moved > count) continue
      const counts = Uint8Array.from(this.#counts)
      counts[length - 1] = count - moved
      counts[15] = (counts[15] ?? 0) + moved
      const end = counts.subarray(0, length).reduce((sum, n) => sum + n, 0) + moved
      const [kept, long] = [this.#symbols.subarray(0, end - moved), this.#symbols.subarray(end)]
      const symbols = Uint8Array.from([...kept, ...long, ...this.#symbols.subarray(end - moved, end)])
      const table = new HuffmanTable(this.tableClass, this.destination, counts, symbols)
      return { table, shared: length - 1 }
    }
    return irregular('a Huffman table without room for what the label needs')
  }

  /** A DHT segment with all symbols; of a table from the file only if some were added. */
  segment(fromFile = true): Uint8Array | undefined {
    if (fromFile && this.#added.length === 0) return undefined
    const counts = Uint8Array.from(this.#counts)
    counts[15] = (counts[15] ?? 0) + this.#added.length
    const length = 2 + 1 + 16 + this.#symbols.byteLength + this.#added.length
    const head = [0xff, 0xc4, length >> 8, length & 255, (this.tableClass << 4) | this.destination]
    return Uint8Array.from([...head, ...counts, ...this.#symbols, ...this.#added])
  }
}

function pack(symbol: number, length: number): Entry {
  const size = symbol & 15
  const advance = size > 0 ? (symbol >> 4) + 1 : symbol === 0xf0 ? 16 : endOfBlock
  return (length + size) | (length << 5) | (symbol << 10) | (advance << 18)
}

/**
 * As many codes of AC coefficients as fit in so many bits, taken together, but none that a spare table has another one
 * for: bits 0–4 how long they are with their values,
 * 5–12 how many coefficients they move on, 13 whether the last one ends the block. Zero where not even one fits.
 */
export const chainBits = 13

function chainsOf(table: HuffmanTable): Int32Array {
  const longest = table.spare?.shared ?? quickBits
  return Int32Array.from({ length: 1 << chainBits }, (_, window) =>
    chainAt(window << (32 - chainBits), table, longest),
  )
}

function chainAt(window: number, table: HuffmanTable, longest: number): number {
  let length = 0
  let moves = 0
  while (length < chainBits) {
    const entry = table.quick[(window << length) >>> (32 - quickBits)] ?? 0
    if (entry === 0 || codeBits(entry) > longest) break
    if (length + codeBits(entry) > chainBits || moves > 64) break
    length += entryBits(entry)
    if (advanceOf(entry) === endOfBlock) return (1 << 13) | (moves << 5) | length
    moves += advanceOf(entry)
  }
  return (moves << 5) | length
}

/** The entry of the code at a bit. */
export function entryAt(view: DataView, at: number, table: HuffmanTable): Entry {
  const bits = view.getUint32(at >>> 3) << (at & 7)
  return table.quick[bits >>> (32 - quickBits)] || table.long(bits)
}

/** F.2.2.1 EXTEND: the value of so many bits at a bit. */
export function valueAt(view: DataView, at: number, size: number): number {
  if (size === 0) return 0
  const bits = (view.getUint32(at >>> 3) << (at & 7)) >>> (32 - size)
  return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits
}

/** How many bits a value takes (F.1.2.1, table F.1). */
export const sizeOf = (value: number) => 32 - Math.clz32(Math.abs(value))
