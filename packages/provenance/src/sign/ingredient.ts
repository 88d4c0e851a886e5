/** What the content was before: its manifests, kept byte for byte, and the ingredient assertion (C2PA 18.16). */
import { InputError } from '@yinji/core'
import { hashedPart, isSuperBox, JumbfError, parseJumbf, type SuperBox, uuids } from '../encoding/jumbf.ts'
import type { Results, Status } from '../validation.ts'
import { type HashedUri, sha256 } from './boxes.ts'
import type { IngredientContent, ManifestContent, Parent, UpdateContent } from './manifest.ts'
import { united, withheldBy } from './united.ts'

export interface Ingredient {
  /** Content of `c2pa.ingredient.v3`. */
  readonly assertion: object
  /** Manifests to be carried along, oldest first. */
  readonly manifests: readonly SuperBox[]
}

/** Undefined for new content: it has no past. */
export function ingredientOf(content: ManifestContent): Ingredient | undefined {
  const { parent, record, title, mediaType } = content
  if (parent === undefined && record?.involvement !== 'manipulated') return undefined
  const manifest = parent === 'unsigned' ? undefined : parent
  return ingredient({ relationship: 'parentOf', title, mediaType, manifest })
}

/** The ingredient for content that has a manifest. */
export function parentOf({ parent, title, mediaType }: UpdateContent): Ingredient {
  return ingredient({ relationship: 'parentOf', title, mediaType, manifest: parent })
}

type Described = Omit<IngredientContent, 'relationship'> & {
  readonly relationship: IngredientContent['relationship'] | 'parentOf'
}

/** What a content was used for, and its manifests, if it has some. */
export function ingredient({ relationship, title, mediaType, manifest }: Described): Ingredient {
  const file = { relationship, 'dc:title': title || undefined, 'dc:format': mediaType }
  if (manifest === undefined) return { assertion: file, manifests: [] }
  const manifests = manifestsOf(manifest.store, title ?? '')
  const active = manifests.at(-1)
  if (active === undefined) throw damaged('no manifest in the store', title ?? '')
  return {
    assertion: { ...file, ...referencesTo(active), validationResults: validationResultsOf(manifest) },
    manifests,
  }
}

/**
 * The manifests of all ingredients, each once, in order; of those that differ by what was withheld, what all of them have.
 * @throws InputError when two that differ otherwise have one name.
 */
export function gathered(ingredients: readonly Ingredient[]): Uint8Array[] {
  const all = ingredients.flatMap(({ manifests }) => manifests)
  const withheld = withheldBy(all)
  const byLabel = new Map<string, SuperBox>()
  for (const box of all) {
    const known = byLabel.get(box.label)
    if (known === undefined) byLabel.set(box.label, box)
    else if (Buffer.compare(known.bytes, box.bytes) !== 0) {
      const one = united(known, box, withheld)
      if (one === undefined) throw damaged(`two manifests are called ${box.label}`, '')
      byLabel.set(box.label, parseJumbf(one))
    }
  }
  return [...byLabel.values()].map(({ bytes }) => bytes)
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

/** With the signature's own hash, readers can check it when parts of the manifest are redacted (C2PA 18.16.12.3). */
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
