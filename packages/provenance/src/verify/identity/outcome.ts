/** What is found out about one identity assertion. */
import type { IdentityReport, Problem } from '@yinji/core'
import type { CheckedManifest, Context } from '../checked-manifest.ts'
import type { SignerPayload } from './assertion.ts'
import type { IdentityStatus } from './status.ts'

/** A signature over the payload of an identity assertion, and what it is held against. */
export interface Signed {
  readonly payload: SignerPayload
  readonly signature: Uint8Array
  /** The manifest it stands in. */
  readonly own: CheckedManifest
  readonly context: Context
}

/** Who signed, and whether that holds. */
export interface Outcome extends Readonly<Pick<IdentityReport, 'name' | 'issuer' | 'signedAt' | 'trust'>> {
  readonly reason: Problem | null
  readonly verified: readonly IdentityReport['verified'][number][]
  readonly statuses: readonly IdentityStatus[]
}

/** Nobody can be named. */
export const nobody = { name: null, issuer: null, signedAt: null, verified: [] } as const
