/** Actions a caller states: each with what it asks for, where in the content it was, and what it is about (C2PA 18.15, 18.2). */
import type { Region } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { judged, label, trusted, verdicts } from '../helpers/stated.ts'

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
