/** Requests for certificates (PKCS #10, RFC 2986): the key stays where it is, its signature proves that it is there. */
import { createPublicKey } from 'node:crypto'
import { type Problem, UsageError } from '@yinji/core'
import { childrenOf, expectTag, readDer, readSmallInteger, tags } from '../encoding/der.ts'
import { implicitMembers, number, sequence } from '../encoding/der-write.ts'
import { pemBlocks } from '../encoding/pem.ts'
import { readSm2PublicKey } from '../sm2/keys.ts'
import { isSignedWith, readSigned } from '../trust/signed.ts'
import { signed } from './issue.ts'
import type { CertificateKey, KeyKind } from './key.ts'
import { encodeName, type Subject, subjectIn } from './name.ts'

/** A request whose signature holds. */
export interface ReadRequest {
  /** What it asks to be called; an authority may decide otherwise. */
  readonly subject: Partial<Subject>
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array
  readonly kind: KeyKind
}

/** A request, DER. @throws UsageError when the provider code is none. */
export async function requestCertificate(subject: Subject, key: CertificateKey): Promise<Uint8Array> {
  const info = sequence(number(0), encodeName(subject), key.publicKey, implicitMembers(0))
  return signed(info, key)
}

/** Far above any request. */
const mostBytes = 64 * 1024

/**
 * Reads a request, PEM or DER, and checks that whoever made it has the key.
 * @throws UsageError when it is none, its signature fails, or the key is of a kind that is not certified.
 */
export function readRequest(file: Uint8Array): ReadRequest {
  if (file.byteLength > mostBytes) throw invalid('it is too large')
  const text = Buffer.from(file).toString('latin1')
  const [der = file] = pemBlocks(text, 'CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST')
  const request = parse(der)
  if (request === undefined) throw invalid('it is no request in the form of PKCS #10')
  const { subject, publicKey, signed } = request
  const kind = kindOf(publicKey)
  if (kind === undefined)
    throw invalid(
      'its key is of a kind that is not certified; take P-256, RSA from 2048 bits, Ed25519 or SM2',
    )
  const by = {
    publicKey: createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' }),
    sm2Key: readSm2PublicKey(publicKey)?.key,
  }
  if (!isSignedWith(signed, by))
    throw invalid('its signature does not hold, so nothing shows that the key is there')
  return { subject, publicKey, kind }
}

function parse(der: Uint8Array) {
  try {
    const [info, algorithm, signature, ...rest] = childrenOf(readDer(der, tags.sequence))
    const [version, name, key] = childrenOf(expectTag(info, tags.sequence))
    if (rest.length > 0 || readSmallInteger(version) !== 0) return undefined
    return {
      subject: subjectIn(expectTag(name, tags.sequence)),
      publicKey: Uint8Array.from(expectTag(key, tags.sequence).bytes),
      signed: readSigned(info, algorithm, signature),
    }
  } catch {
    return undefined // hostile or broken
  }
}

/** Kind of a public key; undefined when it is of none that is certified. Never throws. */
export function kindOf(spki: Uint8Array): KeyKind | undefined {
  if (readSm2PublicKey(spki)?.form === 'spki') return 'SM2'
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    const { namedCurve = '', modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
    if (key.asymmetricKeyType === 'ed25519') return 'Ed25519'
    if (key.asymmetricKeyType === 'rsa')
      return modulusLength >= 4096 ? 'RSA-4096' : modulusLength >= 3072 ? 'RSA-3072' : rsaOf(modulusLength)
    return key.asymmetricKeyType === 'ec' ? curves.get(namedCurve) : undefined
  } catch {
    return undefined
  }
}

const rsaOf = (bits: number): KeyKind | undefined => (bits >= 2048 ? 'RSA-2048' : undefined)

const curves: ReadonlyMap<string, KeyKind> = new Map([
  ['prime256v1', 'P-256'],
  ['secp384r1', 'P-384'],
  ['secp521r1', 'P-521'],
])

function invalid(problem: Problem): UsageError {
  return new UsageError('usage.request.invalid', { problem })
}
