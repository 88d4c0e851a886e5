/** What single actions must name (C2PA 15.10.3.2.3): sources, ingredients, watermarks, what was withheld. */

import type { Assertion, CheckedManifest, Context } from '../checked-manifest.ts'
import { readReference } from '../claim.ts'
import { type Fields, fieldsOf, listOf, textOf } from '../fields.ts'
import { ingredientsOf, type Relationship } from '../ingredients/ingredient.ts'
import type { StatusCode } from '../status.ts'
import type { Store } from '../store.ts'
import { baseLabel, ownLabel, parseUri } from '../uri.ts'
import type { Action } from './actions.ts'
import { Elsewhere } from './elsewhere.ts'

/** How the ingredients of an action are related to the content; `optional` where it may go without. */
const needs: ReadonlyMap<string, { readonly relationship: Relationship; readonly optional?: true }> = new Map(
  [
    ['c2pa.opened', { relationship: 'parentOf' }],
    ['c2pa.placed', { relationship: 'componentOf' }],
    ['c2pa.transcoded', { relationship: 'parentOf', optional: true }],
    ['c2pa.repackaged', { relationship: 'parentOf', optional: true }],
  ],
)

/** What actions may name, looked up once for all of them: a manifest has room for thousands of both. */
export interface Names {
  readonly manifest: string
  /** How each ingredient is related, by the label of its assertion. */
  readonly related: ReadonlyMap<string, Relationship | undefined>
  /** Ingredients that a later manifest withholds: where all else holds, what is listed and not there can be nothing else. */
  readonly withheld: ReadonlySet<string>
  /** Whether the signer vouches for an assertion, by its label. */
  readonly created: ReadonlyMap<string, boolean>
  /** Whatever a later manifest withholds, by the same reasoning. */
  readonly gone: ReadonlySet<string>
  /** URIs of what the manifest withholds from others. */
  readonly redacted: ReadonlySet<string>
  /** There is a `c2pa.soft-binding`. */
  readonly softBound: boolean
  readonly elsewhere: Elsewhere
  /** URIs of what the other manifests can't tell any more, because later ones withhold it. */
  readonly withheldElsewhere: ReadonlySet<string>
}

export function namesIn(
  checked: CheckedManifest,
  store: Pick<Store, 'manifests'>,
  withheldElsewhere: Context['redacted'],
): Names {
  const { manifest, claim, assertions, sound } = checked
  const created = new Map(assertions.map((assertion) => [assertion.label, assertion.created]))
  const listed = (claim?.assertions ?? []).map(({ url }) => parseUri(url)?.path[1] ?? '')
  const gone = sound ? listed.filter((label) => !created.has(label)) : []
  const isIngredient = (label: string) => /^c2pa\.ingredient(?:\.v[23])?$/.test(baseLabel(label))
  return {
    manifest: manifest.label,
    related: new Map(ingredientsOf(checked).map(({ label, relationship }) => [label, relationship])),
    withheld: new Set(gone.filter(isIngredient)),
    gone: new Set(gone),
    created,
    redacted: new Set(claim?.redacted),
    softBound: assertions.some(({ base }) => base === 'c2pa.soft-binding'),
    elsewhere: new Elsewhere(store),
    withheldElsewhere,
  }
}

export interface ActionProblem {
  readonly status: StatusCode
  readonly what: string
}

/** What is wrong with one action; undefined when nothing is. */
export function actionProblem(names: Names, action: Action): ActionProblem | undefined {
  const { action: name, digitalSourceType } = action
  if (name === 'c2pa.created' && digitalSourceType === null)
    return { status: 'assertion.action.malformed', what: 'c2pa.created has no digitalSourceType' }
  if (name === 'c2pa.redacted' && !namesRedacted(names, action))
    return { status: 'assertion.action.redactionMismatch', what: 'c2pa.redacted names nothing withheld' }
  const watermarks = name === 'c2pa.watermarked' || name === 'c2pa.watermarked.bound'
  if (watermarks && !names.softBound)
    return { status: 'assertion.action.softBindingMissing', what: `${name} without c2pa.soft-binding` }
  if (!relatesWell(names, action))
    return { status: 'assertion.action.malformed', what: `relatedAssertions of ${name}` }
  if (name === 'c2pa.translated' && !namesLanguages(action))
    return { status: 'assertion.action.malformed', what: `languages of ${name}` }
  if (name === 'c2pa.removed' && !namesRemoved(names, action)) {
    const what = `${name} names no componentOf ingredient of another manifest`
    return { status: 'assertion.action.ingredientMismatch', what }
  }
  const need = needs.get(name)
  if (need === undefined || namesIngredients(names, action, need.relationship, need.optional))
    return undefined
  const what = `${name} names no ${need.relationship} ingredient`
  return { status: 'assertion.action.ingredientMismatch', what }
}

/** The same manifest withholds what the action says it withholds, and there was such a thing. */
function namesRedacted({ redacted, elsewhere }: Names, { fields }: Action): boolean {
  const url = textOf(fieldsOf(fields, 'parameters'), 'redacted') ?? ''
  return redacted.has(url) && elsewhere.knows(url)
}

/** From and into which language (18.15.4.7). */
function namesLanguages({ fields }: Action): boolean {
  const parameters = fieldsOf(fields, 'parameters')
  return ['sourceLanguage', 'targetLanguage'].every((name) => textOf(parameters, name))
}

/** What was removed was an ingredient of something before. */
function namesRemoved({ manifest, elsewhere, withheldElsewhere }: Names, { fields }: Action): boolean {
  const urls = ingredientsIn(fields).map((value) => readReference(value)?.url ?? '')
  return (
    urls.length > 0 &&
    urls.every((url) => {
      if ((parseUri(url)?.manifest ?? manifest) === manifest) return false
      return withheldElsewhere.has(url) || elsewhere.relationshipAt(url) === 'componentOf'
    })
  )
}

/** Besides ingredients, an action may be about assertions beside it, but not about other actions. */
function relatesWell(names: Names, action: Action): boolean {
  if (!fieldsOf(action.fields, 'parameters')?.has('relatedAssertions')) return true
  const labels = relatedTo(names, action)
  return labels.length > 0 && labels.every((label) => isThere(names, label) && !hasOwnPlace.test(label))
}

/** What an action is about is withheld, which is no fault of it. */
export function relatesToWithheld(names: Names, action: Action): boolean {
  return relatedTo(names, action).some((label) => names.gone.has(label))
}

/** Labels; empty for what is no reference into this manifest. */
function relatedTo(names: Names, { fields }: Action): string[] {
  const related = listOf(fieldsOf(fields, 'parameters'), 'relatedAssertions')
  return related.map((value) => labelOf(names, value) ?? '')
}

const isThere = ({ created, gone }: Names, label: string) => created.has(label) || gone.has(label)

const hasOwnPlace = /^c2pa\.(?:actions(?:\.v2)?|ingredient(?:\.v[23])?)(?:__\d+)?$/

/** Label of what is referred to; undefined for what is no reference into this manifest. */
function labelOf({ manifest }: Names, value: unknown): string | undefined {
  return ownLabel(readReference(value)?.url ?? '', manifest)
}

/** References to the ingredients of an action: a list, or the one that `c2pa.actions` had room for. */
function ingredientsIn(fields: Fields): readonly unknown[] {
  const parameters = fieldsOf(fields, 'parameters')
  const one = parameters?.has('ingredients') ? undefined : parameters?.get('ingredient')
  return one === undefined ? listOf(parameters, 'ingredients') : [one]
}

/** Labels of the ingredients of an action. */
function labelsOf(names: Names, { fields }: Action): (string | undefined)[] {
  return ingredientsIn(fields).map((value) => labelOf(names, value))
}

function namesIngredients(names: Names, action: Action, needed: Relationship, optional = false): boolean {
  const labels = labelsOf(names, action)
  if (labels.length === 0) return optional && !fieldsOf(action.fields, 'parameters')?.has('ingredients')
  if (action.action === 'c2pa.opened' && labels.length > 1) return false
  return labels.every(
    (label) => label !== undefined && (names.related.get(label) === needed || names.withheld.has(label)),
  )
}

/** The signer vouches for the action but not for what it names, or the other way round. */
export function isElsewhere(names: Names, own: Assertion, action: Action): boolean {
  if (action.action !== 'c2pa.opened' && action.action !== 'c2pa.placed') return false
  return labelsOf(names, action).some((label) => {
    const created = names.created.get(label ?? '')
    return created !== undefined && created !== own.created
  })
}
