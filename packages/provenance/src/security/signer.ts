/** Who signs labels: an SM2 key and, where there is one, its certificate. */
import { problem, SignError } from '@yinji/core'
import { certificatesIn } from '../encoding/pem.ts'
import { checkValidity } from '../signers/chain.ts'
import { readSm2PrivateKey, type Sm2PublicKey } from '../sm2/keys.ts'
import { sm2Sign } from '../sm2/signature.ts'
import { type Certificate, readCertificate } from '../trust/certificate.ts'
import { leafProblem } from '../trust/profile.ts'

/** An SM2 key that signs labels; the key itself may live anywhere. */
export interface LabelSigner {
  readonly publicKey: Sm2PublicKey
  /** DER certificates, leaf first, the root left out; empty when there are none. */
  readonly chain: readonly Uint8Array[]
  /** When the first certificate of the chain runs out; null without one. */
  readonly notAfter: Date | null
  /** SM3withSM2 over the bytes, signer id 1234567812345678, DER. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

/** Key and certificates as they come out of files. */
export interface LabelSignerFiles {
  /** Private key, PEM (PKCS #8 or SEC 1). */
  readonly key: string
  /** Opens an encrypted key. */
  readonly passphrase?: string | undefined
  /** The certificate and those above it, PEM, leaf first; a root is left out. Default: none, the key stands alone. */
  readonly chain?: string | undefined
}

/**
 * A signer of labels with its key in memory.
 * @throws SignError when the key can’t be used, or the certificate is another key’s, doesn’t fit or has run out at `now`.
 */
export function createLabelSigner(files: LabelSignerFiles, now = new Date()): LabelSigner {
  const key = readSm2PrivateKey(files.key, files.passphrase)
  const chain = files.chain === undefined ? [] : readChain(files.chain)
  const [leaf] = chain
  if (leaf) check(leaf, key.publicKey, now)
  const ends = chain.map(({ notAfter }) => notAfter.getTime())
  return {
    publicKey: key.publicKey,
    chain: chain.filter(({ subject, issuer }) => subject.key !== issuer.key).map(({ der }) => der),
    notAfter: leaf ? new Date(Math.min(...ends)) : null,
    sign: async (bytes) => sm2Sign(key, bytes),
  }
}

function readChain(pem: string): Certificate[] {
  return certificatesIn(pem).map((der, index) => {
    const certificate = readCertificate(der)
    if (certificate) return certificate
    throw new SignError('sign.certificate.unreadable', {
      problem: problem(`certificate ${index + 1} is damaged`),
    })
  })
}

function check(leaf: Certificate, key: Sm2PublicKey, now: Date): void {
  if (leaf.sm2Key?.x !== key.x || leaf.sm2Key.y !== key.y) throw new SignError('sign.key.mismatch')
  const unfit = leafProblem(leaf, 'sm2')
  if (unfit !== undefined) throw new SignError('sign.certificate.profile', { problem: unfit })
  checkValidity(leaf, now)
}
