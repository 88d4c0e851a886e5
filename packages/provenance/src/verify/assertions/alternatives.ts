/**
 * `c2pa.alternative-content-representation` (C2PA 15.10.3.2.7, 18.14): the picture as the camera took it, which is a part of
 * the file or stands in the manifest.
 */
import { isMultiAsset } from '../content/multi-asset.ts'
import { type Fields, fieldsOf, isBytes, isNatural, listOf, textOf } from '../fields.ts'
import { inWords } from '../hashes.ts'
import type { Context, Statements } from '../statements.ts'
import type { Store } from '../store.ts'
import { assertionUri } from '../uri.ts'
import { isWithheld, statusOf } from './references.ts'

type Outcome = 'match' | 'malformed' | 'missing' | 'hashMismatch' | 'unsupported' | 'withheld'

export function checkAlternatives(statements: Statements, store: Store, context: Context): void {
  const { manifest, assertions, claim, log } = statements
  const originals = assertions
    .filter(({ base }) => base === 'c2pa.alternative-content-representation')
    .filter(({ fields }) => textOf(fields, 'type') === 'exif.originalPreservationImage')
  for (const { label, fields } of originals) {
    const at = assertionUri(manifest.label, label)
    const parameters = fieldsOf(fields, 'parameters')
    const outcome = originals.length > 1 ? 'malformed' : outcomeOf(parameters, statements, store, context)
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
  statements: Statements,
  store: Store,
  context: Context,
): Outcome {
  const index = parameters?.get('multiAssetPartIndex')
  if (!parameters || parameters.has(embedded) === (index !== undefined)) return 'malformed'
  if (index !== undefined) {
    const [parts] = statements.assertions.filter(isMultiAsset)
    return isNatural(index) && index < listOf(parts?.fields, 'parts').length ? 'match' : 'malformed'
  }
  const reference = fieldsOf(parameters, embedded)
  const [url, hash] = [textOf(reference, 'url'), reference?.get('hash')]
  if (!isBytes(hash)) return 'malformed'
  if (isWithheld(url ?? '', statements, context)) return 'withheld'
  const algorithm = algorithmOf(parameters) ?? statements.claim?.algorithm
  const status = statusOf({ url, hash, algorithm }, statements, store, context)
  if (status === undefined) return 'match'
  if (status === 'algorithm.unsupported') return 'unsupported'
  return status === 'hashedURI.missing' ? 'missing' : 'hashMismatch'
}
