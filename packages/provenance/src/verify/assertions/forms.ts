/** Assertions that say nothing about content here, but have a form to keep (C2PA 15.10.3.2). */
import { type Fields, fieldsOf, isBytes, isText, textOf } from '../fields.ts'
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
  if (base === 'c2pa.external-reference' && !refersAbroad(fields))
    return 'assertion.external-reference.malformed'
  if (base === 'c2pa.time-stamp' && !fields?.size) return 'assertion.timestamp.malformed'
  return undefined
}

/** What binds the content, tells its history or leads to what it was made from must stand in the manifest. */
const atHome = /^c2pa\.(?:hash\..*|actions(?:\.v2)?|cloud-data|ingredient(?:\.v[23])?)$/

/** Anything that lies elsewhere, and is not fetched: by its address alone, or with a hash and its algorithm (18.24). */
function refersAbroad(fields: Fields | undefined): boolean {
  const location = fieldsOf(fields, 'location')
  const hashed = location?.has('hash') || location?.has('alg')
  const complete = isBytes(location?.get('hash')) && isText(location?.get('alg'))
  const label = fields?.get('label') ?? ''
  const allowed =
    isText(label) && !atHome.test(baseLabel(label)) && baseLabel(label) !== 'c2pa.external-reference'
  return !!textOf(location, 'url') && (!hashed || complete) && allowed
}

/** An assertion that is kept elsewhere, and not fetched. */
function cloudProblem(fields: Fields | undefined, kind: Manifest['kind']): StatusCode | undefined {
  const label = baseLabel(textOf(fields, 'label') ?? '')
  if (/^c2pa\.hash\./.test(label)) return 'assertion.cloud-data.hardBinding'
  const actions = /^c2pa\.actions(?:\.v2)?$/.test(label)
  if (actions && kind === 'update') return 'assertion.cloud-data.actions'
  const complete = label !== '' && fields?.has('size') && fieldsOf(fields, 'location') !== undefined
  return complete && !atHome.test(label) ? undefined : 'assertion.cloud-data.malformed'
}
