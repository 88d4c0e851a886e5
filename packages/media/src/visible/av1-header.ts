/** What an AV1 picture says of itself (AV1 bitstream specification 5.5, 5.9): its colours, and how finely it is quantised. */

export interface Av1Facts {
  readonly primaries: number
  readonly transfer: number
  readonly matrix: number
  readonly fullRange: boolean
  /** `base_q_idx`, 0 for lossless to 255. */
  readonly quantiser: number
}

class Bits {
  #at = 0
  readonly #bytes: Uint8Array
  constructor(source: Uint8Array) {
    this.#bytes = source
  }
  get over(): boolean {
    return this.#at > this.#bytes.byteLength * 8
  }
  f(count: number): number {
    let value = 0
    for (let bit = 0; bit < count; bit++, this.#at++)
      value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1)
    return value
  }
  flag(): boolean {
    return this.f(1) === 1
  }
}

/** The first picture of an item; undefined when it is none, or one of a kind that stills are not. */
export function av1Facts(data: Uint8Array): Av1Facts | undefined {
  let sequence: ReturnType<typeof readSequence>
  for (const { type, content } of units(data)) {
    if (type === 1) sequence = readSequence(new Bits(content))
    if ((type === 3 || type === 6) && sequence) {
      const quantiser = readQuantiser(new Bits(content), sequence)
      return quantiser === undefined ? undefined : { ...sequence.colour, quantiser }
    }
  }
  return undefined
}

/** 5.3: units with their sizes; the last one may go without. */
function* units(data: Uint8Array) {
  for (let at = 0; at < data.byteLength; ) {
    const header = data[at++] ?? 0
    if ((header & 4) !== 0) at++
    let size = data.byteLength - at
    if ((header & 2) !== 0) {
      size = 0
      for (let index = 0; index < 8; index++) {
        const byte = data[at++] ?? 0
        size += (byte & 127) * 2 ** (7 * index)
        if (byte < 128) break
      }
    }
    yield { type: (header >> 3) & 15, content: data.subarray(at, at + size) }
    at += size
  }
}

/** 5.5.1. Stills have no timing: what has is left alone. */
function readSequence(bits: Bits) {
  const profile = bits.f(3)
  bits.f(1)
  const reduced = bits.flag()
  if (reduced) bits.f(5)
  else {
    if (bits.flag()) return undefined
    const delays = bits.flag()
    for (let left = bits.f(5); left >= 0; left--) {
      bits.f(12)
      if (bits.f(5) > 7) bits.f(1)
      if (delays && bits.flag()) bits.f(4)
    }
  }
  const [widthBits, heightBits] = [bits.f(4) + 1, bits.f(4) + 1]
  const [width, height] = [bits.f(widthBits) + 1, bits.f(heightBits) + 1]
  const idBits = !reduced && bits.flag() ? bits.f(4) + 2 + bits.f(3) + 1 : 0
  const large = bits.flag()
  bits.f(2)
  let [screen, integer, orderBits] = [2, 2, 0]
  if (!reduced) {
    bits.f(4)
    const ordered = bits.flag()
    if (ordered) bits.f(2)
    screen = bits.flag() ? 2 : bits.f(1)
    if (screen > 0) integer = bits.flag() ? 2 : bits.f(1)
    if (ordered) orderBits = bits.f(3) + 1
  }
  const superres = bits.flag()
  bits.f(2)
  const colour = readColour(bits, profile)
  const frame = {
    reduced,
    width,
    height,
    widthBits,
    heightBits,
    idBits,
    large,
    screen,
    integer,
    orderBits,
    superres,
  }
  return bits.over ? undefined : { ...frame, colour }
}

/** 5.5.2, as far as it is wanted. */
function readColour(bits: Bits, profile: number) {
  const deep = bits.flag()
  if (profile === 2 && deep) bits.f(1)
  const mono = profile === 1 ? false : bits.flag()
  const [primaries, transfer, matrix] = bits.flag() ? [bits.f(8), bits.f(8), bits.f(8)] : [2, 2, 2]
  const rgb = !mono && primaries === 1 && transfer === 13 && matrix === 0
  return { primaries, transfer, matrix, fullRange: rgb || bits.flag() }
}

/** 5.9.2: key frames that are shown; others are no stills. */
function readQuantiser(
  bits: Bits,
  sequence: NonNullable<ReturnType<typeof readSequence>>,
): number | undefined {
  const { reduced, screen, integer, idBits, orderBits, superres } = sequence
  // show_existing_frame, frame_type, show_frame
  if (!reduced && bits.f(4) !== 1) return undefined
  const fixed = bits.flag()
  const tools = screen === 2 ? bits.flag() : screen === 1
  if (tools && integer === 2) bits.f(1)
  bits.f(idBits)
  const sized = !reduced && bits.flag()
  bits.f(orderBits)
  let { width, height } = sequence
  if (sized) [width, height] = [bits.f(sequence.widthBits) + 1, bits.f(sequence.heightBits) + 1]
  const scaled = superres && bits.flag()
  if (scaled) width = Math.floor((width * 8 + 4) / (bits.f(3) + 9))
  if (bits.flag()) bits.f(32)
  if (tools && !scaled) bits.f(1)
  if (!reduced && !fixed) bits.f(1)
  if (!skipTiles(bits, sequence.large ? 7 : 6, width, height)) return undefined
  const quantiser = bits.f(8)
  return bits.over ? undefined : quantiser
}

/** 5.9.15; tiles of unequal size are not followed. */
function skipTiles(bits: Bits, blockLog2: number, width: number, height: number): boolean {
  const block = 2 ** blockLog2
  const [columns, rows] = [Math.ceil(width / block), Math.ceil(height / block)]
  const mostWidth = 4096 / block
  const mostArea = (4096 * 2304) / block ** 2
  if (!bits.flag()) return false
  const least = log2(mostWidth, columns)
  const leastTiles = Math.max(least, log2(mostArea, rows * columns))
  const across = grow(bits, least, log2(1, Math.min(columns, 64)))
  const down = grow(bits, Math.max(0, leastTiles - across), log2(1, Math.min(rows, 64)))
  if (across + down > 0) bits.f(across + down + 2)
  return true
}

function grow(bits: Bits, from: number, to: number): number {
  let value = from
  while (value < to && bits.flag()) value++
  return value
}

/** How often `unit` must be doubled to reach `target`. */
const log2 = (unit: number, target: number) => Math.max(0, Math.ceil(Math.log2(target / unit)))
