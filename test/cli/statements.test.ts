/** `--statements`: what programs can state, the command can, from one file for all; c2pa-rs finds it where we do. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { judgeByC2pa } from '../oracles/c2pa.ts'
import { type Desk, desk, reports } from './command.ts'

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

const write = ({ path }: Desk, value: unknown) =>
  writeFileSync(path('said.json'), typeof value === 'string' ? value : JSON.stringify(value))

/** Content of every assertion of the newest manifest, as `inspect --manifest` shows it. */
async function shown({ yinji }: Desk, name: string): Promise<Record<string, unknown>> {
  interface Box {
    readonly label: string | null
    readonly content?: unknown
    readonly boxes: readonly Box[]
  }
  const { boxes }: { boxes: Box } = JSON.parse((await yinji(['inspect', '--manifest', '--json', name])).out)
  const assertions = boxes.boxes.at(-1)?.boxes.find(({ label }) => label === 'c2pa.assertions')?.boxes ?? []
  return Object.fromEntries(assertions.map(({ label, boxes: [only] }) => [label, only?.content]))
}

async function judged({ path, home }: Desk, name: string, mediaType: string) {
  const anchor = readFileSync(join(home, 'ca', 'root.pem'), 'utf8')
  const { state, failures } = await judgeByC2pa(readFileSync(path(name)), mediaType, anchor)
  return { state, failures }
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
    expect(reports(await here.yinji(['verify', name, '--json']))[0]?.verdict).toBe('trusted')
    expect(await judged(here, name, type)).toEqual({ state: 'Trusted', failures: [] })
  }
})

test('an update states what updates may, and nothing else', async () => {
  const here = await desk(['photo.jpg'])
  write(here, { assertions: said.assertions })
  await here.yinji(['label', '--statements', 'said.json', 'photo.jpg'])
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
  expect(await judged(here, 'photo.labeled.jpg', 'image/jpeg')).toEqual({ state: 'Trusted', failures: [] })
  expect(reports(await here.yinji(['verify', 'photo.labeled.jpg', '--json']))[0]?.verdict).toBe('trusted')

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
  const here = await desk(['photo.jpg'])
  write(here, '\ufeff{"training": "allowed"}')
  expect((await here.yinji(['label', '--statements', 'said.json', 'photo.jpg'])).code).toBe(0)
  write(here, { actions: [{ action: 'x'.repeat(1_000_000) }] })
  const { code, err } = await here.yinji(['label', '--statements', 'said.json', 'photo.jpg'])
  expect([code, err]).toEqual([2, expect.stringContaining('usage.action.unknown')])
  expect(err.length).toBeLessThan(10_000)
})

describe('from standard input', () => {
  const pipe = (value: unknown) => ({
    stdin: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  })

  test('a label and an update say what is piped in', async () => {
    const here = await desk(['photo.jpg'])
    const labelled = await here.yinji(['label', 'photo.jpg', '--statements', '-'], pipe(said))
    expect([labelled.code, labelled.err]).toEqual([0, expect.not.stringContaining('✗')])
    expect(await shown(here, 'photo.labeled.jpg')).toMatchObject({
      'com.example.review': said.assertions[0]?.content,
    })
    const words = ['update', 'photo.labeled.jpg', '--in-place', '--statements', '-']
    expect((await here.yinji(words, pipe({ training: 'notAllowed' }))).out).toContain('cawg.training-mining')
    expect(await judged(here, 'photo.labeled.jpg', 'image/jpeg')).toEqual({ state: 'Trusted', failures: [] })
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
    const here = await desk(['photo.jpg'])
    const { code } = await here.yinji(
      ['label', 'photo.jpg', '--statements', '-'],
      pipe('{}'.padEnd(4 * 1024 * 1024)),
    )
    expect(code).toBe(0)
  })
})

describe('bytes, as crJSON spells them', () => {
  const hash = `b64'${Buffer.alloc(32, 7).toString('base64')}'`
  const abroad = (location: object) => ({
    label: 'c2pa.external-reference',
    content: { location, description: 'the log' },
  })

  test('are written as bytes, shown as they were given, and fed back', async () => {
    const here = await desk(['photo.jpg'])
    const given = {
      assertions: [
        abroad({ url: 'https://example.com/log', alg: 'sha256', hash }),
        { label: 'com.example.raw', content: { model: { weights: ["b64''", "b64'AQID'"] }, word: 'b64' } },
        { label: 'com.example.metadata', content: { '@context': {}, 'x:y': "b64'AQID'" } },
      ],
      softBindings: [{ alg: 'com.example.mark', blocks: [{ value: "b64'AAE='" }] }],
    }
    write(here, given)
    const { code, err } = await here.yinji(['label', '--statements', 'said.json', 'photo.jpg'])
    expect([code, err]).toEqual([0, expect.not.stringContaining('✗')])
    const assertions = await shown(here, 'photo.labeled.jpg')
    expect(assertions).toMatchObject({
      ...Object.fromEntries(given.assertions.map(({ label, content }) => [label, content])),
      'c2pa.soft-binding': given.softBindings[0],
    })
    const file = readFileSync(here.path('photo.labeled.jpg'))
    expect(file.includes(Buffer.concat([Buffer.from([0x58, 32]), Buffer.alloc(32, 7)]))).toBe(true) // bstr of 32
    expect(await judged(here, 'photo.labeled.jpg', 'image/jpeg')).toEqual({ state: 'Trusted', failures: [] })
    expect(reports(await here.yinji(['verify', 'photo.labeled.jpg', '--json']))[0]?.verdict).toBe('trusted')
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
    const here = await desk(['photo.jpg'])
    write(here, given)
    const { code, err } = await here.yinji(['label', '--statements', 'said.json', 'photo.jpg'])
    expect([code, err]).toEqual([2, expect.stringMatching(words)])
    expect(err).toContain('usage.field.invalid')
    expect(readdirSync(here.folder).sort()).toEqual(['photo.jpg', 'said.json'])
  })

  test('however deep something lies, nothing breaks', async () => {
    const here = await desk(['photo.jpg'])
    const deep = `${'['.repeat(300_000)}"b64'AQID'"${']'.repeat(300_000)}`
    write(here, `{"assertions": [{"label": "com.example.raw", "content": ${deep}}]}`)
    const { code, err } = await here.yinji(['label', '--statements', 'said.json', 'photo.jpg'])
    expect([code, err]).toEqual([2, expect.stringContaining('usage.assertion.content')])
  })
})

test('words about an action need the action', async () => {
  const here = await desk(['photo.jpg'])
  await here.yinji(['label', 'photo.jpg', '--in-place'])
  write(here, { training: 'allowed' })
  const words = ['update', 'photo.jpg', '--statements', 'said.json', '--description', 'why']
  const { code, err } = await here.yinji(words)
  expect([code, err]).toEqual([2, expect.stringMatching(/--action.*usage\.option\.missing/)])
})

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
    const here = await desk(['photo.jpg'])
    write(here, value)
    const result = await here.yinji([command, '--statements', 'said.json', 'photo.jpg'])
    expect([result.code, result.out]).toEqual([2, ''])
    expect(result.err).toContain(code)
    expect(result.err).toMatch(words)
    expect(readdirSync(here.folder).sort()).toEqual(['photo.jpg', 'said.json'])
  })

  test('and one that is far too large, unread', async () => {
    const here = await desk(['photo.jpg'])
    write(here, '['.repeat(5_000_000))
    const { code, err } = await here.yinji(['label', '--statements', 'said.json', 'photo.jpg'])
    expect(code).toBe(2)
    expect(err).toMatch(/said\.json.*more than[\s\S]*→/)
  })

  test('in Chinese too, and so are contradictions', async () => {
    const here = await desk(['photo.jpg'])
    write(here, { training: 'allowed' })
    const label = (...words: string[]) => here.yinji(['label', 'photo.jpg', '--statements', ...words])
    expect((await label('none.json', '--lang', 'zh')).err).toMatch(/无法读取 none\.json/)
    expect((await label('said.json', '--no-manifest')).err).toContain('usage.option.conflict')
    expect((await label('said.json', '--training', 'allowed')).err).toContain('usage.option.conflict')
  })
})

describe('a manifest definition of c2patool', () => {
  const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'c2patool.md'), 'utf8')
  const [definition = '', statements = ''] = [...guide.matchAll(/```json\n([\s\S]*?)```/g)].map(
    ([, json]) => json,
  )

  test('states what the guide says it states, and c2pa-rs reads it', async () => {
    const contents = []
    for (const json of [definition, statements]) {
      const here = await desk(['photo.jpg'])
      write(here, json)
      const { code, err } = await here.yinji([
        'label',
        'photo.jpg',
        '--no-visible',
        '--statements',
        'said.json',
      ])
      expect([code, err]).toEqual([0, ''])
      const { 'com.example.review': review, 'c2pa.actions.v2': actions } = await shown(
        here,
        'photo.labeled.jpg',
      )
      const [, cropped] = (actions as { actions: { when: string }[] }).actions
      contents.push([review, { ...cropped, when: '' }])
      expect(await judged(here, 'photo.labeled.jpg', 'image/jpeg')).toEqual({
        state: 'Trusted',
        failures: [],
      })
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
    const here = await desk(['photo.jpg'])
    write(here, value)
    const { code: exit, err } = await here.yinji(['label', 'photo.jpg', '--statements', 'said.json'])
    expect(exit).toBe(2)
    expect(err).toContain(code)
    expect(err).toContain(where)
    expect(readdirSync(here.folder)).not.toContain('photo.labeled.jpg')
  })
})
