/** The status codes of identity assertions that this validator gives (CAWG identity 7.2, 8.1.5.5, 8.2.2.4). */

const success = [
  'cawg.ica.credential_valid',
  'cawg.ica.time_stamp.validated',
  'cawg.identity.trusted',
  'cawg.identity.well-formed',
  'cawg.x509.credential.trusted',
  'cawg.x509.ocsp.not_revoked',
  'cawg.x509.signature.inside_validity',
  'cawg.x509.signature.validated',
  'cawg.x509.time_stamp.trusted',
  'cawg.x509.time_stamp.validated',
] as const

const informational = [
  'cawg.x509.ocsp.inaccessible',
  'cawg.x509.ocsp.skipped',
  'cawg.x509.ocsp.unknown',
  'cawg.x509.time_of_signing.inside_validity',
  'cawg.x509.time_of_signing.outside_validity',
  'cawg.x509.time_stamp.credential_invalid',
  'cawg.x509.time_stamp.malformed',
  'cawg.x509.time_stamp.mismatch',
  'cawg.x509.time_stamp.outside_validity',
  'cawg.x509.time_stamp.untrusted',
] as const

const failure = [
  'cawg.ica.did_unsupported_method',
  'cawg.ica.invalid_alg',
  'cawg.ica.invalid_content_type',
  'cawg.ica.invalid_cose_sign1',
  'cawg.ica.invalid_did_document',
  'cawg.ica.invalid_issuer',
  'cawg.ica.invalid_verifiable_credential',
  'cawg.ica.revocation.unavailable',
  'cawg.ica.revocation.unsupported',
  'cawg.ica.signature_mismatch',
  'cawg.ica.signer_payload.mismatch',
  'cawg.ica.time_stamp.invalid',
  'cawg.ica.untrusted_issuer',
  'cawg.ica.valid_from.invalid',
  'cawg.ica.valid_from.missing',
  'cawg.ica.valid_until.invalid',
  'cawg.ica.verified_identities.invalid',
  'cawg.ica.verified_identities.missing',
  'cawg.identity.assertion.duplicate',
  'cawg.identity.assertion.mismatch',
  'cawg.identity.cbor.invalid',
  'cawg.identity.credential_revoked',
  'cawg.identity.hard_binding_incorrect',
  'cawg.identity.hard_binding_missing',
  'cawg.identity.network_traffic_blocked',
  'cawg.identity.pad.invalid',
  'cawg.identity.sig_type.unknown',
  'cawg.x509.algorithm.unsupported',
  'cawg.x509.credential.untrusted',
  'cawg.x509.signature.mismatch',
  'cawg.x509.signature.outside_validity',
] as const

export type IdentityStatus =
  | (typeof success)[number]
  | (typeof informational)[number]
  | (typeof failure)[number]

export const identityStatuses = { success, informational, failure }
