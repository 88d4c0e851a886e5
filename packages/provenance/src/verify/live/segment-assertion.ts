/** `c2pa.livevideo.segment` (C2PA 19.3.2): which segment of which stream it is, and what came before it. */

import type { CheckedManifest } from '../checked-manifest.ts'
import { isFields, isNatural, textOf } from '../fields.ts'
import type { StatusCode } from '../status.ts'

export interface SegmentAssertion {
  readonly sequence: number
  readonly stream: string
  /** Label of the manifest of the segment before. */
  readonly previous: string
}

/** What is wrong with it, and whether others may know what this software does not. */
export interface AssertionProblem {
  readonly what: string
  readonly status: StatusCode
  readonly unknown?: true
}

const label = 'c2pa.livevideo.segment'
const manifestId = 'c2pa.manifestId'

/** Undefined where there is none. */
export function readSegmentAssertion({
  assertions,
  claim,
}: CheckedManifest): SegmentAssertion | AssertionProblem | undefined {
  const [assertion, ...others] = assertions.filter(({ base }) => base === label)
  if (assertion === undefined) return undefined
  const wrong = (what: string): AssertionProblem => ({ what, status: 'livevideo.assertion.invalid' })
  const { fields, created } = assertion
  if (others.length > 0) return wrong('more than one')
  if (claim?.version === 2 && !created) return wrong('the signer does not vouch for it')
  if (!isFields(fields)) return wrong('no CBOR map')
  const [sequence, stream] = [fields.get('sequenceNumber'), textOf(fields, 'streamId')]
  if (!isNatural(sequence)) return wrong('sequenceNumber')
  if (stream === undefined) return wrong('streamId')
  const status = 'livevideo.continuityMethod.invalid'
  const method = textOf(fields, 'continuityMethod')
  if (method === undefined) return { what: 'continuityMethod', status }
  if (method !== manifestId) return { what: method.slice(0, 50), status, unknown: true }
  const previous = textOf(fields, 'previousManifestId')
  return previous === undefined ? { what: 'previousManifestId', status } : { sequence, stream, previous }
}
