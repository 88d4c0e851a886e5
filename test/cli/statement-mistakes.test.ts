/** `--statements` with mistakes: each is told with its place. */
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { desk } from './command.ts'
import { stated } from './stating.ts'

describe('a mistake is told with its place, before anything is written', () => {
  test.each([
    ['label', '{"actions": [', 'usage.statements.unreadable', /said\.json.*JSON[\s\S]*→/],
    ['label', [], 'usage.field.invalid', /said\.json can’t be \[…\]/],
    [
      'label',
      { action: [] },
      'usage.field.unknown',
      /no field said\.json: action[\s\S]*→ Allowed: actions, assertions/,
    ],
    [
      'label',
      { actions: [{ acton: 'x' }] },
      'usage.field.unknown',
      /said\.json: actions\[0\]\.acton[\s\S]*→ Allowed: action,/,
    ],
    ['label', { actions: [{}] }, 'usage.field.missing', /said\.json: actions\[0\]\.action is missing/],
    [
      'label',
      { actions: [{ action: 'c2pa.crop' }] },
      'usage.action.unknown',
      /said\.json: actions\[0\]\.action: c2pa\.crop [\s\S]*→.*c2pa\.cropped/,
    ],
    [
      'label',
      { actions: [{ action: 'c2pa.edited', digitalSourceType: 'ai' }] },
      'usage.source.unknown',
      /actions\[0\]\.digitalSourceType: ai [\s\S]*→.*digitalCapture/,
    ],
    [
      'label',
      { actions: [{ action: 'c2pa.translated' }] },
      'usage.action.incomplete',
      /said\.json: actions\[0\].*sourceLanguage/,
    ],
    [
      'label',
      { training: 'no' },
      'usage.field.invalid',
      /said\.json: training can’t be "no"[\s\S]*→ Allowed: allowed, notAllowed/,
    ],
    [
      'label',
      { assertions: [{ label: 'x__1', content: {} }] },
      'usage.assertion.label',
      /said\.json: assertions\[0\]\.label/,
    ],
    [
      'label',
      { disclosure: { contentProfile: { humanOversightLevel: 'none' } } },
      'usage.field.invalid',
      /humanOversightLevel can’t be "none"/,
    ],
    ['label', { redactions: [] }, 'usage.field.unknown', /redactions/],
    ['update', { disclosure: {} }, 'usage.field.unknown', /disclosure/],
    [
      'update',
      { actions: [{ action: 'c2pa.cropped' }] },
      'usage.update.invalid',
      /said\.json: actions\[0\].*c2pa\.cropped/,
    ],
    [
      'update',
      { redactions: [{ label: 'x.y', reason: 'because' }] },
      'usage.field.invalid',
      /redactions\[0\]\.reason[\s\S]*→.*c2pa\.PII\.present/,
    ],
  ])('%s %j: %s', async (command, value, code, words) => {
    const { here, code: exit, out, err } = await stated(value, command)
    expect([exit, out]).toEqual([2, ''])
    expect(err).toContain(code)
    expect(err).toMatch(words)
    expect(readdirSync(here.folder).sort()).toEqual(['photo.jpg', 'said.json'])
  })

  test('and one that is far too large, unread', async () => {
    const { code, err } = await stated('['.repeat(5_000_000))
    expect(code).toBe(2)
    expect(err).toMatch(/said\.json.*more than[\s\S]*→/)
  })

  test('in Chinese too, and so are contradictions', async () => {
    const { yinji } = await desk(['photo.jpg'])
    const none = await yinji(['label', 'photo.jpg', '--statements', 'none.json', '--lang', 'zh'])
    expect(none.err).toMatch(/无法读取 none\.json/)
    for (const words of [['--no-manifest'], ['--training', 'allowed']])
      expect((await stated({ training: 'allowed' }, 'label', ...words)).err).toContain(
        'usage.option.conflict',
      )
  })
})
