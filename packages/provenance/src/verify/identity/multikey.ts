/** How `did:key` spells keys (W3C Multikey): base58, and points of curves by one coordinate and a sign (SEC 1 2.3.3). */
import { createPublicKey, ECDH, type KeyObject } from 'node:crypto'

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** base58btc; undefined when it is none, or longer than any key. */
export function baseX(text: string): Uint8Array | undefined {
  if (text.length > 200) return undefined
  let number = 0n
  for (const character of text) {
    const digit = alphabet.indexOf(character)
    if (digit < 0) return undefined
    number = number * 58n + BigInt(digit)
  }
  const zeros = /^1*/.exec(text)?.[0].length ?? 0
  const hex = number === 0n ? '' : number.toString(16)
  return Buffer.from('00'.repeat(zeros) + hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
}

const curves: Readonly<Record<string, string>> = {
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
}

/** Undefined when it is no point of the curve. */
export function pointOf(crv: string, compressed: Uint8Array): KeyObject | undefined {
  try {
    const point = ECDH.convertKey(compressed, curves[crv] ?? '', undefined, undefined, 'uncompressed')
    const bytes = typeof point === 'string' ? Buffer.from(point, 'latin1') : point
    const half = (bytes.byteLength - 1) / 2
    const [x, y] = [bytes.subarray(1, 1 + half), bytes.subarray(1 + half)].map((one) =>
      one.toString('base64url'),
    )
    return createPublicKey({ key: { kty: 'EC', crv, x: x ?? '', y: y ?? '' }, format: 'jwk' })
  } catch {
    return undefined
  }
}
