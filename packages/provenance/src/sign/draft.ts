/** Drafts a manifest: everything but the content's hash and the signature, and therefore its exact size (C2PA 10.4). */
import { randomBytes, randomUUID } from 'node:crypto'
import { type BindingKind, InputError, InternalError, limits } from '@yinji/core'
import type { Layout, ManifestContent, ManifestDraft, Sealer } from '../draft.ts'
import type { Signer } from '../signer.ts'
import { actionsOf, aiDisclosureOf } from './actions.ts'
import { encodeBinding, type Room } from './binding.ts'
import { type AssertionBox, encodeAssertion, encodeManifest, encodeStore } from './boxes.ts'
import { encodeClaim } from './claim.ts'
import { hashContent } from './content-hash.ts'
import { ingredientOf } from './ingredient.ts'
import { labelRecordLabel, labelRecordOf } from './label-record.ts'
import { reserveSignature, signClaim } from './signature.ts'

/** What makes a draft repeatable, for tests. */
export interface DraftOptions {
  /** The time of labelling. Default: the system clock. */
  readonly now?: Date | undefined
  /** UUID of the manifest. Default: a random one. */
  readonly uuid?: string | undefined
  /** UUID of this version of the content. Default: a random one. */
  readonly instance?: string | undefined
  /** Random bytes for salts. Default: those of node:crypto. */
  readonly random?: ((length: number) => Uint8Array) | undefined
}

/**
 * @param binding How the format binds a manifest to its content.
 * @throws InputError when an earlier manifest can't be kept: it is damaged, or the store would grow too large.
 */
export function draftManifest(
  content: ManifestContent,
  binding: BindingKind,
  signer: Signer,
  options: DraftOptions = {},
): ManifestDraft {
  const label = `urn:c2pa:${options.uuid ?? randomUUID()}`
  const instance = options.instance ?? randomUUID()
  const { past, assertions } = statementsOf(content, options.now ?? new Date(), options.random ?? randomBytes)
  const boxes = assertions.map(({ box }) => box)

  /** The same bytes but for hash, place and signature. */
  const assemble = (room: Room | undefined, hash: Uint8Array) => {
    const bound = encodeBinding(binding, room, hash)
    const references = [bound, ...assertions].map(({ reference }) => reference)
    const claim = encodeClaim(content, label, instance, references)
    const close = (signature: Uint8Array) =>
      encodeManifest(label, { assertions: [bound.box, ...boxes], claim, signature })
    return { claim, close }
  }
  const seal = async (room: Room | undefined, hash: Uint8Array) => {
    const { claim, close } = assemble(room, hash)
    return encodeStore([...past, close(await signClaim(signer, claim))])
  }

  const reserved = assemble(undefined, new Uint8Array(32)).close(reserveSignature(signer))
  const size = sizeOf([encodeStore([]), ...past, reserved])
  if (size > limits.manifestBytes)
    throw new InputError('input.size', { what: 'manifest', bytes: size, most: limits.manifestBytes })
  const open = (layout: Layout) =>
    startSealing(layout, content, async (hash) => sized(await seal(layout.room, hash), size))
  return { size, label, binding, seal: open }
}

/** What is said about the content, and the manifests of its past. */
function statementsOf(content: ManifestContent, now: Date, random: (length: number) => Uint8Array) {
  const salted = (label: string, body: object): AssertionBox => encodeAssertion(label, body, random(16))
  const ingredient = ingredientOf(content)
  const parent = ingredient && salted('c2pa.ingredient.v3', ingredient.assertion)
  const assertions = [
    encodeAssertion('c2pa.actions.v2', actionsOf(content, now, parent?.reference)),
    ...(parent ? [parent] : []),
    salted('c2pa.ai-disclosure', aiDisclosureOf(content)),
    salted(labelRecordLabel, labelRecordOf(content)),
  ]
  return { past: ingredient?.manifests ?? [], assertions }
}

function startSealing(
  layout: Layout,
  { title }: ManifestContent,
  seal: (hash: Uint8Array) => Promise<Uint8Array>,
): Sealer {
  const hash = hashContent(layout, title ?? '')
  return { update: (chunk) => hash.update(chunk), finish: async () => seal(hash.digest()) }
}

function sized(store: Uint8Array, size: number): Uint8Array {
  if (store.byteLength !== size) throw new InternalError('a manifest of another size than was reserved')
  return store
}

function sizeOf(boxes: readonly Uint8Array[]): number {
  return boxes.reduce((size, box) => size + box.byteLength, 0)
}
