/** Ingredient assertions in their three versions (C2PA 18.16), converted into one shape. */

import type { CheckedManifest } from '../checked-manifest.ts'
import { type Reference, readReference } from '../claim.ts'
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../fields.ts'
import { outcomeOf } from '../status.ts'
import { acknowledgedIn, recordedKeys } from './deltas.ts'

const relationships = ['parentOf', 'componentOf', 'inputTo'] as const
export type Relationship = (typeof relationships)[number]

export interface Ingredient {
  /** Label of the assertion. */
  readonly label: string
  /** Undefined when it is missing or unknown, which is not allowed. */
  readonly relationship: Relationship | undefined
  readonly title: string | null
  /** The manifest the ingredient had; undefined when it had none. */
  readonly manifest: Reference | undefined
  /** Its signature, which still holds when parts of the manifest are withheld. Since version 3. */
  readonly signature: Reference | undefined
  /** A manifest is referred to, but not in the form of a hashed URI. */
  readonly broken: boolean
  /** Status codes of failures that were found when the ingredient was taken in. */
  readonly failures: readonly string[]
  /** What was recorded of its manifest then, as `deltas.ts` compares it. */
  readonly recorded: ReadonlySet<string>
  /** Failures further down that were seen and recorded then. */
  readonly acknowledged: readonly string[]
  /** Version 1, whose first writers hashed only the claim of the manifest. */
  readonly early: boolean
  /** Version 3 with a manifest must say how that manifest was validated. */
  readonly unvalidated: boolean
  /** It says where it comes from although its manifest does (15.11.3.2). */
  readonly sourced: boolean
}

const versions: ReadonlyMap<string, number> = new Map([
  ['c2pa.ingredient', 1],
  ['c2pa.ingredient.v2', 2],
  ['c2pa.ingredient.v3', 3],
])

export function relationshipOf(fields: Fields): Relationship | undefined {
  return relationships.find((name) => name === fields.get('relationship'))
}

/** Ingredients of a manifest, from those assertions that hold; one that is no map states nothing, and is counted nevertheless. */
export function ingredientsOf({ assertions }: CheckedManifest): readonly Ingredient[] {
  return assertions.flatMap(({ label, base, fields }) => {
    const version = versions.get(base)
    return version === undefined ? [] : [readIngredient(label, version, fields ?? new Map())]
  })
}

function readIngredient(label: string, version: number, fields: Fields): Ingredient {
  const key = version === 3 ? 'activeManifest' : 'c2pa_manifest'
  const manifest = readReference(fields.get(key))
  const results = fieldsOf(fields, 'validationResults')
  return {
    label,
    relationship: relationshipOf(fields),
    title: textOf(fields, 'dc:title') ?? null,
    manifest,
    signature: readReference(fields.get('claimSignature')),
    broken: fields.has(key) && manifest === undefined,
    failures: [...recordedNow(results), ...recordedBefore(fields)],
    recorded: recordedKeys(fields),
    acknowledged: acknowledgedIn(results),
    early: version === 1,
    unvalidated: version === 3 && manifest !== undefined && results === undefined,
    sourced: fields.has('activeManifest') && fields.has('digitalSourceType'),
  }
}

/** `validationResults`: failures of the ingredient's own manifest. */
function recordedNow(results: Fields | undefined): string[] {
  return codesIn(listOf(fieldsOf(results, 'activeManifest'), 'failure'))
}

/** `validationStatus`, the flat list of versions 1 and 2, where failure shows in the code alone. */
function recordedBefore(fields: Fields): string[] {
  return codesIn(listOf(fields, 'validationStatus')).filter((code) => outcomeOf(code) === 'failure')
}

function codesIn(list: readonly unknown[]): string[] {
  return list.flatMap((entry) => {
    const code = isFields(entry) ? textOf(entry, 'code') : undefined
    return code === undefined || judgedAnew.has(code) || aboutIdentity(code) ? [] : [code]
  })
}

/** What is wrong with an identity assertion is not wrong with the manifest it stands in (CAWG identity 7). */
const aboutIdentity = (code: string) => code.startsWith('cawg.')

/** Who was trusted then, for content or for its time, is no news: it is looked at again. */
const judgedAnew: ReadonlySet<string> = new Set([
  'signingCredential.untrusted',
  'signingCredential.expired',
  'claimSignature.outsideValidity',
])
