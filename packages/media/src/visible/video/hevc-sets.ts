/**
 * Parameter sets of H.265 (ITU-T H.265 7.3.2) in `hvcC` (ISO/IEC 14496-15 8.3.3). x265 numbers all of its sets 0, as it
 * did in the source; the pictures that are encoded again get sets with a number of their own, so that both kinds live
 * under one description and every picture finds its own, wherever playing begins.
 */
import { concat } from '@yinji/core'
import { uint16 } from '../../carriers/binary.ts'
import { setUint16, setUint32 } from '../../carriers/integers.ts'

/**
 * Number of the new video, sequence and picture parameter sets. As an Exp-Golomb code (9.2) it is eight bits longer than
 * 0: all that follows it in a slice header stays aligned as it was.
 */
const own = 15
const ownCode = 0b000010000
const types = { video: 32, sequence: 33, picture: 34 } as const

interface HevcConfiguration {
  /** Everything before the arrays. */
  readonly head: Uint8Array
  readonly arrays: readonly { readonly first: number; readonly units: readonly Uint8Array[] }[]
}

function parse(bytes: Uint8Array): HevcConfiguration | undefined {
  if (bytes[0] !== 1 || bytes.byteLength < 23) return undefined
  const arrays: { first: number; units: Uint8Array[] }[] = []
  let at = 23
  for (let left = bytes[22] ?? 0; left > 0; left--) {
    const units: Uint8Array[] = []
    const [first, count] = [bytes[at] ?? 0, uint16(bytes, at + 1)]
    at += 3
    for (let unit = 0; unit < count; unit++) {
      const end = at + 2 + uint16(bytes, at)
      if (end > bytes.byteLength || end < at + 5) return undefined
      units.push(bytes.subarray(at + 2, end))
      at = end
    }
    arrays.push({ first, units })
  }
  return { head: bytes.slice(0, 22), arrays }
}

/** Bytes of the length before each unit. */
export const hevcLengthSize = (configuration: Uint8Array): number => ((configuration[21] ?? 0) & 3) + 1

/** Both configurations in one, the second's sets under their new number. Or why they can't be, in words. */
export function joinHevc(source: Uint8Array, added: Uint8Array): Uint8Array | string {
  const [old, fresh] = [parse(source), parse(added)]
  if (old === undefined || fresh === undefined) return 'hvcC is damaged'
  const taken = old.arrays.flatMap(({ units }) => units).some((unit) => numberOf(unit) === own)
  if (taken) return 'its parameter sets have all numbers'
  const plain = fresh.arrays.flatMap(({ units }) => units).every((unit) => numberOf(unit) <= 0)
  if (!plain) return 'the new parameter sets are not numbered 0'
  const kinds: readonly number[] = Object.values(types)
  const arrays = old.arrays.map(({ first, units }) => {
    const kind = first & 0x3f
    const more = kinds.includes(kind)
      ? fresh.arrays.filter((array) => (array.first & 0x3f) === kind).flatMap((array) => array.units)
      : []
    return { first, units: [...units, ...more.map(renumberedUnit)] }
  })
  const found = new Set(arrays.map(({ first }) => first & 0x3f))
  if (!kinds.every((kind) => found.has(kind))) return 'its parameter sets stand among the pictures only'
  const written = arrays.map(({ first, units }) => {
    const count = new Uint8Array([first, units.length >> 8, units.length & 0xff])
    return concat([count, ...units.map(withLength)])
  })
  return concat([old.head, new Uint8Array([arrays.length]), ...written])
}

function withLength(unit: Uint8Array): Uint8Array {
  const out = new Uint8Array(2 + unit.byteLength)
  setUint16(out, 0, unit.byteLength)
  out.set(unit, 2)
  return out
}

/** A sample of units behind four bytes of length, each referring to the sets under their new number. */
export function renumberedSample(sample: Uint8Array): Uint8Array {
  const out: Uint8Array[] = []
  const view = new DataView(sample.buffer, sample.byteOffset, sample.byteLength)
  for (let at = 0; at + 4 <= sample.byteLength; ) {
    const end = Math.min(sample.byteLength, at + 4 + view.getUint32(at))
    const unit = renumberedUnit(sample.subarray(at + 4, end))
    const length = new Uint8Array(4)
    setUint32(length, 0, unit.byteLength)
    out.push(length, unit)
    at = end
  }
  return concat(out)
}

const kindOf = (unit: Uint8Array) => ((unit[0] ?? 0) >> 1) & 0x3f

/** A unit of x265's, all of whose sets are number 0. */
function renumberedUnit(unit: Uint8Array): Uint8Array {
  const kind = kindOf(unit)
  if (kind > types.picture || unit.byteLength < 3) return unit
  const bytes = bare(unit)
  const place = placeOf(kind, bytes)
  if (kind === types.video || kind === types.sequence) bytes[2] = (own << 4) | ((bytes[2] ?? 0) & 0x0f)
  if (kind === types.video) return escaped(bytes)
  const once = widened(bytes, place)
  // The picture parameter set names its sequence parameter set behind its own number.
  return escaped(kind === types.picture ? widened(once, place + 9) : once)
}

/** First bit of the number: of the set itself, or in a slice of its picture parameter set (7.3.6.1). */
function placeOf(kind: number, bytes: Uint8Array): number {
  if (kind === types.sequence) return 24 + levelBits(bytes)
  if (kind === types.picture) return 16
  return kind >= 16 && kind <= 23 ? 18 : 17
}

/** Bits of `profile_tier_level` (7.3.3), which begins at bit 24. */
function levelBits(bytes: Uint8Array): number {
  const layers = ((bytes[2] ?? 0) >> 1) & 7
  const [general, profile, level] = [96, 88, 8]
  let bits = general + (layers > 0 ? 16 : 0)
  for (let layer = 0; layer < layers; layer++) {
    const at = 24 + general + layer * 2
    bits += bitAt(bytes, at) * profile + bitAt(bytes, at + 1) * level
  }
  return bits
}

const bitAt = (bytes: Uint8Array, at: number) => ((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1

/** The bit 1, which is the code of 0, becomes the nine bits of the new number. */
function widened(bytes: Uint8Array, place: number): Uint8Array {
  const out = new Uint8Array(bytes.byteLength + 1)
  const byte = place >> 3
  if (byte >= bytes.byteLength) return bytes
  out.set(bytes.subarray(0, byte))
  out.set(bytes.subarray(byte), byte + 1)
  const offset = place & 7
  const head = (bytes[byte] ?? 0) & (0xff << (8 - offset))
  const tail = (bytes[byte] ?? 0) & (0xff >> (offset + 1))
  const pair = (head << 8) | (ownCode << (7 - offset)) | tail
  out[byte] = (pair >> 8) & 0xff
  out[byte + 1] = pair & 0xff
  return out
}

/** Number of a parameter set; -1 of anything else. */
function numberOf(unit: Uint8Array): number {
  const kind = kindOf(unit)
  if (kind < types.video || kind > types.picture) return -1
  const bytes = bare(unit.subarray(0, 256))
  if (kind === types.video) return (bytes[2] ?? 0) >> 4
  let at = placeOf(kind, bytes)
  let zeros = 0
  while (zeros < 16 && bitAt(bytes, at) === 0) {
    zeros++
    at++
  }
  let value = 0
  for (let index = 0; index <= zeros; index++) value = value * 2 + bitAt(bytes, at + index)
  return value - 1
}

/** Without the bytes that keep start codes from appearing (7.3.1.1). */
function bare(unit: Uint8Array): Uint8Array {
  const out = new Uint8Array(unit.byteLength)
  let [length, zeros] = [0, 0]
  for (const byte of unit) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    out[length++] = byte
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return out.slice(0, length)
}

function escaped(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.byteLength * 1.5) + 1)
  let [length, zeros] = [0, 0]
  for (const byte of bytes) {
    if (zeros >= 2 && byte <= 3) {
      out[length++] = 3
      zeros = 0
    }
    out[length++] = byte
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return out.slice(0, length)
}
