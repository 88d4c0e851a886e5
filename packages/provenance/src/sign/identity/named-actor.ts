/** Who else stands behind the content, in their own name and with their own key (CAWG Identity Assertion 1.3, 5.1). */

import type { Signer } from '../../signers/signer.ts'
import { type Form, list, matching, object, text } from '../form.ts'

/** What a named actor may be to the content (CAWG identity 5.1.2); others are `com.example.…`. */
export const identityRoles = [
  'cawg.creator',
  'cawg.contributor',
  'cawg.editor',
  'cawg.producer',
  'cawg.publisher',
  'cawg.sponsor',
  'cawg.translator',
] as const

/** Somebody who signs as well: an identity assertion (`cawg.identity`). */
export interface NamedActor {
  /** Whose certificate names them; its extended key usage is `documentSigning`. */
  readonly signer: Signer
  /** One of `identityRoles`, or one under a reversed domain of your own. Default: nothing is said. */
  readonly roles?: readonly string[] | undefined
  /**
   * Labels of the assertions of this manifest that they sign besides the hash of the content, repeated ones with their number:
   * `c2pa.ingredient.v3__1`. Default: what was done, `c2pa.actions.v2`.
   */
  readonly assertions?: readonly string[] | undefined
}

const role = matching(
  new RegExp(
    `^(?:${identityRoles.join('|').replaceAll('.', '\\.')}|(?!cawg\\.)[A-Za-z\\d][\\w-]*(?:\\.[A-Za-z\\d][\\w-]*)+)$`,
  ),
  [...identityRoles, 'com.example.…'].join(', '),
)

export const namedActor: Form = object({ signer: () => {} }, { roles: list(role, 1), assertions: list(text) })
