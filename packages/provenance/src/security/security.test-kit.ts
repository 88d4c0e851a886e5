/** For tests only: a field without security data, and how some in it are checked. */
import type { AigcField } from '@yinji/core'
import { createTrust } from '../trust/trust.ts'
import { checkSecurityData } from './check.ts'
import type { SecurityContext } from './vouch.ts'

/** A little later: openssl issues the certificates only now. */
export const now = new Date(Date.now() + 60_000)
export const nobody: SecurityContext = { trust: createTrust({ anchors: [] }), now }
export const code = '001191310104MACE0YX63918020'
export const field: AigcField = {
  Label: '1',
  ContentProducer: code,
  ProduceID: '142569260085903360',
  ReservedCode1: '',
  ContentPropagator: code,
  PropagateID: '142569260085903360',
  ReservedCode2: '',
}
export const codes = (check: { findings: readonly { code: string }[] }) =>
  check.findings.map((found) => found.code)
export const pemOf = (der: Uint8Array) =>
  `-----BEGIN PRIVATE KEY-----\n${Buffer.from(der).toString('base64')}\n-----END PRIVATE KEY-----`

/** What is found when this stands in the field. */
export const checked = (text: string, context: SecurityContext) =>
  checkSecurityData({ ...field, ReservedCode1: text }, 'ReservedCode1', context)
