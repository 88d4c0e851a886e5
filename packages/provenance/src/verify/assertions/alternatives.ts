/**
 * `c2pa.alternative-content-representation` (C2PA 15.10.3.2.7, 18.14): the picture as the camera took it, which is a part of
 * the file or stands in the manifest.
 */

import type { CheckedManifest, Context } from '../checked-manifest.ts'
import { isMultiAsset } from '../content/multi-asset.ts'
import { type Fields, fieldsOf, isBytes, isNatural, listOf, textOf } from '../fields.ts'
import { inWords } from '../hashes.ts'
import type { Store } from '../store.ts'
import { assertionUri } from '../uri.ts'
import { isWithheld, statusOf } from './references.ts'

type Outcome = 'match' | 'malformed' | 'missing' | 'hashMismatch' | 'unsupported' | 'withheld'

export function checkAlternatives(checked: CheckedManifest, store: Store, context: Context): void {
  const { manifest, assertions, claim, log } = checked
  const originals = assertions
    .filter(({ base }) => base === 'c2pa.alternative-content-representation')
    .filter(({ fields }) => textOf(fields, 'type') === 'exif.originalPreservationImage')
  for (const { label, fields } of originals) {
    const at = assertionUri(manifest.label, label)
    const parameters = fieldsOf(fields, 'parameters')
    const outcome = originals.length > 1 ? 'malformed' : outcomeOf(parameters, checked, store, context)
    if (outcome === 'withheld') continue
    if (outcome === 'unsupported') {
      const algorithm = inWords(algorithmOf(parameters) ?? claim?.algorithm)
      log.report('manifest.hash.algorithm', { status: 'algorithm.unsupported', at, algorithm })
      continue
    }
    const status = `assertion.alternativeContentRepresentation.${outcome}` as const
    if (outcome === 'match') log.status(status, at)
    else log.report('manifest.assertion.malformed', { status, at, label, what: outcome })
  }
}

const embedded = 'embeddedOriginalPreservationImage'
const algorithmOf = (parameters: Fields | undefined): unknown =>
  fieldsOf(parameters, embedded)?.get('alg') ?? parameters?.get('alg')

function outcomeOf(
  parameters: Fields | undefined,
  checked: CheckedManifest,
  store: Store,
  context: Context,
): Outcome {
  const index = parameters?.get('multiAssetPartIndex')
  if (!parameters || parameters.has(embedded) === (index !== undefined)) return 'malformed'
  if (index !== undefined) {
    const [parts] = checked.assertions.filter(isMultiAsset)
    return isNatural(index) && index < listOf(parts?.fields, 'parts').length ? 'match' : 'malformed'
  }
  const reference = fieldsOf(parameters, embedded)
  const [url, hash] = [textOf(reference, 'url'), reference?.get('hash')]
  if (!isBytes(hash)) return 'malformed'
  if (isWithheld(url ?? '', checked, context)) return 'withheld'
  const algorithm = algorithmOf(parameters) ?? checked.claim?.algorithm
  const status = statusOf({ url, hash, algorithm }, checked, store, context)
  if (status === undefined) return 'match'
  if (status === 'algorithm.unsupported') return 'unsupported'
  return status === 'hashedURI.missing' ? 'missing' : 'hashMismatch'
}
