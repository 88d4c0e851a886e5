/** The actions: how the content came to be (C2PA 15.10.1.2, 15.10.3.2.3, 18.15). */
import { readDigitalSourceType } from '@yinji/core'
import { Tagged } from '../../encoding/cbor.ts'
import { updateActions } from '../../vocabulary.ts'
import type { Assertion, CheckedManifest, Context } from '../checked-manifest.ts'
import { nameOf } from '../claim.ts'
import { type Fields, fieldsOf, isFields, isText, listOf, textOf } from '../fields.ts'
import type { StatusCode } from '../status.ts'
import type { Store } from '../store.ts'
import { assertionUri, manifestUri, parseUri } from '../uri.ts'
import { actionProblem, isElsewhere, type Names, namesIn, relatesToWithheld } from './action-rules.ts'

export interface Action {
  readonly action: string
  readonly when: string | null
  readonly by: string | null
  readonly digitalSourceType: string | null
  readonly fields: Fields
}

const isActions = ({ base }: Assertion) => base === 'c2pa.actions' || base === 'c2pa.actions.v2'
const isOrigin = ({ action }: Action) => action === 'c2pa.created' || action === 'c2pa.opened'

type Named = (key: string) => unknown

/**
 * What templates add to actions of a name, or of any (18.15.6.1): of those for any first, then of the others, later ones
 * over earlier ones.
 */
function templatesIn(fields: Fields | undefined): (action: string) => Named {
  const byName = new Map<string, Map<unknown, unknown>>()
  for (const template of listOf(fields, 'templates')) {
    const action = isFields(template) ? textOf(template, 'action') : undefined
    if (action === undefined || !isFields(template)) continue
    const values = byName.get(action) ?? new Map()
    byName.set(action, values)
    for (const [key, value] of template) values.set(key, value)
  }
  return (action) => (key) => byName.get(action)?.get(key) ?? byName.get('*')?.get(key)
}

/** All actions of a manifest, in order; none from assertions that do not hold. */
export function actionsOf(checked: CheckedManifest): readonly Action[] {
  return checked.assertions.filter(isActions).flatMap(({ fields }) => readActions(fields, checked) ?? [])
}

function readActions(fields: Fields | undefined, { claim }: CheckedManifest): readonly Action[] | undefined {
  const list = fields?.get('actions')
  if (!Array.isArray(list) || list.length === 0) return undefined
  const agents = listOf(fields, 'softwareAgents')
  const templates = templatesIn(fields)
  const actions: Action[] = []
  for (const entry of list) {
    const action = isFields(entry) ? textOf(entry, 'action') : undefined
    if (action === undefined || !isFields(entry)) return undefined
    const template = templates(action)
    const fieldOf = (key: string) => entry.get(key) ?? template(key)
    const when = entry.get('when')
    const time = when instanceof Tagged && when.tag === 0 ? when.value : when
    const agent = fieldOf('softwareAgent') ?? agents[Number(fieldOf('softwareAgentIndex') ?? Number.NaN)]
    const source = fieldOf('digitalSourceType')
    actions.push({
      action,
      when: isText(time) ? time : null,
      by: (isText(agent) ? agent : isFields(agent) ? nameOf(agent) : undefined) ?? claim?.generator ?? null,
      digitalSourceType: isText(source) ? source : null,
      fields: entry,
    })
  }
  return actions
}

/** Actions an update manifest may have (C2PA 11.2.3). */
const updating: ReadonlySet<string> = new Set([...updateActions, 'c2pa.redacted'])

/** What would speak of the content itself, which an update can't (C2PA 15.10.1.3). */
const forbidden = /^c2pa\.(?:hash|thumbnail)\./

/** An update states nothing about content but what it may (C2PA 11.2.3). */
function checkUpdate({ manifest, claim, log }: CheckedManifest): void {
  if (manifest.kind !== 'update') return
  const at = manifestUri(manifest.label)
  for (const { url } of claim?.assertions ?? []) {
    const label = parseUri(url)?.path[1] ?? ''
    if (forbidden.test(label))
      log.report('manifest.update.invalid', { status: 'manifest.update.invalid', at, what: label })
  }
}

/**
 * Of claims of version 1, which name ingredients in other ways and may go without actions, only the form of actions and the place of
 * the first is asked (C2PA 15.10.3.2.3).
 */
export function checkActions(checked: CheckedManifest, store: Store, { redacted }: Context): void {
  checkUpdate(checked)
  const { manifest, claim, log } = checked
  const assertions = checked.assertions.filter(isActions)
  const first = assertions[0]
  const strict = claim?.version === 2 && manifest.kind === 'standard'
  const judged = claim?.version === 2 && assertions.length > 0
  const names = judged ? namesIn(checked, store, redacted) : undefined
  let hasOrigin = false
  for (const assertion of assertions) {
    const at = assertionUri(manifest.label, assertion.label)
    const actions = readActions(assertion.fields, checked)
    if (actions === undefined) {
      log.report('manifest.action.malformed', { status: 'assertion.action.malformed', at, what: 'actions' })
      continue
    }
    const forbidden = manifest.kind === 'update' && actions.find(({ action }) => !updating.has(action))
    if (forbidden)
      log.report('manifest.update.invalid', { status: 'manifest.update.invalid', at, what: forbidden.action })
    const misplaced = actions.find(
      (action, index) => isOrigin(action) && !(assertion === first && index === 0),
    )
    if (manifest.kind === 'standard' && misplaced)
      malformed(checked, at, `${misplaced.action} is not the first action`)
    if (names) checkEach(checked, names, assertion, actions)
    for (const value of strangeSources(actions)) log.report('manifest.action.vocabulary', { at, value })
    hasOrigin ||= actions.some(isOrigin)
  }
  if (!strict) return
  const at = assertionUri(manifest.label, first?.label ?? 'c2pa.actions.v2')
  if (!hasOrigin) {
    const listed = claim.assertions.some(({ url }) => url.includes('c2pa.assertions/c2pa.actions'))
    if (!listed || first) log.report('manifest.action.missing', { status: 'claim.actions.missing', at })
  } else if (first) checkCompleteness(checked, first, at)
}

/** How many values are told by name. */
const told = 10

/** Values of `digitalSourceType` outside the vocabulary, each once. */
function strangeSources(actions: readonly Action[]): string[] {
  const values = new Set(actions.flatMap(({ digitalSourceType }) => digitalSourceType ?? []))
  return [...values].filter((value) => !readDigitalSourceType(value).known).slice(0, told)
}

function malformed(
  { log }: CheckedManifest,
  at: string,
  what: string,
  status: StatusCode = 'assertion.action.malformed',
): void {
  log.report('manifest.action.malformed', { status, at, what })
}

function checkEach(
  checked: CheckedManifest,
  names: Names,
  assertion: Assertion,
  actions: readonly Action[],
): void {
  const at = assertionUri(checked.manifest.label, assertion.label)
  const problems = new Set<string>()
  for (const action of actions) {
    const problem = actionProblem(names, action)
    if (problem && !problems.has(problem.what)) malformed(checked, at, problem.what, problem.status)
    if (problem) problems.add(problem.what)
    if (isElsewhere(names, assertion, action))
      checked.log.status('assertion.action.ingredientLocationMismatch', at)
    if (relatesToWithheld(names, action)) checked.log.status('assertion.redacted', at)
  }
  if (assertion.base === 'c2pa.actions.v2' && actions.some(({ fields }) => isNameless(fields)))
    checked.log.report('manifest.action.incomplete', { at, what: 'name of softwareAgent' })
}

/** Since version 2 a map that has one (C2PA 10.2.3.2); c2pa-rs reads no manifest where it has not. */
function isNameless(fields: Fields): boolean {
  return fields.has('softwareAgent') && textOf(fieldsOf(fields, 'softwareAgent'), 'name') === undefined
}

/** What C2PA 2.4 asks of those that say they follow it. */
function checkCompleteness({ claim, log }: CheckedManifest, first: Assertion, at: string): void {
  const [major = 0, minor = 0] = (claim?.specVersion ?? '').split('.').map(Number)
  if (major < 2 || (major === 2 && minor < 4)) return
  if (!first.created) log.report('manifest.action.incomplete', { at, what: 'created_assertions' })
  if (typeof first.fields?.get('allActionsIncluded') !== 'boolean')
    log.report('manifest.action.incomplete', { at, what: 'allActionsIncluded' })
}
