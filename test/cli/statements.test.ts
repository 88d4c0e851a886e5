/** `--statements`: what programs can state, the command can, from one file for all; c2pa-rs finds it where we do. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { desk } from './command.ts'
import { judged, shown, stated, textOf, trusted, write } from './stating.ts'

const said = {
  actions: [
    {
      action: 'c2pa.cropped',
      when: '2026-11-02T10:00:00+08:00',
      description: 'for the front page',
      changes: [
        {
          region: [
            {
              type: 'spatial',
              shape: { type: 'rectangle', unit: 'percent', origin: { x: 0, y: 0 }, width: 50, height: 50 },
            },
          ],
        },
      ],
    },
    { action: 'c2pa.watermarked.bound' },
    { action: 'com.example.reviewed', relatedAssertions: ['com.example.review'] },
  ],
  assertions: [{ label: 'com.example.review', content: { by: 'Ada', passed: true, score: 4.5 } }],
  softBindings: [{ alg: 'com.example.mark', blocks: [{ value: 'a1' }] }],
  training: { 'cawg.data_mining': { use: 'constrained', constraint_info: 'ask us' } },
  disclosure: { contentProfile: { humanOversightLevel: 'human_validated' } },
}

test('one file speaks for a whole batch, and is read back', async () => {
  const here = await desk(['photo.jpg', 'picture.png'])
  write(here, said)
  const { code, err } = await here.yinji(['label', '--statements', 'said.json', 'photo.jpg', 'picture.png'])
  expect([code, err]).toEqual([0, expect.not.stringContaining('✗')])
  for (const [name, type] of [
    ['photo.labeled.jpg', 'image/jpeg'],
    ['picture.labeled.png', 'image/png'],
  ] as const) {
    const assertions = await shown(here, name)
    expect(assertions).toMatchObject({
      'com.example.review': said.assertions[0]?.content,
      'c2pa.soft-binding': { alg: 'com.example.mark', blocks: [{ value: 'a1' }] },
      'cawg.training-mining': { entries: said.training },
      'c2pa.ai-disclosure': { modelName: 'Acme Painter', ...said.disclosure },
      'c2pa.actions.v2': {
        actions: [
          { action: 'c2pa.created' },
          { action: 'c2pa.cropped', description: 'for the front page', changes: said.actions[0]?.changes },
          {
            action: 'c2pa.watermarked.bound',
            parameters: { relatedAssertions: [{ url: expect.stringMatching(/c2pa\.soft-binding$/) }] },
          },
          {
            action: 'com.example.reviewed',
            parameters: { relatedAssertions: [{ url: expect.stringMatching(/com\.example\.review$/) }] },
          },
          { action: 'c2pa.addedText' },
        ],
      },
    })
    expect(await judged(here, name, type)).toEqual(trusted)
  }
})

test('an update states what updates may, and nothing else', async () => {
  const { here } = await stated({ assertions: said.assertions })
  write(here, {
    actions: [{ action: 'c2pa.edited.metadata', reason: 'com.example.typo' }],
    redactions: [{ label: 'com.example.review', reason: 'c2pa.invalid.data' }],
    training: 'notAllowed',
  })
  const updated = await here.yinji(['update', '--statements', 'said.json', 'photo.labeled.jpg', '--in-place'])
  expect([updated.code, updated.out]).toEqual([
    0,
    expect.stringMatching(
      /c2pa\.edited\.metadata, cawg\.training-mining, c2pa\.redacted com\.example\.review/,
    ),
  ])
  const assertions = await shown(here, 'photo.labeled.jpg')
  expect(assertions).toMatchObject({
    'cawg.training-mining': { entries: { 'cawg.ai_training': { use: 'notAllowed' } } },
  })
  expect(await judged(here, 'photo.labeled.jpg')).toEqual(trusted)

  write(here, { training: 'allowed' })
  const silent = await here.yinji(['update', '--statements', 'said.json', 'photo.labeled.jpg', '--in-place'])
  expect(silent.out).not.toContain('c2pa.published')
  const both = await here.yinji([
    ...['update', '--statements', 'said.json', '--action', 'published'],
    'photo.labeled.jpg',
  ])
  expect(both.out).toContain('c2pa.published, cawg.training-mining')
})

test('a byte order mark is no mistake, and a mistake of a megabyte is told in a few lines', async () => {
  expect((await stated('\ufeff{"training": "allowed"}')).code).toBe(0)
  const { code, err } = await stated({ actions: [{ action: 'x'.repeat(1_000_000) }] })
  expect([code, err]).toEqual([2, expect.stringContaining('usage.action.unknown')])
  expect(err.length).toBeLessThan(10_000)
})

test('words about an action need the action', async () => {
  const here = await desk(['photo.jpg'])
  await here.yinji(['label', 'photo.jpg', '--in-place'])
  write(here, { training: 'allowed' })
  const words = ['--statements', 'said.json', '--description', 'why']
  const { code, err } = await here.yinji(['update', 'photo.jpg', ...words])
  expect([code, err]).toEqual([2, expect.stringMatching(/--action.*usage\.option\.missing/)])
})

describe('from standard input', () => {
  const pipe = (value: unknown) => ({ stdin: Buffer.from(textOf(value)) })

  test('a label and an update say what is piped in', async () => {
    const here = await desk(['photo.jpg'])
    const labelled = await here.yinji(['label', 'photo.jpg', '--statements', '-'], pipe(said))
    expect([labelled.code, labelled.err]).toEqual([0, expect.not.stringContaining('✗')])
    expect(await shown(here, 'photo.labeled.jpg')).toMatchObject({
      'com.example.review': said.assertions[0]?.content,
    })
    const words = ['update', 'photo.labeled.jpg', '--in-place', '--statements', '-']
    expect((await here.yinji(words, pipe({ training: 'notAllowed' }))).out).toContain('cawg.training-mining')
    expect(await judged(here, 'photo.labeled.jpg')).toEqual(trusted)
  })

  test.each([
    ['nobody pipes', { terminal: true }, 'usage.statements.unreadable', /in - .*terminal/],
    ['nothing is piped', {}, 'usage.statements.unreadable', /JSON/],
    ['JSON is cut off', pipe('{"training": "allo'), 'usage.statements.unreadable', /JSON/],
    ['it is no statement', pipe({ training: 'no' }), 'usage.field.invalid', /-: training can’t be "no"/],
    [
      'it is too much',
      pipe(' '.repeat(4 * 1024 * 1024 + 1)),
      'usage.statements.unreadable',
      /more than 4194304/,
    ],
  ])('is refused where %s, and nothing is written', async (_, world, failure, words) => {
    const here = await desk(['photo.jpg'])
    const { code, err } = await here.yinji(['label', 'photo.jpg', '--statements', '-'], world)
    expect([code, err, readdirSync(here.folder)]).toEqual([2, expect.stringMatching(words), ['photo.jpg']])
    expect(err).toContain(failure)
  })

  test('statements and content can’t share it', async () => {
    const { yinji } = await desk()
    const { code, err } = await yinji(['label', '-', '-o', '-', '--statements', '-'], pipe({}))
    expect([code, err]).toEqual([2, expect.stringContaining('usage.option.conflict')])
  })

  test('exactly as much as fits is read', async () => {
    const { yinji } = await desk(['photo.jpg'])
    const given = pipe('{}'.padEnd(4 * 1024 * 1024))
    expect((await yinji(['label', 'photo.jpg', '--statements', '-'], given)).code).toBe(0)
  })
})

describe('bytes, as crJSON spells them', () => {
  const hash = `b64'${Buffer.alloc(32, 7).toString('base64')}'`
  const abroad = (location: object) => ({
    label: 'c2pa.external-reference',
    content: { location, description: 'the log' },
  })

  test('are written as bytes, shown as they were given, and fed back', async () => {
    const given = {
      assertions: [
        abroad({ url: 'https://example.com/log', alg: 'sha256', hash }),
        { label: 'com.example.raw', content: { model: { weights: ["b64''", "b64'AQID'"] }, word: 'b64' } },
        { label: 'com.example.metadata', content: { '@context': {}, 'x:y': "b64'AQID'" } },
      ],
      softBindings: [{ alg: 'com.example.mark', blocks: [{ value: "b64'AAE='" }] }],
    }
    const { here, code, err } = await stated(given)
    expect([code, err]).toEqual([0, expect.not.stringContaining('✗')])
    const assertions = await shown(here, 'photo.labeled.jpg')
    expect(assertions).toMatchObject({
      ...Object.fromEntries(given.assertions.map(({ label, content }) => [label, content])),
      'c2pa.soft-binding': given.softBindings[0],
    })
    const file = readFileSync(here.path('photo.labeled.jpg'))
    expect(file.includes(Buffer.concat([Buffer.from([0x58, 32]), Buffer.alloc(32, 7)]))).toBe(true) // bstr of 32
    expect(await judged(here, 'photo.labeled.jpg')).toEqual(trusted)
  })

  test.each([
    [
      { assertions: [abroad({ url: 'https://example.com', alg: 'sha256', hash: 'AQID' })] },
      /location\.hash can’t be "AQID"/,
    ],
    [
      { assertions: [{ label: 'com.example.raw', content: [{ x: "b64'AQI'" }] }] },
      /assertions\[0\]\.content\[0\]\.x can’t be/,
    ],
    [
      { assertions: [{ label: 'com.example.raw', content: "b64'AQID" }] },
      /assertions\[0\]\.content can’t be/,
    ],
    [
      { softBindings: [{ alg: 'x', blocks: [{ value: "b64'@@@@'" }] }] },
      /softBindings\[0\]\.blocks\[0\]\.value can’t be/,
    ],
    [{ actions: [{ action: 'c2pa.cropped', description: "b64'AQID'" }] }, /description can’t be Uint8Array/],
    [{ disclosure: "b64'" }, /disclosure can’t be "b64'"/],
  ])('%j is refused, at its place', async (given, words) => {
    const { here, code, err } = await stated(given)
    expect([code, err]).toEqual([2, expect.stringMatching(words)])
    expect(err).toContain('usage.field.invalid')
    expect(readdirSync(here.folder).sort()).toEqual(['photo.jpg', 'said.json'])
  })

  test('however deep something lies, nothing breaks', async () => {
    const deep = `${'['.repeat(300_000)}"b64'AQID'"${']'.repeat(300_000)}`
    const { code, err } = await stated(`{"assertions": [{"label": "com.example.raw", "content": ${deep}}]}`)
    expect([code, err]).toEqual([2, expect.stringContaining('usage.assertion.content')])
  })
})
