/** Collects bits, most significant first (ITU-T T.81 F.1.2.3). */
import type { Bits } from './entropy.ts'

export class BitWriter {
  #bytes: Uint8Array
  #length = 0
  /** Fewer than 8 bits that make no byte yet. */
  #pending = 0
  #count = 0

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity)
  }

  /** @param count 0 to 24 */
  put(value: number, count: number): void {
    if (this.#length + 4 > this.#bytes.byteLength) this.#grow(4)
    this.#pending = (this.#pending << count) | (value & ((1 << count) - 1))
    this.#count += count
    while (this.#count >= 8) {
      this.#count -= 8
      this.#bytes[this.#length++] = this.#pending >>> this.#count
    }
    this.#pending &= (1 << this.#count) - 1
  }

  /** A code as `HuffmanTable.codeOf` returns it. */
  putCode(code: number): void {
    this.put(code >>> 5, code & 31)
  }

  /** A value of so many bits as F.1.2.1 writes it: negative ones less one. */
  putValue(value: number, size: number): void {
    this.put(value < 0 ? value - 1 : value, size)
  }

  /** Takes bits over as they are. */
  copy({ bytes, view }: Bits, from: number, to: number): void {
    let at = from
    // Up to a whole byte here; then whole bytes, wherever they begin there; then the rest.
    const first = Math.min((8 - this.#count) & 7, to - at)
    this.put(bitsAt(view, at, first), first)
    at += first
    const whole = (to - at) >>> 3
    if (this.#length + whole + 4 > this.#bytes.byteLength) this.#grow(whole + 4)
    const skew = at & 7
    const start = at >>> 3
    const out = this.#bytes
    if (skew === 0) out.set(bytes.subarray(start, start + whole), this.#length)
    else {
      const words = new DataView(out.buffer)
      let n = 0
      for (; n + 4 <= whole; n += 4) {
        const next = (bytes[start + n + 4] as number) >>> (8 - skew)
        words.setUint32(this.#length + n, (view.getUint32(start + n) << skew) | next)
      }
      for (; n < whole; n++) out[this.#length + n] = view.getUint16(start + n) >>> (8 - skew)
    }
    this.#length += whole
    at += whole * 8
    this.put(bitsAt(view, at, to - at), to - at)
  }

  /** All bytes; the last one is filled up with ones. */
  finish(): Uint8Array {
    if (this.#count > 0) this.put(0xff, 8 - this.#count)
    return this.#bytes.subarray(0, this.#length)
  }

  #grow(wanted: number): void {
    const bytes = new Uint8Array(Math.max(this.#bytes.byteLength * 2, this.#length + wanted))
    bytes.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = bytes
  }
}

/** So many bits at a bit, at most 24. */
function bitsAt(view: DataView, at: number, count: number): number {
  return count === 0 ? 0 : (view.getUint32(at >>> 3) << (at & 7)) >>> (32 - count)
}
