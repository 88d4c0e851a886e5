/** A signer with its key in memory. */
import { createPrivateKey, type KeyObject, sign, type X509Certificate } from 'node:crypto'
import { type Problem, SignError } from '@yinji/core'
import { readCertificates, signingChain } from './chain.ts'
import type { Signer } from './signer.ts'

/** Key and certificates as they come out of files. */
export interface SignerFiles {
  /** Private key, PEM: PKCS #8, encrypted or not, SEC 1 or PKCS #1. */
  readonly key: string
  /** What an encrypted key is opened with. */
  readonly passphrase?: string | undefined
  /** The signing certificate and those above it, PEM, in any order; a root is left out. */
  readonly chain: string
}

/**
 * A signer with its key in memory. The algorithm follows from the key: ES256, ES384 or ES512 by its curve, PS256, PS384
 * or PS512 by the size of the modulus (2048, 3072, 4096 bits and up), Ed25519.
 * @throws SignError when key and certificate don't belong together, the chain doesn't hold, a certificate is outside
 * its validity at `now` or doesn't fit the profile of C2PA 14.5.
 */
export function createSigner({ key, passphrase, chain }: SignerFiles, now = new Date()): Signer {
  return keySigner(readKey(key, passphrase), readCertificates(chain), now)
}

/** The same for what has been read already. */
export function keySigner(key: KeyObject, certificates: readonly X509Certificate[], now: Date): Signer {
  const { algorithm, certificates: chain, notAfter } = signingChain(certificates, now, key)
  const signing = { key, ...algorithm.options }
  return {
    algorithm: algorithm.name,
    chain,
    notAfter,
    sign: async (bytes) => sign(algorithm.digest, bytes, signing),
  }
}

function readKey(pem: string, passphrase: string | undefined): KeyObject {
  const encrypted = /ENCRYPTED/.test(pem)
  const problem = (text: Problem, cause?: unknown) =>
    new SignError('sign.key.invalid', { problem: text }, { cause })
  if (encrypted && passphrase === undefined) throw problem('it is protected by a passphrase')
  try {
    return createPrivateKey(encrypted ? { key: pem, passphrase } : { key: pem })
  } catch (error) {
    throw problem(encrypted ? 'the passphrase does not open it' : 'it is no private key in PEM form', error)
  }
}
