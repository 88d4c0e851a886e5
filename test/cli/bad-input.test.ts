/** Everything that people get wrong: each has its own code, a sentence, a next step and an exit code; nothing is lost. */
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createIdentity } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { type Desk, desk, type Result } from './command.ts'

/** What went wrong, as a person reads it. */
function expectFailure(result: Result, code: string, exit: number): void {
  expect(result.err).toMatch(new RegExp(`^✗ .{10,} ${code.replaceAll('.', '\\.')}$`, 'm'))
  expect(result.err).toMatch(/^ {2}→ .{5,}$/m)
  expect(result).toMatchObject({ code: exit, out: '' })
}

const damaged: readonly (readonly [what: string, code: string, make: (desk: Desk) => string])[] = [
  ['a type nobody knows', 'input.type.unsupported', ({ path }) => write(path('noise.bin'), noise(4000))],
  ['an empty file', 'input.empty', ({ path }) => write(path('empty.jpg'), new Uint8Array())],
  ['a picture that breaks off', 'input.damaged', ({ path }) => shorten(path('picture.png'), 20_000)],
  ['a video that breaks off', 'input.damaged', ({ path }) => shorten(path('clip.mp4'), 40_000)],
  ['a file that is not there', 'input.missing', ({ path }) => path('gone.jpg')],
  ['a path through a file', 'input.missing', ({ path }) => join(path('photo.jpg'), 'inner.jpg')],
  ['something that can’t be read', 'input.unreadable', () => '/dev/null'],
  ['a folder', 'input.directory', ({ folder }) => folder],
]

describe('inputs', () => {
  test.each(damaged)('%s', async (_, code, make) => {
    const here = await desk(['photo.jpg', 'picture.png', 'clip.mp4'])
    const name = make(here)
    const before = readdirSync(here.folder)
    expectFailure(await here.yinji(['label', name]), code, 4)
    expect(readdirSync(here.folder)).toEqual(before)
  })

  test('a wrong extension is handled as what it is, with a remark', async () => {
    const { yinji, path } = await desk()
    writeFileSync(path('picture.jpg'), fixtureBytes('picture.png'))
    const result = await yinji(['label', 'picture.jpg'])
    expect(result.code).toBe(0)
    expect(result.out).toContain('asset.extension.mismatch')
    expect((await yinji(['verify', 'picture.labeled.jpg'])).code).toBe(0)
  })

  test('a malformed label is named by verify and replaced by label', async () => {
    const { yinji, path } = await desk()
    writeFileSync(path('notes.md'), '---\nAIGC: this is no label\n---\n\nText.\n')
    const before = await yinji(['verify', 'notes.md'])
    expect(before.code).toBe(3)
    expect(before.out).toContain('metadata.aigc.malformed')
    expect((await yinji(['label', 'notes.md', '--in-place'])).code).toBe(0)
    const after = await yinji(['verify', 'notes.md'])
    expect(after.code).toBe(0)
    expect(after.out).not.toContain('malformed')
  })
})

describe('outputs', () => {
  test('an existing target is not overwritten without --force', async () => {
    const { yinji, path } = await desk(['photo.jpg'])
    writeFileSync(path('photo.labeled.jpg'), 'precious')
    expectFailure(await yinji(['label', 'photo.jpg']), 'output.exists', 4)
    expect(readFileSync(path('photo.labeled.jpg'), 'utf8')).toBe('precious')
    expect((await yinji(['label', 'photo.jpg', '--force'])).code).toBe(0)
  })

  test('a place that can’t be written to', async () => {
    const { yinji, path } = await desk(['photo.jpg', 'story.txt'])
    expectFailure(await yinji(['label', 'photo.jpg', '-o', join('story.txt', 'x.jpg')]), 'output.readonly', 4)
    expect(new Uint8Array(readFileSync(path('story.txt')))).toEqual(fixtureBytes('story.txt'))
  })

  test('two files for one target', async () => {
    const { yinji, path } = await desk(['photo.jpg'])
    mkdirSync(path('a'))
    writeFileSync(join(path('a'), 'photo.jpg'), fixtureBytes('photo.jpg'))
    const result = await yinji(['label', 'photo.jpg', 'a/photo.jpg', '-o', 'ready/'])
    expectFailure(result, 'usage.output.collision', 2)
    const single = await yinji(['label', 'photo.jpg', 'a/photo.jpg', '-o', 'one.jpg'])
    expectFailure(single, 'usage.output.file', 2)
  })

  test('words that are no label, and characters that can’t be drawn', async () => {
    const { yinji, folder } = await desk(['photo.jpg'])
    expect((await yinji(['label', 'photo.jpg', '--text', 'hello'])).err).toContain('visible.text.wording')
    expect((await yinji(['label', 'photo.jpg', '--text', 'AI生成龘'])).err).toContain('龘')
    expect(readdirSync(folder)).toEqual(['photo.jpg'])
  })
})

describe('identity', () => {
  test('a code with a wrong check digit', async () => {
    const { yinji } = await desk([], { identity: false })
    const result = await yinji(['init', '--provider', 'Acme AI', '--code', '001191110102MACQD9K65010000'])
    expectFailure(result, 'usage.code.invalid', 2)
  })

  test('a second identity is not made over the first', async () => {
    const { yinji, home } = await desk()
    const key = readFileSync(join(home, 'signer.key'), 'utf8')
    expectFailure(await yinji(['init', '--provider', 'Other']), 'usage.identity.exists', 2)
    expect(readFileSync(join(home, 'signer.key'), 'utf8')).toBe(key)
    expect((await yinji(['init', '--provider', 'Other', '--force'])).code).toBe(0)
  })

  test('nobody to sign with', async () => {
    const { yinji } = await desk(['photo.jpg'], { identity: false })
    expectFailure(await yinji(['label', 'photo.jpg']), 'sign.identity.missing', 4)
    expectFailure(await yinji(['label', 'photo.jpg', '--no-manifest']), 'usage.identity.required', 2)
  })

  test('a missing key', async () => {
    const { yinji, home } = await desk(['photo.jpg'])
    rmSync(join(home, 'signer.key'))
    expectFailure(await yinji(['label', 'photo.jpg']), 'sign.key.missing', 4)
  })

  test('an expired certificate', async () => {
    const { yinji, home, folder } = await desk(['photo.jpg'], { identity: false })
    await createIdentity(home, { provider: 'Acme AI', now: new Date('2001-02-03') })
    expectFailure(await yinji(['label', 'photo.jpg']), 'sign.certificate.expired', 4)
    expect(readdirSync(folder)).toEqual(['photo.jpg'])
  })

  test('trust anchors that are none', async () => {
    const { yinji } = await desk(['photo.jpg'])
    expectFailure(await yinji(['verify', '--trust', 'gone.pem', 'photo.jpg']), 'usage.trust.unreadable', 2)
    expectFailure(await yinji(['verify', '--trust', 'photo.jpg', 'photo.jpg']), 'usage.trust.invalid', 2)
  })

  test('what is wrong with them is said in whole Chinese sentences', async () => {
    const { yinji, home, path } = await desk(['photo.jpg', 'story.txt'])
    const told = async (words: readonly string[]) =>
      (await yinji([...words, '--lang', 'zh'])).err.split('\n')[0]
    expect(await told(['verify', '--trust', 'story.txt', 'photo.jpg'])).toBe(
      '✗ story.txt: 信任锚无法使用：其中没有 PEM 证书。 usage.trust.invalid',
    )
    writeFileSync(path('said.json'), '{"training": ')
    expect(await told(['label', 'photo.jpg', '--statements', 'said.json'])).toBe(
      '✗ 无法读取 said.json 中的陈述：JSON 不完整。 usage.statements.unreadable',
    )
    const config = readFileSync(join(home, 'config.json'), 'utf8')
    const signer = { kind: 'command', command: [process.execPath, '-e', 'process.exit(3)'] }
    writeFileSync(join(home, 'config.json'), JSON.stringify({ ...JSON.parse(config), signer }))
    expect(await told(['label', 'photo.jpg', '--no-visible'])).toBe(
      '✗ photo.jpg: 签名器未能签名：退出码 3。 sign.external.failed',
    )
    writeFileSync(join(home, 'config.json'), config)
    const nobody = ['label', 'photo.jpg', '--no-visible', '--timestamp', 'http://127.0.0.1:1/']
    expect(await told(nobody)).toBe(
      '✗ photo.jpg: 未能取得时间戳：无法连接 127.0.0.1:1。 sign.timestamp.failed',
    )
  })

  test('of several trust files the wrong one is named, and with trust add too', async () => {
    const { yinji, home, path } = await desk(['photo.jpg', 'story.txt'])
    const good = join(home, 'ca', 'root.pem')
    const leaf = join(home, 'signer.pem')
    for (const [wrong, called] of [
      ['story.txt', 'story.txt'],
      [path('story.txt'), 'story.txt'],
      [leaf, leaf],
    ] as const) {
      const { err } = await yinji(['verify', '--trust', good, '--trust', wrong, 'photo.jpg'])
      expect(err).toMatch(/^✗ \S+: .+ usage\.trust\.(?:invalid|leaf)$/m)
      expect(err).toContain(`✗ ${called}: `)
      expect((await yinji(['trust', 'add', good, wrong])).err).toContain(`✗ ${called}: `)
    }
  })
})

const wrong: readonly (readonly [code: string, words: readonly string[], hint: string])[] = [
  ['usage.command.misspelt', ['verfy', 'photo.jpg'], 'verify'],
  ['usage.command.unknown', ['launder', 'photo.jpg'], '--help'],
  ['usage.option.misspelt', ['label', 'photo.jpg', '--inplace'], '--in-place'],
  ['usage.option.unknown', ['label', 'photo.jpg', '--xyzzy'], 'yinji label --help'],
  ['usage.option.value', ['verify', 'photo.jpg', '--require', 'perfect'], 'trusted, valid, labeled'],
  ['usage.option.missing', ['init'], 'yinji init --help'],
  ['usage.option.missing', ['ca', 'revoke'], 'yinji ca revoke --help'],
  ['usage.option.missing', ['label', 'photo.jpg', '-o'], 'yinji label --help'],
  ['usage.option.conflict', ['label', 'photo.jpg', '-o', 'x.jpg', '--in-place'], 'one of the two'],
  ['usage.option.conflict', ['label', '-', '--in-place'], 'one of the two'],
  ['usage.option.conflict', ['label', 'photo.jpg', '--no-visible', '--text', 'AI生成'], 'one of the two'],
  ['usage.option.conflict', ['label', 'photo.jpg', 'story.txt', '--content-id', '1'], 'one of the two'],
  ['usage.option.conflict', ['label', 'photo.jpg', '-o', '-', '--json'], 'one of the two'],
  ['usage.argument.missing', ['verify'], 'yinji verify --help'],
  ['usage.argument.excess', ['inspect', 'photo.jpg', 'story.txt'], 'yinji inspect --help'],
  ['usage.code.unknown', ['explain', 'manifest.content.alterd'], 'manifest.content.altered'],
  ['usage.aigc.character', ['label', 'photo.jpg', '--content-id', 'a b'], 'letters and digits'],
]

describe('command lines', () => {
  test.each(wrong)('%s: yinji %j', async (code, words, hint) => {
    const { yinji, folder } = await desk(['photo.jpg', 'story.txt'])
    const result = await yinji(words)
    expect(result.err).toContain(code)
    expect(result.err).toContain(hint)
    expect(result.code).toBe(2)
    expect(readdirSync(folder).sort()).toEqual(['photo.jpg', 'story.txt'])
  })

  test('in Chinese as well', async () => {
    const { yinji } = await desk(['photo.jpg'])
    expect((await yinji(['label', 'photo.jpg', '--forse', '--lang', 'zh'])).err).toContain(
      '您是否要用 `--force`？',
    )
  })
})

function write(path: string, bytes: Uint8Array): string {
  writeFileSync(path, bytes)
  return path
}

function shorten(path: string, size: number): string {
  truncateSync(path, size)
  return path
}

/** Bytes that are no text and no format, the same on every run. */
function noise(size: number): Uint8Array {
  let state = 7
  return Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state >>> 24
  })
}
