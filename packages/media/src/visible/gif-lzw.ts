/** The compression of Lempel, Ziv and Welch as GIF89a appendix F has it: low bits first, and codes of growing width. */

const mostCodes = 4096

/**
 * At most `length` bytes; fewer where the data end early.
 * @param size bits of a colour index
 * @throws RangeError for a code that can't be
 */
export function expandGif(packed: Uint8Array, size: number, length: number): Uint8Array {
  const [clear, end] = [1 << size, (1 << size) + 1]
  const out = new Uint8Array(length)
  const before = new Uint16Array(mostCodes)
  const last = new Uint8Array(mostCodes)
  const lengths = new Uint16Array(mostCodes).fill(1, 0, clear)
  for (let code = 0; code < clear; code++) last[code] = code
  let [next, width, previous, at, bits, held] = [end + 1, size + 1, -1, 0, 0, 0]
  for (const byte of packed) {
    held |= byte << bits
    bits += 8
    while (bits >= width) {
      const code = held & ((1 << width) - 1)
      held >>>= width
      bits -= width
      if (code === end || at >= length) return out.subarray(0, Math.min(at, length))
      if (code === clear) {
        ;[next, width, previous] = [end + 1, size + 1, -1]
        continue
      }
      if (code > next || (code > end && previous < 0) || (code === next && next >= mostCodes))
        throw new RangeError('a code that was never made')
      // A full table stays as it is until it is cleared.
      if (previous >= 0 && next < mostCodes) {
        before[next] = previous
        lengths[next] = (lengths[previous] as number) + 1
        let root = code === next ? previous : code
        while (root >= clear) root = before[root] as number
        last[next++] = root
        if (next === 1 << width && width < 12) width++
      }
      const count = lengths[code] as number
      for (let link = code, to = at + count - 1; to >= at; to--) {
        out[to] = last[link] as number
        link = before[link] as number
      }
      at += count
      previous = code
    }
  }
  return out.subarray(0, Math.min(at, length))
}

/** A hash table of fixed size: a Map is several times as slow, and most of the work is looking codes up. */
class Codes {
  readonly #keys = new Int32Array(1 << 13).fill(-1)
  readonly #codes = new Int16Array(1 << 13)

  /** -1 when there is none. */
  get(key: number): number {
    const at = this.#place(key)
    return this.#keys[at] === key ? (this.#codes[at] as number) : -1
  }

  set(key: number, code: number): void {
    const at = this.#place(key)
    this.#keys[at] = key
    this.#codes[at] = code
  }

  clear(): void {
    this.#keys.fill(-1)
  }

  /** Where the key is, or would be: never more than half of the places are taken. */
  #place(key: number): number {
    let at = (Math.imul(key, 0x9e3779b1) >>> 19) & 8191
    while (this.#keys[at] !== -1 && this.#keys[at] !== key) at = (at + 1) & 8191
    return at
  }
}

/** @param size bits of a colour index, 2 at least */
export function packGif(data: Uint8Array, size: number): Uint8Array {
  const [clear, end] = [1 << size, (1 << size) + 1]
  // Worst case: twelve bits for every byte, and what begins and ends.
  const out = new Uint8Array(Math.ceil(data.byteLength * 1.6) + 16)
  let [at, bits, held, width, next] = [0, 0, 0, size + 1, end + 1]
  const known = new Codes()
  const put = (code: number) => {
    held |= code << bits
    bits += width
    while (bits >= 8) {
      out[at++] = held & 255
      held >>>= 8
      bits -= 8
    }
  }
  put(clear)
  let prefix = -1
  for (const byte of data) {
    const key = prefix * 256 + byte
    const longer = prefix < 0 ? byte : known.get(key)
    if (longer >= 0) {
      prefix = longer
      continue
    }
    put(prefix)
    if (next < mostCodes) {
      // The reader makes its entries one code later, and so widens later as well.
      if (next === 1 << width) width++
      known.set(key, next++)
    } else {
      put(clear)
      known.clear()
      ;[width, next] = [size + 1, end + 1]
    }
    prefix = byte
  }
  if (prefix >= 0) {
    put(prefix)
    if (next === 1 << width && width < 12) width++
  }
  put(end)
  if (bits > 0) out[at++] = held & 255
  return out.subarray(0, at)
}
