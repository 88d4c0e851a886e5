/** TimeStampReq (RFC 3161 2.4.1): version 1, SHA-256, a nonce, and the certificates wanted with the answer. */
const sha256 = Buffer.from('300d06096086480165030402010500', 'hex') // AlgorithmIdentifier, 2.16.840.1.101.3.4.2.1

/**
 * @param hash SHA-256 of what is to be stamped.
 * @param nonce Any bytes; at least 8 are of use.
 * @param policy Dotted OID of the policy wanted. Default: the authority's own.
 */
export function encodeTimeStampRequest(hash: Uint8Array, nonce: Uint8Array, policy?: string): Uint8Array {
  return der(
    0x30,
    Uint8Array.of(0x02, 0x01, 0x01),
    der(0x30, sha256, der(0x04, hash)),
    policy === undefined ? new Uint8Array() : encodeOid(policy),
    der(0x02, integerBytes(nonce)),
    Uint8Array.of(0x01, 0x01, 0xff), // certReq
  )
}

/** Positive, without needless zeros: how the nonce comes back. */
export function integerBytes(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0)
  const digits = start < 0 ? Uint8Array.of(0) : bytes.subarray(start)
  return (digits[0] ?? 0) < 0x80 ? digits : Uint8Array.from([0, ...digits])
}

function encodeOid(dotted: string): Uint8Array {
  const [root = 0, second = 0, ...arcs] = dotted.split('.').map(Number)
  const bytes = [root * 40 + second, ...arcs].flatMap((arc) => {
    const out = [arc % 128]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      out.unshift((left % 128) + 128)
    return out
  })
  return der(0x06, Uint8Array.from(bytes))
}

/** Values of less than 128 bytes, which all of these are. */
function der(tag: number, ...members: readonly Uint8Array[]): Uint8Array {
  const value = members.flatMap((member) => [...member])
  return Uint8Array.from([tag, value.length, ...value])
}
