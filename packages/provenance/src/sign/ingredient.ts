/** What the content was before: its manifests, kept byte for byte, and the ingredient assertion (C2PA 18.15). */
import { InputError } from '@yinji/core'
import type { ManifestContent, Parent, Results, Status } from '../draft.ts'
import { hashedPart, isSuperBox, JumbfError, parseJumbf, type SuperBox, uuids } from '../jumbf.ts'
import { type HashedUri, sha256 } from './boxes.ts'

export interface Ingredient {
  /** Content of `c2pa.ingredient.v3`. */
  readonly assertion: object
  /** Manifests to be carried along, oldest first. */
  readonly manifests: readonly Uint8Array[]
}

/** Undefined for new content: it has no past. */
export function ingredientOf(content: ManifestContent): Ingredient | undefined {
  const { parent, record, title, mediaType } = content
  if (parent === undefined && record.involvement === 'generated') return undefined
  if (parent !== undefined && parent !== 'unsigned') return parentOf({ parent, title, mediaType })
  const assertion = { relationship: 'parentOf', 'dc:title': title || undefined, 'dc:format': mediaType }
  return { assertion, manifests: [] }
}

/** The ingredient for content that has a manifest. */
export function parentOf({
  parent,
  title,
  mediaType,
}: {
  readonly parent: Parent
  readonly title?: string | undefined
  readonly mediaType: string
}): Ingredient {
  const manifests = manifestsOf(parent.store, title ?? '')
  const active = manifests.at(-1)
  if (active === undefined) throw damaged('no manifest in the store', title ?? '')
  return {
    assertion: {
      relationship: 'parentOf',
      'dc:title': title || undefined,
      'dc:format': mediaType,
      ...referencesTo(active),
      validationResults: validationResultsOf(parent),
    },
    manifests: manifests.map(({ bytes }) => bytes),
  }
}

const manifestTypes: ReadonlySet<string> = new Set([
  uuids.manifest,
  uuids.updateManifest,
  uuids.compressedManifest,
])

/** Of manifests with the same name the last one counts, as it does for readers. */
function manifestsOf(store: Uint8Array, name: string): SuperBox[] {
  const byLabel = new Map<string, SuperBox>()
  for (const box of readStore(store, name).children) {
    if (!isSuperBox(box) || !manifestTypes.has(box.uuid)) continue
    byLabel.delete(box.label)
    byLabel.set(box.label, box)
  }
  return [...byLabel.values()]
}

/** @throws InputError when it is damaged. */
export function readStore(store: Uint8Array, name: string): SuperBox {
  try {
    return parseJumbf(store)
  } catch (error) {
    if (error instanceof JumbfError) throw damaged(error.message, name)
    throw error
  }
}

function damaged(what: string, name: string): InputError {
  return new InputError('input.damaged', { what: `manifest: ${what}`, name })
}

/** With the signature's own hash, readers can check it when parts of the manifest are redacted (C2PA 18.15.12.3). */
function referencesTo(manifest: SuperBox): { activeManifest: HashedUri; claimSignature?: HashedUri } {
  const url = `self#jumbf=/c2pa/${manifest.label}`
  const signature = manifest.children.filter(isSuperBox).find(({ uuid }) => uuid === uuids.signature)
  return {
    activeManifest: { url, hash: sha256(hashedPart(manifest)) },
    ...(signature && {
      claimSignature: { url: `${url}/${signature.label}`, hash: sha256(hashedPart(signature)) },
    }),
  }
}

function validationResultsOf({ results, deltas = [] }: Parent) {
  const ingredientDeltas = deltas.map(({ assertion, results: found }) => ({
    ingredientAssertionURI: assertion,
    validationDeltas: resultsOf(found),
  }))
  return { activeManifest: resultsOf(results), ...(deltas.length > 0 && { ingredientDeltas }) }
}

function resultsOf(results: Results) {
  const list = (statuses: readonly Status[]) =>
    statuses.map(({ code, url, explanation }) => ({ code, url, explanation }))
  return {
    success: list(results.success),
    informational: list(results.informational),
    failure: list(results.failure),
  }
}
