/** What single actions must name (C2PA 2.5, 14.10.4.2.4): sources, ingredients, watermarks, what was withheld. */

import { readReference } from '../claim.ts'
import { fieldsOf, listOf, textOf } from '../fields.ts'
import { ingredientsOf, type Relationship } from '../ingredients/ingredient.ts'
import type { Assertion, Statements } from '../statements.ts'
import type { StatusCode } from '../status.ts'
import { baseLabel, parseUri } from '../uri.ts'
import type { Action } from './actions.ts'

/** How the ingredients of an action are related to the content; `optional` where it may go without. */
const needs: ReadonlyMap<string, { readonly relationship: Relationship; readonly optional?: true }> = new Map(
  [
    ['c2pa.opened', { relationship: 'parentOf' }],
    ['c2pa.placed', { relationship: 'componentOf' }],
    ['c2pa.transcoded', { relationship: 'parentOf', optional: true }],
    ['c2pa.repackaged', { relationship: 'parentOf', optional: true }],
  ],
)

export interface ActionProblem {
  readonly status: StatusCode
  readonly what: string
}

/** What is wrong with one action; undefined when nothing is. */
export function actionProblem(statements: Statements, action: Action): ActionProblem | undefined {
  const { action: name, digitalSourceType } = action
  if (name === 'c2pa.created' && digitalSourceType === null)
    return { status: 'assertion.action.malformed', what: 'c2pa.created has no digitalSourceType' }
  if (name === 'c2pa.redacted' && !namesRedacted(statements, action))
    return { status: 'assertion.action.redactionMismatch', what: 'c2pa.redacted names nothing withheld' }
  const watermarks = name === 'c2pa.watermarked' || name === 'c2pa.watermarked.bound'
  if (watermarks && !statements.assertions.some(({ base }) => base === 'c2pa.soft-binding'))
    return { status: 'assertion.action.softBindingMissing', what: `${name} without c2pa.soft-binding` }
  const need = needs.get(name)
  if (need === undefined || namesIngredients(statements, action, need.relationship, need.optional))
    return undefined
  const what = `${name} names no ${need.relationship} ingredient`
  return { status: 'assertion.action.ingredientMismatch', what }
}

/** The same manifest withholds what the action says it withholds. */
function namesRedacted({ claim }: Statements, { fields }: Action): boolean {
  const url = textOf(fieldsOf(fields, 'parameters'), 'redacted')
  return url !== undefined && claim?.redacted.includes(url) === true
}

const referencesOf = ({ fields }: Action) => listOf(fieldsOf(fields, 'parameters'), 'ingredients')

/** Labels of the ingredients of an action; undefined for what is no reference into this manifest. */
function labelsOf({ manifest }: Statements, action: Action): (string | undefined)[] {
  return referencesOf(action).map((value) => {
    const uri = parseUri(readReference(value)?.url ?? '')
    return (uri?.manifest ?? manifest.label) === manifest.label ? uri?.path[1] : undefined
  })
}

function namesIngredients(
  statements: Statements,
  action: Action,
  needed: Relationship,
  optional = false,
): boolean {
  const related = new Map(ingredientsOf(statements).map(({ label, relationship }) => [label, relationship]))
  const labels = labelsOf(statements, action)
  if (labels.length === 0) return optional && !fieldsOf(action.fields, 'parameters')?.has('ingredients')
  if (action.action === 'c2pa.opened' && labels.length > 1) return false
  return labels.every(
    (label) => label !== undefined && (related.get(label) === needed || isWithheld(statements, label)),
  )
}

/** A later manifest withholds it: where everything else holds, what the claim lists and is not there can be nothing else. */
function isWithheld({ sound, claim, assertions }: Statements, label: string): boolean {
  const listed = claim?.assertions.some(({ url }) => parseUri(url)?.path[1] === label) === true
  const ingredient = /^c2pa\.ingredient(?:\.v[23])?$/.test(baseLabel(label))
  return sound && listed && ingredient && !assertions.some((assertion) => assertion.label === label)
}

/** The signer vouches for the action but not for what it names, or the other way round. */
export function isElsewhere(statements: Statements, own: Assertion, action: Action): boolean {
  if (action.action !== 'c2pa.opened' && action.action !== 'c2pa.placed') return false
  const labels = labelsOf(statements, action)
  return statements.assertions.some(({ label, created }) => labels.includes(label) && created !== own.created)
}
