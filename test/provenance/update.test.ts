/** Update manifests: a signed statement is added, the content stays as it is, and c2pa-rs agrees (C2PA 11.2.3). */

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { createToolkit, defaultHandlers, updateActions } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { fixtureBytes, fixturePath, fixtures } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgeAsC2paRs } from '../oracles/judge.ts'

const run = promisify(execFile)
const directory = temporaryDirectory()
const identity = await testIdentity()
const toolkit = createToolkit({ identity })
const platform = await testIdentity({ provider: 'Plaza', code: undefined })
const publisher = createToolkit({ identity: platform, trust: [platform.anchor, identity.anchor] })

const handlers = new Map(defaultHandlers.map((handler) => [handler.id, handler]))
const files = fixtures().filter(({ verdict, handler }) => {
  const known = handlers.get(handler)
  return verdict === 'unlabeled' && known && !known.instead && known.slots.manifest
})
const unlabelled = { visible: false } as const

async function labelled(path: string): Promise<string> {
  const output = join(directory, `signed-${path}`)
  await toolkit.label(fixturePath(path), {}, { output, force: true, ...unlabelled, updatable: true })
  return output
}

describe.each(files.filter(({ handler }) => handlers.get(handler)?.update))(
  '$path',
  ({ path, mediaType }) => {
    test('is published twice: both statements stand, the content is the one that was signed', async () => {
      const signed = await labelled(path)
      const before = await publisher.verify(signed)
      const once = join(directory, `once-${path}`)
      const twice = join(directory, `twice-${path}`)
      const receipt = await publisher.update(signed, {}, { output: once })
      expect(receipt).toMatchObject({ status: 'updated', said: ['c2pa.published'], path: once })
      await publisher.update(once, { actions: [{ action: 'c2pa.edited.metadata' }] }, { output: twice })
      const report = await publisher.verify(twice)
      expect(report.findings.filter(({ level }) => level !== 'pass' && level !== 'info')).toEqual([])
      expect(report.verdict).toBe('trusted')
      expect(report.signer?.organization).toBe('Plaza')
      expect(report.history.map(({ action }) => action)).toEqual([
        ...before.history.map(({ action }) => action),
        'c2pa.published',
        'c2pa.edited.metadata',
      ])
      expect(report.origin).toEqual(before.origin)
      if (isZip(await readFile(twice))) await run('unzip', ['-tq', twice])
      // c2pa-rs can't find the manifest there, and beside a file it wants no updates.
      if (/^text\/|^audio\/ogg$|^application\/(?:yaml|toml)$/.test(mediaType) || isZip(await readFile(twice)))
        return
      expect(await judgeAsC2paRs(twice, mediaType, identity.anchor + platform.anchor)).toMatchObject({
        state: 'Trusted',
        failures: [],
        ingredientFailures: [],
      })
    })

    test('shows a change of the content through the update', async () => {
      const once = join(directory, `changed-${path}`)
      await publisher.update(await labelled(path), {}, { output: once, force: true })
      const bytes = await readFile(once)
      const at = harmless(path, bytes)
      bytes[at] = (bytes[at] ?? 0) ^ 1
      await writeFile(once, bytes)
      const report = await publisher.verify(once)
      expect(report.verdict).toBe('invalid')
      expect(report.findings.map(({ code }) => code)).toContain('manifest.content.altered')
      await expect(publisher.update(once, {}, { output: `${once}.again` })).rejects.toMatchObject({
        code: 'input.update.invalid',
      })
    })
  },
)

/** c2pa-rs opens none; unzip looks at every checksum. */
function isZip(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 2) === 'PK'
}

/** A byte of the content that every reader passes over. */
function harmless(path: string, bytes: Buffer): number {
  const after = (text: string) => bytes.indexOf(text) + text.length
  const inText: Record<string, string> = {
    '.html': '<p>',
    '.svg': '<title>',
    '.md': '\n\n',
    '.txt': ' ',
  }
  const word = inText[extname(path)]
  if (word) return after(word)
  if (bytes.includes('-----BEGIN C2PA')) return bytes.indexOf(fixtureBytes(path).subarray(-9, -3)) + 2
  if (/\.(?:gif|jxl)$/.test(path)) return bytes.length - 20
  if (isZip(bytes)) return 10 // the time of the first entry
  const fixture = fixtureBytes(path)
  const middle = Math.floor(fixture.length / 2)
  const there = bytes.lastIndexOf(fixture.subarray(middle, middle + 24))
  if (there >= 0 && !/\.(?:mp4|mov|m4a)$/.test(path)) return there + 12
  return /\.(?:mp4|mov|m4a)$/.test(path) ? after('mdat') + 40 : Math.floor(bytes.length / 2)
}

const fixed = files.filter(({ handler }) => handlers.get(handler)?.slots.manifest?.fixed)
test.each(fixed)('$path says that there is no room when none was left', async ({ path, handler }) => {
  const signed = join(directory, `full-${path}`)
  await toolkit.label(fixturePath(path), {}, { output: signed, ...unlabelled })
  const hash = createHash('sha256')
    .update(await readFile(signed))
    .digest('hex')
  await expect(publisher.update(signed, {}, { inPlace: true })).rejects.toMatchObject({
    code: 'input.update.unsupported',
    details: { format: handler },
  })
  expect(
    createHash('sha256')
      .update(await readFile(signed))
      .digest('hex'),
  ).toBe(hash)
})

test.each(fixed)('$path is updated until its room is full, and stays as long as it was', async ({ path }) => {
  let content: Uint8Array = await readFile(await labelled(path))
  const { length } = content
  const review = {
    actions: [],
    assertions: [{ label: 'org.plaza.review', content: { text: 'x'.repeat(14_000) } }],
  }
  content = (await publisher.update(content, review)).content
  expect(content).toHaveLength(length)
  await expect(
    publisher.update(content, review).then(({ content }) => publisher.update(content, review)),
  ).rejects.toMatchObject({ code: 'input.update.unsupported' })
  expect((await publisher.verify(content)).verdict).toBe('trusted')
})

test('a manifest beside the file is updated beside it', async () => {
  const clip = join(directory, 'clip.mkv')
  await toolkit.label(fixturePath('sunrise.mkv'), {}, { output: clip, sidecar: true, ...unlabelled })
  const output = join(directory, 'published.mkv')
  const receipt = await publisher.update(clip, {}, { output })
  expect(receipt.sidecar).toBe(`${output}.c2pa`)
  expect(await readFile(output)).toEqual(await readFile(clip))
  expect((await publisher.verify(output)).history.at(-1)).toMatchObject({ action: 'c2pa.published' })
})

test('what is not signed is not updated', async () => {
  const photo = join(directory, `plain${extname('photo.jpg')}`)
  await copyFile(fixturePath('photo.jpg'), photo)
  await expect(publisher.update(photo)).rejects.toMatchObject({ code: 'input.update.unsigned' })
})

test('content in memory comes back with the statement, and other assertions can come along', async () => {
  const { content } = await toolkit.label(new Uint8Array(await readFile(fixturePath('photo.jpg'))))
  const assertions = [{ label: 'org.plaza.review', content: { passed: true } }]
  const updated = await publisher.update(content, { actions: [], assertions })
  expect(updated.said).toEqual(['org.plaza.review'])
  expect((await publisher.verify(updated.content)).verdict).toBe('trusted')
  for (const label of ['c2pa.hash.data', 'c2pa.thumbnail.claim'])
    await expect(publisher.update(content, { assertions: [{ label, content: {} }] })).rejects.toMatchObject({
      code: 'usage.update.invalid',
    })
  await expect(
    publisher.update(content, { actions: [{ action: 'c2pa.cropped' as 'c2pa.opened' }] }),
  ).rejects.toMatchObject({ code: 'usage.update.invalid' })
})

test.each(updateActions)('%s is an update that c2pa-rs accepts', async (action) => {
  const signed = await labelled('photo.jpg')
  const output = join(directory, `${action}.jpg`)
  await publisher.update(signed, { actions: [{ action }] }, { output })
  const report = await publisher.verify(output)
  expect([report.verdict, report.history.at(-1)?.action]).toEqual(['trusted', action])
  expect(await judgeAsC2paRs(output, 'image/jpeg', identity.anchor + platform.anchor)).toMatchObject({
    state: 'Trusted',
    failures: [],
  })
})

test('that something is withheld is said by withholding it', async () => {
  const signed = await labelled('photo.jpg')
  const actions = [{ action: 'c2pa.redacted' as 'c2pa.opened' }]
  await expect(publisher.update(signed, { actions }, { inPlace: true })).rejects.toMatchObject({
    code: 'usage.update.invalid',
  })
})
