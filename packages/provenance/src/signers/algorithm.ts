/** Which algorithm a key signs with (C2PA 13.2.1, RFC 9053 2, RFC 8230 2), and what that means for node:crypto. */
import { constants, createHash, type KeyObject } from 'node:crypto'
import type { SignatureAlgorithm } from './signer.ts'

export interface SigningAlgorithm {
  readonly name: SignatureAlgorithm
  readonly digest: 'sha256' | 'sha384' | 'sha512' | null
  /** Bytes of a raw signature. */
  readonly length: number
  /** What node:crypto must be told besides the key. */
  readonly options: {
    readonly dsaEncoding?: 'ieee-p1363'
    readonly padding?: number
    readonly saltLength?: number
  }
}

const ecdsa = { dsaEncoding: 'ieee-p1363' } as const
const pss = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
} as const
const curves: ReadonlyMap<string, SigningAlgorithm> = new Map([
  ['prime256v1', { name: 'ES256', digest: 'sha256', length: 64, options: ecdsa }],
  ['secp384r1', { name: 'ES384', digest: 'sha384', length: 96, options: ecdsa }],
  ['secp521r1', { name: 'ES512', digest: 'sha512', length: 132, options: ecdsa }],
])

/**
 * The algorithm for a key, private or public: that of its curve; for RSA, the digest as strong as the modulus, or the
 * one the key is restricted to. Undefined for keys that can't sign claims.
 */
export function algorithmFor(key: KeyObject): SigningAlgorithm | undefined {
  const { namedCurve = '', modulusLength = 0, hashAlgorithm } = key.asymmetricKeyDetails ?? {}
  switch (key.asymmetricKeyType) {
    case 'ec':
      return curves.get(namedCurve)
    case 'ed25519':
      return { name: 'Ed25519', digest: null, length: 64, options: {} }
    case 'rsa':
    case 'rsa-pss':
      return modulusLength < 2048 ? undefined : rsaAlgorithm(modulusLength, hashAlgorithm)
    default:
      return undefined
  }
}

function rsaAlgorithm(bits: number, restricted: string | undefined): SigningAlgorithm | undefined {
  const length = Math.ceil(bits / 8)
  switch (restricted ?? (bits >= 4096 ? 'sha512' : bits >= 3072 ? 'sha384' : 'sha256')) {
    case 'sha256':
      return { name: 'PS256', digest: 'sha256', length, options: pss }
    case 'sha384':
      return { name: 'PS384', digest: 'sha384', length, options: pss }
    case 'sha512':
      return { name: 'PS512', digest: 'sha512', length, options: pss }
    default:
      return undefined
  }
}

/** The digest the algorithm signs; undefined for Ed25519, which hashes by itself. */
export function digestFor(name: SignatureAlgorithm, bytes: Uint8Array): Uint8Array | undefined {
  return name === 'Ed25519'
    ? undefined
    : createHash(`sha${name.slice(2)}`)
        .update(bytes)
        .digest()
}
