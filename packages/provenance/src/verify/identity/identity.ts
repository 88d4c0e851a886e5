/**
 * Identity assertions (CAWG Identity Assertion 1.3): who else stands behind the content, besides the signer of the claim. They are
 * checked once a manifest holds, and whatever is wrong with them is wrong with them alone (CAWG identity 7.1).
 */
import type { IdentityReport, Problem } from '@yinji/core'
import type { Assertion, CheckedManifest, Context } from '../checked-manifest.ts'
import { assertionUri } from '../uri.ts'
import { checkAggregation } from './aggregation.ts'
import { type IdentityAssertion, readIdentity } from './assertion.ts'
import { nobody, type Outcome, type Signed } from './outcome.ts'
import { labelsOf, referenceProblems, Scopes } from './references.ts'
import type { IdentityStatus } from './status.ts'
import { checkX509 } from './x509.ts'

/** By the label of the manifest they stand in. */
export type Identities = ReadonlyMap<string, readonly IdentityReport[]>

/** Each costs signature checks; honest files have a few. */
const most = 100

/** Those of all manifests in use, each told in the log of its own. */
export function checkIdentities(order: readonly CheckedManifest[], context: Context): Identities {
  const scopes = new Scopes(new Map(order.map((one) => [one.manifest.label, one])))
  let room = most
  return new Map(
    [...order].reverse().map((own) => {
      const all = own.sound ? own.assertions.filter(({ base }) => base === 'cawg.identity') : []
      const some = all.slice(0, Math.max(room, 0))
      room -= some.length
      if (some.length < all.length) tell(own, '—', 'unchecked', `more than ${most} of them`)
      return [own.manifest.label, some.map((assertion) => checkOne(assertion, own, scopes, context))]
    }),
  )
}

function checkOne(
  assertion: Assertion,
  own: CheckedManifest,
  scopes: Scopes,
  context: Context,
): IdentityReport {
  const at = assertionUri(own.manifest.label, assertion.label)
  const identity = readIdentity(assertion)
  const outcome = identity ? judged(identity, own, scopes, context) : failed('cawg.identity.cbor.invalid')
  for (const status of outcome.statuses) own.log.status(status, at)
  const { statuses: _, verified, ...found } = outcome
  tell(own, found.name ?? '—', found.trust, found.reason ?? undefined, at)
  const { roles = [], sigType = '' } = identity?.payload ?? {}
  return {
    assertion: at,
    type: sigType,
    roles: [...roles],
    signed: identity ? labelsOf(identity.payload) : [],
    ...found,
    verified: [...verified],
  }
}

/** What the assertion is about, then who signed it: the signature counts for nothing where that is not this manifest. */
function judged(
  { payload, signature, padded }: IdentityAssertion,
  own: CheckedManifest,
  scopes: Scopes,
  context: Context,
): Outcome {
  const problems: IdentityStatus[] = [
    ...referenceProblems(payload, scopes.of(own)),
    ...(padded ? ['cawg.identity.pad.invalid' as const] : []),
  ]
  const outcome = bySignature({ payload, signature, own, context })
  const [problem] = problems
  if (problem !== undefined && outcome.trust !== 'invalid')
    return {
      ...outcome,
      trust: 'invalid',
      reason: reasons[problem] ?? null,
      statuses: [...outcome.statuses, ...problems],
    }
  const statuses = [...outcome.statuses, ...problems]
  if (outcome.trust === 'trusted') return { ...outcome, statuses: [...statuses, 'cawg.identity.trusted'] }
  if (outcome.trust === 'untrusted')
    return { ...outcome, statuses: [...statuses, 'cawg.identity.well-formed'] }
  return { ...outcome, statuses }
}

function bySignature(signed: Signed): Outcome {
  switch (signed.payload.sigType) {
    case 'cawg.x509.cose':
      return checkX509(signed)
    case 'cawg.identity_claims_aggregation':
      return checkAggregation(signed)
    default:
      return {
        ...nobody,
        trust: 'unchecked',
        reason: `signed in a way that is not known here (${signed.payload.sigType.slice(0, 100)})`,
        statuses: ['cawg.identity.sig_type.unknown'],
      }
  }
}

const failed = (status: IdentityStatus): Outcome => ({
  ...nobody,
  trust: 'invalid',
  reason: reasons[status] ?? null,
  statuses: [status],
})

const reasons: Partial<Record<IdentityStatus, Problem>> = {
  'cawg.identity.cbor.invalid': 'it is not of the form of such an assertion',
  'cawg.identity.assertion.mismatch': 'it is about assertions that are not claimed here',
  'cawg.identity.assertion.duplicate': 'it is about the same assertion twice',
  'cawg.identity.hard_binding_missing': 'it is not about the content',
  'cawg.identity.hard_binding_incorrect': 'it is about other content',
  'cawg.identity.pad.invalid': 'something is hidden in its padding',
}

function tell(
  { log }: CheckedManifest,
  name: string,
  trust: IdentityReport['trust'],
  reason?: Problem,
  at?: string,
): void {
  log.report(`manifest.identity.${trust}`, { at, name, reason })
}
