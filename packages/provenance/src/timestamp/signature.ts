/** Whether a time-stamp token was signed by a certificate's key (RFC 5652 5.4 to 5.6), with algorithms C2PA 13 allows. */
import { constants, createHash, verify } from 'node:crypto'
import { digests, rsassaPss, signatureAlgorithms } from '../trust/algorithms.ts'
import type { Certificate } from '../trust/certificate.ts'
import type { TimeStampToken } from './token.ts'

/** RSA by PKCS #1 1.5 with the digest that the signer names beside it (RFC 3370 3.2). */
const rsaEncryption = '1.2.840.113549.1.1.1'

/** `unsupported` for algorithms that are not allowed. */
export function tokenSignature(
  { content, signer }: TimeStampToken,
  { publicKey: key }: Certificate,
): 'holds' | 'broken' | 'unsupported' {
  const isPss = signer.algorithm === rsassaPss
  const hash = digests.get(signer.digest)
  const algorithm = signatureAlgorithms.get(signer.algorithm)
  if (hash === undefined || !(algorithm || isPss || signer.algorithm === rsaEncryption)) return 'unsupported'
  const type = key.asymmetricKeyType
  if (type !== (algorithm?.key ?? 'rsa') && !(isPss && type === 'rsa-pss')) return 'broken'
  if (!createHash(hash).update(content).digest().equals(signer.messageDigest)) return 'broken'
  const digest = algorithm ? algorithm.digest : hash
  const padding = isPss && {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_AUTO,
  }
  try {
    return verify(digest, signer.signed, { key, ...padding }, signer.signature) ? 'holds' : 'broken'
  } catch {
    return 'broken' // OpenSSL refuses key or signature outright
  }
}
