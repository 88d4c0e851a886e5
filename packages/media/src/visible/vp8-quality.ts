/** How finely a lossy WebP was quantised (RFC 6386 9.3, 9.6), on the scale of libwebp, so that it is written as finely. */

/** The boolean decoder of RFC 6386 7.3, for bits of even probability: all that the header asks for here. */
class Bits {
  #value: number
  #range = 255
  #at = 2
  #count = 0
  readonly #bytes: Uint8Array

  constructor(source: Uint8Array) {
    this.#bytes = source
    this.#value = ((source[0] ?? 0) << 8) | (source[1] ?? 0)
  }

  flag(): boolean {
    const split = 1 + (((this.#range - 1) * 128) >> 8)
    const large = split << 8
    const set = this.#value >= large
    if (set) this.#value -= large
    this.#range = set ? this.#range - split : split
    while (this.#range < 128) {
      this.#value = (this.#value << 1) & 0xffff
      this.#range <<= 1
      if (++this.#count < 8) continue
      this.#count = 0
      this.#value |= this.#bytes[this.#at++] ?? 0
    }
    return set
  }

  number(bits: number): number {
    let value = 0
    for (let bit = 0; bit < bits; bit++) value = value * 2 + (this.flag() ? 1 : 0)
    return value
  }

  signed(bits: number): number {
    const value = this.number(bits)
    return this.flag() ? -value : value
  }
}

/**
 * The quality, 0 to 100.
 * @param head at least the first 64 bytes of a `VP8 ` chunk's payload
 */
export function estimateVp8Quality(head: Uint8Array): number {
  // The first partition follows frame tag, start code and size.
  const bits = new Bits(head.subarray(10))
  bits.number(2)
  const segments = bits.flag() ? readSegments(bits) : undefined
  // Filter type, level, sharpness; then changes to the filter.
  bits.number(10)
  const adjusted = bits.flag() && bits.flag()
  if (adjusted) skipDeltas(bits, 8)
  bits.number(2)
  const base = bits.number(7)
  const { absolute = false, values = [0] } = segments ?? {}
  const indices = values.map((value) => (absolute ? value : base + value))
  const coarsest = Math.max(...indices)
  return qualityOf(coarsest, indices.some((index) => index !== coarsest) ? 1 + mostShaping : 1)
}

/** Levels of the loop filter, each only if a bit says so. */
function skipDeltas(bits: Bits, count: number): void {
  for (let index = 0; index < count; index++) {
    const present = bits.flag()
    if (present) bits.signed(6)
  }
}

/** 9.3: up to four kinds of places, each with its own quantiser. Undefined when none is said. */
function readSegments(bits: Bits): { absolute: boolean; values: number[] } | undefined {
  const map = bits.flag()
  const data = bits.flag()
  let found: { absolute: boolean; values: number[] } | undefined
  if (data) {
    const absolute = bits.flag()
    found = { absolute, values: Array.from({ length: 4 }, () => (bits.flag() ? bits.signed(7) : 0)) }
    skipDeltas(bits, 4)
  }
  if (map) for (let tree = 0; tree < 3; tree++) if (bits.flag()) bits.number(8)
  return found
}

/**
 * By how much the exponent of the curve grows in the places where coarseness shows least, with libwebp's own strength of
 * shaping, which nearly all programs leave as it is: 0.9 · 50 % · 127 / 128. Calmer places are finer than was asked for
 * by an amount that depends on the picture.
 */
const mostShaping = (0.9 * 0.5 * 127) / 128

/** The inverse of libwebp's curve: index = 127 · (1 − linear ^ (exponent / 3)), where linear bends at three quarters. */
function qualityOf(index: number, exponent: number): number {
  const linear = (1 - Math.min(127, Math.max(0, index)) / 127) ** (3 / exponent)
  return Math.round(100 * (linear < 0.5 ? linear * 1.5 : (linear + 1) / 2))
}
