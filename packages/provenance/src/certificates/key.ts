/** Keys that sign certificates, requests and lists: one interface over node:crypto, SM2 and keys that live elsewhere. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { type Problem, SignError } from '@yinji/core'
import { nothing, oid, sequence } from '../encoding/der-write.ts'
import { generateSm2Key, readSm2PrivateKey, writeSm2PrivateKey, writeSm2PublicKey } from '../sm2/keys.ts'
import { sm2Sign } from '../sm2/signature.ts'
import { sm2Signature } from '../trust/algorithms.ts'

/** Kinds of keys an authority may have and certify. C2PA 13.2 allows all but SM2, which signs labels. */
export const keyKinds = [
  'P-256',
  'P-384',
  'P-521',
  'RSA-2048',
  'RSA-3072',
  'RSA-4096',
  'Ed25519',
  'SM2',
] as const
/** One of them. */
export type KeyKind = (typeof keyKinds)[number]

/** Those whose certificates sign manifests. */
export const contentKeyKinds = keyKinds.filter((kind) => kind !== 'SM2')

/** A key that signs what X.509 knows; it may live anywhere. */
export interface CertificateKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  /** AlgorithmIdentifier of its signatures, DER. */
  readonly algorithm: Uint8Array
  /** OID of the digest it signs with: CMS states it (RFC 5652 5.3). */
  readonly digest: 'sha256' | 'sha384' | 'sha512' | 'sm3'
  /** The signature as X.509 has it: ECDSA and SM2 as SEQUENCE of two INTEGERs, RSA by PKCS #1 1.5. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

const generate = promisify(generateKeyPair)
const curves = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' } as const

/** A new private key: PKCS #8, DER, not encrypted. RSA takes up to some seconds. */
export async function generatePrivateKey(kind: KeyKind): Promise<Uint8Array> {
  if (kind === 'SM2') return writeSm2PrivateKey(generateSm2Key())
  return (await pairOf(kind)).privateKey.export({ format: 'der', type: 'pkcs8' })
}

async function pairOf(kind: Exclude<KeyKind, 'SM2'>) {
  switch (kind) {
    case 'P-256':
    case 'P-384':
    case 'P-521':
      return generate('ec', { namedCurve: curves[kind] })
    case 'Ed25519':
      return generate('ed25519')
    default:
      return generate('rsa', { modulusLength: Number(kind.slice(4)) })
  }
}

/**
 * The key in a file, PEM or DER, encrypted or not.
 * @throws SignError when it can’t be opened, or is of a kind that certificates are not signed with.
 */
export function openCertificateKey(file: string | Uint8Array, passphrase?: string): CertificateKey {
  const key = readKey(file, passphrase)
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' })
  if (pkcs8.includes(sm2Curve)) return sm2Key(pkcs8)
  const scheme = schemeOf(key)
  if (scheme === undefined) throw invalid('certificates are not signed with keys of this kind')
  return {
    publicKey: createPublicKey(key).export({ format: 'der', type: 'spki' }),
    algorithm: algorithmIdentifier(scheme.oid, scheme.parameters),
    digest: scheme.digest,
    sign: async (bytes) => sign(scheme.digests ? scheme.digest : null, bytes, key),
  }
}

function readKey(file: string | Uint8Array, passphrase: string | undefined): KeyObject {
  const encrypted = typeof file === 'string' && file.includes('ENCRYPTED')
  if (encrypted && passphrase === undefined) throw invalid('it is protected by a passphrase')
  try {
    if (typeof file !== 'string')
      return createPrivateKey({ key: Buffer.from(file), format: 'der', type: 'pkcs8' })
    return createPrivateKey(encrypted ? { key: file, passphrase } : file)
  } catch (error) {
    throw invalid(encrypted ? 'the passphrase does not open it' : 'it is no private key', error)
  }
}

/** `1.2.156.10197.1.301` in DER; node:crypto has no name for the type of these keys. */
const sm2Curve = Buffer.from('06082a811ccf5501822d', 'hex')

/** SM3withSM2, as OpenSSL reads certificates: without parameters (GM/T 0015). */
function sm2Key(pkcs8: Uint8Array): CertificateKey {
  const key = readSm2PrivateKey(pkcs8)
  return {
    publicKey: writeSm2PublicKey(key.publicKey),
    algorithm: algorithmIdentifier(sm2Signature),
    digest: 'sm3',
    sign: async (bytes) => sm2Sign(key, bytes),
  }
}

interface Scheme {
  readonly oid: string
  readonly digest: 'sha256' | 'sha384' | 'sha512'
  /** Whether the digest is taken before signing; Ed25519 hashes by itself (RFC 8032), with SHA-512. */
  readonly digests: boolean
  readonly parameters: 'null' | 'absent'
}

/** RFC 5758 3.2 for ECDSA, RFC 4055 5 for RSA, RFC 8410 3 for Ed25519: digests as strong as the key. */
function schemeOf(key: KeyObject): Scheme | undefined {
  const { namedCurve = '', modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  const ecdsa = (number: number, digest: Scheme['digest']): Scheme => ({
    oid: `1.2.840.10045.4.3.${number}`,
    digest,
    digests: true,
    parameters: 'absent',
  })
  const rsa = (number: number, digest: Scheme['digest']): Scheme => ({
    oid: `1.2.840.113549.1.1.${number}`,
    digest,
    digests: true,
    parameters: 'null',
  })
  if (key.asymmetricKeyType === 'ed25519')
    return { oid: '1.3.101.112', digest: 'sha512', digests: false, parameters: 'absent' }
  if (key.asymmetricKeyType === 'rsa') {
    if (modulusLength >= 4096) return rsa(13, 'sha512')
    if (modulusLength >= 3072) return rsa(12, 'sha384')
    return modulusLength >= 2048 ? rsa(11, 'sha256') : undefined
  }
  switch (namedCurve) {
    case curves['P-256']:
      return ecdsa(2, 'sha256')
    case curves['P-384']:
      return ecdsa(3, 'sha384')
    case curves['P-521']:
      return ecdsa(4, 'sha512')
    default:
      return undefined
  }
}

function algorithmIdentifier(type: string, parameters: 'null' | 'absent' = 'absent'): Uint8Array {
  return sequence(oid(type), ...(parameters === 'null' ? [nothing()] : []))
}

function invalid(problem: Problem, cause?: unknown): SignError {
  return new SignError('sign.key.invalid', { problem }, { cause })
}
