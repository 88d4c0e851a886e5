/** What a manifest says about itself and its ingredients, for those who draw its family tree. */
import type { IdentityReport } from '@yinji/core'
import type { ValidatedManifest } from '../../validation.ts'
import { actionsOf } from '../assertions/actions.ts'
import type { CheckedManifest } from '../checked-manifest.ts'
import { parseUri } from '../uri.ts'
import { ingredientsOf } from './ingredient.ts'

export function validatedManifest(
  checked: CheckedManifest,
  identities: readonly IdentityReport[],
): ValidatedManifest {
  const { manifest, claim, signer, sound, log } = checked
  return {
    label: manifest.label,
    kind: manifest.kind,
    title: claim?.title ?? null,
    generator: claim?.generator ?? null,
    signer,
    sound,
    identities,
    actions: actionsOf(checked).map(({ action }) => action),
    results: log.results,
    ingredients: ingredientsOf(checked).map(({ label, relationship, title, manifest: named, failures }) => ({
      assertion: label,
      relationship: relationship ?? null,
      title,
      manifest: parseUri(named?.url ?? '')?.manifest ?? null,
      failures,
    })),
  }
}
