/** Our own assertion: the label record, as the signer vouched for it. */
import { type AigcReading, aigcKeys, moments, positions, type VisibleLabel } from '@yinji/core'
import type { SignedRecord } from '../../validation.ts'
import type { CheckedManifest } from '../checked-manifest.ts'
import { type Fields, fieldsOf, isText, textOf } from '../fields.ts'
import { assertionUri } from '../uri.ts'

/** Label of the assertion. */
const recordLabel = 'cn.yinji.label'

/** The record; null when there is none, or none that can be used, the reason being in the log. */
export function readRecord({ manifest, assertions, log }: CheckedManifest): SignedRecord | null {
  const found = assertions.filter(({ base }) => base === recordLabel)
  const [assertion] = found
  if (assertion === undefined) return null
  const record =
    found.length > 1
      ? 'more than one'
      : !assertion.created
        ? 'the signer does not vouch for it'
        : assertion.fields === undefined
          ? 'CBOR'
          : parse(assertion.fields)
  if (typeof record !== 'string') return record
  const at = assertionUri(manifest.label, assertion.label)
  log.report('manifest.record.malformed', { at, what: record })
  return null
}

/** The record, or the name of the first field that is not what it should be. */
function parse(fields: Fields): SignedRecord | string {
  const aigc = readAigc(fieldsOf(fields, 'aigc'))
  if (aigc === undefined) return 'aigc'
  const involvement = textOf(fields, 'involvement')
  if (involvement !== 'generated' && involvement !== 'manipulated') return 'involvement'
  const contentId = textOf(fields, 'contentId')
  if (contentId === undefined) return 'contentId'
  const createdAt = textOf(fields, 'createdAt')
  if (createdAt === undefined) return 'createdAt'
  const system = fields.get('system') ?? null
  if (system !== null && !isText(system)) return 'system'
  const explicit = readExplicit(fields.get('explicit') ?? null, fieldsOf(fields, 'explicit'))
  if (explicit === undefined) return 'explicit'
  return { aigc, involvement, contentId, createdAt, system, explicit }
}

function readAigc(fields: Fields | undefined): AigcReading | undefined {
  if (fields === undefined) return undefined
  const aigc: Partial<Record<(typeof aigcKeys)[number], string>> = {}
  for (const key of aigcKeys) {
    const value = fields.get(key)
    if (value === undefined) continue
    if (!isText(value)) return undefined
    aigc[key] = value
  }
  return aigc
}

function readExplicit(value: unknown, fields: Fields | undefined): VisibleLabel | null | undefined {
  if (value === null) return null
  const text = textOf(fields, 'text')
  const position = positions.find((name) => name === fields?.get('position'))
  if (text === undefined || position === undefined) return undefined
  // Absent in labels of the usual look, and in older records.
  const moment = moments.find((name) => name === fields?.get('moment'))
  const style = textOf(fields, 'style')
  const size = fields?.get('size')
  return {
    text,
    position,
    ...(moment === undefined ? {} : { moment }),
    ...(style === undefined ? {} : { style }),
    ...(typeof size === 'number' ? { size } : {}),
  }
}
