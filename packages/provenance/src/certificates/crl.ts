/** Writes certificate revocation lists (RFC 5280 5): complete ones, of version 2, by the issuer of the certificates. */

import {
  type Der,
  enumerated,
  explicit,
  generalizedTime,
  implicit,
  number,
  positive,
  sequence,
  sequenceOf,
  time,
} from '../encoding/der-write.ts'
import { type Reason, reasons } from '../revocation/reason.ts'
import { type CertifiedKey, extension, keyIdentifier, namesOf, signed } from './issue.ts'

/** A certificate that is taken back. */
export interface RevokedCertificate {
  /** Hex, as `Certificate.serial`. */
  readonly serial: string
  /** When it was taken back. */
  readonly at: Date
  /** `unspecified` is left out, as RFC 5280 5.3.1 asks; `removeFromCRL` is for lists of changes, which these are not. */
  readonly reason: Exclude<Reason, 'removeFromCRL'>
  /** Since when the key is held compromised, if that is known (5.3.2). */
  readonly invalidityDate?: Date | undefined
}

/** A list to be signed. */
export interface CrlContent {
  /** Grows from list to list; at most 20 bytes long (5.2.3). */
  readonly number: number | bigint
  readonly thisUpdate: Date
  /** When the next list will be there at the latest. Verifiers believe this one no longer. */
  readonly nextUpdate: Date
  readonly revoked: readonly RevokedCertificate[]
}

/** The list, DER. Name and key identifier of the issuer stand in it as they stand in its certificate. */
export async function signCrl(
  { number: count, thisUpdate, nextUpdate, revoked }: CrlContent,
  { certificate, key }: CertifiedKey,
): Promise<Uint8Array> {
  const { name, keyIdentifier: id = keyIdentifier(key.publicKey) } = namesOf(certificate)
  const body = sequence(
    number(1), // version 2
    key.algorithm,
    name,
    time(thisUpdate),
    time(nextUpdate),
    ...(revoked.length > 0 ? [sequenceOf(revoked.map(entryOf))] : []), // absent when empty (5.1.2.6)
    explicit(
      0,
      sequence(extension('2.5.29.35', sequence(implicit(0, id))), extension('2.5.29.20', number(count))),
    ),
  )
  return signed(body, key)
}

/** What is the same for every entry is encoded once: lists are long. */
const reasonOf = new Map<Reason, Der>(
  reasons.flatMap((reason, code) => (reason ? [[reason, extension('2.5.29.21', enumerated(code))]] : [])),
)

function entryOf({ serial, at, reason, invalidityDate }: RevokedCertificate): Der {
  const code = reason === 'unspecified' ? undefined : reasonOf.get(reason)
  const extensions = [
    ...(code ? [code] : []),
    ...(invalidityDate ? [extension('2.5.29.24', generalizedTime(invalidityDate))] : []),
  ]
  return sequence(
    positive(Buffer.from(serial, 'hex')),
    time(at),
    ...(extensions.length > 0 ? [sequence(...extensions)] : []), // absent when empty (5.1.2.6)
  )
}
