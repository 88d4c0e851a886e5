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
  /** Has the time of each signature attested by a third party (RFC 3161). Default: no time stamps. */
  readonly timestamp?: TimeStamper | undefined
  /** Answers of the certificate's OCSP responder to carry along (C2PA 14.5.2, `rVals`). Default: none. */
  readonly ocsp?: OcspSource | undefined
}

/** Hashes a time stamp may be over (C2PA 13.1). */
export type StampDigest = 'sha256' | 'sha384' | 'sha512'

/** Somebody who attests what time it is. */
export interface TimeStamper {
  /** Room for one of them in bytes: known before it is made, filled up with padding. */
  readonly reserve: number
  /** What it makes: time-stamp tokens (RFC 3161 2.4.2), the default, or evidence records (RFC 4998), see `batched`. */
  readonly form?: 'token' | 'evidence' | undefined
  /** The token or record over these bytes, DER. @param digest default `sha256`. @throws SignError `sign.timestamp.failed` */
  stamp(bytes: Uint8Array, digest?: StampDigest): Promise<Uint8Array>
}

/** Where OCSP responses come from. */
export interface OcspSource {
  /** Room for all responses together in bytes. */
  readonly reserve: number
  /** Responses about the certificates of the chain, DER (RFC 6960); fresh ones when the old have run out. */
  responses(): Promise<readonly Uint8Array[]>
}
