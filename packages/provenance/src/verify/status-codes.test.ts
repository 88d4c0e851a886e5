/**
 * Every status code of C2PA 2.5: what makes this validator give it, or why it never does. Those of 2.4 about how
 * a manifest stands in a text are the readers' (`test/provenance/embedding.test.ts`).
 */
import { describe, expect, test } from 'vitest'
import { scenarios } from './scenarios.test-kit.ts'
import { outcomeOf, statusCodes } from './status.ts'

const fetches = 'nothing is fetched that a manifest names'
const later = 'of an assertion of C2PA 2.5, which is read and passed on as it is'

/** Codes of the standard that are not given. */
const never = {
  success: {
    'assertion.accessible': fetches,
    'assertion.linkedResourceIntegrity.match': fetches,
    'assertion.segmentHash.match': later,
  },
  informational: {
    'algorithm.deprecated': 'no algorithm is on the list of deprecated ones',
    'assertion.linkedResourceIntegrity.formatMismatch': fetches,
    'assertion.linkedResourceIntegrity.hashMismatch': fetches,
    'assertion.linkedResourceIntegrity.inaccessible': fetches,
    'assertion.linkedResourceIntegrity.sizeMismatch': fetches,
    'assertion.linkedResourceIntegrity.skipped': later,
  },
  failure: {
    'assertion.cloud-data.labelMismatch': fetches,
    'assertion.dataHash.redacted': 'deprecated; assertion.hardBinding.redacted says the same',
    'assertion.external-reference.created':
      'since 2.4 a signer may vouch for it (18.24.1), and what stands elsewhere is not relied on',
    'assertion.external-reference.hashMismatch': fetches,
    'assertion.external-reference.labelMismatch': fetches,
    'assertion.inaccessible': fetches,
    'assertion.linkedResourceIntegrity.invalidURI': later,
    'assertion.linkedResourceIntegrity.malformed': later,
    'assertion.linkedResourceIntegrity.notCreated': later,
    'assertion.metadata.malformed': 'when a tool says it worked is not relied on',
    'assertion.segmentHash.malformed': later,
    'assertion.segmentHash.mismatch': later,
    'assertion.segmentHash.partialCoverage': later,
    'assertion.segmentHash.predecessorMismatch': later,
    'general.error': 'there is always a code that says more',
    'manifest.appendOnlyText.noSentinel': later,
    'manifest.inaccessible':
      'a manifest that is not there leaves a file unlabeled, and the reader says where it should be',
    'manifest.inaccessible.encrypted': 'encrypted files are refused before anybody looks for a manifest',
  },
} as const

const outcomes = ['success', 'informational', 'failure'] as const

/** How many the tables 18, 19 and 20 have. */
const counts = { success: 18, informational: 22, failure: 86 }
/** What c2pa-rs adds to the standard. */
const added = new Set(['signingCredential.expired'])

describe.each(outcomes)('status codes of %s', (outcome) => {
  test('are all of the standard, each given or not for a reason', () => {
    const given = statusCodes[outcome].filter((code) => !added.has(code))
    const all = [...given, ...Object.keys(never[outcome])]
    expect(new Set(all).size).toBe(all.length)
    expect(all).toHaveLength(counts[outcome])
    expect(all.map(outcomeOf)).toEqual(all.map(() => outcome))
  })

  test.each([...statusCodes[outcome]])('include %s', async (code) => {
    const { results, manifests, deltas } = await scenarios[code]()
    const places = [
      results,
      ...manifests.map((manifest) => manifest.results),
      ...deltas.map((one) => one.results),
    ]
    const found = outcomes.filter((kind) =>
      places.some((place) => place[kind].some((one) => one.code === code)),
    )
    expect(found).toEqual([outcome])
  })
})
