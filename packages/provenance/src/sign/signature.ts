/** The claim signature: COSE_Sign1_Tagged over the claim, with the certificates in the protected header (C2PA 13.2, 14.5). */
import { X509Certificate } from 'node:crypto'
import { InternalError, problem, SignError } from '@yinji/core'
import { encodeCbor } from '../encoding/cbor.ts'
import { encodeCoseSign1, headers, sigStructure } from '../encoding/cose.ts'
import type { SignatureAlgorithm, Signer, TimeStamper } from '../signers/signer.ts'
import { evidenceLabel } from '../timestamp/evidence.ts'

/** COSE algorithm identifiers (RFC 9053 2, RFC 8230 2). */
const identifiers: Record<SignatureAlgorithm, number> = {
  ES256: -7,
  ES384: -35,
  ES512: -36,
  PS256: -37,
  PS384: -38,
  PS512: -39,
  Ed25519: -8,
}

/** Bytes of the structure with all that the signer may need for signature, time stamp and OCSP responses. */
export function signatureRoom(signer: Signer): number {
  const known = rooms.get(signer)
  if (known !== undefined) return known
  const signature = new Uint8Array(signatureLength(signer))
  const room = encode(protectedHeader(signer), roomFor(signer), signature).byteLength
  rooms.set(signer, room)
  return room
}

/** The same for every claim of a signer. */
const rooms = new WeakMap<Signer, number>()

/**
 * Signs, and stamps when the signer has a clock. What comes back smaller than its room is padded (C2PA 10.4.4), unless
 * nobody waits for the exact size.
 * @throws SignError when the signer returns something that is no raw signature, or more than there is room for.
 */
export async function signClaim(signer: Signer, claim: Uint8Array, size: 'exact' | 'free' = 'exact') {
  const header = protectedHeader(signer)
  const responses = (await signer.ocsp?.responses()) ?? [] // before anything is signed with what may be revoked
  const signature = await signer.sign(sigStructure(header, claim))
  const length = signatureLength(signer)
  const { algorithm, timestamp, ocsp } = signer
  if (signature.byteLength !== length)
    throw new SignError('sign.signature.length', { algorithm, bytes: signature.byteLength, length })
  if (!timestamp && !ocsp) return encode(header, new Map(), signature)
  const extras = new Map<string, unknown>()
  if (timestamp)
    extras.set(...stampHeader(timestamp, await timestamp.stamp(stampedStructure(header, signature))))
  if (responses.length > 0) extras.set('rVals', { ocspVals: responses })
  if (size === 'free') return encode(header, extras, signature)
  return padded(
    (padding) => encode(header, new Map([...extras, ...padding]), signature),
    signatureRoom(signer),
  )
}

/** Tokens have a place in C2PA (10.3.2.5.2); evidence records get one that others pass over. */
function stampHeader({ form }: TimeStamper, stamp: Uint8Array): [name: string, value: unknown] {
  return form === 'evidence' ? [evidenceLabel, stamp] : ['sigTst2', { tstTokens: [{ val: stamp }] }]
}

/** What a time stamp is over: the countersignature structure around the signature (C2PA 10.3.2.5.2, version 2). */
export function stampedStructure(header: Uint8Array, signature: Uint8Array): Uint8Array {
  return encodeCbor(['CounterSignature', header, new Uint8Array(), encodeCbor(signature)])
}

/** The largest unprotected header this signer may need. */
function roomFor({ timestamp, ocsp }: Signer): ReadonlyMap<string, unknown> {
  const room = new Map<string, unknown>()
  if (timestamp) room.set(...stampHeader(timestamp, new Uint8Array(timestamp.reserve)))
  if (ocsp) room.set('rVals', { ocspVals: [new Uint8Array(ocsp.reserve)] })
  if (room.size > 0) room.set('pad', new Uint8Array(smallestPad))
  return room
}

/** So that a few bytes more of CBOR around several responses don't matter. */
const smallestPad = 32

/**
 * The structure at exactly `size` bytes. One `pad` can't reach every length, since the head of a byte string grows at
 * 24, 256 and 65536 bytes; an empty `pad2` beside it reaches the rest (C2PA 10.4.4).
 */
export function padded(
  build: (padding: ReadonlyMap<string, Uint8Array>) => Uint8Array,
  size: number,
): Uint8Array {
  const missing = size - build(pads(0)).byteLength
  if (missing < 0)
    throw new SignError('sign.timestamp.failed', {
      problem: problem(`it needs ${-missing} bytes more than there is room for`),
    })
  const alone = padLength(missing)
  return build(alone === undefined ? pads(padLength(missing - emptyPad2) ?? 0, 0) : pads(alone))
}

/** Key and head of an empty `pad2`. */
const emptyPad2 = 6

function pads(first: number, second?: number): Map<string, Uint8Array> {
  const padding = new Map([['pad', new Uint8Array(first)]])
  return second === undefined ? padding : padding.set('pad2', new Uint8Array(second))
}

/** The length at which a byte string is so many bytes longer than an empty one; undefined when there is none. */
function padLength(bytes: number): number | undefined {
  const head = (length: number) => (length < 24 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : 5)
  return [1, 2, 3, 5]
    .map((width) => bytes - width + 1)
    .find((length) => length >= 0 && head(length) - 1 + length === bytes)
}

/** Bytes of a raw signature: fixed but for RSA, where it is as long as the modulus of the certificate's key. */
function signatureLength({ algorithm, chain }: Signer): number {
  switch (algorithm) {
    case 'ES256':
    case 'Ed25519':
      return 64
    case 'ES384':
      return 96
    case 'ES512':
      return 132
    default:
      return modulusLength(chain[0])
  }
}

/** Certificates are read once, however many claims they sign. */
const moduli = new WeakMap<Uint8Array, number>()

function modulusLength(leaf: Uint8Array | undefined): number {
  if (leaf === undefined) throw new InternalError('a signer without certificate')
  const known = moduli.get(leaf)
  if (known !== undefined) return known
  const { modulusLength: bits = 0 } = new X509Certificate(leaf).publicKey.asymmetricKeyDetails ?? {}
  moduli.set(leaf, Math.ceil(bits / 8))
  return Math.ceil(bits / 8)
}

/** The same for every claim of a signer. */
const protectedHeaders = new WeakMap<Signer, Uint8Array>()

function protectedHeader(signer: Signer): Uint8Array {
  const known = protectedHeaders.get(signer)
  if (known !== undefined) return known
  const header = protectedHeaderOf(signer)
  protectedHeaders.set(signer, header)
  return header
}

/** A single certificate stands by itself, several in an array, leaf first (RFC 9360 2). */
function protectedHeaderOf({ algorithm, chain }: Signer): Uint8Array {
  const x5chain = chain.length === 1 ? chain[0] : chain
  return encodeCbor(
    new Map<number, unknown>([
      [headers.algorithm, identifiers[algorithm]],
      [headers.x5chain, x5chain],
    ]),
  )
}

function encode(
  protectedBytes: Uint8Array,
  unprotected: ReadonlyMap<string, unknown>,
  signature: Uint8Array,
): Uint8Array {
  return encodeCoseSign1({ protectedBytes, unprotected, signature })
}
