/** What c2pa-rs lets pass and the standard does not: each is told here, as an error or a warning. */
import { describe, expect, test } from 'vitest'
import { actions, created, type FileSpec, forged } from './forge.test-kit.ts'
import { issue, issuing } from './issue.test-kit.ts'

const timeStamping = '1.3.6.1.5.5.7.3.8'
const stamper = issue({ subject: 'Stamper', purposes: [timeStamping] }, issuing)
const withActions = (change: object, list?: 'gathered_assertions'): FileSpec => ({
  assertions: [{ ...actions, content: { actions: [created], ...change }, ...(list && { list }) }],
})
const disclosure = (content: object): FileSpec => ({
  assertions: [actions, { label: 'c2pa.ai-disclosure', content }],
})
const source = 'http://cv.iptc.org/newscodes/digitalsourcetype/'

describe('stricter than the reference', () => {
  test.each<[string, FileSpec, string, 'invalid' | 'trusted']>([
    [
      'a certificate for time stamps signs no claims',
      { chain: [stamper.certificate, issuing.certificate], key: stamper.privateKey },
      'manifest.certificate.profile',
      'invalid',
    ],
    [
      'a source type outside the vocabulary',
      {
        assertions: [
          {
            ...actions,
            content: {
              actions: [{ ...created, digitalSourceType: `${source}aiMade` }],
              allActionsIncluded: true,
            },
          },
        ],
      },
      'manifest.action.vocabulary',
      'trusted',
    ],
    [
      'actions that do not say whether they are all',
      withActions({}),
      'manifest.action.incomplete',
      'trusted',
    ],
    [
      'actions that the signer only passes on',
      withActions({ allActionsIncluded: true }, 'gathered_assertions'),
      'manifest.action.incomplete',
      'trusted',
    ],
    [
      'an agent without a name',
      withActions({
        actions: [{ ...created, softwareAgent: { version: '1' } }],
        allActionsIncluded: true,
      }),
      'manifest.action.incomplete',
      'trusted',
    ],
    ['a disclosure without the kind of model', disclosure({}), 'manifest.disclosure.malformed', 'trusted'],
    [
      'a disclosure with oversight in other words',
      disclosure({ modelType: 'c2pa.types.model', contentProfile: { humanOversightLevel: 'some' } }),
      'manifest.disclosure.malformed',
      'trusted',
    ],
    [
      'a version of the standard that is none',
      { claim: { claim_generator_info: { name: 'X', specVersion: 'newest' } } },
      'manifest.claim.incomplete',
      'trusted',
    ],
    [
      'an exclusion that is not where the manifest stands',
      { exclusions: (start, length) => [{ start: start - 4, length: length + 4 }] },
      'manifest.binding.exclusion',
      'invalid',
    ],
  ])('%s', async (_, spec, code, verdict) => {
    const found = await forged(spec)
    expect(found.codes).toContain(code)
    expect(found.verdict).toBe(verdict)
  })

  test('an ordinary manifest of today draws none of these remarks', async () => {
    const { codes } = await forged({})
    expect(codes.filter((code) => !/trusted|intact/.test(code))).toEqual([])
  })
})
