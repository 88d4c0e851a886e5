/** COSE_Sign1 (RFC 9052 4.2): with a detached payload the form of a claim signature (C2PA 13.2, 14.2). */
import { CborError, decodeCbor, encodeCbor, Tagged } from './cbor.ts'

/** Labels of header parameters (IANA COSE Header Parameters), and of the claim `iat` (RFC 8392 3.1.6). */
export const headers = { algorithm: 1, critical: 2, keyId: 4, issuedAt: 6, x5chain: 33 } as const

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

export interface CoseParts {
  readonly protectedBytes: Uint8Array
  readonly unprotected: ReadonlyMap<unknown, unknown>
  /** Default: nil, which says that it is detached (C2PA 13.2.3). */
  readonly payload?: Uint8Array
  readonly signature: Uint8Array
}

/** COSE_Sign1_Tagged as a member of something else. */
export function taggedCoseSign1({ protectedBytes, unprotected, payload, signature }: CoseParts): Tagged {
  return new Tagged(sign1Tag, [protectedBytes, unprotected, payload ?? null, signature])
}

export function encodeCoseSign1(parts: CoseParts): Uint8Array {
  return encodeCbor(taggedCoseSign1(parts))
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
  return parseCoseMembers(decodeOrThrow(bytes, 'the signature'))
}

/** Reads COSE_Sign1_Tagged, the only form of what came after C2PA 1.0. @throws CoseError */
export function parseTaggedCoseSign1(bytes: Uint8Array): CoseSign1 {
  const value = decodeOrThrow(bytes, 'the signature')
  if (!(value instanceof Tagged)) throw new CoseError('no COSE_Sign1_Tagged structure')
  return parseCoseMembers(value)
}

/** Reads what was decoded already, tagged or not. @throws CoseError */
export function parseCoseMembers(value: unknown): CoseSign1 {
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
