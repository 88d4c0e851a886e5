/**
 * SM2 keys and every way they are written: SubjectPublicKeyInfo (RFC 5480, curve `1.2.156.10197.1.301`), points
 * (GB/T 32918.1 4.2.9), PKCS #8 and SEC 1.
 */
import { createECDH, createPrivateKey } from 'node:crypto'
import { concat, type Problem, SignError } from '@yinji/core'
import {
  childrenOf,
  type DerNode,
  expectTag,
  readDer,
  readOid,
  readSmallInteger,
  tags,
} from '../encoding/der.ts'
import { pemBlocks } from '../encoding/pem.ts'
import { isOnCurve, n, type Point, pointAt } from './curve.ts'

/** A public key: a point of the curve, never the one at infinity. */
export interface Sm2PublicKey {
  readonly x: bigint
  readonly y: bigint
}

/** A private key with its public one. */
export interface Sm2PrivateKey {
  /** 32 bytes, big-endian: keep them to yourself. */
  readonly scalar: Uint8Array
  readonly publicKey: Sm2PublicKey
}

/** How a public key is written: as SubjectPublicKeyInfo, as a point (65 or 33 bytes), or x alone (32 bytes, y even). */
export type Sm2KeyForm = 'spki' | 'uncompressed' | 'compressed' | 'x'

/** A new key, from OpenSSL’s random numbers. */
export function generateSm2Key(): Sm2PrivateKey {
  const ecdh = createECDH('SM2')
  const point = ecdh.generateKeys()
  return { scalar: padded(ecdh.getPrivateKey()), publicKey: pointOf(point) }
}

/** The key with this secret number. @throws SignError when it is 0, n − 1 or more (GB/T 32918.1 6.1). */
export function sm2PrivateKey(scalar: Uint8Array): Sm2PrivateKey {
  const d = toNumber(scalar)
  if (scalar.byteLength > 33 || d < 1n || d >= n - 1n) throw invalid('its number is out of range')
  const ecdh = createECDH('SM2')
  const bytes = toBytes(d)
  ecdh.setPrivateKey(bytes)
  return { scalar: bytes, publicKey: pointOf(ecdh.getPublicKey()) }
}

/** The public key in these bytes and the form it has; undefined when they hold none. Never throws. */
export function readSm2PublicKey(bytes: Uint8Array): { key: Sm2PublicKey; form: Sm2KeyForm } | undefined {
  const [first] = bytes
  const found = (key: Point | undefined, form: Sm2KeyForm) => key && { key, form }
  switch (bytes.byteLength) {
    case 32:
      return found(pointAt(toNumber(bytes), false), 'x')
    case 33:
      if (first !== 2 && first !== 3) return undefined
      return found(pointAt(toNumber(bytes.subarray(1)), first === 3), 'compressed')
    case 65:
      return first === 4 ? found(onCurve(bytes), 'uncompressed') : undefined
    default:
      return found(readSpki(bytes), 'spki')
  }
}

/** The public key in bytes. Default: SubjectPublicKeyInfo. The form `x` is right only for keys whose y is even. */
export function writeSm2PublicKey({ x, y }: Sm2PublicKey, form: Sm2KeyForm = 'spki'): Uint8Array {
  const point = concat([Uint8Array.of(4), toBytes(x), toBytes(y)])
  if (form === 'spki') return concat([spkiHead, point])
  if (form === 'uncompressed') return point
  return form === 'x' ? toBytes(x) : concat([Uint8Array.of(2 + Number(y & 1n)), toBytes(x)])
}

/**
 * A private key from a file: PKCS #8 or SEC 1, PEM or DER; with a passphrase also encrypted PKCS #8.
 * @throws SignError when it is none, or its public half doesn’t belong to it.
 */
export function readSm2PrivateKey(file: string | Uint8Array, passphrase?: string): Sm2PrivateKey {
  const der = typeof file === 'string' ? fromPem(file, passphrase) : file
  try {
    const root = childrenOf(readDer(der, tags.sequence))
    const inner = root[1]?.tag === tags.sequence ? fromPkcs8(root) : root
    return fromSec1(inner)
  } catch (error) {
    if (error instanceof SignError) throw error
    throw invalid('it is no SM2 key in PKCS #8 or SEC 1', error)
  }
}

/** The private key in DER, unencrypted. Default: PKCS #8. */
export function writeSm2PrivateKey(
  { scalar, publicKey }: Sm2PrivateKey,
  form: 'pkcs8' | 'sec1' = 'pkcs8',
): Uint8Array {
  const point = writeSm2PublicKey(publicKey, 'uncompressed')
  const curve = form === 'sec1' ? curveMember : new Uint8Array()
  const head = form === 'sec1' ? sec1Head : pkcs8Head
  return concat([head, scalar, curve, pointHead, point])
}

/** All members have fixed lengths, so the DER around them is always the same. */
const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const algorithm = '3013 06072a8648ce3d0201 06082a811ccf5501822d' // id-ecPublicKey, SM2
const spkiHead = hex(`3059 ${algorithm} 034200`)
const pkcs8Head = hex(`308187 020100 ${algorithm} 046d 306b 020101 0420`)
const sec1Head = hex('3077 020101 0420')
const curveMember = hex('a00a 06082a811ccf5501822d')
const pointHead = hex('a144 034200')

function readSpki(bytes: Uint8Array): Point | undefined {
  try {
    const [algorithm, point, ...rest] = childrenOf(readDer(bytes, tags.sequence))
    const bits = expectTag(point, tags.bitString).value
    if (!isSm2(algorithm) || rest.length > 0 || bits[0] !== 0) return undefined
    return readSm2PublicKey(bits.subarray(1))?.key // the ECPoint inside may be compressed
  } catch {
    return undefined
  }
}

function isSm2(algorithm: DerNode | undefined): boolean {
  const [type, curve] = childrenOf(expectTag(algorithm, tags.sequence))
  return readOid(type) === '1.2.840.10045.2.1' && readOid(curve) === '1.2.156.10197.1.301'
}

function fromPkcs8([version, algorithm, key]: readonly DerNode[]): DerNode[] {
  if (readSmallInteger(version) > 1 || !isSm2(algorithm)) throw invalid('it is no SM2 key')
  return childrenOf(readDer(expectTag(key, tags.octetString).value, tags.sequence))
}

function fromSec1([version, scalar, ...optional]: readonly DerNode[]): Sm2PrivateKey {
  if (readSmallInteger(version) !== 1) throw invalid('its version is unknown')
  const member = (tag: number) =>
    optional.map((node) => node.tag === tag && childrenOf(node)[0]).find(Boolean)
  const curve = member(0xa0)
  if (curve && readOid(curve) !== '1.2.156.10197.1.301') throw invalid('it is no SM2 key')
  const key = sm2PrivateKey(expectTag(scalar, tags.octetString).value)
  const point = member(0xa1)
  const stated = point ? readSm2PublicKey(expectTag(point, tags.bitString).value.subarray(1))?.key : undefined
  if (point && (stated?.x !== key.publicKey.x || stated.y !== key.publicKey.y))
    throw invalid('its two halves do not belong together')
  return key
}

function fromPem(text: string, passphrase: string | undefined): Uint8Array {
  if (/BEGIN ENCRYPTED PRIVATE KEY/.test(text)) {
    if (passphrase === undefined) throw invalid('it is protected by a passphrase')
    try {
      return createPrivateKey({ key: text, passphrase }).export({ format: 'der', type: 'pkcs8' })
    } catch (error) {
      throw invalid('the passphrase does not open it', error)
    }
  }
  const [der] = pemBlocks(text, 'PRIVATE KEY', 'EC PRIVATE KEY', 'SM2 PRIVATE KEY')
  if (der === undefined) throw invalid('it is no private key in PEM form')
  return der
}

function onCurve(bytes: Uint8Array): Point | undefined {
  const point = pointOf(bytes)
  return isOnCurve(point) ? point : undefined
}

function pointOf(uncompressed: Uint8Array): Point {
  return { x: toNumber(uncompressed.subarray(1, 33)), y: toNumber(uncompressed.subarray(33)) }
}

export function toNumber(bytes: Uint8Array): bigint {
  return bytes.byteLength === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

/** 32 bytes, big-endian. */
export function toBytes(value: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'))
}

/** OpenSSL leaves leading zeros out. */
const padded = (bytes: Uint8Array) => toBytes(toNumber(bytes))

function invalid(problem: Problem, cause?: unknown): SignError {
  return new SignError('sign.key.invalid', { problem }, { cause })
}
