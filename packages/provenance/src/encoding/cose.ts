/** COSE_Sign1 with a detached payload (RFC 9052 4.2), the form of a claim signature (C2PA 13.2, 14.2). */
import { CborError, decodeCbor, encodeCbor, Tagged } from './cbor.ts'

/** Labels of header parameters (IANA COSE Header Parameters). */
export const headers = { algorithm: 1, critical: 2, x5chain: 33 } as const

const sign1Tag = 18

export interface CoseSign1 {
  /** The protected header as it stands: the bytes that are signed. */
  readonly protectedBytes: Uint8Array
  /** The protected header, by integer or text label. Empty when `protectedBytes` is. */
  readonly protectedHeader: ReadonlyMap<unknown, unknown>
  readonly unprotected: ReadonlyMap<unknown, unknown>
  /** Null when detached, as C2PA asks. */
  readonly payload: Uint8Array | null
  readonly signature: Uint8Array
}

/** Not a COSE_Sign1 structure. The message names what was wrong with it. */
export class CoseError extends Error {
  override readonly name = 'CoseError'
}

/** What the signature is over: Sig_structure of RFC 9052 4.4, without external data. */
export function sigStructure(protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array {
  return encodeCbor(['Signature1', protectedBytes, new Uint8Array(), payload])
}

/** COSE_Sign1_Tagged with a nil payload. */
export function encodeCoseSign1(parts: {
  readonly protectedBytes: Uint8Array
  readonly unprotected: ReadonlyMap<unknown, unknown>
  readonly signature: Uint8Array
}): Uint8Array {
  return encodeCbor(new Tagged(sign1Tag, [parts.protectedBytes, parts.unprotected, null, parts.signature]))
}

/**
 * The certificate chain of each header that has one, the protected first. The old name counts only without the number (C2PA
 * 14.5). Generators shall protect the chain, and those of earlier versions did not have to: it is taken from either header,
 * whatever the version of the claim.
 */
export function chainsOf({ protectedHeader, unprotected }: CoseSign1): readonly unknown[] {
  return [protectedHeader, unprotected].flatMap((header) => {
    const name = [headers.x5chain, 'x5chain'].find((key) => header.has(key))
    return name === undefined ? [] : [header.get(name)]
  })
}

/** Reads COSE_Sign1, tagged or (old files) not. @throws CoseError */
export function parseCoseSign1(bytes: Uint8Array): CoseSign1 {
  const value = decodeOrThrow(bytes, 'the signature')
  const members = value instanceof Tagged && value.tag === sign1Tag ? value.value : value
  if (!Array.isArray(members) || members.length !== 4) throw new CoseError('no COSE_Sign1 structure')
  const [protectedBytes, unprotected, payload, signature]: unknown[] = members
  if (!(protectedBytes instanceof Uint8Array))
    throw new CoseError('a protected header that is no byte string')
  if (!(unprotected instanceof Map)) throw new CoseError('an unprotected header that is no map')
  if (payload !== null && !(payload instanceof Uint8Array))
    throw new CoseError('a payload that is no byte string')
  if (!(signature instanceof Uint8Array)) throw new CoseError('a signature that is no byte string')
  const header =
    protectedBytes.byteLength === 0 ? new Map() : decodeOrThrow(protectedBytes, 'the protected header')
  if (!(header instanceof Map)) throw new CoseError('a protected header that is no map')
  return { protectedBytes, protectedHeader: header, unprotected, payload, signature }
}

function decodeOrThrow(bytes: Uint8Array, what: string): unknown {
  try {
    return decodeCbor(bytes)
  } catch (error) {
    if (error instanceof CborError)
      throw new CoseError(`${what} is no CBOR: ${error.message}`, { cause: error })
    throw error
  }
}
