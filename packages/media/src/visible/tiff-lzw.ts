/** The compression of Lempel, Ziv and Welch as TIFF 6.0 section 13 has it: high bits first, codes widen one early. */

const clear = 256
const end = 257
const first = 258
const mostCodes = 4096

/**
 * At most `length` bytes; fewer where the data end early.
 * @throws RangeError for a code that can't be
 */
export function expandLzw(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length)
  const before = new Uint16Array(mostCodes)
  const last = new Uint8Array(mostCodes)
  const lengths = new Uint16Array(mostCodes).fill(1, 0, clear)
  for (let code = 0; code < clear; code++) last[code] = code
  let [next, width, previous, at, bits, held] = [first, 9, -1, 0, 0, 0]
  for (const byte of packed) {
    held = ((held << 8) | byte) & 0xffffff
    bits += 8
    if (bits < width) continue
    bits -= width
    const code = (held >>> bits) & ((1 << width) - 1)
    if (code === end || at >= length) break
    if (code === clear) {
      ;[next, width, previous] = [first, 9, -1]
      continue
    }
    if (code > next || (code >= clear && previous < 0) || (code === next && next >= mostCodes))
      throw new RangeError('a code that was never made')
    if (previous >= 0 && next < mostCodes) {
      before[next] = previous
      lengths[next] = (lengths[previous] as number) + 1
      let root = code === next ? previous : code
      while (root >= clear) root = before[root] as number
      last[next++] = root
      if (next >= (1 << width) - 1 && width < 12) width++
    }
    const size = lengths[code] as number
    for (let link = code, to = at + size - 1; to >= at; to--) {
      out[to] = last[link] as number
      link = before[link] as number
    }
    at += size
    previous = code
  }
  return out.subarray(0, Math.min(at, length))
}

export function packLzw(data: Uint8Array): Uint8Array {
  // Worst case: twelve bits for every byte, and what begins and ends.
  const out = new Uint8Array(Math.ceil(data.byteLength * 1.5) + 16)
  let [at, bits, held, width, next] = [0, 0, 0, 9, first]
  const known = new Map<number, number>()
  const put = (code: number) => {
    held = (held << width) | code
    bits += width
    while (bits >= 8) {
      bits -= 8
      out[at++] = held >>> bits
      held &= (1 << bits) - 1
    }
  }
  const count = () => {
    next++
    if (next === mostCodes - 2) {
      put(clear)
      known.clear()
      ;[width, next] = [9, first]
    } else if (next >= 1 << width) width++
  }
  put(clear)
  let prefix = -1
  for (const byte of data) {
    const key = prefix * 256 + byte
    const longer = prefix < 0 ? byte : known.get(key)
    if (longer === undefined) {
      put(prefix)
      known.set(key, next)
      count()
      prefix = byte
    } else prefix = longer
  }
  if (prefix >= 0) {
    put(prefix)
    count()
  }
  put(end)
  if (bits > 0) out[at++] = held << (8 - bits)
  return out.subarray(0, at)
}
