/**
 * Update manifests (C2PA 11.2.3): signed statements about content that does not change, e.g. that a platform has
 * published it. They have one ingredient, the manifest they update, and no binding of their own: the one further down
 * still holds, so nothing needs hashing and nothing but the store grows.
 */
import { randomUUID } from 'node:crypto'
import { InputError, limits } from '@yinji/core'
import { encodeTime } from '../encoding/cbor.ts'
import { writeBox } from '../encoding/jumbf.ts'
import type { Signer } from '../signers/signer.ts'
import {
  appendManifest,
  encodeAssertion,
  encodeStatement,
  type HashedUri,
  manifestBox,
  numbered,
} from './boxes.ts'
import { assertionsOf, checkUpdateStatements } from './check-statements.ts'
import { encodeClaim } from './claim.ts'
import type { DraftOptions } from './draft.ts'
import { parentOf, readStore } from './ingredient.ts'
import type { NewAssertion, SignedUpdate, UpdateContent } from './manifest.ts'
import { redactedStore } from './redact.ts'
import { saltBytes } from './salt.ts'
import { signClaim } from './signature.ts'

/**
 * Signs an update of a store (C2PA 11.2.3). The content is not touched and need not be at hand.
 * @throws UsageError when it is to say what an update may not; InputError when the store is damaged or grows too large;
 * SignError from the signer.
 */
export async function signUpdate(
  content: UpdateContent,
  signer: Signer,
  options: DraftOptions = {},
): Promise<SignedUpdate> {
  const { actions, redactions, softBindings, training } = content
  checkUpdateStatements({ actions, redactions, assertions: content.assertions, softBindings, training })
  const label = `urn:c2pa:${options.uuid ?? randomUUID()}`
  const salt = options.random ?? saltBytes
  const store = redactedStore(content)
  const redacted = store.uris
  const updated = { ...content, parent: { ...content.parent, store: store.bytes } }
  const parent = encodeAssertion('c2pa.ingredient.v3', parentOf(updated), salt(16))
  const statements = [
    ...actionsOf(content, redacted, parent.reference, options.now ?? new Date()),
    ...assertionsOf(content),
  ]
  const assertions = [
    ...numbered(statements).map((assertion) =>
      encodeStatement(assertion.label, assertion.content, isActions(assertion) ? undefined : salt(16)),
    ),
    parent,
  ]
  const references = assertions.map(({ reference }) => reference)
  const claim = encodeClaim(content, label, options.instance ?? randomUUID(), references, redacted)
  const boxes = assertions.map(({ box }) => box)
  const signature = await signClaim(signer, claim, 'free')
  const manifest = writeBox(manifestBox(label, { assertions: boxes, claim, signature }, 'updateManifest'))
  const whole = appendManifest(readStore(store.bytes, content.title ?? ''), manifest)
  const { byteLength } = whole
  if (byteLength <= limits.manifestBytes) return { store: whole, label }
  throw new InputError('input.size', { what: 'manifest', bytes: byteLength, most: limits.manifestBytes })
}

const isActions = ({ label }: NewAssertion) => label === 'c2pa.actions.v2'

function actionsOf(
  { actions = [], redactions = [], generator }: UpdateContent,
  redacted: readonly string[],
  parent: HashedUri,
  now: Date,
): NewAssertion[] {
  const { name, version } = generator
  const withheld = redactions.map(({ reason }, index) => ({
    action: 'c2pa.redacted',
    description: undefined,
    reason,
    when: now,
    parameters: { redacted: redacted[index] },
  }))
  const happened = actions.map((action) =>
    action.action === 'c2pa.opened' ? { parameters: { ingredients: [parent] }, ...action } : action,
  )
  const list = [...happened, ...withheld].map(({ when, ...action }) => ({
    when: encodeTime(new Date(when ?? now)),
    softwareAgent: { name, version },
    ...action,
  }))
  if (list.length === 0) return []
  return [{ label: 'c2pa.actions.v2', content: { actions: list, allActionsIncluded: true } }]
}
