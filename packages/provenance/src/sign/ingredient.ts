/** What content was made from: its manifests, kept byte for byte, and the ingredient assertion (C2PA 18.16). */
import { InputError } from '@yinji/core'
import { hashedPart, isSuperBox, JumbfError, parseJumbf, type SuperBox, uuids } from '../encoding/jumbf.ts'
import type { Results, Status } from '../validation.ts'
import { type HashedUri, sha256 } from './boxes.ts'
import type { Copy } from './gathered.ts'
import type { IngredientContent, ManifestContent, Parent, UpdateContent } from './manifest.ts'
import { claimIn, unpacked } from './manifest-box.ts'

export interface Ingredient {
  readonly described: Described
  /** Manifests to be carried along, oldest first; the last one is its own. */
  readonly manifests: readonly SuperBox[]
}

type Described = Omit<IngredientContent, 'relationship'> & {
  readonly relationship: IngredientContent['relationship'] | 'parentOf'
}

/** Undefined for new content: it has no past. */
export function ingredientOf(content: ManifestContent): Ingredient | undefined {
  const { parent, record, title, mediaType } = content
  if (parent === undefined && record?.involvement !== 'manipulated') return undefined
  const manifest = parent === 'unsigned' ? undefined : parent
  return ingredient({ relationship: 'parentOf', title, mediaType, manifest })
}

/** The assertion for content whose manifests stay where they are. */
export function parentOf({ parent, title, mediaType }: UpdateContent): object {
  const one = ingredient({ relationship: 'parentOf', title, mediaType, manifest: parent })
  const manifest = (name: string) => one.manifests.find(({ label }) => label === name)
  return assertionOf(one, { manifest, labelOf: (label) => label, astray: [] })
}

/**
 * What a content was used for, and its manifests, if it has some.
 * @throws InputError when they are damaged.
 */
export function ingredient(described: Described): Ingredient {
  const { manifest, title = '' } = described
  if (manifest === undefined) return { described, manifests: [] }
  const manifests = manifestsOf(manifest.store, title)
  if (manifests.length === 0) throw damaged('no manifest in the store', title)
  return { described, manifests }
}

/** Content of `c2pa.ingredient.v3`. */
export function assertionOf({ described, manifests }: Ingredient, copy: Copy, thumbnail?: HashedUri): object {
  const { relationship, title, mediaType, manifest } = described
  const file = { relationship, 'dc:title': title || undefined, 'dc:format': mediaType, thumbnail }
  const own = manifests.at(-1)
  const active = own && copy.manifest(own.label)
  if (!own || !active || !manifest) return file
  const renamed = active.label !== own.label
  const validationResults = validationResultsOf(manifest, copy, renamed ? nameless(active) : [])
  return { validationResults, ...file, ...referencesTo(active) }
}

/** Validators look for a signature where the claim says it is; under another label it isn't there (C2PA 15.7). */
function nameless(manifest: SuperBox): Status[] {
  const signature = claimIn(manifest)?.get('signature')
  const url = `self#jumbf=/c2pa/${manifest.label}/c2pa.signature`
  const absolute = typeof signature === 'string' && signature.startsWith('self#jumbf=/')
  return absolute ? [{ code: 'claimSignature.missing', url }] : []
}

const manifestTypes: ReadonlySet<string> = new Set([
  uuids.manifest,
  uuids.earlyManifest,
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

/** Of a compressed one, what is in it (`compressed.ts`). With the signature's own hash, readers can check it when parts of the manifest are redacted (C2PA 18.16.12.3). */
function referencesTo(packed: SuperBox): { activeManifest: HashedUri; claimSignature?: HashedUri } {
  const manifest = unpacked(packed)
  const url = `self#jumbf=/c2pa/${manifest.label}`
  const signature = manifest.children.filter(isSuperBox).find(({ uuid }) => uuid === uuids.signature)
  return {
    activeManifest: { url, hash: sha256(hashedPart(manifest)) },
    ...(signature && {
      claimSignature: { url: `${url}/${signature.label}`, hash: sha256(hashedPart(signature)) },
    }),
  }
}

function validationResultsOf({ results, deltas = [] }: Parent, copy: Copy, more: readonly Status[]) {
  const { success, informational, failure } = resultsOf(results, copy)
  const astray = new Set(copy.astray.map(({ assertion }) => assertion))
  const ingredientDeltas = [
    ...deltas
      .map(({ assertion, results: found }) => deltaOf(moved(assertion, copy), resultsOf(found, copy)))
      .filter(({ ingredientAssertionURI }) => !astray.has(ingredientAssertionURI)),
    ...copy.astray.map(({ assertion, results: found }) => deltaOf(assertion, found)),
  ]
  return {
    activeManifest: { success, informational, failure: [...failure, ...more] },
    ingredientDeltas, // none are told as well (C2PA 18.16.12.4.3)
  }
}

function deltaOf(ingredientAssertionURI: string, validationDeltas: Results) {
  return { ingredientAssertionURI, validationDeltas }
}

function resultsOf(results: Results, copy: Copy): Results {
  const list = (statuses: readonly Status[]) =>
    statuses.map(({ code, url, explanation }) => ({ code, url: url && moved(url, copy), explanation }))
  return {
    success: list(results.success),
    informational: list(results.informational),
    failure: list(results.failure),
  }
}

/** A URI with the label that its manifest has now. */
function moved(url: string, { labelOf }: Copy): string {
  return url.replace(
    /^(self#jumbf=\/c2pa\/)([^/]+)/,
    (_, start: string, label: string) => start + labelOf(label),
  )
}
