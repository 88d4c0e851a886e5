/**
 * Manifest definitions as c2patool and c2pa-node take them, in the terms of `Statements`: `data` is content, and actions are
 * an assertion among the others. Nothing is passed over: what is no statement is refused, and said where it is said here.
 */
import { UsageError } from '@yinji/core'
import { refuse } from './form.ts'
import { isJson } from './known-assertions.ts'

type Fields = Readonly<Record<string, unknown>>

/** What only a definition has: besides, an assertion with `data`. */
const own =
  /^(?:alg|private_key|sign_cert|ta_url|vendor|claim_(?:generator|version)\w*|ingredient_?paths|instance_id)$/

/** Of no matter to what is stated. */
const idle: ReadonlySet<string> = new Set(['$schema', 'claim_version', 'assertions'])

/** Whether the JSON is a manifest definition, and no file of statements. */
export function isDefinition(value: Fields): boolean {
  const { assertions } = value
  const hasData = (one: unknown) => isFields(one) && 'data' in one && !('content' in one)
  return (
    Object.keys(value).some((key) => own.test(key)) || (Array.isArray(assertions) && assertions.some(hasData))
  )
}

/**
 * @param at What the errors begin with, e.g. `manifest.json: `.
 * @throws UsageError for whatever can’t be stated, or is said elsewhere: key, time stamp, ingredients, thumbnail.
 */
export function statementsOfDefinition(definition: Fields, at: string): Fields {
  const others = Object.keys(definition).filter((key) => !idle.has(key))
  if (others.length > 0) throw new UsageError('usage.definition.elsewhere', { at, fields: others.join(', ') })
  const given = definition['assertions']
  if (!Array.isArray(given)) refuse(`${at}assertions`, given, '[ … ]')
  const assertions = (given as unknown[]).map((one, index) => assertionIn(one, `${at}assertions[${index}]`))
  const actions = assertions.filter(isActions).flatMap(({ content, at }) => actionsIn(content, `${at}.data`))
  return {
    ...(actions.length > 0 && { actions }),
    assertions: assertions.filter((one) => !isActions(one)).map(({ label, content }) => ({ label, content })),
  }
}

interface Given {
  readonly label: unknown
  readonly content: unknown
  readonly at: string
}

/** All that is stated here is created by the signer; what is JSON and what CBOR follows from the label. */
function assertionIn(value: unknown, at: string): Given {
  if (!isFields(value)) refuse(at, value, '{ label, data }')
  const { label, data, kind, created, ...unknown } = value
  const [stray] = Object.keys(unknown)
  if (stray !== undefined)
    throw new UsageError('usage.field.unknown', { at: `${at}.${stray}`, allowed: 'label, data' })
  const form = isJson(String(label)) ? 'Json' : 'Cbor'
  if (kind !== undefined && kind !== form) refuse(`${at}.kind`, kind, form)
  if (created !== undefined && created !== true) refuse(`${at}.created`, created, 'true')
  return { label, content: data, at }
}

const isActions = ({ label }: Given) => label === 'c2pa.actions' || label === 'c2pa.actions.v2'

function actionsIn(content: unknown, at: string): readonly unknown[] {
  if (!isFields(content) || !Array.isArray(content['actions'])) refuse(at, content, '{ actions: [ … ] }')
  const { actions, ...unknown } = content
  const [stray] = Object.keys(unknown)
  if (stray !== undefined)
    throw new UsageError('usage.field.unknown', { at: `${at}.${stray}`, allowed: 'actions' })
  return (actions as unknown[]).map((action) =>
    isFields(action) && typeof action['softwareAgent'] === 'string'
      ? { ...action, softwareAgent: { name: action['softwareAgent'] } }
      : action,
  )
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
