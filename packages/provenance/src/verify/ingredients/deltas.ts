/**
 * What is known about the manifests below an ingredient (C2PA 18.16.12.4.3): results that differ from those recorded when
 * the ingredient was taken in, one delta for each ingredient assertion that names a manifest.
 */
import type { Delta, Status } from '../../validation.ts'
import type { Fields } from '../fields.ts'
import { fieldsOf, isFields, listOf, textOf } from '../fields.ts'
import { outcomeOf } from '../status.ts'

export const outcomes = ['success', 'informational', 'failure'] as const
type Results = Delta['results']

/** Statuses are the same when kind, code and URI are; explanations don't count. */
const keyOf = (outcome: string, { code, url }: Status) => `${outcome} ${code} ${url ?? ''}`

/** What an ingredient assertion recorded of its manifest, as keys to compare with: in maps, or, up to version 2, in a flat list. */
export function recordedKeys(assertion: Fields): ReadonlySet<string> {
  const results = fieldsOf(fieldsOf(assertion, 'validationResults'), 'activeManifest')
  const flat = statusesIn(assertion, 'validationStatus')
  return new Set([
    ...outcomes.flatMap((outcome) => statusesIn(results, outcome).map((status) => keyOf(outcome, status))),
    ...flat.map((status) => keyOf(outcomeOf(status.code), status)),
  ])
}

/** What is new about a manifest since an ingredient assertion recorded it. */
export function deltaOf(assertion: string, recorded: ReadonlySet<string>, now: Results): Delta {
  const fresh = (outcome: (typeof outcomes)[number]) =>
    now[outcome].filter((status) => !recorded.has(keyOf(outcome, status)))
  return {
    assertion,
    results: {
      success: fresh('success'),
      informational: fresh('informational'),
      failure: fresh('failure'),
    },
  }
}

/** Failures of manifests further down that a signer saw and recorded: `<assertion URI> <code>`. */
export function acknowledgedIn(validationResults: Fields | undefined): readonly string[] {
  return listOf(validationResults, 'ingredientDeltas').flatMap((entry) => {
    if (!isFields(entry)) return []
    const assertion = textOf(entry, 'ingredientAssertionURI')
    const failures = statusesIn(fieldsOf(entry, 'validationDeltas'), 'failure')
    return failures.map(({ code }) => acknowledgement(assertion ?? '', code))
  })
}

export function acknowledgement(assertion: string, code: string): string {
  return `${assertion} ${code}`
}

function statusesIn(results: Fields | undefined, outcome: string): Status[] {
  return listOf(results, outcome).flatMap((entry) => {
    const code = isFields(entry) ? textOf(entry, 'code') : undefined
    return code === undefined || !isFields(entry) ? [] : [{ code, url: textOf(entry, 'url') }]
  })
}
