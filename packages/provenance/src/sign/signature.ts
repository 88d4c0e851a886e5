/** The claim signature: COSE_Sign1_Tagged over the claim, with the certificates in the protected header (C2PA 13.2, 14.6). */
import { SignError } from '@yinji/core'
import { encodeCbor } from '../cbor.ts'
import { encodeCoseSign1, headers, sigStructure } from '../cose.ts'
import type { SignatureAlgorithm, Signer } from '../signer.ts'

/** COSE algorithm identifier and length of the raw signature in bytes (RFC 9053 2.1). */
const algorithms: Record<SignatureAlgorithm, { readonly id: number; readonly length: number }> = {
  ES256: { id: -7, length: 64 },
}

/** The structure with zeros where the signature will stand: exactly as long as the finished one. */
export function reserveSignature(signer: Signer): Uint8Array {
  return encode(protectedHeader(signer), new Uint8Array(algorithms[signer.algorithm].length))
}

/** @throws SignError when the signer returns something that is no raw signature. */
export async function signClaim(signer: Signer, claim: Uint8Array): Promise<Uint8Array> {
  const header = protectedHeader(signer)
  const signature = await signer.sign(sigStructure(header, claim))
  const { length } = algorithms[signer.algorithm]
  if (signature.byteLength !== length)
    throw new SignError('sign.signature.length', {
      algorithm: signer.algorithm,
      bytes: signature.byteLength,
      length,
    })
  return encode(header, signature)
}

/** A single certificate stands by itself, several in an array, leaf first (RFC 9360 2). */
function protectedHeader({ algorithm, chain }: Signer): Uint8Array {
  const x5chain = chain.length === 1 ? chain[0] : chain
  return encodeCbor(
    new Map<number, unknown>([
      [headers.algorithm, algorithms[algorithm].id],
      [headers.x5chain, x5chain],
    ]),
  )
}

function encode(protectedBytes: Uint8Array, signature: Uint8Array): Uint8Array {
  return encodeCoseSign1({ protectedBytes, unprotected: new Map(), signature })
}
