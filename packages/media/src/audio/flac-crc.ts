/** The checksum of FLAC frames, x^16 + x^15 + x^2 + 1 (RFC 9639, 9.3): eight bytes at a time, and moved by calculation. */

const polynomial = 0x8005
/** Bytes taken at once, each with a table of its own. */
const slices = 8

/** In row `n`: what a byte leaves behind when `n` more bytes have followed. */
const tables = new Uint16Array(slices * 256)
for (let byte = 0; byte < 256; byte++) {
  let crc = byte << 8
  for (let slice = 0; slice < slices; slice++) {
    for (let bit = 0; bit < 8; bit++) crc = shifted(crc)
    tables[slice * 256 + byte] = crc
  }
}

/** Times x. */
function shifted(crc: number): number {
  return crc & 0x8000 ? ((crc << 1) ^ polynomial) & 0xffff : crc << 1
}

/** Of the bytes from one offset to another, which both lie within. @param crc of what stands before them; default 0 */
export function crc16(bytes: Uint8Array, from: number, to: number, crc = 0): number {
  const table = (slice: number, byte: number) => tables[slice * 256 + byte] as number
  const byte = (at: number) => bytes[at] as number
  let at = from
  for (; at + slices <= to; at += slices)
    crc =
      table(7, byte(at) ^ (crc >> 8)) ^
      table(6, byte(at + 1) ^ (crc & 0xff)) ^
      table(5, byte(at + 2)) ^
      table(4, byte(at + 3)) ^
      table(3, byte(at + 4)) ^
      table(2, byte(at + 5)) ^
      table(1, byte(at + 6)) ^
      table(0, byte(at + 7))
  for (; at < to; at++) crc = ((crc << 8) & 0xffff) ^ table(0, (crc >> 8) ^ byte(at))
  return crc
}

/** What a checksum becomes when so many bytes of zeros follow: times x^8 to their number, by repeated squaring. */
export function crc16OverZeros(crc: number, count: number): number {
  let power = 0x100
  for (let rest = count; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) crc = product(crc, power)
    power = product(power, power)
  }
  return crc
}

/** Of two polynomials, modulo the one of the checksum. */
function product(a: number, b: number): number {
  let out = 0
  for (let bit = 0x8000; bit > 0; bit >>= 1) out = shifted(out) ^ (a & bit ? b : 0)
  return out
}
