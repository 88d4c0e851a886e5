/** What a manifest can say besides the label: ingredients, actions, training, thumbnails, redactions; judged by c2pa-rs. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createToolkit, type Identity, type LabelOptions, type Toolkit, trainingMining } from '@yinji/toolkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { fixturePath } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const directory = temporaryDirectory()
let identity: Identity
let toolkit: Toolkit
let signedPicture: string
let count = 0
beforeAll(async () => {
  identity = await testIdentity()
  toolkit = createToolkit({ identity })
  signedPicture = (await label({}, 'picture.png')).path
})

async function label(options: LabelOptions, fixture = 'photo.jpg') {
  const output = join(directory, `${count++}-${fixture}`)
  await toolkit.label(fixturePath(fixture), {}, { output, visible: false, ...options })
  const judged = await judgeByC2pa(
    new Uint8Array(await readFile(output)),
    fixture.endsWith('png') ? 'image/png' : 'image/jpeg',
    identity.anchor,
  )
  return { path: output, judged, report: await toolkit.verify(output) }
}
const trusted = { state: 'Trusted', failures: [], ingredientFailures: [] }
const source = 'http://cv.iptc.org/newscodes/digitalsourcetype/'

describe('ingredients', () => {
  test('are placed or given to the model, with their manifests, and c2pa-rs follows them', async () => {
    const { judged, report } = await label({
      ingredients: [
        { file: signedPicture },
        { file: fixturePath('morning.webp'), use: 'inputTo', title: 'the prompt picture' },
      ],
    })
    expect(judged).toMatchObject(trusted)
    expect(report.verdict).toBe('trusted')
    const active = judged.store?.manifests[judged.store.active_manifest]
    expect(active?.ingredients.map(({ title, relationship }) => [title, relationship])).toEqual([
      ['0-picture.png', 'componentOf'],
      ['the prompt picture', 'inputTo'],
    ])
    expect(Object.keys(judged.store?.manifests ?? {})).toHaveLength(2)
    expect(report.history.map(({ action }) => action)).toEqual([
      'c2pa.created',
      'c2pa.created',
      'c2pa.placed',
    ])
  })

  test('that are used twice are there once', async () => {
    const { judged } = await label({
      ingredients: [{ file: signedPicture }, { file: signedPicture, use: 'inputTo' }],
    })
    expect(judged).toMatchObject(trusted)
    expect(Object.keys(judged.store?.manifests ?? {})).toHaveLength(2)
  })

  test('that do not check out are recorded as such, and shown', async () => {
    const bytes = await readFile(signedPicture)
    const at = bytes.indexOf('IDAT') + 1000
    bytes[at] = (bytes[at] ?? 0) ^ 1
    const { report } = await label({ ingredients: [{ file: new Uint8Array(bytes), title: 'altered.png' }] })
    expect(report.findings).toContainEqual(
      expect.objectContaining({
        code: 'manifest.ingredient.failed',
        data: expect.objectContaining({ title: 'altered.png', failures: 'assertion.dataHash.mismatch' }),
      }),
    )
  })
})

test('more actions, in the words of the standard and no others', async () => {
  const { judged, report } = await label({
    actions: [
      { action: 'c2pa.cropped', digitalSourceType: `${source}humanEdits` },
      { action: 'com.example.reviewed', description: 'by two people' },
    ],
  })
  expect(judged).toMatchObject(trusted)
  expect(report.history.map(({ action }) => action)).toEqual([
    'c2pa.created',
    'c2pa.cropped',
    'com.example.reviewed',
  ])
  for (const [action, code] of [
    [{ action: 'c2pa.improved' }, 'usage.action.unknown'],
    [{ action: 'c2pa.created' }, 'usage.action.unknown'],
    [{ action: 'c2pa.cropped', digitalSourceType: 'humanEdits' }, 'usage.source.unknown'],
    [{ action: 'c2pa.cropped', digitalSourceType: `${source}made-up` }, 'usage.source.unknown'],
  ] as const)
    await expect(label({ actions: [action] })).rejects.toMatchObject({ code })
})

test('training, own assertions and a thumbnail', async () => {
  const { judged, report } = await label({
    training: 'notAllowed',
    thumbnail: true,
    assertions: [
      { label: 'com.example.review', content: { passed: true } },
      { label: 'com.example.review', content: { passed: false } },
      {
        label: 'c2pa.soft-binding',
        content: {
          alg: 'com.example.mark',
          blocks: [{ scope: {}, value: new Uint8Array(4) }],
          pad: new Uint8Array(),
        },
      },
    ],
  })
  expect(judged).toMatchObject(trusted)
  expect(report.verdict).toBe('trusted')
  const active = judged.store?.manifests[judged.store.active_manifest]
  expect(active?.assertions.map((assertion) => assertion.label)).toEqual(
    expect.arrayContaining(['cawg.training-mining', 'com.example.review', 'c2pa.soft-binding']),
  )
  expect(active?.assertions.find((one) => one.label === 'cawg.training-mining')?.data).toEqual(
    trainingMining('notAllowed').content,
  )
  expect(active).toHaveProperty('thumbnail.format', 'image/jpeg')
  for (const own of ['c2pa.hash.data', 'c2pa.actions.v2', 'cn.yinji.label', 'review'])
    await expect(label({ assertions: [{ label: own, content: {} }] })).rejects.toMatchObject({
      code: 'usage.assertion.label',
    })
})

describe('a redaction', () => {
  const reason = 'c2pa.PII.present'

  test('withholds a statement, and both validators know that it was meant', async () => {
    const { path } = await label({ training: 'allowed' })
    const output = join(directory, 'redacted.jpg')
    await toolkit.update(path, { redactions: [{ label: 'cn.yinji.label', reason }] }, { output })
    const report = await toolkit.verify(output)
    expect(report.findings.filter(({ level }) => level === 'error')).toEqual([])
    expect(report.verdict).toBe('trusted')
    expect(report.history.at(-1)).toMatchObject({ action: 'c2pa.redacted' })
    const bytes = await readFile(output)
    expect(bytes.toString('latin1').match(/involvement/g)).toBeNull()
    expect(await judgeByC2pa(new Uint8Array(bytes), 'image/jpeg', identity.anchor)).toMatchObject({
      state: 'Trusted',
      failures: [],
    })
  })

  test('reaches through a later update, and down to an earlier version', async () => {
    const camera = await label({ assertions: [{ label: 'com.example.place', content: { at: 'home' } }] })
    const edited = join(directory, 'edited.jpg')
    await toolkit.label(camera.path, { contentId: 'edited' }, { output: edited, visible: false })
    const published = join(directory, 'published.jpg')
    await toolkit.update(edited, {}, { output: published })
    const output = join(directory, 'without-place.jpg')
    const redactions = ['com.example.place', 'c2pa.ai-disclosure'].map((label) => ({ label, reason }))
    const { said } = await toolkit.update(published, { redactions }, { output })
    expect(said).toEqual(['c2pa.redacted com.example.place', 'c2pa.redacted c2pa.ai-disclosure'])
    const report = await toolkit.verify(output)
    expect(report.findings.filter(({ level }) => level === 'error' || level === 'warning')).toEqual([])
    expect(report.verdict).toBe('trusted')
    const bytes = await readFile(output)
    expect(bytes.includes('home')).toBe(false)
    expect(await judgeByC2pa(new Uint8Array(bytes), 'image/jpeg', identity.anchor)).toMatchObject(trusted)
  })

  test.each([
    ['c2pa.actions.v2', 'usage.redaction.kept'],
    ['c2pa.hash.data', 'usage.redaction.kept'],
    ['com.example.never', 'usage.redaction.missing'],
  ])('of %s is refused', async (kept, code) => {
    const { path } = await label({})
    const update = toolkit.update(path, { redactions: [{ label: kept, reason }] }, { inPlace: true })
    await expect(update).rejects.toMatchObject({ code })
  })

  test('in a film is refused: its old manifest can’t move', async () => {
    const output = join(directory, 'clip.mp4')
    await toolkit.label(fixturePath('clip.mp4'), {}, { output, visible: false })
    const redactions = [{ label: 'cn.yinji.label', reason }]
    await expect(toolkit.update(output, { redactions }, { inPlace: true })).rejects.toMatchObject({
      code: 'input.redaction.unsupported',
    })
  })
})
