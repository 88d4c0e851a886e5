/** Whether a time-stamp token was signed by a certificate's key (RFC 5652 5.4 to 5.6), with algorithms C2PA 13 allows. */
import { constants, createHash, verify } from 'node:crypto'
import type { Certificate } from '../trust/certificate.ts'
import type { TimeStampToken } from './token.ts'

/** Digests of C2PA 13.1, and what node:crypto calls them. */
export const digests: ReadonlyMap<string, 'sha256' | 'sha384' | 'sha512'> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])

/** Signature algorithms: the digest, where the identifier names one, and the kind of key. */
const algorithms: ReadonlyMap<string, { readonly digest?: string; readonly keys: readonly string[] }> =
  new Map([
    ['1.2.840.113549.1.1.1', { keys: ['rsa'] }], // rsaEncryption, with the digest of the signer
    ['1.2.840.113549.1.1.11', { digest: 'sha256', keys: ['rsa'] }],
    ['1.2.840.113549.1.1.12', { digest: 'sha384', keys: ['rsa'] }],
    ['1.2.840.113549.1.1.13', { digest: 'sha512', keys: ['rsa'] }],
    ['1.2.840.113549.1.1.10', { keys: ['rsa', 'rsa-pss'] }],
    ['1.2.840.10045.4.3.2', { digest: 'sha256', keys: ['ec'] }],
    ['1.2.840.10045.4.3.3', { digest: 'sha384', keys: ['ec'] }],
    ['1.2.840.10045.4.3.4', { digest: 'sha512', keys: ['ec'] }],
    ['1.3.101.112', { keys: ['ed25519'] }],
  ])
const pss = '1.2.840.113549.1.1.10'

/** `unsupported` for algorithms that are not allowed. */
export function tokenSignature(
  { content, signer }: TimeStampToken,
  by: Certificate,
): 'holds' | 'broken' | 'unsupported' {
  const hash = digests.get(signer.digest)
  const algorithm = algorithms.get(signer.algorithm)
  if (hash === undefined || algorithm === undefined) return 'unsupported'
  const key = by.publicKey
  if (!algorithm.keys.includes(key.asymmetricKeyType ?? '')) return 'broken'
  if (!createHash(hash).update(content).digest().equals(signer.messageDigest)) return 'broken'
  const digest = key.asymmetricKeyType === 'ed25519' ? null : (algorithm.digest ?? hash)
  const padding =
    signer.algorithm === pss
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
      : {}
  try {
    return verify(digest, signer.signed, { key, ...padding }, signer.signature) ? 'holds' : 'broken'
  } catch {
    return 'broken' // OpenSSL refuses key or signature outright
  }
}
