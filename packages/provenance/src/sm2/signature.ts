/**
 * SM3withSM2 (GB/T 32918.2-2016, `1.2.156.10197.1.501`), with the signer’s identity in the hash.
 *
 * Timing. Signing meets two secrets. The nonce’s multiplication, where attacks have succeeded, is done by OpenSSL
 * (`createECDH`), whose ladder takes the same time for every nonce; it also draws the nonce. What remains is one
 * addition, two products and a reduction of JavaScript’s big integers, which don’t promise constant time: the private
 * key enters only as (1 + d)⁻¹, computed once per key and under a random factor. Who must withstand an attacker on the
 * same machine keeps the key in a device or a process of its own. Verifying has no secrets.
 *
 * Never through `sign()` of node:crypto: for SM2 keys it makes plain ECDSA or leaves the signer’s identity out.
 *
 * One message, one key, many signatures: the nonce is random. But nobody can make a second signature out of a first:
 * unlike in ECDSA, (r, n − s) is not valid, for s stands inside t = r + s as well; and r and s outside 1 … n − 1, and
 * any DER but the shortest, are refused.
 */
import { createECDH, randomBytes } from 'node:crypto'
import { concat, remember } from '@yinji/core'
import { childrenOf, DerError, type DerNode, expectTag, readDer, tags } from '../encoding/der.ts'
import { number, sequence } from '../encoding/der-write.ts'
import { b, base, invert, mod, n, p } from './curve.ts'
import { type Sm2PrivateKey, type Sm2PublicKey, toBytes, toNumber } from './keys.ts'
import { Base, sumOf } from './multiply.ts'
import { sm3 } from './sm3.ts'

/** The identity everybody signs with who has agreed on no other (GM/T 0009 10). */
export const defaultSignerId = '1234567812345678'

/** How signatures are made and checked. */
export interface Sm2Options {
  /** Identity of the signer, UTF-8, up to 8,191 bytes. Default `1234567812345678` (GM/T 0009 10). */
  readonly signerId?: string | undefined
  /** `der`: SEQUENCE of two INTEGERs (GM/T 0009 7.3, X.509). `raw`: r‖s, 64 bytes. Default `der`. */
  readonly encoding?: 'der' | 'raw' | undefined
}

/** Signs the bytes: SM3withSM2. @throws RangeError for a `signerId` of more than 8,191 bytes. */
export function sm2Sign(key: Sm2PrivateKey, bytes: Uint8Array, options: Sm2Options = {}): Uint8Array {
  const e = digest(key.publicKey, bytes, options.signerId)
  const nonces = createECDH('SM2')
  for (;;) {
    const point = nonces.generateKeys()
    const signature = signWith(key, e, toNumber(nonces.getPrivateKey()), toNumber(point.subarray(1, 33)))
    if (signature) return writeSm2Signature(signature, options.encoding)
  }
}

/**
 * Whether this is the signature of the key over the bytes. False for any malformed signature.
 * @throws RangeError for a `signerId` of more than 8,191 bytes.
 */
export function sm2Verify(
  key: Sm2PublicKey,
  bytes: Uint8Array,
  signature: Uint8Array,
  { signerId, encoding = 'der' }: Sm2Options = {},
): boolean {
  const read = readSm2Signature(signature)
  if (read === undefined || read.form !== encoding) return false
  const { r, s } = read
  if (r < 1n || r >= n || s < 1n || s >= n) return false
  const t = (r + s) % n
  if (t === 0n) return false
  const sum = sumOf([
    [s, generator],
    [t, baseFor(key)],
  ])
  if (sum === undefined) return false
  // x = X/Z² must be r − e modulo n: one of two numbers below p. Comparing them with Z² spares the inversion.
  const x = mod(r - digest(key, bytes, signerId), n)
  const zz = (sum.z * sum.z) % p
  return [x, x + n].some((candidate) => candidate < p && (candidate * zz - sum.x) % p === 0n)
}

/** A signature as its two numbers; not yet checked for their range. */
export interface Sm2Signature {
  readonly r: bigint
  readonly s: bigint
}

/** The two numbers and the form they had: strict DER, else r‖s in 64 bytes; undefined for anything else. */
export function readSm2Signature(bytes: Uint8Array): (Sm2Signature & { form: 'der' | 'raw' }) | undefined {
  try {
    const [r, s, ...rest] = childrenOf(readDer(bytes, tags.sequence))
    if (rest.length === 0) return { r: readInteger(r), s: readInteger(s), form: 'der' }
  } catch {} // no DER: it may be r‖s
  if (bytes.byteLength !== 64) return undefined
  return { r: toNumber(bytes.subarray(0, 32)), s: toNumber(bytes.subarray(32)), form: 'raw' }
}

/** The signature in bytes. Default: DER. */
export function writeSm2Signature({ r, s }: Sm2Signature, encoding: 'der' | 'raw' = 'der'): Uint8Array {
  if (encoding === 'raw') return concat([toBytes(r), toBytes(s)])
  return sequence(number(r), number(s))
}

/** One attempt with a nonce and the x of its point; undefined for the few nonces that won’t do (GB/T 32918.2 6.1). */
export function signWith(
  { scalar }: Pick<Sm2PrivateKey, 'scalar'>,
  e: bigint,
  nonce: bigint,
  x: bigint,
): Sm2Signature | undefined {
  const r = (e + x) % n
  if (r === 0n || r + nonce === n) return undefined
  const s = mod(inverseOf(scalar) * (nonce + r) - r, n) // (1 + d)⁻¹ (k − r d), written so that d stands once
  return s === 0n ? undefined : { r, s }
}

/** e = SM3(Z ‖ M), Z binding identity, curve and key (GB/T 32918.2 5.5). */
export function digest(key: Sm2PublicKey, bytes: Uint8Array, signerId = defaultSignerId): bigint {
  return toNumber(sm3(identityOf(key, signerId), bytes))
}

/** Z of a key under the usual name: the same for everything it signs. */
const identities = new WeakMap<Sm2PublicKey, Uint8Array>()

function identityOf(key: Sm2PublicKey, signerId: string): Uint8Array {
  const known = signerId === defaultSignerId ? identities.get(key) : undefined
  if (known !== undefined) return known
  const id = Buffer.from(signerId)
  if (id.byteLength > 8191) throw new RangeError('a signer’s identity has at most 8191 bytes')
  const length = Uint8Array.of((id.byteLength * 8) >> 8, (id.byteLength * 8) & 0xff)
  const z = sm3(length, id, domain, toBytes(key.x), toBytes(key.y))
  if (signerId === defaultSignerId) identities.set(key, z)
  return z
}

const domain = concat([p - 3n, b, base.x, base.y].map(toBytes))
const generator = new Base(base)

/** Keys whose tables are kept: 150 KB each. */
const mostRemembered = 64
const bases = new Map<bigint, Base>()

function baseFor({ x, y }: Sm2PublicKey): Base {
  const name = x * 2n + (y & 1n)
  const known = bases.get(name) ?? new Base({ x, y })
  remember(bases, name, known, mostRemembered)
  return known
}

const inverses = new WeakMap<Uint8Array, bigint>()

/** (1 + d)⁻¹. Euclid’s steps depend on the number, so it gets (1 + d) f, for a random f. */
function inverseOf(scalar: Uint8Array): bigint {
  const known = inverses.get(scalar)
  if (known !== undefined) return known
  const factor = (toNumber(randomBytes(40)) % (n - 1n)) + 1n
  const inverse = (invert(((1n + toNumber(scalar)) * factor) % n, n) * factor) % n
  inverses.set(scalar, inverse)
  return inverse
}

function readInteger(node: DerNode | undefined): bigint {
  const { value } = expectTag(node, tags.integer)
  const [first = 0x80, second = 0] = value
  if (first >= 0x80 || value.byteLength > 33) throw new DerError('no positive integer of 256 bits')
  if (first === 0 && value.byteLength > 1 && second < 0x80) throw new DerError('an integer with padding')
  return toNumber(value)
}
