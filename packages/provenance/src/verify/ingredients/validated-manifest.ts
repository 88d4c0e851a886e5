/** What a manifest says about itself and its ingredients, for those who draw its family tree. */
import type { IdentityReport } from '@yinji/core'
import type { ValidatedManifest } from '../../validation.ts'
import { actionsOf } from '../assertions/actions.ts'
import type { Statements } from '../statements.ts'
import { parseUri } from '../uri.ts'
import { ingredientsOf } from './ingredient.ts'

export function validatedManifest(
  statements: Statements,
  identities: readonly IdentityReport[],
): ValidatedManifest {
  const { manifest, claim, signer, sound, log } = statements
  return {
    label: manifest.label,
    kind: manifest.kind,
    title: claim?.title ?? null,
    generator: claim?.generator ?? null,
    signer,
    sound,
    identities,
    actions: actionsOf(statements).map(({ action }) => action),
    results: log.results,
    ingredients: ingredientsOf(statements).map(
      ({ label, relationship, title, manifest: named, failures }) => ({
        assertion: label,
        relationship: relationship ?? null,
        title,
        manifest: parseUri(named?.url ?? '')?.manifest ?? null,
        failures,
      }),
    ),
  }
}
