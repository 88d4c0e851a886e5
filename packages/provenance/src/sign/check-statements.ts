/** What callers state is held against its form, and against the rules of the standard, before anything is written. */
import { digitalSourceTypes, UsageError } from '@yinji/core'
import { isActionName, predefinedActions, redactionReasons, updateActions } from '../vocabulary.ts'
import { disclosure } from './disclosure.ts'
import {
  bytes,
  type Form,
  flag,
  form,
  having,
  list,
  matching,
  mediaType,
  object,
  oneOf,
  refuse,
  text,
  time,
} from './form.ts'
import { namedActor } from './identity/named-actor.ts'
import { formOf, receipt, single } from './known-assertions.ts'
import type { NewAction, NewAssertion, Statements, UpdateStatements } from './manifest.ts'
import { spelledOut } from './media-assertions.ts'
import { region } from './regions.ts'
import { type SoftBinding, softBinding, softBindingAssertion } from './soft-bindings.ts'
import { training, trainingAssertion } from './training.ts'

const reason = matching(
  new RegExp(`^(?:${redactionReasons.join('|').replaceAll('.', '\\.')}|(?!c2pa\\.)[\\w-]+(?:\\.[\\w-]+)+)$`),
  [...redactionReasons, 'com.example.…'].join(', '),
)
const agent = object({ name: text }, { version: text })

/** Members that hold references, which are made from what is stated elsewhere. */
const references = ['ingredient', 'ingredients', 'redacted', 'relatedAssertions']
/** A language as RFC 5646 2.1 spells it. */
const language = matching(/^[A-Za-z]{1,8}(?:-[A-Za-z\d]{1,8})*$/, 'en, zh-CN, …')
const predefined = {
  description: text,
  sourceLanguage: language,
  targetLanguage: language,
  multipleInstances: flag,
}
const typed = having({}, predefined)
const parameters: Form = (value, at) => {
  typed(value, at)
  form(
    (given) => !references.some((name) => Object.hasOwn(given as object, name)),
    `≠ ${references.join(', ')}`,
  )(value, at)
}

const action = object(
  { action: text },
  {
    digitalSourceType: text,
    description: text,
    reason,
    when: time,
    softwareAgent: agent,
    changes: list(region, 1),
    relatedAssertions: list(text, 1),
    parameters,
  },
)
const assertion = object({ label: text }, { content: () => {} })
/** Of each kind: far above any need, and far below what readers go through. */
const most = 1000
const common = { assertions: list(assertion, 0, most), softBindings: list(softBinding, 0, most), training }
const updateAction = object({ action: text }, { description: text, reason, when: time })
const redaction = object({ label: text, reason })

const forms = {
  label: { actions: list(action), ...common, disclosure },
  update: { actions: list(updateAction), redactions: list(redaction), ...common },
}

const statements = object({}, forms.label)
const updates = object({}, forms.update)
const thumbnail = object({ mediaType: oneOf(['image/jpeg', 'image/png']), bytes })
const title = form((value) => typeof value === 'string', 'string')
/** What else a manifest has that callers give. */
const manifest = object(
  { generator: object({ name: text, version: text }), mediaType },
  {
    ...forms.label,
    allActionsIncluded: flag,
    title,
    drawn: flag,
    ingredients: list((value, at) => relationship(value, at)),
    thumbnail,
    identities: list(namedActor, 0, most),
    ...Object.fromEntries(['record', 'aigc', 'explicit', 'parent'].map((name) => [name, () => {}])),
  },
)
const relationship = object(
  { relationship: oneOf(['componentOf', 'inputTo']) },
  { title, mediaType, thumbnail, manifest: () => {} },
)

/** @throws UsageError that says where something is wrong, what was found and what is allowed. */
export function checkManifestContent(value: unknown): asserts value is Statements {
  manifest(value, '')
  checkRules(value as Statements, '')
}

/**
 * Holds what was read from a JSON file against what `label` takes.
 * @param at What the errors begin with, e.g. `statements.json: `.
 * @throws UsageError that says where something is wrong, what was found and what is allowed.
 */
export function checkStatements(value: unknown, at = ''): asserts value is Statements {
  statements(value, at)
  checkRules(value as Statements, at)
}

/** The same for what an update takes. */
export function checkUpdateStatements(value: unknown, at = ''): asserts value is UpdateStatements {
  updates(value, at)
  const { actions = [], assertions = [] } = value as UpdateStatements
  for (const [index, { action }] of actions.entries()) {
    if (!updateActions.includes(action))
      throw new UsageError('usage.update.invalid', { at: `${at}actions[${index}]`, what: action })
    if (action === 'c2pa.opened' && actions.findIndex((one) => one.action === action) < index)
      refuse(`${at}actions[${index}].action`, action, `1 × ${action}`) // C2PA 18.15.2
  }
  for (const [index, { label }] of assertions.entries())
    if (/^c2pa\.(?:hash|thumbnail)\./.test(label))
      throw new UsageError('usage.update.invalid', { at: `${at}assertions[${index}]`, what: label })
  checkAssertions(assertions, at)
}

function checkRules({ actions = [], assertions = [], softBindings = [] }: Statements, at: string): void {
  const early = assertions.findIndex(({ label }) => label === receipt)
  if (early >= 0) refuse(`${at}assertions[${early}].label`, receipt, `update: ${receipt}`)
  checkAssertions(assertions, at)
  const isBoundTo = softBindings.length > 0 || assertions.some(isSoftBinding)
  for (const [index, action] of actions.entries()) checkAction(action, isBoundTo, `${at}actions[${index}]`)
}

function checkAssertions(assertions: readonly NewAssertion[], at: string): void {
  for (const [index, { label, content }] of assertions.entries()) {
    checkLabel(label, `${at}assertions[${index}].label`)
    if (single.has(label) && assertions.findIndex((one) => one.label === label) < index)
      refuse(`${at}assertions[${index}].label`, label, `1 × ${label}`)
    formOf(label)?.(content, `${at}assertions[${index}].content`)
  }
}

/** All that becomes an assertion of its own. */
export function assertionsOf({
  assertions = [],
  softBindings = [],
  training,
}: Pick<Statements, 'assertions' | 'softBindings' | 'training'>): NewAssertion[] {
  return [
    ...assertions.map((one) =>
      isSoftBinding(one)
        ? softBindingAssertion(one.content as SoftBinding)
        : { ...one, content: spelledOut(one.label, one.content) },
    ),
    ...softBindings.map(softBindingAssertion),
    ...(training === undefined ? [] : [trainingAssertion(training)]),
  ]
}

/** What is written anyway, what would be a second binding, and what signs or describes others of which nobody has the hash yet. */
const taken =
  /^(?:c2pa\.(?:actions|hash|ingredient|thumbnail|ai-disclosure|assertion\.metadata)|cn\.yinji\.label|cawg\.identity)\b/

/** Numbers of repeats are given when all are there (C2PA 6.4). */
function checkLabel(label: string, at: string): void {
  const named = label.length <= 1000 && /^[\w-]+(?:\.[\w-]+)+$/.test(label) && !/__\d+$/.test(label)
  if (taken.test(label) || !named)
    throw new UsageError('usage.assertion.label', { at, label: label.slice(0, 80) })
}

/** Those are said from what is known of the content and its ingredients. */
const derived: ReadonlySet<string> = new Set([
  'c2pa.opened',
  'c2pa.placed',
  'c2pa.redacted',
  'c2pa.removed', // of what was removed there would have to be an ingredient
])

function checkAction(given: NewAction, isBoundTo: boolean, at: string): void {
  const { action, digitalSourceType: value } = given
  if (!isActionName(action) || derived.has(action))
    throw new UsageError('usage.action.unknown', { at: `${at}.action`, action, allowed: actionNames })
  if (value !== undefined && !digitalSourceTypes.includes(value))
    throw new UsageError('usage.source.unknown', {
      at: `${at}.digitalSourceType`,
      value,
      allowed: sourceNames,
    })
  const custom = action.startsWith('font.') ? undefined : foreignParameter(given)
  if (custom !== undefined) {
    const allowed = [...Object.keys(predefined), 'com.example.…'].join(', ')
    throw new UsageError('usage.field.unknown', { at: `${at}.parameters.${custom}`, allowed })
  }
  const missing = missingIn(given, isBoundTo)
  if (missing !== undefined) throw new UsageError('usage.action.incomplete', { at, action, missing })
}

/** Parameters of one's own have a namespace (C2PA 18.15.4.7); actions of fonts have further ones. */
const foreignParameter = ({ parameters = {} }: NewAction) =>
  Object.keys(parameters).find(
    (name) => !Object.hasOwn(predefined, name) && !/^[\w-]+(?:\.[\w-]+)+$/.test(name),
  )

const actionNames = predefinedActions.filter((name) => !derived.has(name)).join(', ')
const sourceNames = digitalSourceTypes.map((type) => type.slice(type.lastIndexOf('/') + 1)).join(', ')

/** What an action can't go without (C2PA 18.15.4); undefined where nothing is missing. */
function missingIn(
  { action, parameters = {}, digitalSourceType }: NewAction,
  isBoundTo: boolean,
): string | undefined {
  if (action === 'c2pa.created' && digitalSourceType === undefined) return 'digitalSourceType'
  if (action === 'c2pa.translated')
    return ['sourceLanguage', 'targetLanguage'].find((name) => parameters[name] === undefined)
  return isBound(action) && !isBoundTo ? 'c2pa.soft-binding' : undefined
}

/** A watermark that leads to the manifest. */
export const isBound = (action: string) =>
  action === 'c2pa.watermarked' || action === 'c2pa.watermarked.bound'
export const isSoftBinding = ({ label }: { readonly label: string }) =>
  /^c2pa\.soft-binding(?:__\d+)?$/.test(label)
