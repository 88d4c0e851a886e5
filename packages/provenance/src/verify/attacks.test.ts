/** Attacks on how a manifest is put together: names that collide, references that lead astray, numbers beyond measure. */
import { limits } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { encodeCbor } from '../encoding/cbor.ts'
import { encodeBox, encodeSuperBox, uuids } from '../encoding/jumbf.ts'
import {
  type AssertionSpec,
  actions,
  created,
  type FileSpec,
  forged,
  forgeManifest,
  refer,
  sha256,
} from './forge.test-kit.ts'
import { issue, issuing, signer } from './issue.test-kit.ts'

const review = (label: string, more: Partial<AssertionSpec> = {}): AssertionSpec => ({
  label,
  content: { passed: true },
  ...more,
})
const reviewHash = (label: string) =>
  sha256(
    encodeSuperBox({
      uuid: uuids.cbor,
      label,
      children: [encodeBox('cbor', encodeCbor({ passed: true }))],
    }).subarray(8),
  )

describe('labels', () => {
  test('with numbers tell repeats apart', async () => {
    const { verdict } = await forged({ assertions: [actions, review('org.x'), review('org.x__1')] })
    expect(verdict).toBe('trusted')
  })

  test.each<[string, readonly AssertionSpec[], string]>([
    ['that stand twice', [review('org.x'), review('org.x', { list: null })], 'manifest.store.malformed'],
    ['that stand twice with a number', [review('org.x__1'), review('org.x__1')], 'manifest.store.malformed'],
    [
      'that number a second binding among the gathered ones',
      [{ label: 'c2pa.hash.data__1', content: {}, list: 'gathered_assertions' }],
      'manifest.binding.multiple',
    ],
    [
      'that number a second binding of another kind',
      [{ label: 'c2pa.hash.boxes__7', content: { boxes: [] } }],
      'manifest.binding.multiple',
    ],
    [
      'that number a second origin',
      [{ label: 'c2pa.actions.v2__1', content: { actions: [created], allActionsIncluded: true } }],
      'manifest.action.malformed',
    ],
  ])('%s are no way around', async (_, more, code) => {
    const { verdict, codes } = await forged({ assertions: [actions, ...more] })
    expect(codes).toContain(code)
    expect(verdict).toBe('invalid')
  })
})

test.each([
  '',
  'urn:c2pa:a/b',
  'urn:c2pa:a\x1b[2J',
  'urn:c2pa:a\x9b',
  'urn:c2pa:a#b',
  'urn:c2pa:a?',
  'urn:c2pa:a;',
  'urn:c2pa:\ufeffa',
])('a manifest called %j can’t be referred to', async (label) => {
  const { verdict, codes } = await forged({ label })
  expect([verdict, codes]).toEqual(['invalid', ['manifest.store.malformed']])
  const parts = [actions, review(label.replace('urn:c2pa', 'org'), { list: null })]
  expect((await forged({ assertions: parts })).codes).toEqual(['manifest.store.malformed'])
})

/** Readers go by what the description calls the content, or by the box it stands in (C2PA 11.1.4.3). */
describe('a statement whose box', () => {
  test.each<[string, Partial<AssertionSpec>]>([
    ['is called a claim', { described: 'claim' }],
    ['is called JSON, and holds CBOR', { described: 'json' }],
    ['is called CBOR, and holds JSON', { type: 'json', raw: Buffer.from('{}'), described: 'cbor' }],
    ['holds nothing', { children: [] }],
    ['holds padding alone', { children: [encodeBox('free', new Uint8Array(8))] }],
  ])('%s is none', async (_, more) => {
    const { verdict, codes } = await forged({ assertions: [actions, review('org.x', more)] })
    expect(codes).toContain('manifest.assertion.malformed')
    expect(verdict).toBe('invalid')
  })

  test('holds a file, or something of a kind of its own, is taken as it is', async () => {
    const file = { children: [encodeBox('bfdb', Buffer.from('\0image/png\0')), encodeBox('bidb')] }
    const own = { children: [encodeBox('uuid', new Uint8Array(20))] }
    const parts = [
      review('org.x', { described: 'embeddedFile', ...file }),
      review('org.y', { described: 'uuid', ...own }),
    ]
    expect((await forged({ assertions: [actions, ...parts] })).verdict).toBe('trusted')
  })
})

describe('a reference', () => {
  const own = 'urn:c2pa:00000000-0000-4000-8000-000000000001'
  const other = 'urn:c2pa:00000000-0000-4000-8000-000000000002'
  const claiming = (url: string): FileSpec => ({
    assertions: [actions, review('org.x', { list: null })],
    earlier: [forgeManifest({ label: other, assertions: [actions, review('org.x')] })],
    claim: { gathered_assertions: [{ url, hash: reviewHash('org.x') }] },
  })

  test('to the statement by either of its names holds', async () => {
    for (const url of ['self#jumbf=c2pa.assertions/org.x', `self#jumbf=/c2pa/${own}/c2pa.assertions/org.x`])
      expect((await forged(claiming(url))).verdict).toBe('trusted')
  })

  // The other manifest has the same statement with the same hash: only where it leads is wrong.
  test.each([
    `self#jumbf=/c2pa/${other}/c2pa.assertions/org.x`,
    `self#jumbf=/c2pa/${own}/../${other}/c2pa.assertions/org.x`,
    'self#jumbf=c2pa.assertions/../c2pa.assertions/org.x',
    'self#jumbf=./c2pa.assertions/org.x',
    'self#jumbf=c2pa.assertions//org.x',
    'self#jumbf=c2pa.assertions/org.x/',
    'self#jumbf=c2pa.assertions/org%2Ex',
    'self#jumbf=C2PA.assertions/org.x',
    'self#jumbf=c2pa.assertions/org.x\0',
    'self#jumbf=c2pa.assertions/org.x#y',
    `self#jumbf=/C2PA/${own}/c2pa.assertions/org.x`,
    `self#jumbf=//c2pa/${own}/c2pa.assertions/org.x`,
    `self#jumbf=/c2pa/${own.toUpperCase()}/c2pa.assertions/org.x`,
    `https://example.com/#jumbf=/c2pa/${own}/c2pa.assertions/org.x`,
    ' self#jumbf=c2pa.assertions/org.x',
    'self#jumbf=',
    'c2pa.assertions/org.x',
    `self#jumbf=${'c2pa.assertions/'.repeat(400)}org.x`,
  ])('as %j leads nowhere', async (url) => {
    const { verdict, codes } = await forged(claiming(url))
    expect(codes).toContain('manifest.assertion.missing')
    expect(codes).toContain('manifest.assertion.undeclared')
    expect(verdict).toBe('invalid')
  })

  test('to one statement under both of its names counts it twice', async () => {
    const urls = ['self#jumbf=c2pa.assertions/org.x', `self#jumbf=/c2pa/${own}/c2pa.assertions/org.x`]
    const both = urls.map((url) => ({ url, hash: reviewHash('org.x') }))
    const spec = { ...claiming(urls[0] ?? ''), claim: { gathered_assertions: both } }
    expect((await forged(spec)).verdict).toBe('invalid')
  })
})

/** Two readers that look for certificates in another order would name two signers. */
describe('a chain of certificates beside another one', () => {
  const stranger = issue({ subject: 'Stranger' }, issue({ subject: 'Nobody', ca: true }))
  const chain = [stranger.certificate]

  test.each<[string, FileSpec]>([
    ['outside the signature', { unprotected: new Map<unknown, unknown>([[33, chain]]) }],
    ['outside, under its other name', { unprotected: new Map([['x5chain', chain]]) }],
  ])('%s is refused', async (_, spec) => {
    const { verdict, findings, signer } = await forged(spec)
    const found = findings.find(({ code }) => code === 'manifest.signature.malformed')
    expect([verdict, signer, found?.data?.['what']]).toEqual(['invalid', null, 'two certificate chains'])
  })

  test('under its other name, both signed for, is no chain (C2PA 14.5)', async () => {
    const { verdict, signer } = await forged({ headers: [['x5chain', chain]] })
    expect([verdict, signer?.organization]).toEqual(['trusted', 'Acme AI'])
  })
})

/** Generators shall protect it; validators shall take it from either header (C2PA 14.5), claims of version 2 included. */
describe('a chain outside the protected header alone', () => {
  const chain = [signer.certificate, issuing.certificate]
  const outside = (...entries: [unknown, unknown][]): FileSpec => ({
    protectsChain: false,
    unprotected: new Map(entries),
  })

  test.each([[33], ['x5chain']])('is taken under the name %s', async (name) => {
    const { verdict, signer } = await forged(outside([name, chain]))
    expect([verdict, signer?.organization]).toEqual(['trusted', 'Acme AI'])
  })

  test('counts under its number, when it has both names', async () => {
    const stranger = issue({ subject: 'Stranger' }, issue({ subject: 'Nobody', ca: true }))
    const right = await forged(outside(['x5chain', [stranger.certificate]], [33, chain]))
    expect([right.verdict, right.signer?.organization]).toEqual(['trusted', 'Acme AI'])
    const { verdict, codes } = await forged(outside(['x5chain', chain], [33, [stranger.certificate]]))
    expect([verdict, codes.includes('manifest.signature.mismatch')]).toEqual(['invalid', true])
  })

  test.each([
    ['missing', []],
    ['empty', [[33, []]]],
    ['text', [[33, 'MII']]],
  ] as [string, [unknown, unknown][]][])('that is %s is no certificate', async (_, entries) => {
    const { verdict, findings } = await forged(outside(...entries))
    const found = findings.find(({ code }) => code === 'manifest.signature.malformed')
    expect([verdict, found?.data?.['what']]).toEqual(['invalid', 'no certificate'])
  })
})

describe('ten thousand statements', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => review(`org.x__${index}`))
  const own = 2 // binding and actions

  test('are read, each of them checked', async () => {
    const { verdict, results } = await forged({ assertions: [actions, ...many(limits.assertions - own)] })
    expect(verdict).toBe('trusted')
    const matches = results.success.filter(({ code }) => code === 'assertion.hashedURI.match')
    expect(matches).toHaveLength(limits.assertions)
  })

  test('and one more are refused', async () => {
    const { verdict, codes } = await forged({ assertions: [actions, ...many(limits.assertions - own + 1)] })
    expect({ verdict, codes }).toEqual({ verdict: 'invalid', codes: ['manifest.store.malformed'] })
  })

  test('of which one was exchanged show which', async () => {
    const list = many(2000).map((one, index) => (index === 1234 ? { ...one, hash: new Uint8Array(32) } : one))
    const { findings } = await forged({ assertions: [actions, ...list] })
    const mismatch = findings.find(({ code }) => code === 'manifest.assertion.mismatch')
    expect(mismatch?.data).toMatchObject({ label: 'org.x__1234' })
  })
})

/** Each of these would keep a reader busy for hours, or break it, that looks everything up anew for every action. */
describe('thousands of actions', () => {
  const acting = (list: readonly unknown[]): AssertionSpec => ({
    ...actions,
    content: { actions: list, allActionsIncluded: true },
  })
  const repeated = (count: number, action: unknown) => Array.from({ length: count }, () => action)
  const ingredients = Array.from({ length: 9000 }, (_, index) =>
    review(`c2pa.ingredient.v3__${index}`, { content: { relationship: 'componentOf' } }),
  )

  test('of which each names one of thousands of ingredients, or none', async () => {
    const placed = { action: 'c2pa.placed', parameters: { ingredients: [refer('c2pa.ingredient.v3__7')] } }
    const list = [created, ...repeated(30_000, placed), ...repeated(30_000, { action: 'c2pa.repackaged' })]
    expect((await forged({ assertions: [acting(list), ...ingredients] })).verdict).toBe('trusted')
  })

  test('with the same mistake tell it once', async () => {
    const list = [created, ...repeated(100_000, { action: 'c2pa.placed' })]
    const { codes } = await forged({ assertions: [acting(list)] })
    expect(codes.filter((code) => code === 'manifest.action.malformed')).toHaveLength(1)
  })

  test('that all claim to be the first, each from a source of its own, are told by a few', async () => {
    const list = Array.from({ length: 150_000 }, (_, index) => ({
      ...created,
      digitalSourceType: `${index}`,
    }))
    const plain = list.map(({ action, digitalSourceType }) => ({ action, digitalSourceType }))
    const { verdict, codes } = await forged({ assertions: [acting(plain)] })
    expect(verdict).toBe('invalid')
    expect(codes.length).toBeLessThan(20)
  })
})
