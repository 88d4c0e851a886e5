/**
 * Scans that send a band of AC coefficients of one component (ITU-T T.81 G.1.2.2, G.1.2.3). One code may end the band
 * of thousands of blocks; where the label lies among them, it is divided.
 */

import { fitAc, writeAc } from './ac.ts'
import type { BitWriter } from './bit-writer.ts'
import type { Blocks } from './blocks.ts'
import type { Change, Edit, Walked } from './edits.ts'
import { unstuffed } from './entropy.ts'
import type { Scan } from './frame.ts'
import { codeBits, entryAt, type HuffmanTable, symbolOf, valueAt } from './huffman.ts'
import { irregular } from './refusal.ts'
import type { Stretch, Unit } from './units.ts'

/** Which coefficients of which blocks are not 0 so far: all that must be known of blocks that are not the label's. */
export class History {
  readonly #words: Uint32Array

  constructor(blocks: number) {
    this.#words = new Uint32Array(blocks * 2)
  }

  has(block: number, k: number): boolean {
    return (((this.#words[block * 2 + (k >> 5)] ?? 0) >>> (k & 31)) & 1) === 1
  }

  /** How many from one coefficient to another, both included. */
  count(block: number, from: number, to: number): number {
    const low = this.#words[block * 2] ?? 0
    const high = this.#words[block * 2 + 1] ?? 0
    if ((low | high) === 0) return 0
    return ones(between(low, from, to)) + ones(between(high, from - 32, to - 32))
  }

  add(block: number, k: number): void {
    const word = block * 2 + (k >> 5)
    this.#words[word] = (this.#words[word] ?? 0) | (1 << (k & 31))
  }
}

/** The bits of a word from one to another, both included; none when those are beyond it. */
function between(word: number, from: number, to: number): number {
  if (to < 0 || from > 31) return 0
  const above = from <= 0 ? -1 : -1 << from
  return word & above & (-1 >>> Math.max(0, 31 - to))
}

/** How many bits are set. */
function ones(word: number): number {
  let count = 0
  for (let left = word; left !== 0; left &= left - 1) count++
  return count
}

/** Reads the blocks of one interval in turn. */
class BandReader {
  readonly #view: DataView
  readonly #scan: Scan
  readonly #table: HuffmanTable
  readonly #history: History
  at = 0
  /** How many blocks, from the one that was read last on, end here; and the bits that said so. */
  run = 0
  runStart = 0
  runEnd = 0

  constructor(view: DataView, scan: Scan, table: HuffmanTable, history: History) {
    this.#view = view
    this.#scan = scan
    this.#table = table
    this.#history = history
  }

  /** @param out where its coefficients go, if they are wanted */
  read(block: number, out: Int16Array | undefined, offset: number): void {
    const { first, last, high } = this.#scan
    let k = first
    if (this.run > 0) this.run--
    if (this.run === 0) k = high === 0 ? this.#whole(block, out, offset) : this.#refined(block, out, offset)
    if (high === 0 || this.run === 0) return
    // What is only passed is not looked at: a bit for each.
    if (!out) this.at += this.#history.count(block, k, last)
    else for (; k <= last; k++) this.#correct(block, k, out, offset)
  }

  #whole(block: number, out: Int16Array | undefined, offset: number): number {
    const { first, last, low } = this.#scan
    for (let k = first; k <= last; k++) {
      const start = this.at
      const entry = entryAt(this.#view, start, this.#table)
      const [zeros, size] = [symbolOf(entry) >> 4, symbolOf(entry) & 15]
      this.at += codeBits(entry) + size
      if (size === 0 && zeros < 15) {
        this.#endOfBand(start, zeros)
        return k
      }
      k += zeros
      if (size === 0) continue
      if (k > last) irregular('a coefficient beyond its band')
      this.#history.add(block, k)
      if (out) out[offset + k] = valueAt(this.#view, start + codeBits(entry), size) * (1 << low)
    }
    return last + 1
  }

  #refined(block: number, out: Int16Array | undefined, offset: number): number {
    const { first, last, low } = this.#scan
    let k = first
    for (; k <= last; k++) {
      const start = this.at
      const entry = entryAt(this.#view, start, this.#table)
      let [zeros, size] = [symbolOf(entry) >> 4, symbolOf(entry) & 15]
      this.at += codeBits(entry)
      if (size > 1) irregular('more than one bit in a refinement')
      if (size === 0 && zeros < 15) {
        this.#endOfBand(start, zeros)
        return k
      }
      const positive = size === 1 && this.#bit() === 1
      for (; k <= last; k++)
        if (this.#history.has(block, k)) this.#correct(block, k, out, offset)
        else if (zeros-- === 0) break
      if (size === 0) continue
      if (k > last) irregular('a coefficient beyond its band')
      this.#history.add(block, k)
      if (out) out[offset + k] = (positive ? 1 : -1) * (1 << low)
    }
    return k
  }

  #endOfBand(start: number, size: number): void {
    this.run =
      (1 << size) + (size === 0 ? 0 : (this.#view.getUint32(this.at >>> 3) << (this.at & 7)) >>> (32 - size))
    this.at += size
    this.runStart = start
    this.runEnd = this.at
  }

  #correct(block: number, k: number, out: Int16Array | undefined, offset: number): void {
    if (!this.#history.has(block, k)) return
    const bit = this.#bit()
    if (!out || bit === 0) return
    const value = out[offset + k] ?? 0
    out[offset + k] = value + Math.sign(value) * (1 << this.#scan.low)
  }

  #bit(): number {
    const at = this.at++
    return (this.#view.getUint8(at >>> 3) >> (7 - (at & 7))) & 1
  }
}

export function walkBand(
  file: Uint8Array,
  stretch: Stretch,
  scan: Scan,
  units: readonly Unit[],
  history: History,
): Walked {
  const { interval, from, to, across } = stretch
  const bits = unstuffed(file, interval)
  const [unit] = units
  if (!unit) return irregular('a band of no component')
  const { blocks, ac } = unit
  const reader = new BandReader(bits.view, scan, ac, history)
  const edits: Edit[] = []
  const edit = (kind: Edit['kind'], start: number, end: number, offset: number, value: number) =>
    edits.push({ kind, component: 0, start, end, offset, previous: 0, follows: false, value })
  let next = -1
  for (let block = from; block < to; block++) {
    if (next < block) next = nextBlock(blocks, block, across)
    const start = reader.at
    const within = reader.run > 1
    if (next !== block) {
      reader.read(block, undefined, 0)
      // The run that began here goes no further than the label.
      if (!within && reader.run > next - block) edit('run', reader.runStart, reader.runEnd, 0, next - block)
    } else {
      const offset = blocks.offset(block % across, Math.floor(block / across))
      reader.read(block, blocks.before, offset)
      edit('block', start, reader.at, offset, 0)
      // What is left of the run begins anew behind it.
      const rest = Math.min(reader.run - 1, nextBlock(blocks, block + 1, across) - block - 1)
      if (rest > 0) edit('run', reader.at, reader.at, 0, rest)
    }
    if (reader.at > bits.length) irregular('the data of a scan ends early')
  }
  if (reader.run > 1) irregular('a run beyond its interval')
  return { interval, bits, edits, end: reader.at }
}

/** The label's first block at or behind a block, counted as the scan does. */
function nextBlock({ box, width }: Blocks, block: number, across: number): number {
  if (width === 0 || box.bottom <= box.top) return Infinity
  const [x, y] = [block % across, Math.floor(block / across)]
  if (y < box.top) return box.top * across + box.left
  const row = x < box.right ? y : y + 1
  if (row >= box.bottom) return Infinity
  return row * across + (row === y ? Math.max(x, box.left) : box.left)
}

export function changeBand(edits: readonly Edit[], scan: Scan, units: readonly Unit[]): Change[] {
  const [unit] = units
  if (!unit) return []
  const { after } = unit.blocks
  return edits.map(({ kind, start, end, offset, value }) => {
    if (kind === 'run') return { start, end, write: (writer) => writeRun(writer, value, unit.ac) }
    if (scan.high === 0) fitBand(after, offset, scan, unit.ac)
    const write: Change['write'] = (writer) =>
      scan.high === 0
        ? writeAc(writer, shifted(after, offset, scan), scan.first, scan.last, unit.ac)
        : writeRefined(writer, after, offset, scan, unit.ac)
    return { start, end, write }
  })
}

/** So many blocks end here: at most 32767 with one code. */
function writeRun(writer: BitWriter, count: number, table: HuffmanTable): void {
  const size = 31 - Math.clz32(count)
  writer.putCode(table.need(size << 4))
  writer.put(count - (1 << size), size)
}

/** A block's coefficients without their low bits, towards 0 (G.1.2.2). */
function shifted(values: Int16Array, offset: number, { low }: Scan): Int16Array {
  return values.slice(offset, offset + 64).map((value) => Math.sign(value) * (Math.abs(value) >> low))
}

/** What the table can't say becomes what it can. */
function fitBand(values: Int16Array, offset: number, scan: Scan, table: HuffmanTable): void {
  const wanted = shifted(values, offset, scan)
  const fitting = wanted.slice()
  fitAc(fitting, scan.first, scan.last, table)
  for (let k = scan.first; k <= scan.last; k++) {
    const [is, was] = [fitting[k] ?? 0, wanted[k] ?? 0]
    if (is !== was) values[offset + k] = Math.sign(was) * (Math.abs(is) << scan.low)
  }
}

/** G.1.2.3: a code for every new coefficient, and behind it a bit for each known one that was passed. */
function writeRefined(
  writer: BitWriter,
  values: Int16Array,
  offset: number,
  scan: Scan,
  table: HuffmanTable,
): void {
  const { first, last, low } = scan
  const size = (k: number) => Math.abs(values[offset + k] ?? 0) >> low
  let newest = last
  while (newest >= first && size(newest) !== 1) newest--
  let zeros = 0
  let corrections: number[] = []
  const flush = () => {
    for (const bit of corrections) writer.put(bit, 1)
    corrections = []
  }
  for (let k = first; k <= last; k++) {
    if (size(k) === 0) {
      zeros++
      continue
    }
    for (; zeros > 15 && k <= newest; zeros -= 16) {
      writer.putCode(table.need(0xf0))
      flush()
    }
    if (size(k) > 1) {
      corrections.push(size(k) & 1)
      continue
    }
    writer.putCode(table.need((zeros << 4) | 1))
    writer.put((values[offset + k] ?? 0) < 0 ? 0 : 1, 1)
    flush()
    zeros = 0
  }
  if (zeros > 0 || corrections.length > 0) writer.putCode(table.need(0))
  flush()
}
