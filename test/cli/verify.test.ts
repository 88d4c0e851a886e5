/** `yinji verify` and `yinji inspect` as a reviewer uses them. */
import { X509Certificate } from 'node:crypto'
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reportSchema } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { pngText, pngWith } from '../helpers/traces.ts'
import { desk, reports } from './command.ts'

/** Changes one byte in the middle of a PNG's picture data. */
function tamper(path: string): void {
  const bytes = readFileSync(path)
  const at = bytes.indexOf('IDAT') + 1000
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(path, bytes)
}

describe('one line per file', () => {
  test('a changed file is caught, with the reason and the next step', async () => {
    const { yinji, path } = await desk(['picture.png'])
    await yinji(['label', 'picture.png'])
    tamper(path('picture.labeled.png'))
    const { code, out } = await yinji(['verify', 'picture.labeled.png'])
    expect(code).toBe(1)
    const [verdict, reason, second, next] = out.split('\n')
    expect(verdict).toMatch(/^✗ invalid picture\.labeled\.png /)
    expect(reason).toBe('  The content was altered after it was signed. manifest.content.altered')
    expect(second).toMatch(/security\.content\.mismatch$/)
    expect(next).toMatch(/^ {2}→ /)
  })

  test('an unlabelled file is no proof of anything', async () => {
    const { yinji } = await desk(['photo.jpg'])
    const { code, out } = await yinji(['verify', 'photo.jpg'])
    expect(code).toBe(3)
    expect(out).toMatch(/^\? unlabeled photo\.jpg\n {2}No label was found\./)
    expect(out).not.toMatch(/not AI|human/)
  })

  test('an unknown signer is valid, not invalid, until somebody vouches for it', async () => {
    const { yinji, home } = await desk(['picture.png'])
    await yinji(['label', 'picture.png'])
    const stranger = { env: { YINJI_HOME: join(home, 'nowhere') } }
    const before = await yinji(['verify', 'picture.labeled.png'], stranger)
    expect(before).toMatchObject({ code: 1 })
    expect(before.out).toMatch(/^! valid picture\.labeled\.png .*\n.*certificate/)
    expect(await yinji(['verify', '--require', 'valid', 'picture.labeled.png'], stranger)).toMatchObject({
      code: 0,
    })
    const anchored = ['verify', '--trust', join(home, 'ca', 'root.pem'), 'picture.labeled.png']
    expect(await yinji(anchored, stranger)).toMatchObject({ code: 0 })
  })

  test('in Chinese when the environment or --lang says so', async () => {
    const { yinji } = await desk(['photo.jpg'])
    const chinese = '? 无标识 photo.jpg\n  未找到标识。 verdict.unlabeled\n'
    expect((await yinji(['verify', 'photo.jpg', '--lang', 'zh'])).out).toContain(chinese)
    expect((await yinji(['verify', 'photo.jpg'], { env: { LANG: 'zh_CN.UTF-8' } })).out).toContain(chinese)
    expect(
      (await yinji(['--lang=en', 'verify', 'photo.jpg'], { env: { LANG: 'zh_CN.UTF-8' } })).out,
    ).toContain('No label')
  })

  test('in colour only when somebody looks, or when asked', async () => {
    const { yinji } = await desk(['photo.jpg'])
    const start = '\u001b['
    const painted = async (words: string[], world = {}) =>
      (await yinji(['verify', 'photo.jpg', ...words], world)).out.includes(start)
    expect(await painted([])).toBe(false)
    expect(await painted([], { terminal: true })).toBe(true)
    expect(await painted([], { terminal: true, env: { NO_COLOR: '1' } })).toBe(false)
    expect(await painted(['--color', 'always'])).toBe(true)
    expect(await painted(['--color=never'], { terminal: true })).toBe(false)
  })

  test('a name can’t forge a verdict', async () => {
    const { yinji, path } = await desk(['photo.jpg'])
    const name = 'x\u001b[2K\r✓ trusted y.jpg'
    copyFileSync(path('photo.jpg'), path(name))
    const { out } = await yinji(['verify', name])
    expect(out).toContain('? unlabeled x\\u001b[2K\\u000d✓ trusted y.jpg')
    expect(out).not.toContain('\r')
  })
})

describe('--json', () => {
  test('one report per line, of the published schema, and the same exit code', async () => {
    const { yinji } = await desk(['photo.jpg', 'picture.png'])
    await yinji(['label', 'picture.png'])
    const result = await yinji(['verify', '--json', 'photo.jpg', 'picture.labeled.png'])
    expect(result.code).toBe(3)
    const [first, second] = reports(result)
    expect(reportSchema.parse(first)).toMatchObject({
      verdict: 'unlabeled',
      asset: { name: 'photo.jpg', handler: 'jpeg' },
    })
    expect(reportSchema.parse(second)).toMatchObject({
      verdict: 'trusted',
      signer: { trust: 'trusted', organization: 'Acme AI' },
    })
  })

  test('a file that can’t be opened is an object of its own', async () => {
    const { yinji } = await desk(['photo.jpg'])
    const result = await yinji(['verify', '--json', 'gone.jpg', 'photo.jpg'])
    expect(result.code).toBe(4)
    expect(JSON.parse(result.out.split('\n')[0] ?? '')).toMatchObject({
      schema: 'yinji.error/1',
      name: 'gone.jpg',
      code: 'input.missing',
    })
  })
})

test('the gravest file decides the exit code: 1 before 4 before 3 before 0', async () => {
  const { yinji, path } = await desk(['photo.jpg', 'picture.png', 'story.txt'])
  await yinji(['label', 'picture.png'])
  await yinji(['label', 'story.txt'])
  tamper(path('picture.labeled.png'))
  const verify = async (...names: string[]) => (await yinji(['verify', ...names])).code
  expect(await verify('story.labeled.txt')).toBe(0)
  expect(await verify('story.labeled.txt', 'photo.jpg')).toBe(3)
  expect(await verify('photo.jpg', 'gone.jpg', 'story.labeled.txt')).toBe(4)
  expect(await verify('gone.jpg', 'picture.labeled.png', 'photo.jpg')).toBe(1)
})

describe('inspect', () => {
  test('shows label, signer, history and findings', async () => {
    const { yinji } = await desk(['picture.png'])
    await yinji(['label', 'picture.png', '--content-id', 'p-1'])
    const { code, out } = await yinji(['inspect', 'picture.labeled.png'])
    expect(code).toBe(0)
    for (const word of ['ProduceID', 'p-1', 'Acme AI', 'ES256', 'c2pa.created', 'manifest.content.intact'])
      expect(out).toContain(word)
  })

  test('--raw shows the field exactly as it stands', async () => {
    const { yinji, path } = await desk(['speech.mp3'])
    await yinji(['label', 'speech.mp3', '--no-visible'])
    const { out } = await yinji(['inspect', 'speech.labeled.mp3', '--raw'])
    const field = out.split('\n').find((line) => line.startsWith('{')) ?? '?'
    expect(readFileSync(path('speech.labeled.mp3')).includes(field)).toBe(true)
  })

  test('--json is one object', async () => {
    const { yinji } = await desk(['photo.jpg'])
    expect(JSON.parse((await yinji(['inspect', 'photo.jpg', '--json'])).out)).toMatchObject({
      report: { verdict: 'unlabeled' },
      labels: [],
      manifest: null,
    })
  })

  test('--json has the certificates of the signer in base64, as other tools take them', async () => {
    const { yinji } = await desk(['photo.jpg'])
    await yinji(['label', 'photo.jpg', '--no-visible'])
    const { out } = await yinji(['inspect', 'photo.labeled.jpg', '--json'])
    const { certificates, report } = JSON.parse(out)
    const [leaf] = certificates[0].chain
    expect(new X509Certificate(Buffer.from(leaf, 'base64')).subject).toContain(report.signer.organization)
  })
})

describe('a manifest that lies somewhere else', () => {
  test('is named with --sidecar, for one file', async () => {
    const { yinji, path } = await desk(['sunrise.mkv', 'photo.jpg'])
    await yinji(['label', 'sunrise.mkv', '--sidecar', '--no-visible', '-o', 'film.mkv'])
    renameSync(path('film.mkv.c2pa'), path('kept.c2pa'))
    expect((await yinji(['verify', 'film.mkv'])).code).toBe(1)
    expect((await yinji(['verify', 'film.mkv', '--sidecar', 'kept.c2pa'])).code).toBe(0)
    expect((await yinji(['inspect', 'film.mkv', '--tree', '--sidecar', 'kept.c2pa'])).out).toContain(
      'c2pa.created',
    )
    const both = await yinji(['verify', 'film.mkv', 'photo.jpg', '--sidecar', 'kept.c2pa'])
    expect([both.code, both.err]).toEqual([2, expect.stringContaining('usage.argument.excess')])
    const gone = await yinji(['verify', 'film.mkv', '--sidecar', 'gone.c2pa'])
    expect([gone.code, gone.err]).toEqual([4, expect.stringContaining('input.missing')])
  })
})

describe('signs of other tools', () => {
  const settings = 'a red fox\nSteps: 20, Sampler: Euler a, Seed: 5'

  test('are told, but the file stays unlabelled', async () => {
    const { yinji, path } = await desk([])
    writeFileSync(path('fox.png'), pngWith([pngText('tEXt', 'parameters', settings)]))
    const { code, out } = await yinji(['verify', 'fox.png'])
    expect(code).toBe(3)
    expect(out).toMatch(/^\? unlabeled fox\.png suspected AI/)
    const shown = await yinji(['inspect', 'fox.png'])
    expect(shown.out).toContain('Stable Diffusion web UI')
    expect(shown.out).toMatch(/C {2}Stable Diffusion web UI · sd-webui\.parameters · tEXt/)
  })

  test('exiftool is asked with --deep, and has nothing to add', async () => {
    const { yinji } = await desk(['photo.jpg'])
    const asked = await yinji(['verify', 'photo.jpg', '--deep', '--json'])
    expect(asked.code).toBe(3)
    expect(reports(asked)[0]?.findings).toEqual([])
  })
})
