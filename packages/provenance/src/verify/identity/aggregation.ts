/**
 * `cawg.identity_claims_aggregation`: a service states which accounts and documents of somebody it has seen, in a W3C verifiable
 * credential that is signed over the payload (CAWG identity 8.1). What would have to be fetched is not.
 */
import type { Problem } from '@yinji/core'
import { CoseError, type CoseSign1, headers, parseTaggedCoseSign1 } from '../../encoding/cose.ts'
import { stampsIn } from '../signature/cose-signature.ts'
import { algorithmOf, signatureHolds } from '../signature/signature.ts'
import { bestTimeStamp } from '../signature/timestamp.ts'
import { jsonIn } from './assertion.ts'
import { type Credential, readCredential } from './credential.ts'
import { keyOf } from './did.ts'
import { nobody, type Outcome, type Signed } from './outcome.ts'
import { isSamePayload } from './same-payload.ts'
import type { IdentityStatus } from './status.ts'

/** What was found, as it goes: the first problem is the reason. */
class Findings {
  readonly statuses: IdentityStatus[] = []
  #worst: Pick<Outcome, 'trust' | 'reason'> = { trust: 'trusted', reason: null }

  note(status: IdentityStatus): void {
    this.statuses.push(status)
  }

  fail(
    status: IdentityStatus,
    reason: Problem,
    trust: Exclude<Outcome['trust'], 'trusted'> = 'invalid',
  ): void {
    this.statuses.push(status)
    if (rank[trust] > rank[this.#worst.trust]) this.#worst = { trust, reason }
  }

  get worst() {
    return this.#worst
  }
}

const rank = { trusted: 0, untrusted: 1, unchecked: 2, invalid: 3 } as const

/** In the order of CAWG identity 8.1.5. */
export function checkAggregation(signed: Signed): Outcome {
  const found = new Findings()
  const outcome = (credential?: Credential, signedAt?: Date): Outcome => ({
    ...nobody,
    ...(credential && { name: credential.name, issuer: credential.issuer, verified: credential.verified }),
    signedAt: signedAt?.toISOString() ?? null,
    ...found.worst,
    statuses: found.statuses,
  })
  const cose = parse(signed.signature)
  if (typeof cose === 'string') {
    found.fail('cawg.ica.invalid_cose_sign1', `its signature can’t be read (${cose})`)
    return outcome()
  }
  const named = cose.protectedHeader.get(headers.algorithm)
  const algorithm = algorithmOf(named)
  if (algorithm === undefined)
    found.fail('cawg.ica.invalid_alg', `an algorithm that is not known here (${String(named).slice(0, 50)})`)
  if (cose.protectedHeader.get(contentType) !== 'application/vc')
    found.fail('cawg.ica.invalid_content_type', 'its content is not said to be a credential')
  const credential = cose.payload ? readCredential(jsonIn(cose.payload)) : undefined
  if (cose.payload === null || credential === undefined) {
    found.fail('cawg.ica.invalid_verifiable_credential', 'the credential can’t be read')
    return outcome()
  }
  checkSignature(cose, cose.payload, credential, algorithm, signed, found)
  const signedAt = checkTime(cose, cose.payload, credential, signed, found)
  checkStatus(credential, found)
  if (!isSamePayload(signed.payload, credential.asset))
    found.fail('cawg.ica.signer_payload.mismatch', 'the credential is about something else')
  for (const status of credential.problems)
    found.fail(status, 'what was verified is not told as it has to be')
  if (found.worst.trust === 'trusted') found.note('cawg.ica.credential_valid')
  return outcome(credential, signedAt)
}

/** The credential as it stands, to be shown; undefined when it can’t be read. */
export function credentialIn(signature: Uint8Array): ReturnType<typeof jsonIn> {
  const cose = parse(signature)
  return typeof cose === 'string' || cose.payload === null ? undefined : jsonIn(cose.payload)
}

/** RFC 9052 3.1. */
const contentType = 3

function parse(bytes: Uint8Array): CoseSign1 | string {
  try {
    return parseTaggedCoseSign1(bytes)
  } catch (error) {
    if (error instanceof CoseError) return error.message
    throw error
  }
}

/** The key is that of the issuer’s DID (CAWG identity 8.1.4.2), and the issuer one who is trusted. */
function checkSignature(
  { protectedBytes: protectedHeader, signature }: CoseSign1,
  payload: Uint8Array,
  { issuer }: Credential,
  algorithm: ReturnType<typeof algorithmOf>,
  { context: { trust } }: Signed,
  found: Findings,
): void {
  const key = issuer === null ? 'nobody' : keyOf(issuer)
  switch (key) {
    case 'nobody':
      found.fail('cawg.ica.invalid_issuer', 'its issuer is no DID')
      break
    case 'elsewhere':
      found.fail(
        'cawg.identity.network_traffic_blocked',
        `the key of ${issuer} would have to be fetched`,
        'unchecked',
      )
      break
    case 'unsupported':
      found.fail('cawg.ica.did_unsupported_method', `nothing here knows the key of ${issuer}`, 'unchecked')
      break
    case 'invalid':
      found.fail('cawg.ica.invalid_did_document', 'its issuer has no key')
      break
    default:
      if (algorithm && !signatureHolds({ algorithm, key, protectedHeader, payload, signature }))
        found.fail('cawg.ica.signature_mismatch', 'the signature is over something else')
      if (!trust.identityIssuers.has(issuer ?? ''))
        found.fail('cawg.ica.untrusted_issuer', 'nobody vouches for its issuer', 'untrusted')
  }
}

/** A stamp that holds, and the range in which the credential does; who stamped need not be known for that to be wrong. */
function checkTime(
  cose: CoseSign1,
  payload: Uint8Array,
  { from, until }: Credential,
  { own, context }: Signed,
  found: Findings,
): Date | undefined {
  const stamps = stampsIn(cose.unprotected).filter(({ version }) => version !== 1)
  const carrier = { protectedHeader: cose.protectedBytes, signature: cose.signature, stamps }
  const stamped = bestTimeStamp(carrier, payload, context)
  if (stamped?.outcome === 'trusted') found.note('cawg.ica.time_stamp.validated')
  else if (stamped?.outcome === 'untrusted')
    found.fail(
      'cawg.ica.time_stamp.invalid',
      'its time stamp is by an authority that is not known here',
      'untrusted',
    )
  else if (stamped?.outcome === 'invalid')
    found.fail('cawg.ica.time_stamp.invalid', `its time stamp does not hold (${stamped.what})`)
  const signedAt = stamped?.outcome === 'trusted' ? stamped.time : undefined
  const times = [context.now, own.signedAt, signedAt].filter((time) => time !== undefined)
  if (from === undefined) found.fail('cawg.ica.valid_from.missing', 'it does not say from when on it holds')
  else if (!times.every((time) => from <= time)) found.fail('cawg.ica.valid_from.invalid', 'it holds later')
  if (until !== undefined && !times.every((time) => time <= until))
    found.fail('cawg.ica.valid_until.invalid', 'it has run out')
  return signedAt ?? own.signedAt
}

/** A list of what was revoked lies elsewhere. */
function checkStatus({ status }: Credential, found: Findings): void {
  if (status === 'listed')
    found.fail(
      'cawg.ica.revocation.unavailable',
      'whether it was revoked would have to be fetched',
      'unchecked',
    )
  if (status === 'unknown')
    found.fail('cawg.ica.revocation.unsupported', 'nothing here knows whether it was revoked', 'unchecked')
}
