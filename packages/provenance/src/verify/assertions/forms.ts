/** Assertions that say nothing about content here, but have a form to keep (C2PA 2.5, 14.10.4.2). */
import { type Fields, fieldsOf, textOf } from '../fields.ts'
import type { StatusCode } from '../status.ts'
import type { Manifest } from '../store.ts'
import { baseLabel } from '../uri.ts'

/** What is wrong with the form of this assertion; undefined when nothing is. */
export function formProblem(
  base: string,
  fields: Fields | undefined,
  kind: Manifest['kind'],
): StatusCode | undefined {
  if (base === 'c2pa.cloud-data') return cloudProblem(fields, kind)
  if (base === 'c2pa.time-stamp' && !fields?.size) return 'assertion.timestamp.malformed'
  return undefined
}

/**
 * An assertion that is kept elsewhere, and not fetched. What binds the content, tells its history or leads to what it
 * was made from must stand in the manifest.
 */
function cloudProblem(fields: Fields | undefined, kind: Manifest['kind']): StatusCode | undefined {
  const label = baseLabel(textOf(fields, 'label') ?? '')
  if (/^c2pa\.hash\./.test(label)) return 'assertion.cloud-data.hardBinding'
  const actions = /^c2pa\.actions(?:\.v2)?$/.test(label)
  if (actions && kind === 'update') return 'assertion.cloud-data.actions'
  const forbidden = actions || /^c2pa\.(?:cloud-data|ingredient(?:\.v[23])?)$/.test(label)
  const complete = label !== '' && fields?.has('size') && fieldsOf(fields, 'location') !== undefined
  return complete && !forbidden ? undefined : 'assertion.cloud-data.malformed'
}
