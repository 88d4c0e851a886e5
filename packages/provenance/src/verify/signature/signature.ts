/** The claim signature (C2PA 13.2, RFC 9052 4.4): is it made over this claim, with the key of this certificate? */
import { constants, type KeyObject, verify } from 'node:crypto'
import { concat } from '@yinji/core'

interface Algorithm {
  readonly name: string
  readonly digest: 'sha256' | 'sha384' | 'sha512' | null
  readonly family: 'ecdsa' | 'pss' | 'eddsa'
}

/** COSE algorithm identifiers of the allowed list (C2PA 13.2.1). */
const algorithms: ReadonlyMap<unknown, Algorithm> = new Map([
  [-7, { name: 'ES256', digest: 'sha256', family: 'ecdsa' }],
  [-35, { name: 'ES384', digest: 'sha384', family: 'ecdsa' }],
  [-36, { name: 'ES512', digest: 'sha512', family: 'ecdsa' }],
  [-37, { name: 'PS256', digest: 'sha256', family: 'pss' }],
  [-38, { name: 'PS384', digest: 'sha384', family: 'pss' }],
  [-39, { name: 'PS512', digest: 'sha512', family: 'pss' }],
  [-8, { name: 'EdDSA', digest: null, family: 'eddsa' }],
])

export function algorithmOf(identifier: unknown): Algorithm | undefined {
  return algorithms.get(identifier)
}

/** Whether the key may be used with the algorithm at all; a mismatch of the two is how keys get substituted. */
function fits(key: KeyObject, { family }: Algorithm): boolean {
  const { namedCurve = '', modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  switch (family) {
    case 'ecdsa':
      return key.asymmetricKeyType === 'ec' && ['prime256v1', 'secp384r1', 'secp521r1'].includes(namedCurve)
    case 'pss':
      return (
        /^rsa(?:-pss)?$/.test(key.asymmetricKeyType ?? '') && modulusLength >= 2048 && modulusLength <= 16384
      )
    case 'eddsa':
      return key.asymmetricKeyType === 'ed25519'
  }
}

export interface Signed {
  readonly algorithm: Algorithm
  readonly key: KeyObject
  /** The protected header as it stands, encoded. */
  readonly protectedHeader: Uint8Array
  /** The claim as it stands, encoded. */
  readonly payload: Uint8Array
  readonly signature: Uint8Array
}

export function signatureHolds({ algorithm, key, protectedHeader, payload, signature }: Signed): boolean {
  if (!fits(key, algorithm)) return false
  const bytes = sigStructure(protectedHeader, payload)
  try {
    switch (algorithm.family) {
      case 'ecdsa':
        return verify(algorithm.digest, bytes, { key, dsaEncoding: 'ieee-p1363' }, signature)
      case 'pss':
        return verify(
          algorithm.digest,
          bytes,
          { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
          signature,
        )
      case 'eddsa':
        return verify(null, bytes, key, signature)
    }
  } catch {
    return false // OpenSSL refuses the key or the signature outright
  }
}

function sigStructure(protectedHeader: Uint8Array, payload: Uint8Array): Uint8Array {
  return structure('Signature1', protectedHeader, payload)
}

/** `[context, protected, h'', payload]` (RFC 9052 4.4), built by hand so that no encoder is shared with the signer. */
export function structure(
  context: 'Signature1' | 'CounterSignature',
  protectedHeader: Uint8Array,
  payload: Uint8Array,
): Uint8Array {
  return concat([
    Uint8Array.of(0x84, 0x60 | context.length),
    new TextEncoder().encode(context),
    ...byteString(protectedHeader),
    Uint8Array.of(0x40),
    ...byteString(payload),
  ])
}

/** A CBOR byte string: its head, and itself. */
export function byteString(bytes: Uint8Array): [Uint8Array, Uint8Array] {
  return [byteStringHead(bytes.byteLength), bytes]
}

/** Major type 2 and a length, shortest form (RFC 8949 4.2.1). */
function byteStringHead(length: number): Uint8Array {
  if (length < 24) return Uint8Array.of(0x40 | length)
  if (length < 0x100) return Uint8Array.of(0x58, length)
  if (length < 0x10000) return Uint8Array.of(0x59, length >> 8, length & 0xff)
  return Uint8Array.of(0x5a, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff)
}
