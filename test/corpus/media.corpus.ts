/** Real files of every supported format: label → verify → relabel → tamper → caught; truncated ones get a clear error. */
import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { createToolkit, defaultHandlers, YinjiError } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { decodedDigest } from '../helpers/decoded.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgeAsC2paRs } from '../oracles/judge.ts'

const corpus = process.env['YINJI_CORPUS'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus')
const extensions = new Set([
  '.heic',
  '.avif',
  '.jpg',
  '.png',
  '.mp4',
  '.mp3',
  '.wav',
  '.webp',
  '.gif',
  '.svg',
  '.tif',
  '.mkv',
  '.webm',
  '.pdf',
  '.flac',
  '.ogg',
])
const files = ['image', 'video', 'audio', 'document', 'c2pa', 'c2pa-golden'].flatMap((folder) =>
  readdirSync(join(corpus, folder))
    .filter((name) => extensions.has(extname(name)))
    .map((name) => `${folder}/${name}`),
)
const truncated = files.filter((name) => basename(name).startsWith('truncated'))
/** Signed through a service that encrypts what it returns. */
const encrypted = files.filter((name) => name === 'document/signed.pdf')
const whole = files.filter((name) => !truncated.includes(name) && !encrypted.some((other) => other === name))
/** Its compressed pixels were changed, so no decoder takes it any more. */
const undecodable = new Set([
  'c2pa-golden/a-small_png.tampered-content.png',
  'c2pa-golden/a_webp.tampered-content.webp',
])
/** Refused by name: a see-through video, where what lies under it would show through the label; a fax of pure black and white. */
const undrawable = new Set(['video/alpha.webm', 'image/multipage.tif'])

const directory = temporaryDirectory()
const identity = await testIdentity()
const toolkit = createToolkit({ identity })

test('the corpus is there', () => {
  expect(whole.length).toBeGreaterThan(40)
})

describe.each(whole)('%s', (name) => {
  const input = join(corpus, name)
  const stem = name.replaceAll('/', '-')
  const at = (step: string) => join(directory, `${step}-${stem}`)

  test('label, verify, relabel, tamper, caught', async () => {
    const once = await toolkit.label(
      input,
      { contentId: 'one' },
      { output: at('once'), visible: false, sidecar: true },
    )
    const first = await toolkit.verify(at('once'))
    expect(first.findings.filter(({ level }) => level === 'error' || level === 'unchecked')).toEqual([])
    expect(first.verdict).toBe('trusted')
    expect(await judgeAsC2paRs(at('once'), once.mediaType, identity.anchor)).toMatchObject({
      state: 'Trusted',
    })
    if (!undecodable.has(name))
      expect(await decodedDigest(at('once'), once.medium)).toBe(await decodedDigest(input, once.medium))

    await toolkit.label(
      at('once'),
      { contentId: 'two' },
      { output: at('twice'), visible: false, sidecar: true },
    )
    const second = await toolkit.inspect(at('twice'))
    expect(second.report.verdict).toBe('trusted')
    expect(second.labels).toHaveLength(1)
    expect(await judgeAsC2paRs(at('twice'), once.mediaType, identity.anchor)).toMatchObject({
      state: 'Trusted',
    })

    const bytes = new Uint8Array(await readFile(at('twice')))
    const middle = Math.floor(bytes.length * 0.7)
    bytes[middle] = (bytes[middle] ?? 0) ^ 1
    const sidecar = once.sidecar ? `${at('twice')}.c2pa` : false
    const { verdict, findings } = await toolkit.verify(bytes, { name, sidecar })
    // A byte of the container's own structure leaves nothing to check; what can still be read is caught.
    const unreadable = findings.some(({ code }) => code === 'asset.damaged')
    expect(verdict).toBe(unreadable ? 'unchecked' : 'invalid')
  })

  test('with the visible label', async () => {
    const job = toolkit.label(input, {}, { output: at('visible'), sidecar: true })
    const report = await toolkit.verify(input)
    const handler = defaultHandlers.find(({ id }) => id === report.asset.handler)
    if (handler?.visible === undefined) {
      await expect(job).rejects.toMatchObject({ code: 'visible.format.unsupported' })
      return
    }
    if (undrawable.has(name)) {
      await expect(job).rejects.toMatchObject({ code: 'visible.content.unsupported' })
      return
    }
    if (undecodable.has(name)) {
      await expect(job).rejects.toMatchObject({ code: 'input.damaged' })
      return
    }
    const receipt = await job
    expect((await toolkit.verify(at('visible'))).verdict).toBe('trusted')
    expect(await judgeAsC2paRs(at('visible'), receipt.mediaType, identity.anchor)).toMatchObject({
      state: 'Trusted',
    })
  })
})

describe.each(encrypted)('%s', (name) => {
  test('is refused by name and not taken for unlabelled', async () => {
    await expect(toolkit.label(join(corpus, name), {}, { visible: false })).rejects.toMatchObject({
      code: 'input.encrypted',
    })
    expect((await toolkit.verify(join(corpus, name))).verdict).toBe('unchecked')
  })
})

describe.each(truncated)('%s', (name) => {
  test('is refused with a clear error and read with a clear finding', async () => {
    await expect(toolkit.label(join(corpus, name))).rejects.toSatisfy(
      (error) => error instanceof YinjiError && error.code === 'input.damaged',
    )
    const report = await toolkit.verify(join(corpus, name))
    expect(report.verdict).toBe('unchecked')
    expect(report.findings.map(({ code }) => code)).toContain('asset.damaged')
  })
})

describe('real labels', async () => {
  interface Sample {
    readonly id: string
    readonly container: string
    readonly text?: string
    readonly fields?: Record<string, string>
    readonly reads: Record<string, string>
  }
  const file = await readFile(join(corpus, '..', 'vectors', 'aigc-labels.json'), 'utf8')
  const { samples } = JSON.parse(file) as { samples: Sample[] }
  test.each(samples.filter(({ container }) => container === 'markdown'))(
    '$id',
    async ({ id, text, fields, reads }) => {
      const yaml = Object.entries(fields ?? {}).map(
        ([key, value]) => `  ${key}: '${value.replaceAll("'", "''")}'\n`,
      )
      const path = join(directory, `${id}.md`)
      await writeFile(path, `${text ?? `---\nAIGC:\n${yaml.join('')}---\n`}# Title\n`)
      const report = await toolkit.verify(path)
      expect(report.label).toMatchObject(reads)
      expect(report.verdict).toBe('labeled')
    },
  )
})
