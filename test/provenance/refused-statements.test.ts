/** Statements in JavaScript, which no compiler has checked: each mistake is refused with a code and its place. */
import { createToolkit, type LabelOptions, type NewAction } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { identity, label } from '../helpers/stated.ts'

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
