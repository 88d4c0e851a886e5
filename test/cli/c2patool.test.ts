/** `--statements` reads what c2patool reads, as docs/c2patool.md says. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { judged, shown, stated, trusted } from './stating.ts'

describe('a manifest definition of c2patool', () => {
  const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'c2patool.md'), 'utf8')
  const [definition = '', statements = ''] = [...guide.matchAll(/```json\n([\s\S]*?)```/g)].map(
    ([, json]) => json,
  )

  test('states what the guide says it states, and c2pa-rs reads it', async () => {
    const contents = []
    for (const json of [definition, statements]) {
      const { here, code, err } = await stated(json, 'label', '--no-visible')
      expect([code, err]).toEqual([0, ''])
      const assertions = await shown(here, 'photo.labeled.jpg')
      const [, cropped] = (assertions['c2pa.actions.v2'] as { actions: { when: string }[] }).actions
      contents.push([assertions['com.example.review'], { ...cropped, when: '' }])
      expect(await judged(here, 'photo.labeled.jpg')).toEqual(trusted)
    }
    expect(contents[0]).toEqual(contents[1])
    expect(contents[0]).toMatchObject([
      { by: 'Ada', passed: true },
      { action: 'c2pa.cropped', softwareAgent: { name: 'Acme Desk' } },
    ])
  })

  const assertions = [{ label: 'com.example.review', data: { passed: true } }]
  const action = { action: 'c2pa.cropped' }
  const wrong: [string, unknown, string, string][] = [
    [
      'a key',
      { alg: 'es256', private_key: 'k', assertions },
      'usage.definition.elsewhere',
      'alg, private_key',
    ],
    ['ingredients', { ingredients: [], assertions }, 'usage.definition.elsewhere', 'ingredients'],
    ['no list', { claim_version: 2, assertions: {} }, 'usage.field.invalid', 'said.json: assertions'],
    [
      'a gathered one',
      { assertions: [{ ...assertions[0], created: false }] },
      'usage.field.invalid',
      'created',
    ],
    ['JSON in CBOR', { assertions: [{ ...assertions[0], kind: 'Json' }] }, 'usage.field.invalid', 'Cbor'],
    [
      'a stray field',
      { assertions: [{ ...assertions[0], hash: 1 }] },
      'usage.field.unknown',
      'assertions[0].hash',
    ],
    ['no fields', { claim_version: 2, assertions: [5] }, 'usage.field.invalid', 'assertions[0]'],
    [
      'no actions',
      { assertions: [{ label: 'c2pa.actions', data: [] }] },
      'usage.field.invalid',
      'assertions[0].data',
    ],
    [
      'templates',
      { assertions: [{ label: 'c2pa.actions', data: { actions: [action], templates: [] } }] },
      'usage.field.unknown',
      'assertions[0].data.templates',
    ],
    [
      'an action that follows by itself',
      { assertions: [{ label: 'c2pa.actions', data: { actions: [{ action: 'c2pa.opened' }] } }] },
      'usage.action.unknown',
      'c2pa.opened',
    ],
  ]
  test.each(wrong)('with %s is refused, and where is said', async (_, value, code, where) => {
    const { here, code: exit, err } = await stated(value)
    expect(exit).toBe(2)
    expect(err).toContain(code)
    expect(err).toContain(where)
    expect(readdirSync(here.folder)).not.toContain('photo.labeled.jpg')
  })
})
