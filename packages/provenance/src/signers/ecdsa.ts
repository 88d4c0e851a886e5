/** ECDSA signatures from DER (ECDSA-Sig-Value, RFC 3279 2.2.3) to r‖s, the form COSE has them in (RFC 9053 2.1). */
import { childrenOf, expectTag, readDer, tags } from '../encoding/der.ts'

/** @param width Bytes of one number. Undefined when the bytes are no such signature. */
export function rawFromDer(bytes: Uint8Array, width: number): Uint8Array | undefined {
  try {
    const numbers = childrenOf(readDer(bytes, tags.sequence))
    if (numbers.length !== 2) return undefined
    const raw = new Uint8Array(2 * width)
    for (const [index, number] of numbers.entries()) {
      const { value } = expectTag(number, tags.integer)
      const digits = value[0] === 0 ? value.subarray(1) : value
      if (digits.byteLength === 0 || digits.byteLength > width || (value[0] ?? 0) >= 0x80) return undefined
      raw.set(digits, (index + 1) * width - digits.byteLength)
    }
    return raw
  } catch {
    return undefined
  }
}
