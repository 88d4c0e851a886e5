/** Entropy-coded segments (ITU-T T.81 B.1.1.5, F.1.2.3): restart intervals, and bytes without and with stuffing. */
import { irregular } from './refusal.ts'

/** Bytes of the file between two markers; fill bytes before the second one are not part of it. */
export interface Interval {
  readonly start: number
  readonly end: number
}

/** A block takes at most 64 codes with values, 31 bits each: so far may be read beyond the end before it is noticed. */
const overrun = 256
/** Bits are counted in 32 bits. */
const mostBytes = 1 << 28

/** The intervals of a scan up to the marker that ends it. */
export function intervalsFrom(bytes: Uint8Array, from: number): { intervals: Interval[]; end: number } {
  const intervals: Interval[] = []
  let start = from
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at)) {
    const end = at
    while (bytes[at] === 0xff) at++
    const marker = bytes[at] ?? irregular('the scan has no end')
    at++
    if (marker === 0) {
      if (at - end > 2) irregular('fill bytes within the data')
      continue
    }
    intervals.push({ start, end })
    if (marker < 0xd0 || marker > 0xd7) return { intervals, end: at - 2 }
    if (((intervals.length - 1) & 7) !== marker - 0xd0) irregular('restart markers out of order')
    start = at
  }
  return irregular('the scan has no end')
}

/** Bits without stuffing, and room behind them to read beyond. */
export interface Bits {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** How many there are. */
  readonly length: number
}

export function unstuffed(file: Uint8Array, { start, end }: Interval): Bits {
  if (end - start > mostBytes) irregular('a scan of more than 256 MB')
  const bytes = new Uint8Array(end - start + overrun)
  let to = 0
  for (let from = start; from < end; ) {
    const found = file.indexOf(0xff, from)
    const stop = found < 0 || found >= end ? end : found + 1
    bytes.set(file.subarray(from, stop), to)
    to += stop - from
    from = stop === end ? stop : stop + 1
  }
  return { bytes, view: new DataView(bytes.buffer), length: to * 8 }
}

/** Where in the file the so-manieth byte without stuffing stands. */
export function fileOffset(file: Uint8Array, start: number, index: number): number {
  let at = start
  for (let left = index; left > 0; ) {
    const found = file.indexOf(0xff, at)
    const count = found < 0 ? left : Math.min(left, found - at + 1)
    at += count
    left -= count
    if (found >= 0 && at === found + 1) at++
  }
  return at
}

/** With a zero behind every 0xFF. */
export function stuffed(bytes: Uint8Array): Uint8Array {
  let count = 0
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) count++
  const out = new Uint8Array(bytes.byteLength + count)
  let to = 0
  for (let from = 0; from < bytes.byteLength; ) {
    const found = bytes.indexOf(0xff, from)
    const stop = found < 0 ? bytes.byteLength : found + 1
    out.set(bytes.subarray(from, stop), to)
    to += stop - from + (found < 0 ? 0 : 1)
    from = stop
  }
  return out
}
