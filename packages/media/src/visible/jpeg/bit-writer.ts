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
    while (at < to && this.#count !== 0 && (at & 7) !== 0)
      this.put((bytes[at >>> 3] ?? 0) >>> (7 - (at++ & 7)), 1)
    const whole = (to - at) >>> 3
    if (this.#length + whole + 4 > this.#bytes.byteLength) this.#grow(whole + 4)
    const skew = ((at & 7) - this.#count) & 7
    if ((at & 7) === 0 && skew === 0) {
      this.#bytes.set(bytes.subarray(at >>> 3, (at >>> 3) + whole), this.#length)
      this.#length += whole
    } else
      for (let left = whole, from = at; left > 0; left--, from += 8)
        this.put(view.getUint16(from >>> 3) >>> (8 - (from & 7)), 8)
    at += whole * 8
    while (at < to) this.put((bytes[at >>> 3] ?? 0) >>> (7 - (at++ & 7)), 1)
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
