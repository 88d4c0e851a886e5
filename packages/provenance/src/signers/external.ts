/**
 * A signer whose key is somewhere else: a key service, a smart card, another process. Its answers are not believed: each
 * is held against the certificate before anything is made of it, so that a wrong key never produces a file.
 */
import { constants, createHash, verify } from 'node:crypto'
import { type Problem, problem, SignError, YinjiError } from '@yinji/core'
import type { SigningAlgorithm } from './algorithm.ts'
import { readCertificates, type SigningChain, signingChain } from './chain.ts'
import { rawFromDer } from './ecdsa.ts'
import type { SignatureAlgorithm, Signer } from './signer.ts'

/** Certificates, and a way to have bytes signed with the key of the first of them. */
export interface ExternalKey {
  /** The signing certificate and those above it, PEM, in any order; a root is left out. */
  readonly chain: string
  /**
   * Signs the bytes themselves, not a digest made beforehand. ECDSA signatures may come back raw (r‖s) or in DER, as most
   * key services give them.
   */
  sign(bytes: Uint8Array, algorithm: SignatureAlgorithm): Promise<Uint8Array>
}

/**
 * A signer that never sees the key. The algorithm follows from the key in the certificate.
 * @throws SignError when the chain doesn't hold, or isn't fit to sign content at `now`. Its `sign` throws
 * `sign.external.wrong` for answers that are no signature of the certificate's key, `sign.external.failed` with the cause
 * for whatever is thrown.
 */
export function createExternalSigner({ chain, sign }: ExternalKey, now = new Date()): Signer {
  const known = signingChain(readCertificates(chain), now)
  return {
    algorithm: known.algorithm.name,
    chain: known.certificates,
    notAfter: known.notAfter,
    sign: async (bytes) => verified(known, bytes, await sign(bytes, known.algorithm.name).catch(failed)),
  }
}

function failed(cause: unknown): never {
  if (cause instanceof YinjiError) throw cause
  const problem = cause instanceof Error ? cause.message : String(cause)
  throw new SignError('sign.external.failed', { problem }, { cause })
}

/** The raw signature in an answer. */
function verified(chain: SigningChain, bytes: Uint8Array, answer: Uint8Array): Uint8Array {
  const { algorithm } = chain
  if (!(answer instanceof Uint8Array))
    // of plain JavaScript; `subtle.sign` gives an ArrayBuffer
    throw new SignError('sign.external.wrong', {
      algorithm: algorithm.name,
      problem: problem('it is no Uint8Array'),
    })
  const raw = algorithm.name.startsWith('ES') ? rawFromDer(answer, algorithm.length / 2) : undefined
  for (const signature of raw ? [answer, raw] : [answer])
    if (signature.byteLength === algorithm.length && holds(chain, bytes, signature, algorithm.options))
      return signature
  throw new SignError('sign.external.wrong', {
    algorithm: algorithm.name,
    problem: problemOf(chain, bytes, answer, raw),
  })
}

/** What people get wrong most, told apart. */
function problemOf(
  chain: SigningChain,
  bytes: Uint8Array,
  answer: Uint8Array,
  raw: Uint8Array | undefined,
): Problem {
  const { name, length, digest } = chain.algorithm
  if (name.startsWith('PS') && answer.byteLength === length) {
    if (holds(chain, bytes, answer, { padding: constants.RSA_PKCS1_PADDING }))
      return 'it is padded after PKCS #1 v1.5, not PSS'
    const anySalt = { ...chain.algorithm.options, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
    if (holds(chain, bytes, answer, anySalt)) return 'its salt is not as long as the digest'
  }
  const signature = raw ?? answer
  if (signature.byteLength !== length) return `it has ${answer.byteLength} bytes instead of ${length}`
  if (digest && holds(chain, createHash(digest).update(bytes).digest(), signature, chain.algorithm.options))
    return 'it is over the digest, hashed once more: the service wants `data`, or to be told that it gets a digest'
  const other = digests.find(
    (name) =>
      name !== digest &&
      holds(
        { ...chain, algorithm: { ...chain.algorithm, digest: name } },
        bytes,
        signature,
        chain.algorithm.options,
      ),
  )
  if (other !== undefined) return `its digest is ${other}, not ${digest}`
  return 'another key or another digest made it'
}

const digests = ['sha256', 'sha384', 'sha512'] as const

function holds(
  { algorithm, publicKey: key }: SigningChain,
  bytes: Uint8Array,
  signature: Uint8Array,
  options: SigningAlgorithm['options'],
): boolean {
  try {
    return verify(algorithm.digest, bytes, { key, ...options }, signature)
  } catch {
    return false // OpenSSL refuses it outright
  }
}
