/** What an action names (C2PA 15.10.3.2.3): other assertions of the same manifest, ingredients of others, languages. */
import { describe, expect, test } from 'vitest'
import { type AssertionSpec, actions, created, forged, refer, sha256 } from '../forge.test-kit.ts'
import { earlierLabel, forgeEarlier, hashWithin, inEarlier, zero } from './references.test-kit.ts'

const note: AssertionSpec = { label: 'org.example.note', content: { name: 'x' } }
const second: AssertionSpec = {
  label: 'c2pa.actions.v2__1',
  content: { actions: [{ action: 'c2pa.edited' }], allActionsIncluded: true },
}
const relating = (relatedAssertions: unknown): AssertionSpec => ({
  label: 'c2pa.actions.v2',
  content: { actions: [{ ...created, parameters: { relatedAssertions } }], allActionsIncluded: true },
})
const check = (related: unknown) =>
  forged({
    earlier: [forgeEarlier(actions, note)],
    assertions: [relating(related), note, second],
  })

test('an action may be about an assertion beside it', async () => {
  const { verdict, codes } = await check([refer(note.label)])
  expect([verdict, codes]).toEqual(['trusted', expect.not.arrayContaining(['manifest.action.malformed'])])
})

test.each<[string, unknown]>([
  ['nothing', []],
  ['no list', 7],
  ['no reference', [7]],
  ['what is not there', [{ url: 'self#jumbf=c2pa.assertions/org.example.else', hash: zero }]],
  ['another action', [refer(second.label)]],
  ['one that is and one that is not', [refer(note.label), {}]],
  ['another manifest', [{ url: inEarlier(note.label), hash: zero }]],
])('but not about %s', async (_, related) => {
  const { verdict, findings } = await check(related)
  const malformed = findings.find(({ code }) => code === 'manifest.action.malformed')
  expect([verdict, malformed?.data?.['status']]).toEqual(['invalid', 'assertion.action.malformed'])
})

const problemOf = ({ verdict, findings }: Awaited<ReturnType<typeof forged>>) => [
  verdict,
  findings.find(({ code }) => code === 'manifest.action.malformed')?.data?.['status'],
]
const fine = ['trusted', undefined]
const acting = (...list: object[]): AssertionSpec => ({
  label: 'c2pa.actions.v2',
  content: { actions: list, allActionsIncluded: true },
})

describe('what was removed', () => {
  const part = (relationship: string, label = 'c2pa.ingredient.v3'): AssertionSpec => ({
    label,
    content: { relationship, 'dc:title': 'a' },
  })
  const before = (relationship: string, label?: string) => forgeEarlier(actions, part(relationship, label))
  const there = inEarlier('c2pa.ingredient.v3')
  const hashAt = (relationship: string) => hashWithin(before(relationship), 'c2pa.ingredient.v3')
  const removed = (parameters: unknown, earlier = before('componentOf'), more: AssertionSpec[] = []) =>
    forged({
      earlier: [earlier],
      assertions: [acting(created, { action: 'c2pa.removed', parameters }), ...more],
    })
  const named = { url: there, hash: hashAt('componentOf') }

  test('is part of another manifest', async () => {
    expect(problemOf(await removed({ ingredients: [named] }))).toEqual(fine)
    expect(problemOf(await removed({ ingredient: named }))).toEqual(fine)
  })

  test.each<[string, unknown, Uint8Array?]>([
    ['unsaid', undefined],
    ['nothing', {}],
    ['an empty list', { ingredients: [] }],
    ['no list', { ingredients: 7 }],
    ['no reference', { ingredients: [7] }],
    ['one that is and one that is not', { ingredients: [named, {}] }],
    ['not there', { ingredients: [{ ...named, url: `${there}__1` }] }],
    ['no ingredient', { ingredients: [{ ...named, url: there.replace('c2pa.ingredient.v3', note.label) }] }],
    ['the parent', { ingredients: [{ url: there, hash: hashAt('parentOf') }] }, before('parentOf')],
  ])('can’t be %s', async (_, parameters, earlier) => {
    expect(problemOf(await removed(parameters, earlier))).toEqual([
      'invalid',
      'assertion.action.ingredientMismatch',
    ])
  })

  test('can’t be part of this very manifest', async () => {
    const parameters = { ingredients: [refer('c2pa.ingredient.v3')] }
    expect(problemOf(await removed(parameters, undefined, [part('componentOf')]))).toEqual([
      'invalid',
      'assertion.action.ingredientMismatch',
    ])
  })

  test('may be named fifty thousand times', async () => {
    const list = Array.from({ length: 50_000 }, () => ({
      action: 'c2pa.removed',
      parameters: { ingredients: [{ url: there, hash: zero }] },
    }))
    const { codes } = await forged({
      earlier: [before('componentOf')],
      assertions: [acting(created, ...list)],
    })
    expect(codes).not.toContain('manifest.action.malformed')
  })
})

test('the one ingredient that old actions had room for counts', async () => {
  const content = {
    actions: [{ action: 'c2pa.opened', parameters: { ingredient: refer('c2pa.ingredient') } }],
  }
  const ingredient = { label: 'c2pa.ingredient', content: { relationship: 'parentOf', 'dc:title': 'a' } }
  const old = (relationship: string) =>
    forged({
      assertions: [
        { label: 'c2pa.actions', content },
        { ...ingredient, content: { ...ingredient.content, relationship } },
      ],
    })
  expect(problemOf(await old('parentOf'))).toEqual(fine)
  expect(problemOf(await old('componentOf'))).toEqual(['invalid', 'assertion.action.ingredientMismatch'])
})

test.each<[object | undefined, boolean]>([
  [{ sourceLanguage: 'en', targetLanguage: 'zh' }, true],
  [{ sourceLanguage: 'en' }, false],
  [{ sourceLanguage: 'en', targetLanguage: '' }, false],
  [{ sourceLanguage: 'en', targetLanguage: 7 }, false],
  [undefined, false],
])('a translation says from and into what language: %j', async (parameters, good) => {
  const found = await forged({ assertions: [acting(created, { action: 'c2pa.translated', parameters })] })
  expect(problemOf(found)).toEqual(good ? fine : ['invalid', 'assertion.action.malformed'])
})

describe('templates', () => {
  const { digitalSourceType, ...sourceless } = created
  const human = 'http://cv.iptc.org/newscodes/digitalsourcetype/humanEdits'
  const templated = (...templates: unknown[]) =>
    forged({
      assertions: [
        { label: 'c2pa.actions.v2', content: { actions: [sourceless], allActionsIncluded: true, templates } },
      ],
    })
  const all = { action: '*', digitalSourceType: human }
  const own = { action: 'c2pa.created', digitalSourceType }

  test.each<[string, unknown[], string]>([
    ['of all actions', [all], human],
    ['of its name', [own], digitalSourceType],
    ['of its name, over that of all, whichever stands first', [own, all], digitalSourceType],
    ['that stands last', [{ ...own, digitalSourceType: human }, own], digitalSourceType],
  ])('say where the content comes from: one %s', async (_, templates, expected) => {
    const found = await templated(...templates)
    expect(problemOf(found)).toEqual(fine)
    expect(found.active?.digitalSourceTypes).toEqual([expected])
  })

  test.each([
    [[]],
    [[{ ...own, action: 'c2pa.edited' }]],
    [[{ digitalSourceType }, 7]],
    [[{ ...own, digitalSourceType: 7 }]],
  ])('of others do not: %j', async (templates) => {
    expect(problemOf(await templated(...templates))).toEqual(['invalid', 'assertion.action.malformed'])
  })
})

describe('what was withheld', () => {
  const redacted = (label: string) => {
    const url = inEarlier(label)
    const earlier = forgeEarlier(actions, { ...note, raw: new Uint8Array(8) })
    const opened = { action: 'c2pa.opened', parameters: { ingredients: [refer('c2pa.ingredient.v3')] } }
    const parent = {
      relationship: 'parentOf',
      activeManifest: { url: `self#jumbf=/c2pa/${earlierLabel}`, hash: sha256(earlier.subarray(8)) },
      validationResults: { activeManifest: { success: [], informational: [], failure: [] } },
    }
    return forged({
      earlier: [earlier],
      assertions: [
        acting(opened, { action: 'c2pa.redacted', parameters: { redacted: url } }),
        { label: 'c2pa.ingredient.v3', content: parent },
      ],
      claim: { redacted_assertions: [url] },
    })
  }

  test('was there', async () => {
    expect(problemOf(await redacted(note.label))[1]).toBe(undefined)
    expect(problemOf(await redacted('org.example.never'))[1]).toBe('assertion.action.redactionMismatch')
  })
})
