/** The AC coefficients of a block in one scan that sends them whole (ITU-T T.81 F.1.2.2, F.2.2.2). */
import type { BitWriter } from './bit-writer.ts'
import {
  advanceOf,
  chainBits,
  codeBits,
  type Entry,
  endOfBlock,
  entryAt,
  entryBits,
  type HuffmanTable,
  sizeOf,
  symbolOf,
  valueAt,
} from './huffman.ts'
import { irregular } from './refusal.ts'

/**
 * To the end of a block, whatever is in it.
 * @param chains of the table, if many blocks are passed
 * @param note is told of codes longer than `shared` bits
 */
export function passAc(
  view: DataView,
  from: number,
  table: HuffmanTable,
  chains?: Int32Array,
  shared = 16,
  note?: (at: number, entry: Entry) => void,
): number {
  let at = from
  let k = 1
  while (k < 64) {
    if (chains) {
      const chain = chains[(view.getUint32(at >>> 3) << (at & 7)) >>> (32 - chainBits)] ?? 0
      const next = k + ((chain >>> 5) & 255)
      // Near the end of a block the later codes may be those of the next one.
      if (chain !== 0 && next < 64) {
        at += chain & 31
        if (chain >= 1 << 13) return at
        k = next
        continue
      }
    }
    const entry = entryAt(view, at, table)
    if (codeBits(entry) > shared) note?.(at, entry)
    at += entryBits(entry)
    k += advanceOf(entry)
  }
  if (k > 64 && k < endOfBlock) irregular('a block of more than 64 coefficients')
  return at
}

/** The same, with the values. */
export function readAc(
  view: DataView,
  from: number,
  table: HuffmanTable,
  out: Int16Array,
  offset: number,
): number {
  let at = from
  let k = 1
  while (k < 64) {
    const entry = entryAt(view, at, table)
    k += advanceOf(entry)
    const size = symbolOf(entry) & 15
    if (size > 0 && k <= 64) out[offset + k - 1] = valueAt(view, at + codeBits(entry), size)
    at += entryBits(entry)
  }
  if (k > 64 && k < endOfBlock) irregular('a block of more than 64 coefficients')
  return at
}

/** Writes `values[first]` to `values[last]`. Values that the table can't say were replaced before by `fitAc`. */
export function writeAc(
  writer: BitWriter,
  values: Int16Array,
  first: number,
  last: number,
  table: HuffmanTable,
): void {
  let run = 0
  for (let k = first; k <= last; k++) {
    const value = values[k] ?? 0
    if (value === 0) {
      run++
      continue
    }
    for (; run > 15; run -= 16) writer.putCode(table.need(0xf0))
    const size = sizeOf(value)
    writer.putCode(table.need((run << 4) | size))
    writer.putValue(value, size)
    run = 0
  }
  if (run > 0) writer.putCode(table.need(0))
}

/** The symbols that `writeAc` needs a code for. */
export function acSymbols(values: Int16Array, first: number, last: number, into: Set<number>): void {
  let run = 0
  for (let k = first; k <= last; k++) {
    const value = values[k] ?? 0
    if (value === 0) {
      run++
      continue
    }
    if (run > 15) into.add(0xf0)
    into.add(((run & 15) << 4) | sizeOf(value))
    run = 0
  }
  if (run > 0) into.add(0)
}

/**
 * Where the table has neither a code nor room for one, and can't be replaced because other scans use it or depend on
 * each other, the nearest value that it has one for.
 */
export function fitAc(values: Int16Array, first: number, last: number, table: HuffmanTable): void {
  let run = 0
  for (let k = first; k <= last; k++) {
    const value = values[k] ?? 0
    const fitting = value === 0 ? 0 : nearest(value, run, table)
    values[k] = fitting
    run = fitting === 0 ? run + 1 : 0
  }
}

function nearest(value: number, run: number, table: HuffmanTable): number {
  if (run > 15 && table.codeOf(0xf0) === 0) return 0
  const head = (run & 15) << 4
  const size = sizeOf(value)
  if (table.codeOf(head | size) !== 0) return value
  for (let smaller = size - 1; smaller > 0; smaller--)
    if (table.codeOf(head | smaller) !== 0) return Math.sign(value) * ((1 << smaller) - 1)
  return 0
}
