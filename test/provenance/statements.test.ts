/** What a caller states besides: all actions of the standard, each with what it asks for, and metadata in their own form. */
import { createToolkit, type LabelOptions, type NewAction, type Region } from '@yinji/toolkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { testIdentity } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

let identity: Awaited<ReturnType<typeof testIdentity>>
beforeAll(async () => {
  identity = await testIdentity()
})

const label = (options: LabelOptions) =>
  createToolkit({ identity }).label(fixtureBytes('photo.jpg'), {}, { visible: false, ...options })

async function judged(options: LabelOptions) {
  const { content } = await label(options)
  const { verdict } = await createToolkit({ identity }).verify(content)
  const { state, failures, store } = await judgeByC2pa(content, 'image/jpeg', identity.anchor)
  const assertions = store?.manifests[store.active_manifest]?.assertions ?? []
  const dataOf = (name: string) => assertions.find((one) => one.label === name)?.data
  return { verdicts: { verdict, state, failures }, dataOf }
}
const verdicts = async (options: LabelOptions) => (await judged(options)).verdicts

const trusted = { verdict: 'trusted', state: 'Trusted', failures: [] }
const languages = { sourceLanguage: 'en', targetLanguage: 'zh-CN' }
const softBinding = {
  label: 'c2pa.soft-binding',
  content: { alg: 'org.example.mark', blocks: [{ scope: {}, value: 'x' }] },
}

describe('an action', () => {
  test.each(['c2pa.mixed', 'c2pa.mastered', 'c2pa.remixed', 'c2pa.watermarked.unbound', 'com.example.rated'])(
    '%s needs nothing',
    async (action) => expect(await verdicts({ actions: [{ action }] })).toEqual(trusted),
  )

  test('with what it asks for is trusted', async () => {
    const translated = { action: 'c2pa.translated', parameters: languages }
    expect(await verdicts({ actions: [translated] })).toEqual(trusted)
    const marked = { actions: [{ action: 'c2pa.watermarked.bound' }], assertions: [softBinding] }
    expect(await verdicts(marked)).toEqual(trusted)
  })

  test.each([
    ['c2pa.translated', {}, 'sourceLanguage'],
    ['c2pa.translated', { sourceLanguage: 'en' }, 'targetLanguage'],
    ['c2pa.watermarked.bound', {}, 'c2pa.soft-binding'],
    ['c2pa.watermarked', {}, 'c2pa.soft-binding'],
  ])('%s with %j is refused, for want of %s', async (action, parameters, missing) => {
    const error = { code: 'usage.action.incomplete', details: { action, missing } }
    await expect(label({ actions: [{ action, parameters }] })).rejects.toMatchObject(error)
  })

  test('of a font has the parameters of fonts', async () => {
    const subset = { action: 'font.subset', parameters: { ranges: [{ start: 32, stop: 126 }] } }
    expect(await verdicts({ actions: [subset] })).toEqual(trusted)
  })

  test('that only an ingredient could explain is refused', async () => {
    const error = { code: 'usage.action.unknown' }
    await expect(label({ actions: [{ action: 'c2pa.removed' }] })).rejects.toMatchObject(error)
  })
})

test.each(['c2pa.metadata', 'com.example.metadata'])('%s stands in the manifest as JSON-LD', async (name) => {
  const content = {
    '@context': { exif: 'http://ns.adobe.com/exif/1.0/' },
    '@type': 'x',
    'exif:GPSAltitude': '100/1',
  }
  const options = { assertions: [{ label: name, content }] }
  expect(await verdicts(options)).toEqual(trusted)
  const { content: bytes } = await label(options)
  expect(Buffer.from(bytes).toString('latin1')).toContain(JSON.stringify(content))
})

test('what lies elsewhere is gathered: its author answers for it, not the signer', async () => {
  const elsewhere = (url: string) => ({ label: 'c2pa.external-reference', content: { location: { url } } })
  const assertions = [
    elsewhere('https://example.com/log'),
    { label: 'com.example.review', content: { passed: true } },
    elsewhere('https://example.com/notes'),
  ]
  const { content } = await label({ assertions })
  /** As c2pa-rs sees it. */
  const gathered = async (bytes: Uint8Array) => {
    const { state, failures, store } = await judgeByC2pa(bytes, 'image/jpeg', identity.anchor)
    expect([state, failures]).toEqual(['Trusted', []])
    const all = store?.manifests[store.active_manifest]?.assertions ?? []
    expect(all.some(({ created }) => created)).toBe(true)
    return all.filter(({ created }) => !created).map(({ label }) => label)
  }
  expect(await gathered(content)).toEqual(['c2pa.external-reference', 'c2pa.external-reference'])
  await using toolkit = createToolkit({ identity })
  const { boxes, report } = await toolkit.inspect(content)
  expect(report.verdict).toBe('trusted')
  const text = JSON.stringify(boxes)
  expect(text).toMatch(/"gathered_assertions":\[\{[^\]]*external-reference"[^\]]*external-reference__1"/)
  expect(text.match(/"created_assertions":\[[^\]]*\]/)?.[0]).not.toContain('external-reference')

  const updated = await toolkit.update(content, { assertions: assertions.slice(0, 2) })
  expect(await gathered(updated.content)).toEqual(['c2pa.external-reference'])
  expect((await toolkit.verify(updated.content)).verdict).toBe('trusted')
  const withheld = await toolkit.update(updated.content, {
    redactions: [{ label: 'c2pa.external-reference', reason: 'c2pa.PII.present' }],
  })
  expect((await toolkit.verify(withheld.content)).verdict).toBe('trusted')
})

describe('an action says which part of the content it changed', () => {
  const origin = { x: 10, y: 12.5 }
  const regions: Region[] = [
    {
      region: [
        { type: 'spatial', shape: { type: 'rectangle', unit: 'pixel', origin, width: 200, height: 112 } },
        { type: 'temporal', time: { start: '0', end: '1:05.25' } },
      ],
      name: 'logo',
      identifier: 'logo-1',
      type: 'http://cv.iptc.org/newscodes/imageregiontype/logo',
      description: 'in the corner',
    },
    {
      region: [
        { type: 'spatial', shape: { type: 'circle', unit: 'percent', origin, width: 5, inside: false } },
      ],
    },
    {
      region: [
        {
          type: 'spatial',
          shape: { type: 'polygon', unit: 'percent', origin, vertices: [origin, { x: 3, y: 4 }] },
        },
      ],
    },
    { region: [{ type: 'frame', frame: { start: 2 } }] },
    {
      region: [
        {
          type: 'textual',
          text: { selectors: [{ selector: { fragment: 'p1', start: 3 }, end: { fragment: 'p2' } }] },
        },
      ],
    },
    { region: [{ type: 'identified', item: { identifier: 'track_id', value: '2' } }] },
  ]
  test.each(regions.map((region) => [region.region[0]?.type, region] as const))('%s', async (_, region) => {
    const { verdicts, dataOf } = await judged({ actions: [{ action: 'c2pa.filtered', changes: [region] }] })
    expect(verdicts).toEqual(trusted)
    expect(dataOf('c2pa.actions.v2')).toMatchObject({ actions: [{}, { changes: [region] }] })
  })

  test('by the clock on the wall too, which c2pa-rs 0.91 can’t read', async () => {
    const time = { type: 'wallClock', start: '2026-11-02T10:00:00Z' } as const
    const changes = [{ region: [{ type: 'temporal', time }] }] as const
    const { verdict, state } = await verdicts({ actions: [{ action: 'c2pa.filtered', changes }] })
    expect([verdict, state]).toEqual(['trusted', 'Error'])
  })

  const shape = { type: 'rectangle', unit: 'pixel', origin, width: 1, height: 1 }
  test.each([
    ['changes', [], '[1…]'],
    ['changes[0].region', [{ region: [] }], '[1…]'],
    [
      'changes[0].role',
      [{ region: [{ type: 'frame', frame: {} }], role: 'c2pa.edited' }],
      'region, name, identifier',
    ],
    [
      'changes[0].region[0].type',
      [{ region: [{ type: 'space' }] }],
      'spatial, temporal, frame, textual, identified',
    ],
    ['changes[0].region[0].shape', [{ region: [{ type: 'spatial' }] }], '{'],
    [
      'changes[0].region[0].shape.unit',
      [{ region: [{ type: 'spatial', shape: { ...shape, unit: 'cm' } }] }],
      'pixel, percent',
    ],
    [
      'changes[0].region[0].shape.height',
      [{ region: [{ type: 'spatial', shape: { ...shape, height: Number.NaN } }] }],
      'number',
    ],
    [
      'changes[0].region[0].time.start',
      [{ region: [{ type: 'temporal', time: { start: '99:99' } }] }],
      'hh:mm:ss.fff',
    ],
    [
      'changes[0].region[0].time.end',
      [{ region: [{ type: 'temporal', time: { type: 'wallClock', end: '1' } }] }],
      'YYYY-MM-DD',
    ],
    ['changes[0].region[0].frame.end', [{ region: [{ type: 'frame', frame: { end: -1 } }] }], 'integer'],
  ])('%s is refused when it is not as the standard has it', async (at, changes, allowed) => {
    const details = { at: `actions[0].${at}`, allowed: expect.stringContaining(allowed) }
    await expect(
      label({ actions: [{ action: 'c2pa.filtered', changes: changes as never }] }),
    ).rejects.toMatchObject({ details })
  })
})

describe('an action says what it is about', () => {
  const review = { label: 'com.example.review', content: { by: 'Ada' } }
  const urls = (data: unknown, at = 1) => {
    const { actions } = data as { actions: { parameters?: { relatedAssertions?: { url: string }[] } }[] }
    return actions[at]?.parameters?.relatedAssertions?.map(({ url }) => url.split('/').at(-1))
  }

  test('by the label of an assertion, repeated ones with their number', async () => {
    const relatedAssertions = ['com.example.review__1', 'c2pa.ai-disclosure']
    const { verdicts, dataOf } = await judged({
      actions: [{ action: 'com.example.reviewed', relatedAssertions }],
      assertions: [review, review],
    })
    expect(verdicts).toEqual(trusted)
    expect(urls(dataOf('c2pa.actions.v2'))).toEqual(relatedAssertions)
  })

  test('a watermark is about the soft bindings', async () => {
    const { verdicts, dataOf } = await judged({
      actions: [{ action: 'c2pa.watermarked.bound' }],
      softBindings: [
        { alg: 'com.example.mark', blocks: [{ value: 'a1' }] },
        { alg: 'com.example.print', blocks: [{ scope: { timespan: { start: 0, end: 900 } }, value: 'b2' }] },
      ],
    })
    expect(verdicts).toEqual(trusted)
    expect(urls(dataOf('c2pa.actions.v2'))).toEqual(['c2pa.soft-binding', 'c2pa.soft-binding__1'])
  })

  test.each(['com.example.review__1', 'c2pa.actions.v2', 'c2pa.ingredient.v3'])('not %s', async (name) => {
    const options = { actions: [{ action: 'c2pa.edited', relatedAssertions: [name] }], assertions: [review] }
    const error = {
      code: 'usage.action.related',
      details: { label: name, there: expect.stringContaining('review') },
    }
    await expect(label(options)).rejects.toMatchObject(error)
  })
})

test('training is allowed for one kind of use, and under conditions for another', async () => {
  const training = {
    'cawg.data_mining': { use: 'constrained', constraint_info: 'ask press@example.com' },
    'cawg.ai_training': { use: 'notAllowed' },
  } as const
  const { verdicts, dataOf } = await judged({ training })
  expect(verdicts).toEqual(trusted)
  expect(dataOf('cawg.training-mining')).toEqual({ entries: training })
})

describe('plain JavaScript gets a coded error for', () => {
  const round: Record<string, unknown> = {}
  round['self'] = round
  const given = (content: unknown, name = 'com.example.x') => ({ assertions: [{ label: name, content }] })
  const action = (more: object) => ({ actions: [{ action: 'c2pa.edited', ...more } as NewAction] })
  const wrong: [string, object, string, object][] = [
    [
      'training',
      { training: 'no' },
      'usage.field.invalid',
      { at: 'training', found: '"no"', allowed: expect.stringContaining('allowed, notAllowed') },
    ],
    [
      'a use',
      { training: { 'cawg.ai_training': { use: 'maybe' } } },
      'usage.field.invalid',
      { at: 'training.cawg.ai_training.use', allowed: 'allowed, notAllowed, constrained' },
    ],
    [
      'a kind of use',
      { training: { ai: { use: 'allowed' } } },
      'usage.field.unknown',
      { at: 'training.ai', allowed: expect.stringContaining('cawg.data_mining') },
    ],
    [
      'an ingredient',
      { ingredients: [{ file: 'a.jpg', use: 'parentOf' }] },
      'usage.field.invalid',
      { at: 'ingredients[0].use', allowed: 'componentOf, inputTo' },
    ],
    ['security', { security: 'sm9' }, 'usage.field.invalid', { at: 'security', allowed: 'sm2, off' }],
    ['a binding', { binding: 'box' }, 'usage.field.invalid', { at: 'binding', allowed: 'boxes' }],
    ['actions', { actions: 'c2pa.edited' }, 'usage.field.invalid', { at: 'actions', allowed: '[…]' }],
    [
      'an action',
      { actions: [{ action: 'c2pa.edit' }] },
      'usage.action.unknown',
      { allowed: expect.stringContaining('c2pa.edited') },
    ],
    [
      'a reason',
      action({ reason: 'c2pa.because' }),
      'usage.field.invalid',
      { at: 'actions[0].reason', allowed: expect.stringContaining('c2pa.PII.present') },
    ],
    ['a time', action({ when: 'yesterday' }), 'usage.field.invalid', { at: 'actions[0].when' }],
    [
      'a date that is none',
      action({ when: new Date('x') }),
      'usage.field.invalid',
      { at: 'actions[0].when', found: 'Date' },
    ],
    [
      'references of one’s own',
      action({ parameters: { ingredients: [] } }),
      'usage.field.invalid',
      { at: 'actions[0].parameters' },
    ],
    [
      'a parameter without a form',
      action({ parameters: { 'com.example.f': () => 1 } }),
      'usage.assertion.content',
      { label: 'c2pa.actions.v2' },
    ],
    ['a number of ours', given({}, 'com.example.x__1'), 'usage.assertion.label', {}],
    ['a label that is no text', given({}, 7 as never), 'usage.field.invalid', { at: 'assertions[0].label' }],
    ['a function', given({ f: () => 1 }), 'usage.assertion.content', {}],
    ['a circle', given(round), 'usage.assertion.content', {}],
    ['a number that is none', given([Number.NaN]), 'usage.assertion.content', {}],
    ['a gap', given([undefined]), 'usage.assertion.content', {}],
    ['a date', given({ at: new Date(0) }), 'usage.assertion.content', {}],
    ['nothing', given(undefined), 'usage.assertion.content', {}],
    ['JSON-LD that is none', given(round, 'c2pa.metadata'), 'usage.field.missing', {}],
    [
      'metadata of people among those of the standard',
      given({ '@context': { dc: 'http://purl.org/dc/elements/1.1/' }, 'dc:creator': 'Ada' }, 'c2pa.metadata'),
      'usage.field.invalid',
      { at: 'assertions[0].content', found: '"dc:creator"', allowed: expect.stringContaining('dc:title') },
    ],
    [
      'metadata of a schema that the standard does not have',
      given({ '@context': { x: 'http://x.example/' }, 'x:y': 1 }, 'c2pa.metadata'),
      'usage.field.invalid',
      { found: '"x:y"', allowed: expect.stringContaining('http://ns.adobe.com/tiff/1.0/') },
    ],
    [
      'half a character in JSON-LD',
      given({ '@context': {}, 'x:y': '\ud800' }, 'com.example.metadata'),
      'usage.assertion.content',
      { problem: 'half of a surrogate pair' },
    ],
    [
      'a language that is none',
      action({ action: 'c2pa.translated', parameters: { sourceLanguage: '', targetLanguage: 'en' } }),
      'usage.field.invalid',
      { at: 'actions[0].parameters.sourceLanguage' },
    ],
    [
      'a frame beyond 32 bits',
      action({ changes: [{ region: [{ type: 'frame', frame: { end: 2 ** 31 } }] }] }),
      'usage.field.invalid',
      { found: '2147483648' },
    ],
    [
      'a language that is spelled like none',
      action({ action: 'c2pa.translated', parameters: { sourceLanguage: 'en', targetLanguage: '中文' } }),
      'usage.field.invalid',
      { at: 'actions[0].parameters.targetLanguage', found: '"中文"' },
    ],
    [
      'a parameter of one’s own without a namespace',
      action({ parameters: { strength: 3 } }),
      'usage.field.unknown',
      { at: 'actions[0].parameters.strength', allowed: expect.stringContaining('com.example') },
    ],
    [
      'a receipt for a manifest that nobody has yet',
      given({}, 'c2pa.repository-receipt'),
      'usage.field.invalid',
      { at: 'assertions[0].label', allowed: 'update: c2pa.repository-receipt' },
    ],
    [
      'a place that is none',
      given({ references: [{ reference: { url: 'x' } }] }, 'c2pa.asset-ref'),
      'usage.field.missing',
      { at: 'assertions[0].content.references[0].reference.uri' },
    ],
    [
      'a type of content that is none',
      given({ types: [{ type: 'model' }] }, 'c2pa.asset-type.v2'),
      'usage.field.invalid',
      { at: 'assertions[0].content.types[0].type', found: '"model"' },
    ],
    ['time stamps that are none', given({ x: 'y' }, 'c2pa.time-stamp'), 'usage.field.invalid', {}],
    ['answers that are none', given({}, 'c2pa.certificate-status'), 'usage.field.missing', {}],
    [
      'no answers',
      given({ ocspVals: [] }, 'c2pa.certificate-status'),
      'usage.field.invalid',
      { at: 'assertions[0].content.ocspVals', allowed: '[1…]' },
    ],
    [
      'two of what there is one',
      { assertions: [1, 2].map(() => ({ label: 'c2pa.asset-type.v2', content: { types: [] } })) },
      'usage.field.invalid',
      { at: 'assertions[1].label', allowed: '1 × c2pa.asset-type.v2' },
    ],
    ['nothing elsewhere', given({ label: 'com.example.x' }, 'c2pa.cloud-data'), 'usage.field.missing', {}],
    [
      'actions elsewhere',
      given({ location: { url: 'x' }, label: 'c2pa.actions.v2' }, 'c2pa.external-reference'),
      'usage.field.invalid',
      { at: 'assertions[0].content.label' },
    ],
    ['an identity', given({}, 'cawg.identity'), 'usage.assertion.label', {}],
    ['metadata of assertions', given({}, 'c2pa.assertion.metadata'), 'usage.assertion.label', {}],
    ['a label without end', given({}, `com.${'x'.repeat(5000)}`), 'usage.assertion.label', {}],
    [
      'more assertions than anybody reads',
      { assertions: Array.from({ length: 1001 }, () => ({ label: 'com.example.x', content: 1 })) },
      'usage.field.invalid',
      { at: 'assertions', allowed: '[…1000]' },
    ],
    [
      'a soft binding',
      { softBindings: [{ alg: 'x', blocks: [] }] },
      'usage.field.invalid',
      { at: 'softBindings[0].blocks' },
    ],
    [
      'the value of a soft binding',
      given({ alg: 'x', blocks: [{ value: 5 }] }, 'c2pa.soft-binding'),
      'usage.field.invalid',
      { at: 'assertions[0].content.blocks[0].value' },
    ],
  ]
  test.each(wrong)('%s', async (_, options, code, details) => {
    await expect(label(options as LabelOptions)).rejects.toMatchObject({ code, details })
  })

  test('statements without a manifest', async () => {
    const options = { manifest: false, actions: [{ action: 'c2pa.edited' }] }
    await expect(label(options)).rejects.toMatchObject({ code: 'usage.option.conflict' })
  })

  test('a redaction and an update', async () => {
    const toolkit = createToolkit({ identity })
    const { content } = await label({ assertions: [{ label: 'com.example.x', content: {} }] })
    const redacted = toolkit.update(content, { redactions: [{ label: 'com.example.x', reason: 'secret' }] })
    await expect(redacted).rejects.toMatchObject({
      code: 'usage.field.invalid',
      details: { at: 'redactions[0].reason' },
    })
    const numbered = toolkit.update(content, { assertions: [{ label: 'com.example.y__2', content: {} }] })
    await expect(numbered).rejects.toMatchObject({ code: 'usage.assertion.label' })
    const opened = toolkit.update(content, { actions: [1, 2].map(() => ({ action: 'c2pa.opened' })) })
    await expect(opened).rejects.toMatchObject({ details: { at: 'actions[1].action' } })
  })
})

test('an update holds the receipt of a repository, as JSON-LD', async () => {
  const { content } = await label({})
  const receipt = {
    '@context': { c2pa: 'https://c2pa.org/ns/' },
    '@type': 'org.c2pa.repository-receipt',
    repository: { uri: 'https://repository.example.com', manifestId: 'urn:c2pa:1' },
    anchor: { uri: 'https://repository.example.com/anchors/1', proof: { value: 'x' } },
  }
  const toolkit = createToolkit({ identity })
  const add = (given: unknown) =>
    toolkit.update(content, { assertions: [{ label: 'c2pa.repository-receipt', content: given }] })
  const updated = (await add(receipt)).content
  expect(Buffer.from(updated).toString('latin1')).toContain(`json${JSON.stringify(receipt)}`)
  expect((await toolkit.verify(updated)).verdict).toBe('trusted')
  const { state, failures } = await judgeByC2pa(updated, 'image/jpeg', identity.anchor)
  expect({ state, failures }).toEqual({ state: 'Trusted', failures: [] })
  await expect(add({ ...receipt, anchor: {} })).rejects.toMatchObject({
    code: 'usage.field.missing',
    details: { at: 'assertions[0].content.anchor.uri' },
  })
})

test('where copies of the content are and what it is', async () => {
  const references = [{ reference: { uri: 'https://example.com/copy.jpg' }, description: 'on the web' }]
  const types = [{ type: 'c2pa.types.dataset', version: '1.0.0' }]
  const assertions = [
    { label: 'c2pa.asset-ref', content: { references } },
    { label: 'c2pa.asset-type.v2', content: { 'dc:format': 'image/jpeg', types } },
  ]
  const { verdicts, dataOf } = await judged({ assertions })
  expect(verdicts).toEqual(trusted)
  expect([dataOf('c2pa.asset-ref'), dataOf('c2pa.asset-type.v2')]).toMatchObject([{ references }, { types }])
})
