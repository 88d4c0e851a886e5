import { bytesSource } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { filled } from '../handler.test-kit.ts'
import { structuredHandlers } from './structured.ts'

const store = Uint8Array.from({ length: 100 }, (_, index) => index)

function handlerFor(name: string) {
  const handler = structuredHandlers.find(({ matches }) => matches(Buffer.from('x'), name))
  if (handler === undefined) throw new Error(name)
  return handler
}

async function signed(name: string, text: string | Buffer): Promise<string> {
  const source = bytesSource(Buffer.from(text), name)
  const { parts } = await handlerFor(name).splice(source, { room: store.length })
  const out = filled(source, parts, store)
  return Buffer.from(await out.read(0, out.size)).toString('utf8')
}
const read = (name: string, text: string) => handlerFor(name).read(bytesSource(Buffer.from(text), name))
async function labelled(name: string, text: string, words = 'AI生成'): Promise<string> {
  const handler = handlerFor(name)
  const drawn = await handler.visible?.apply(
    bytesSource(Buffer.from(text), name),
    { text: words, position: 'bottom-right' },
    { temporaryDirectory: async () => '', pathOf: async () => '' } as never,
  )
  if (!drawn) throw new Error('no labeller')
  return Buffer.from(await drawn.source.read(0, drawn.source.size)).toString('utf8')
}

describe('the manifest block', () => {
  const block = '-----BEGIN C2PA MANIFEST----- data:application/c2pa;base64,'

  /** What no hash covers decides what the text behind it is. */
  test.each<[string, string, string, boolean]>([
    ['a.js', '/*!', '*/', true],
    ['a.js', '/*', '*/', true],
    ['a.js', '//', '', true],
    ['a.js', '/*!', '', false],
    ['a.js', '//', '*/', false],
    ['a.js', '', '', false],
    ['a.css', '/*', '*/', true],
    ['a.css', '//', '', false],
    ['a.css', '<!--', '-->', false],
    ['a.scss', '//', '', true],
    ['a.py', '#', '', true],
    ['a.py', '/*', '*/', false],
    ['a.c', '/*', '*/', true],
    ['a.c', '#', '', false],
    ['a.yaml', '', '', true],
    ['a.yaml', '%', '', false],
    ['a.ini', '#', '', true],
  ])('of %s between %j and %j is a comment: %s', async (name, open, close, fine) => {
    const text = `${open} ${block}${Buffer.from(store).toString('base64')} -----END C2PA MANIFEST----- ${close}\nx\n`
    const { manifest, findings } = await read(name, text)
    expect(Buffer.from(manifest?.store ?? [])).toEqual(Buffer.from(store))
    expect(findings.map(({ code }) => code)).toEqual(fine ? [] : ['manifest.binding.partial'])
  })

  test.each([
    ['a.js', 'let a\n', /^\/\*! -----BEGIN .* MANIFEST----- \*\/\nlet a\n$/],
    ['a.py', 'a = 1\n', /^# -----BEGIN .*-----\na = 1\n$/],
    ['a.sql', 'SELECT 1;\r\n', /^-- -----BEGIN .*-----\r\nSELECT 1;\r\n$/],
    ['a.ini', '[a]\n', /^; -----BEGIN .*-----\n\[a\]\n$/],
    ['a.tex', '\\begin', /^% -----BEGIN .*-----\n\\begin$/],
    ['run.sh', '#!/bin/sh\necho\n', /^#!\/bin\/sh\necho\n# -----BEGIN .*-----$/],
    ['run.sh', '#!/bin/sh', /^#!\/bin\/sh\n# -----BEGIN .*-----$/],
    ['a.css', '@charset "utf-8";\r\na{}', /^@charset "utf-8";\r\na\{\}\r\n\/\*! -----BEGIN .*----- \*\/$/],
    ['a.ps', '%!PS\n', /^%!PS\n% -----BEGIN .*-----$/],
    ['a.vtt', 'WEBVTT\n\n00:00\nx\n', /^WEBVTT\n\nNOTE -----BEGIN .*-----\n\n00:00\nx\n$/],
    ['a.vtt', 'WEBVTT\nKind: x\n\n\n00:00', /^WEBVTT\nKind: x\n\nNOTE -----BEGIN .*-----\n\n00:00$/],
    ['a.vtt', 'WEBVTT', /^WEBVTT\n\nNOTE -----BEGIN .*-----\n\n$/],
    ['a.yaml', '\ufeffa: 1\n', /^\ufeff# -----BEGIN .*-----\na: 1\n$/],
    ['a.go', '', /^\/\/ -----BEGIN .*-----\n$/],
  ])('of %s stands where its format wants it', async (name, text, expected) => {
    const out = await signed(name, text)
    expect(out).toMatch(expected)
    expect(out.split(block)).toHaveLength(2)
    const { manifest, findings } = await read(name, out)
    expect(findings).toEqual([])
    expect(manifest?.store).toEqual(Buffer.from(store))
    expect(manifest?.binding).toBe('data')
    // Signed again, it takes the place of the old one.
    expect(await signed(name, out)).toBe(out)
  })

  test.each(['a.json', 'a.csv', 'a.srt', 'a.xml'])('has no place in %s', (name) => {
    expect(handlerFor(name).slots).toEqual({})
    expect(handlerFor(name).visible).toBeUndefined()
  })

  test('comes back from any text, and leaves the text as it was', async () => {
    const names = ['a.js', 'a.py', 'a.css', 'a.vtt', 'a.sql', 'a.toml']
    const lines = fc.array(fc.constantFrom('#!x', 'WEBVTT', '', 'a', '雨', '@charset "x";', '/* */'), {
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), lines, fc.boolean(), async (name, words, end) => {
        const text = words.join('\n') + (end ? '\n' : '')
        const out = await signed(name, text)
        const { manifest } = await read(name, out)
        expect(manifest?.store).toEqual(Buffer.from(store))
        const { start = 0, length = 0 } = manifest?.excluded ?? {}
        const rest = Buffer.from(out)
        const kept = Buffer.concat([rest.subarray(0, start), rest.subarray(start + length)]).toString('utf8')
        expect(kept.replace(/\r?\n/g, '')).toBe(text.replace(/\r?\n/g, ''))
      }),
    )
  })
})

describe('the explicit label', () => {
  test.each([
    ['a.js', 'let a\n', '/*! AI生成 */\nlet a\n'],
    ['run.sh', '#!/bin/sh\necho\n', '#!/bin/sh\n# AI生成\necho\n'],
    ['run.sh', '#!/bin/sh', '#!/bin/sh\n# AI生成\n'],
    ['a.vtt', 'WEBVTT\n\n00:00\n', 'WEBVTT\n\nNOTE AI生成\n\n00:00\n'],
    ['a.sql', 'SELECT 1;\r\n', '-- AI生成\r\nSELECT 1;\r\n'],
    ['a.yaml', '', '# AI生成\n'],
  ])('of %s is a comment, read again and replaced', async (name, text, expected) => {
    const out = await labelled(name, text)
    expect(out).toBe(expected)
    expect((await read(name, out)).visible).toBe('AI生成')
    expect(await labelled(name, out)).toBe(out)
    expect(await labelled(name, out, '人工智能生成')).toBe(expected.replace('AI生成', '人工智能生成'))
    const both = await signed(name, out)
    expect((await read(name, both)).visible).toBe('AI生成')
  })

  test('can’t end its comment', async () => {
    await expect(labelled('a.js', 'x', 'AI生成 */ alert(1)')).rejects.toMatchObject({
      code: 'visible.glyph.missing',
    })
    await expect(labelled('a.py', 'x', 'AI生成\nimport os')).rejects.toMatchObject({
      code: 'visible.glyph.missing',
    })
  })
})
