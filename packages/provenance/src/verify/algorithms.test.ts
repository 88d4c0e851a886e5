/** Which hash is meant (C2PA 15.4): its own, else the one around it, else the claim's; and never "altered" where none can be used. */
import { describe, expect, test } from 'vitest'
import {
  type AssertionSpec,
  actions,
  check,
  created,
  forged,
  forgeManifest,
  forgeStore,
  refer,
  sha256,
} from './forge.test-kit.ts'

const zero = new Uint8Array(32)
const icon: AssertionSpec = { label: 'org.example.icon', content: { name: 'x' } }
const unsupported = (told: string) => ['unchecked', { status: 'algorithm.unsupported', algorithm: told }]
type Found = Awaited<ReturnType<typeof forged>>
const judged = ({ verdict, findings }: Found) => [
  verdict,
  findings.find(({ code }) => code === 'manifest.hash.algorithm')?.data,
]
/** Nothing is said to be altered. */
function expectUnsupported(found: Found, told: string) {
  expect(judged(found)).toEqual(unsupported(told))
  expect(found.codes.filter((code) => /altered|mismatch|broken|failed/.test(code))).toEqual([])
}

/** The reference stands in an agent, which stands in an action, which stands in the assertion. */
const inside = (reference: object, agent: object, action: object, assertion: object) =>
  forged({
    claim: { alg: 'sha256' },
    assertions: [
      icon,
      {
        label: 'c2pa.actions.v2',
        content: {
          actions: [
            {
              ...created,
              ...action,
              softwareAgent: { name: 'A', ...agent, icon: { ...refer(icon.label), ...reference } },
            },
          ],
          allActionsIncluded: true,
          ...assertion,
        },
      },
    ],
  })
const [good, bad] = [{ alg: 'sha256' }, { alg: 'md5' }]

describe('a reference', () => {
  test.each<[string, object, object, object, object]>([
    ['its own', good, bad, bad, bad],
    ['the one next to it', {}, good, bad, bad],
    ['the one around that', {}, {}, good, bad],
    ['the one of the assertion', {}, {}, {}, good],
    ['the one of the claim', {}, {}, {}, {}],
  ])('takes %s', async (_, ...levels) => {
    expect(judged(await inside(...(levels as [object, object, object, object])))).toEqual([
      'trusted',
      undefined,
    ])
  })

  test.each<[string, object, object, object, object]>([
    ['its own', bad, good, good, good],
    ['the one next to it', {}, bad, good, good],
    ['the one around that', {}, {}, bad, good],
    ['the one of the assertion', {}, {}, {}, bad],
  ])('can’t be checked by %s where that is none of the list', async (_, ...levels) => {
    expectUnsupported(await inside(...(levels as [object, object, object, object])), 'md5')
  })

  test.each<[unknown, string]>([
    [7, '7'],
    ['', ''],
    ['SHA256', 'SHA256'],
  ])('can’t be checked by %j', async (alg, told) => {
    expectUnsupported(await inside({ alg }, {}, {}, {}), told)
  })
})

describe('without any algorithm', () => {
  const claim = { alg: undefined }

  test('no assertion can be checked', async () => {
    const found = await forged({ claim })
    expect(judged(found)).toEqual(unsupported('—'))
    expect(found.results.failure.map(({ code }) => code)).not.toContain('assertion.hashedURI.mismatch')
  })

  test('an algorithm that is no text does not fall back to anything', async () => {
    expect(judged(await forged({ claim: { alg: 7 } }))).toEqual(unsupported('7'))
  })
})

describe('an ingredient', () => {
  const label = 'urn:c2pa:00000000-0000-4000-8000-0000000000aa'
  const bound: AssertionSpec = {
    label: 'c2pa.hash.data',
    content: { alg: 'sha256', hash: sha256(zero), pad: zero },
  }
  const parent = forgeManifest({ label, assertions: [bound, actions] })
  const ingredient = (alg: object): AssertionSpec => ({
    label: 'c2pa.ingredient.v3',
    content: {
      relationship: 'parentOf',
      activeManifest: { url: `self#jumbf=/c2pa/${label}`, hash: sha256(parent.subarray(8)), ...alg },
      validationResults: { activeManifest: { success: [], informational: [], failure: [] } },
    },
  })

  test('whose hash can’t be used is not called another', async () => {
    const opened = { action: 'c2pa.opened', parameters: { ingredients: [refer('c2pa.ingredient.v3')] } }
    const assertions = [
      { label: 'c2pa.actions.v2', content: { actions: [opened], allActionsIncluded: true } },
    ]
    const used = (alg: object) => forged({ earlier: [parent], assertions: [...assertions, ingredient(alg)] })
    expect((await used(good)).verdict).toBe('trusted')
    const found = await used(bad)
    expect(judged(found)).toEqual(unsupported('md5'))
    expect(found.codes).not.toContain('manifest.ingredient.mismatch')
    expect(found.codes).not.toContain('manifest.ingredient.failed')
  })

  test('that an update speaks for is not taken for what it updates', async () => {
    const updated = (alg: object) => {
      const update = forgeManifest({ kind: 'updateManifest', assertions: [ingredient(alg)] })
      const store = forgeStore([parent, update])
      return check({
        bytes: zero,
        found: { site: 'test', store, excluded: { start: 0, length: 0 }, binding: 'data' },
      })
    }
    expect((await updated(good)).codes).toContain('manifest.content.intact')
    const found = await updated(bad)
    expectUnsupported(found, 'md5')
    expect(found.codes).not.toContain('manifest.content.intact')
  })
})

describe('the content', () => {
  const beside = (label: string, content: object) => {
    const store = forgeStore([forgeManifest({ assertions: [{ label, content }, actions] })])
    return check({
      bytes: zero,
      found: { site: 'test', store, excluded: { start: 0, length: 0 }, binding: 'data' },
    })
  }
  const hash = sha256(zero)

  test('is hashed as its binding says, or as the claim says', async () => {
    expect((await beside('c2pa.hash.data', { hash })).verdict).toBe('trusted')
    expectUnsupported(await beside('c2pa.hash.data', { hash, ...bad }), 'md5')
  })

  test.each<[string, object]>([
    ['c2pa.hash.boxes', { ...good, boxes: [{ names: ['SOI'], hash, ...bad }] }],
    [
      'c2pa.hash.bmff.v3',
      { ...good, hash, exclusions: [{ xpath: '/uuid' }], merkle: [{ ...bad, hashes: [hash] }] },
    ],
    [
      'c2pa.hash.bmff.v3',
      { ...good, exclusions: [{ xpath: '/uuid' }], merkle: [{ ...bad, hashes: [hash] }] },
    ],
  ])('in parts is not called altered where one of them can’t be checked: %s', async (label, content) => {
    expectUnsupported(await beside(label, content), 'md5')
  })
})
