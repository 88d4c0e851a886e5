/** `c2pa.hash.boxes` (C2PA 18.7): every box is named in the manifest, and a change can be told to be in one of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@yinji/core'
import { createToolkit, defaultHandlers } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { namedBoxes } from '../../packages/provenance/src/named-boxes/named-boxes.ts'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { testIdentity } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const identity = await testIdentity()
const toolkit = createToolkit({ identity })

const boxes = { visible: false, binding: 'boxes' } as const
const signed = async (bytes: Uint8Array) => (await toolkit.label(bytes, {}, boxes)).content
const judged = (bytes: Uint8Array, mediaType: string) => judgeByC2pa(bytes, mediaType, identity.anchor)
const joined = (...parts: readonly (Uint8Array | string)[]) =>
  new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))))

/** Names of the boxes in the manifest, a list for each hash. */
async function listed(content: Uint8Array): Promise<string[][]> {
  const { crJson } = await toolkit.inspect(content)
  const [active] = crJson['manifests'] as unknown as {
    assertions: Record<string, { boxes: { names: string[] }[] }>
  }[]
  return active?.assertions['c2pa.hash.boxes']?.boxes.map(({ names }) => names) ?? []
}

/** What is said about a change: the boxes it is in. */
async function changed(content: Uint8Array): Promise<unknown> {
  const { verdict, findings } = await toolkit.verify(content)
  expect(verdict).toBe('invalid')
  expect(findings.map(({ code }) => code)).toContain('manifest.content.altered')
  return findings.find(({ code }) => code === 'manifest.boxes.altered')?.data?.['boxes']
}

describe.each([
  ['photo.jpg', 'image/jpeg', [['SOI'], ['APP1'], ['C2PA'], ['APP1'], ['APP2'], ['DQT', 'DQT', 'SOF0']]],
  ['picture.png', 'image/png', [['PNGh', 'IHDR'], ['C2PA'], ['iTXt'], ['eXIf'], ['pHYs', 'IDAT']]],
  ['sunrise.gif', 'image/gif', [['GIF89a', 'LSD'], ['C2PA'], ['21FF', '21FF'], ['21F9', '2C', 'TBID']]],
  ['boat.jxl', 'image/jxl', [['JXL ', 'ftyp'], ['C2PA'], ['xml '], ['jxlc']]],
  ['boxes.jxl', 'image/jxl', [['JXL ', 'ftyp'], ['C2PA'], ['jxlp'], ['xml '], ['jxlp']]],
])('%s, bound box by box', (name, mediaType, expected) => {
  test('is trusted here and by c2pa-rs, with metadata apart from the picture', async () => {
    const content = await signed(fixtureBytes(name))
    expect((await toolkit.verify(content)).verdict).toBe('trusted')
    const judgement = await judged(content, mediaType)
    expect(judgement).toMatchObject({ state: 'Trusted', failures: [] })
    expect(judgement.successes).toContain('assertion.boxesHash.match')
    const runs = await listed(content)
    expect(runs.map((run, index) => run.slice(0, expected[index]?.length))).toEqual(expected)
  })

  test('a changed bit is caught in every box, here and by c2pa-rs', async () => {
    const content = await signed(fixtureBytes(name))
    const handler = defaultHandlers.find(({ mediaTypes }) => mediaTypes[0] === mediaType)
    const found = await handler?.read(bytesSource(content))
    const all = await namedBoxes(bytesSource(content), found?.manifest?.excluded ?? { start: 0, length: 0 })
    for (const { name: box, end } of all ?? []) {
      const bytes = Uint8Array.from(content)
      bytes[end - 1] = (bytes[end - 1] ?? 0) ^ 4
      expect([box, (await toolkit.verify(bytes)).verdict]).not.toEqual([box, 'trusted'])
      // In the manifest's own box that is the check sum of a PNG chunk or the terminator of a GIF extension.
      if (box !== 'C2PA') expect([box, (await judged(bytes, mediaType)).state]).not.toEqual([box, 'Trusted'])
    }
    expect(all?.length).toBeGreaterThan(4)
  })

  test('stays trusted when it is updated, and when it is labelled again', async () => {
    const content = await signed(fixtureBytes(name))
    const updated = (await toolkit.update(content)).content
    const again = await signed(updated)
    for (const next of [updated, again]) {
      expect((await toolkit.verify(next)).verdict).toBe('trusted')
      expect(await judged(next, mediaType)).toMatchObject({ state: 'Trusted', failures: [] })
    }
  })
})

const folder = join(import.meta.dirname, '..', 'helpers', 'jpeg')
const forms = readdirSync(folder).filter((name) => name.endsWith('.jpg') && name !== 'arithmetic.jpg')

test.each(forms)('%s: scans and restarts are told apart as c2pa-rs tells them', async (name) => {
  const content = await signed(new Uint8Array(readFileSync(join(folder, name))))
  expect((await toolkit.verify(content)).verdict).toBe('trusted')
  expect(await judged(content, 'image/jpeg')).toMatchObject({ state: 'Trusted', failures: [] })
})

test('two pictures in one JPEG are one row of boxes', async () => {
  const photo = fixtureBytes('photo.jpg')
  const content = await signed(joined(photo, photo))
  expect((await listed(content)).flat().filter((name) => name === 'SOI')).toHaveLength(2)
  expect(await judged(content, 'image/jpeg')).toMatchObject({ state: 'Trusted', failures: [] })
})

describe('a change is told to be', () => {
  test('in the metadata or in the picture', async () => {
    const content = await signed(fixtureBytes('photo.jpg'))
    const at = Buffer.from(content).lastIndexOf('x:xmpmeta')
    const metadata = Uint8Array.from(content).fill(0x21, at, at + 1)
    expect(await changed(metadata)).toBe('APP1')
    const picture = Uint8Array.from(content).fill(0x21, content.length - 2000, content.length - 1990)
    expect(await changed(picture)).toBe('DQT … EOI')
  })

  test('a box that the signer did not list', async () => {
    const content = await signed(fixtureBytes('photo.jpg'))
    const comment = joined(
      content.subarray(0, 2),
      Uint8Array.of(0xff, 0xfe, 0, 4, 65, 65),
      content.subarray(2),
    )
    expect(await changed(comment)).toBe('COM')
    expect(await changed(joined(content, 'more'))).toBe('c2pa.after')
    const { crJson } = await toolkit.inspect(comment)
    expect(JSON.stringify(crJson)).toContain('assertion.boxesHash.unknownBox')
    expect(await judged(comment, 'image/jpeg')).toMatchObject({ state: 'Invalid' })
  })
})

/** Filled up before its first table, as ISO/IEC 10918-1 allows. */
function filledPhoto(bytes: number): Uint8Array {
  const photo = Buffer.from(fixtureBytes('photo.jpg'))
  const table = photo.indexOf(Buffer.from([0xff, 0xdb]))
  return joined(photo.subarray(0, table), Buffer.alloc(bytes, 0xff), photo.subarray(table))
}

test('a file that is not made of boxes any more was altered', async () => {
  const content = await signed(fixtureBytes('photo.jpg'))
  const table = Buffer.from(content).indexOf(Buffer.from([0xff, 0xdb]))
  const bytes = Uint8Array.from(content)
  bytes[table + 2] = 0x7f // longer than what is left
  expect(await changed(bytes)).toBe('?')
})

describe('refused with a reason', () => {
  test.each([
    ['a format without names for its boxes', fixtureBytes('sunrise.webp')],
    ['a format with a binding of its own', fixtureBytes('clip.mp4')],
    ['a format without a place for a manifest', fixtureBytes('morning.jp2')],
    ['bytes behind the end', joined(fixtureBytes('picture.png'), 'more')],
    ['filling before a marker', filledPhoto(5)],
    ['coding that others have no names for', new Uint8Array(readFileSync(join(folder, 'arithmetic.jpg')))],
  ])('%s', async (_, bytes) => {
    const job = toolkit.label(bytes, {}, { ...boxes, sidecar: true })
    await expect(job).rejects.toMatchObject({ code: 'input.binding.unsupported' })
  })

  test('no manifest to name them in', async () => {
    const job = toolkit.label(fixtureBytes('photo.jpg'), {}, { ...boxes, manifest: false })
    await expect(job).rejects.toMatchObject({
      code: 'usage.option.conflict',
      details: { option: '--binding', other: '--no-manifest' },
    })
  })
})
