/**
 * Decentralized identifiers that are their own key (CAWG identity 8.1.4.2): `did:jwk`, and `did:key` of Ed25519, P-256, P-384 and
 * P-521. All others have to be looked up somewhere.
 */
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { jsonIn } from './assertion.ts'
import { baseX, pointOf } from './multikey.ts'

/** The key; `elsewhere` where a document has to be fetched, `unsupported` where nobody here knows how, `invalid` where there is none. */
export function keyOf(did: string): KeyObject | 'elsewhere' | 'unsupported' | 'invalid' {
  const [, method = '', id = ''] = /^did:([a-z0-9]+):([^#?]+)/.exec(did) ?? []
  switch (method) {
    case 'jwk':
      return fromJwk(jsonIn(Buffer.from(id, 'base64url')))
    case 'key':
      return fromMultikey(id)
    case 'web':
    case 'webvh':
      return 'elsewhere'
    default:
      return 'unsupported'
  }
}

/** One that holds the largest key has some thousand characters. */
const longest = 4000

export const isDid = (text: unknown): text is string =>
  typeof text === 'string' && text.length <= longest && /^did:[a-z0-9]+:[^\s]+$/.test(text)

function fromJwk(jwk: Readonly<Record<string, unknown>> | undefined): KeyObject | 'invalid' {
  if (jwk === undefined || 'd' in jwk) return 'invalid' // a private key is nobody’s
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  } catch {
    return 'invalid'
  }
}

/** Multicodec numbers of keys, as bytes (unsigned varint), and the JWK they make. */
const codecs = new Map<string, { readonly crv: string; readonly kty: string; readonly bytes: number }>([
  ['ed01', { kty: 'OKP', crv: 'Ed25519', bytes: 32 }],
  ['8024', { kty: 'EC', crv: 'P-256', bytes: 33 }],
  ['8124', { kty: 'EC', crv: 'P-384', bytes: 49 }],
  ['8224', { kty: 'EC', crv: 'P-521', bytes: 67 }],
])

/** `z` and base58: two bytes that say which kind of key, and the key, points of curves compressed. */
function fromMultikey(id: string): KeyObject | 'unsupported' | 'invalid' {
  const bytes = id.startsWith('z') ? baseX(id.slice(1)) : undefined
  if (bytes === undefined) return 'invalid'
  const codec = codecs.get(Buffer.from(bytes.subarray(0, 2)).toString('hex'))
  const key = bytes.subarray(2)
  if (codec === undefined) return 'unsupported'
  if (key.byteLength !== codec.bytes) return 'invalid'
  const { kty, crv } = codec
  if (kty === 'OKP') return fromJwk({ kty, crv, x: Buffer.from(key).toString('base64url') })
  return pointOf(crv, key) ?? 'invalid'
}
