/** Who signs: a certificate chain and a way to sign bytes. The key itself may live anywhere; `signers/` has the kinds. */

/** The algorithms a claim may be signed with (C2PA 13.2.1), by their COSE names. */
export type SignatureAlgorithm = 'ES256' | 'ES384' | 'ES512' | 'PS256' | 'PS384' | 'PS512' | 'Ed25519'

/** A certificate chain and a way to sign with the key it was issued for. */
export interface Signer {
  readonly algorithm: SignatureAlgorithm
  /** DER certificates, leaf first, the root left out (C2PA 14.5, `x5chain`). */
  readonly chain: readonly Uint8Array[]
  /** When the first certificate of the chain runs out: a service that runs for months looks before it signs. */
  readonly notAfter: Date
  /** Raw signature: r‖s for ECDSA (RFC 9053 2.1), PSS with a salt as long as the hash, 64 bytes for Ed25519. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}
