/**
 * What a change of a few bytes does to a CRC-32 (ISO/IEC 8802-3) over any length, without the bytes in between: the
 * checksum is linear, so the change is carried over the distance by a power of x.
 */
import { crc32 } from 'node:zlib'

const polynomial = 0xedb88320

/**
 * The checksum after `before` became `after`.
 * @param distance bytes between the change and the end of what the checksum covers
 */
export function patchedCrc32(
  checksum: number,
  before: Uint8Array,
  after: Uint8Array,
  distance: number,
): number {
  const change = (crc32(before) ^ crc32(after)) >>> 0
  return (checksum ^ multiply(powerOfX(distance), change)) >>> 0
}

/** Product of two polynomials; the highest bit is the power 0. */
function multiply(a: number, b: number): number {
  let product = 0
  let factor = b
  for (let bit = 31; bit >= 0; bit--) {
    if (((a >>> bit) & 1) === 1) product ^= factor
    factor = (factor & 1) === 1 ? (factor >>> 1) ^ polynomial : factor >>> 1
  }
  return product >>> 0
}

/** x to the power of eight for each byte. */
function powerOfX(bytes: number): number {
  let power = 0x80000000
  let square = 0x00800000 // x to the 8th
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = multiply(square, power)
    square = multiply(square, square)
  }
  return power
}
