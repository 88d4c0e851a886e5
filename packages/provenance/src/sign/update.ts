/**
 * Update manifests (C2PA 11.2.3): signed statements about content that does not change, e.g. that a platform has
 * published it. They have one ingredient, the manifest they update, and no binding of their own: the one further down
 * still holds, so nothing needs hashing and nothing but the store grows.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { InputError, limits, UsageError } from '@yinji/core'
import { encodeTime } from '../cbor.ts'
import { type NewAssertion, type SignedUpdate, type UpdateContent, updateActions } from '../draft.ts'
import type { Signer } from '../signer.ts'
import { appendManifest, encodeAssertion, encodeManifest } from './boxes.ts'
import { encodeClaim } from './claim.ts'
import type { DraftOptions } from './draft.ts'
import { parentOf, readStore } from './ingredient.ts'
import { signClaim } from './signature.ts'

/** What would speak of the content itself. */
const forbidden = /^c2pa\.(?:hash|thumbnail)\./

/**
 * Signs an update of a store.
 * @throws UsageError when it is to say what an update may not; InputError when the store is damaged or grows too large;
 * SignError from the signer.
 */
export async function signUpdate(
  content: UpdateContent,
  signer: Signer,
  options: DraftOptions = {},
): Promise<SignedUpdate> {
  const label = `urn:c2pa:${options.uuid ?? randomUUID()}`
  const salt = options.random ?? randomBytes
  const statements = [...actionsOf(content, options.now ?? new Date()), ...(content.assertions ?? [])]
  const wrong = statements.find((assertion) => forbidden.test(assertion.label))
  if (wrong) throw new UsageError('usage.update.invalid', { what: wrong.label })
  const assertions = [
    ...numbered(statements).map((assertion) =>
      encodeAssertion(assertion.label, assertion.content, isActions(assertion) ? undefined : salt(16)),
    ),
    encodeAssertion('c2pa.ingredient.v3', parentOf(content).assertion, salt(16)),
  ]
  const references = assertions.map(({ reference }) => reference)
  const claim = encodeClaim(content, label, options.instance ?? randomUUID(), references)
  const boxes = assertions.map(({ box }) => box)
  const signature = await signClaim(signer, claim)
  const manifest = encodeManifest(label, { assertions: boxes, claim, signature }, 'updateManifest')
  const store = appendManifest(readStore(content.parent.store, content.title ?? ''), manifest)
  if (store.byteLength <= limits.manifestBytes) return { store, label }
  throw new InputError('input.size', {
    what: 'manifest',
    bytes: store.byteLength,
    most: limits.manifestBytes,
  })
}

/** A second assertion of a kind is `label__1` (C2PA 6.4). */
export function numbered(assertions: readonly NewAssertion[]): NewAssertion[] {
  const counts = new Map<string, number>()
  return assertions.map(({ label, content }) => {
    const count = counts.get(label) ?? 0
    counts.set(label, count + 1)
    return { label: count === 0 ? label : `${label}__${count}`, content }
  })
}

const isActions = ({ label }: NewAssertion) => label === 'c2pa.actions.v2'

function actionsOf({ actions = [], generator }: UpdateContent, now: Date): NewAssertion[] {
  const wrong = actions.find(({ action }) => !updateActions.includes(action))
  if (wrong) throw new UsageError('usage.update.invalid', { what: wrong.action })
  if (actions.length === 0) return []
  const { name, version } = generator
  const list = actions.map(({ action, description, reason, when }) => ({
    action,
    description,
    reason,
    when: encodeTime(when ?? now),
    softwareAgent: { name, version },
  }))
  return [{ label: 'c2pa.actions.v2', content: { actions: list, allActionsIncluded: true } }]
}
