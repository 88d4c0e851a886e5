/** What X.509 signs all has one shape: body, algorithm, signature (RFC 5280 4.1.1, 5.1.1; RFC 2986 4.2; RFC 6960 4.2.1). */
import { constants, type KeyObject, verify } from 'node:crypto'
import {
  childrenOf,
  type DerNode,
  expectTag,
  readAlgorithm,
  readBitBytes,
  readDer,
  readOid,
  tags,
} from '../encoding/der.ts'
import type { Sm2PublicKey } from '../sm2/keys.ts'
import { sm2Verify } from '../sm2/signature.ts'
import { digests, rsassaPss, signatureAlgorithms, sm2Signature } from './algorithms.ts'

export interface SignedDer {
  /** What the issuer signed, as it stands. */
  readonly signed: Uint8Array
  /** OID of the algorithm the issuer signed with. */
  readonly signatureAlgorithm: string
  /** Digest OIDs of RSASSA-PSS parameters, `[hash, mask generation]`; undefined for other algorithms. */
  readonly pssDigests: readonly [string, string] | undefined
  readonly signature: Uint8Array
}

/** The key of a certificate, or of who asks for one. */
export interface SubjectKey {
  /** For an SM2 key only what node:crypto makes of it: see `sm2Key`. */
  readonly publicKey: KeyObject
  /** The key, when it is one of SM2: node:crypto reads those, but can’t verify with them. */
  readonly sm2Key: Sm2PublicKey | undefined
}

/** The bits of a key in SubjectPublicKeyInfo, which identifiers of keys are digests of. */
export function keyBits(spki: Uint8Array): Uint8Array {
  return readBitBytes(childrenOf(readDer(spki, tags.sequence))[1])
}

/** @throws DerError */
export function readSigned(
  body: DerNode | undefined,
  algorithm: DerNode | undefined,
  signature: DerNode | undefined,
): SignedDer {
  return {
    signed: expectTag(body, tags.sequence).bytes,
    signatureAlgorithm: readAlgorithm(algorithm),
    pssDigests: readPssDigests(expectTag(algorithm, tags.sequence)),
    signature: readBitBytes(signature),
  }
}

/** RSASSA-PSS-params (RFC 8017 A.2.3): `[0]` hash, `[1]` mask generation function with its hash. */
function readPssDigests(algorithm: DerNode): readonly [string, string] | undefined {
  const [oid, parameters] = childrenOf(algorithm)
  if (readOid(oid) !== rsassaPss || parameters?.tag !== tags.sequence) return undefined
  const member = (tag: number) => {
    const node = childrenOf(parameters).find((child) => child.tag === tag)
    return node && childrenOf(node)[0]
  }
  const hash = member(0xa0)
  const mask = member(0xa1)
  const maskHash = mask && childrenOf(mask)[1]
  return hash && maskHash ? [readOid(childrenOf(hash)[0]), readOid(childrenOf(maskHash)[0])] : undefined
}

/** Whether this key made the signature. */
export function isSignedWith(
  { signed, signatureAlgorithm, pssDigests, signature }: SignedDer,
  { publicKey: key, sm2Key }: SubjectKey,
): boolean {
  if (sm2Key) return signatureAlgorithm === sm2Signature && sm2Verify(sm2Key, signed, signature)
  const [hash, mask] = pssDigests ?? []
  if (hash !== mask) return false
  const digest = hash === undefined ? signatureAlgorithms.get(signatureAlgorithm)?.digest : digests.get(hash)
  if (digest === undefined) return false
  const padding = pssDigests && {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_AUTO,
  }
  try {
    return verify(digest, signed, { key, ...padding }, signature)
  } catch {
    return false // a key of another kind
  }
}
