/** The claim signature: COSE_Sign1_Tagged over the claim, with the certificates in the protected header (C2PA 13.2, 14.6). */
import { X509Certificate } from 'node:crypto'
import { InternalError, SignError } from '@yinji/core'
import { encodeCbor } from '../cbor.ts'
import { encodeCoseSign1, headers, sigStructure } from '../cose.ts'
import type { SignatureAlgorithm, Signer } from '../signer.ts'

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

/** The structure with zeros where the signature will stand: exactly as long as the finished one. */
export function reserveSignature(signer: Signer): Uint8Array {
  return encode(protectedHeader(signer), new Uint8Array(signatureLength(signer)))
}

/** @throws SignError when the signer returns something that is no raw signature. */
export async function signClaim(signer: Signer, claim: Uint8Array): Promise<Uint8Array> {
  const header = protectedHeader(signer)
  const signature = await signer.sign(sigStructure(header, claim))
  const length = signatureLength(signer)
  if (signature.byteLength === length) return encode(header, signature)
  const { algorithm } = signer
  throw new SignError('sign.signature.length', { algorithm, bytes: signature.byteLength, length })
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

/** A single certificate stands by itself, several in an array, leaf first (RFC 9360 2). */
function protectedHeader({ algorithm, chain }: Signer): Uint8Array {
  const x5chain = chain.length === 1 ? chain[0] : chain
  return encodeCbor(
    new Map<number, unknown>([
      [headers.algorithm, identifiers[algorithm]],
      [headers.x5chain, x5chain],
    ]),
  )
}

function encode(protectedBytes: Uint8Array, signature: Uint8Array): Uint8Array {
  return encodeCoseSign1({ protectedBytes, unprotected: new Map(), signature })
}
