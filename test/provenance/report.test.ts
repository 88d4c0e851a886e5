/** What is told of a manifest: crJSON beside that of c2pa-rs, the boxes of the store, the family tree. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createToolkit, type StoreBox } from '@yinji/toolkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { desk } from '../cli/command.ts'
import { fixturePath } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { crJsonByC2pa } from '../oracles/c2pa.ts'

const directory = temporaryDirectory()
const identity = await testIdentity()
const toolkit = createToolkit({ identity })
let updated: string
beforeAll(async () => {
  const part = join(directory, 'part.png')
  await toolkit.label(fixturePath('picture.png'), {}, { output: part, visible: false })
  const whole = join(directory, 'whole.jpg')
  const ingredients = [{ file: part }, { file: fixturePath('photo.jpg'), use: 'inputTo' as const }]
  await toolkit.label(
    fixturePath('photo.jpg'),
    {},
    { output: whole, visible: false, ingredients, thumbnail: true },
  )
  updated = join(directory, 'updated.jpg')
  await toolkit.update(whole, {}, { output: updated })
})

interface Document {
  readonly manifests: readonly Record<string, unknown>[]
}

/** c2pa-rs writes an empty pad into every hashed URI, and has its own words for what it found. */
function comparable(document: unknown) {
  const plain = JSON.parse(JSON.stringify(document)) as Document
  const withoutPads = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(withoutPads)
    if (value === null || typeof value !== 'object') return value
    const entries = Object.entries(value).filter(([key, member]) => !(key === 'pad' && member === "b64''"))
    return Object.fromEntries(entries.map(([key, member]) => [key, withoutPads(member)]))
  }
  return plain.manifests.map(({ label, isUpdateManifest, isCompressedManifest, assertions, ...rest }) =>
    withoutPads({ label, isUpdateManifest, isCompressedManifest, assertions, claim: rest['claim.v2'] }),
  )
}

describe('crJSON', () => {
  test('says the same as that of c2pa-rs', async () => {
    const bytes = new Uint8Array(await readFile(updated))
    const { crJson } = await toolkit.inspect(updated)
    const theirs = comparable(await crJsonByC2pa(bytes, 'image/jpeg', identity.anchor))
    const ours = comparable(crJson)
    expect(ours.map((manifest) => manifest)).toEqual(
      theirs.map((manifest, index) => ({
        ...(manifest as object),
        // An assertion that c2pa-rs does not know the name of is left out by it.
        assertions: expect.objectContaining((ours[index] as Document & { assertions: object }).assertions),
      })),
    )
    for (const [index, manifest] of theirs.entries()) expect(ours[index]).toMatchObject(manifest as object)
  })

  test('has who signed, and what was found in each manifest', async () => {
    const { crJson } = await toolkit.inspect(updated)
    const [active, content] = crJson['manifests'] as unknown as Record<string, unknown>[]
    expect(active).toMatchObject({
      signature: { algorithm: 'ES256', certificateInfo: { subject: { O: 'Acme AI' } } },
      validationResults: { failure: [], specVersion: '2.4.0' },
    })
    expect(JSON.stringify(active?.['validationResults'])).toContain('assertion.dataHash.match')
    expect(JSON.stringify(content?.['validationResults'])).toContain('claimSignature.validated')
    expect(active?.['ingredientDeltas']).toHaveLength(1)
  })

  test('of a file without a manifest has none', async () => {
    expect((await toolkit.inspect(fixturePath('photo.jpg'))).crJson['manifests']).toEqual([])
  })
})

test('the boxes of the store are all there, in their places', async () => {
  const { boxes, store } = await toolkit.inspect(updated)
  if (boxes === null || typeof boxes === 'string') throw new Error('no boxes')
  expect(boxes).toMatchObject({ type: 'store', label: 'c2pa', bytes: store?.byteLength, offset: 0 })
  const check = (box: StoreBox): void => {
    let end = box.offset
    for (const child of box.boxes) {
      expect(child.offset).toBeGreaterThan(end)
      end = child.offset + child.bytes - 1
      check(child)
    }
    if (box.boxes.length > 0) expect(end).toBe(box.offset + box.bytes - 1)
  }
  check(boxes)
  expect(boxes.boxes.map(({ type }) => type)).toEqual(['manifest', 'manifest', 'updateManifest'])
})

test('the command draws the family and prints crJSON', async () => {
  const { yinji, path } = await desk(['photo.jpg', 'picture.png'])
  await yinji(['label', 'picture.png', '--no-visible'])
  await yinji([
    ...['label', 'photo.jpg', '--no-visible', '--ingredient', 'picture.labeled.png'],
    ...['--ingredient', 'picture.png:inputTo'],
  ])
  await yinji(['update', 'photo.labeled.jpg', '--in-place'])
  const { out } = await yinji(['inspect', 'photo.labeled.jpg', '--tree'])
  expect(out).toMatch(/^✓ photo\.labeled\.jpg {2}Acme AI · Yinji \S+ · update\n│ {2}c2pa\.published\n└─ ✓ /)
  expect(out).toMatch(/├─ ✓ picture\.labeled\.png {2}part {2}Acme AI/)
  expect(out).toMatch(/└─ · picture\.png {2}input of the model {2}unsigned/)
  const dumped = await yinji(['inspect', 'photo.labeled.jpg', '--manifest'])
  expect(dumped.out).toMatch(/c2pa\.actions\.v2 cbor · \d+ bytes/)
  const printed = await yinji(['verify', '--format', 'crjson', 'photo.labeled.jpg'])
  expect(printed.code).toBe(0)
  expect(JSON.parse(printed.out)).toHaveProperty('manifests.0.isUpdateManifest', true)
  const shown = await yinji(['inspect', '--format', 'crjson', 'photo.labeled.jpg'])
  expect(JSON.parse(shown.out)).toHaveProperty('manifests.0.isUpdateManifest', true)
  const both = await yinji(['inspect', '--format', 'crjson', '--tree', 'photo.labeled.jpg'])
  expect([both.code, both.err]).toEqual([2, expect.stringContaining('usage.option.conflict')])
  expect((await yinji(['inspect', path('photo.jpg'), '--tree'])).out).toContain('no manifest')
})
