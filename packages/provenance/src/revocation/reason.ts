/** Why certificates are taken back: CRLReason (RFC 5280 5.3.1), the same in CRLs and OCSP responses. */
import { DerError, type DerNode, expectTag, tags } from '../encoding/der.ts'

/** By number; 7 is not used. */
export const reasons = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  undefined,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const

/** Why a certificate was revoked. */
export type Reason = NonNullable<(typeof reasons)[number]>

export function readReason(node: DerNode | undefined): Reason {
  const { value } = expectTag(node, tags.enumerated)
  const reason = value.byteLength === 1 ? reasons[value[0] ?? 7] : undefined
  if (reason === undefined) throw new DerError('no reason')
  return reason
}
