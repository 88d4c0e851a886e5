/** Drafts a manifest: everything but the content's hash and the signature, and therefore its exact size (C2PA 10.4). */
import { randomUUID } from 'node:crypto'
import {
  type Binding,
  type BindingKind,
  concat,
  InputError,
  InternalError,
  limits,
  parseRecord,
} from '@yinji/core'
import { writeBox } from '../encoding/jumbf.ts'
import type { Signer } from '../signers/signer.ts'
import { actionsOf } from './actions.ts'
import {
  type AssertionBox,
  encodeAssertion,
  encodeEmbedded,
  encodeOwn,
  encodeStatement,
  manifestBox,
  nothing,
  numbered,
  storeBox,
} from './boxes.ts'
import { assertionsOf, checkManifestContent, isSoftBinding } from './check-statements.ts'
import { encodeClaim } from './claim.ts'
import { compressedWhereFree } from './compressed.ts'
import { encodeBinding } from './content/binding.ts'
import { type Hashed, hashContent } from './content/content-hash.ts'
import { aiDisclosureOf } from './disclosure.ts'
import { refuse } from './form.ts'
import { gathered } from './gathered.ts'
import { plannedIdentities } from './identity/identity.ts'
import { assertionOf, ingredient, ingredientOf } from './ingredient.ts'
import { labelRecordLabel, labelRecordOf } from './label-record.ts'
import type { IngredientUse, Layout, ManifestContent, ManifestDraft, Sealer, Thumbnail } from './manifest.ts'
import { saltBytes } from './salt.ts'
import { signatureRoom, signClaim } from './signature.ts'

/** What makes a draft repeatable, for tests, and how much room it leaves. */
export interface DraftOptions {
  /**
   * Bytes at the end of the store that are left free (zeros), so that updates fit where the store can't grow later.
   * Default 0.
   */
  readonly spare?: number | undefined
  /**
   * Compress the manifests of what it was made from (C2PA 11.2.4), where that makes them smaller: those that only this one refers to,
   * which are the newest of each ingredient. Default false: they are kept byte for byte.
   */
  readonly compress?: boolean | undefined
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
 * Drafts a manifest (C2PA 10.4, 11.2.2): everything but the hash of the content and the signature, so that a file can be laid out
 * around it.
 * @param outline How the format binds a manifest to its content: the kind, or, where the number of hashes depends on the
 * file (`boxes`, `collection`), the binding of a first layout.
 * @throws UsageError when something is stated that is not as the standard has it. InputError when an earlier manifest can't be
 * kept: it is damaged, or the store would grow too large.
 */
export function draftManifest(
  given: ManifestContent,
  outline: Binding | OutlinedByName,
  signer: Signer,
  options: DraftOptions = {},
): ManifestDraft {
  checkManifestContent(given)
  const content = given.record ? { ...given, record: parseRecord(given.record) } : given
  const label = `urn:c2pa:${options.uuid ?? randomUUID()}`
  const { instance = randomUUID(), spare = 0, now = new Date(), random = saltBytes } = options
  const { past: kept, assertions } = statementsOf(content, now, random)
  const past = options.compress ? compressedWhereFree(kept) : kept
  const identities = plannedIdentities(content.identities ?? [], assertions, now, random)
  const expected = typeof outline === 'string' ? outlineNamed(outline) : outline

  const unbound = encodeBinding(expected, undefined, undefined)
  const unsigned = identities.map((one) => one.reserve(unbound))
  const references = [unbound, ...assertions, ...unsigned].map(({ reference }) => reference)
  const early: Late = [unbound, ...unsigned]
  const claim = claimOver(early, encodeClaim(content, label, instance, references))
  const storeWith = ([binding, ...named]: Late, claim: Uint8Array, signature: Uint8Array) => {
    const all = [binding, ...assertions, ...named].map(({ box }) => box)
    return storeBox([...past, manifestBox(label, { assertions: all, claim, signature })])
  }

  const size = storeWith(early, claim(early), nothing).size + signatureRoom(signer) + spare
  const bytes = size + bytesIn(kept) - bytesIn(past) // readers count what they unpack
  if (bytes > limits.manifestBytes)
    throw new InputError('input.size', { what: 'manifest', bytes, most: limits.manifestBytes })

  const seal = async ({ binding, room }: Layout, hashed: Hashed) => {
    const bound = encodeBinding(binding, room, hashed)
    const late: Late = [bound, ...(await Promise.all(identities.map((one) => one.sign(bound))))]
    const signed = claim(late)
    const store = writeBox(storeWith(late, signed, await signClaim(signer, signed)))
    return spare === 0 ? store : concat([store, new Uint8Array(spare)])
  }
  const open = (layout: Layout) =>
    startSealing(layout, content, async (hashed) => sized(await seal(layout, hashed), size))
  return { size, label, binding: expected.kind, seal: open }
}

const bytesIn = (boxes: readonly Uint8Array[]) => boxes.reduce((sum, { byteLength }) => sum + byteLength, 0)

/** What is known last: the binding, and who else signs it. */
type Late = readonly [binding: AssertionBox, ...identities: AssertionBox[]]

/** The claim with the hashes of others in their place, for which nothing else in it changes. */
function claimOver(early: Late, claim: Uint8Array): (late: Late) => Uint8Array {
  const bytes = Buffer.from(claim.buffer, claim.byteOffset, claim.byteLength)
  const places = early.map(({ reference: { hash } }) => bytes.indexOf(hash))
  return (late) => {
    const other = new Uint8Array(claim)
    for (const [index, { reference }] of late.entries()) other.set(reference.hash, places[index])
    return other
  }
}

/** Kinds whose size is the same for every file. */
export type OutlinedByName = Exclude<BindingKind, 'boxes' | 'collection'>

const named: readonly OutlinedByName[] = ['data', 'text', 'bmff']

function outlineNamed(kind: OutlinedByName): Binding {
  if (!named.includes(kind)) refuse('outline', kind, named.join(', '))
  return kind === 'bmff' ? { kind, boxes: [] } : { kind }
}

/** What is said about the content, and the manifests of its past and its parts. */
function statementsOf(content: ManifestContent, now: Date, random: (length: number) => Uint8Array) {
  const salted = (label: string, body: unknown): AssertionBox => encodeAssertion(label, body, random(16))
  const parent = ingredientOf(content)
  const others = (content.ingredients ?? []).map((one) => ({ use: one.relationship, ...ingredient(one) }))
  const all = [...(parent ? [parent] : []), ...others]
  const { manifests, copy } = gathered(all.map(({ manifests }) => manifests))
  const pictures = thumbnailsOf(all.map(({ described }) => described.thumbnail))
  const boxes = numbered(
    all.map((one, at) => ({
      label: 'c2pa.ingredient.v3',
      content: assertionOf(one, copy(at), pictures.get(at)?.reference),
    })),
  ).map((one) => salted(one.label, one.content))
  const references = boxes.map(({ reference }) => reference)
  const offset = parent ? 1 : 0
  const used = (use: IngredientUse) =>
    references.slice(offset).filter((_, index) => others[index]?.use === use)
  const stated = statedBy(content, random)
  const relations = {
    parent: parent && references[0],
    components: used('componentOf'),
    inputs: used('inputTo'),
    others: new Map(stated.map(({ label, box }) => [label, box.reference])),
    softBindings: stated.filter(isSoftBinding).map(({ box }) => box.reference),
  }
  const acted = content.actions ? encodeStatement : encodeOwn
  const assertions = [
    acted('c2pa.actions.v2', actionsOf(content, now, relations)),
    ...pictures.values(),
    ...boxes,
    ...stated.map(({ box }) => box),
  ]
  return { past: manifests, assertions }
}

/** Small pictures of ingredients, by the place of the ingredient (C2PA 18.13.1). */
function thumbnailsOf(given: readonly (Thumbnail | undefined)[]): ReadonlyMap<number, AssertionBox> {
  const there = given.flatMap((thumbnail, at) => (thumbnail ? [{ thumbnail, at }] : []))
  const labels = numbered(
    there.map(({ thumbnail }) => ({ label: 'c2pa.thumbnail.ingredient', content: thumbnail })),
  )
  return new Map(
    there.map(({ thumbnail, at }, index) => [at, encodeEmbedded(labels[index]?.label ?? '', thumbnail)]),
  )
}

/** What actions may be about. */
function statedBy(content: ManifestContent, random: (length: number) => Uint8Array) {
  const { thumbnail, record } = content
  const disclosure = aiDisclosureOf(content)
  const disclosed = content.disclosure ? encodeStatement : encodeOwn
  const labelled = record && labelRecordOf({ ...content, record })
  const statements = [
    ...(disclosure ? [{ label: 'c2pa.ai-disclosure', content: disclosure, encode: disclosed }] : []),
    ...(labelled ? [{ label: labelRecordLabel, content: labelled, encode: encodeOwn }] : []),
    ...numbered(assertionsOf(content)).map((one) => ({ encode: encodeStatement, ...one })),
  ].map(({ label, content, encode }) => ({ label, box: encode(label, content, random(16)) }))
  const label = 'c2pa.thumbnail.claim'
  return thumbnail ? [{ label, box: encodeEmbedded(label, thumbnail) }, ...statements] : statements
}

function startSealing(
  layout: Layout,
  { title }: ManifestContent,
  seal: (hashed: Hashed) => Promise<Uint8Array>,
): Sealer {
  const hash = hashContent(layout, title ?? '')
  return { update: (chunk) => hash.update(chunk), finish: async () => seal(hash.digest()) }
}

function sized(store: Uint8Array, size: number): Uint8Array {
  if (store.byteLength !== size) throw new InternalError('a manifest of another size than was reserved')
  return store
}
