import { bytesSource, type Found } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fixture, handling, nothingElse } from '../handler.test-kit.ts'
import { text } from './plain.ts'
import { wrapStore } from './wrapper.ts'

const story = Buffer.from(fixture('story.txt'))
const store = new Uint8Array(300).map((_, index) => index * 7)
const { read, splice } = handling(text, store)
const spliced = async (content: Uint8Array, edit = { room: store.byteLength }) =>
  Buffer.from(await splice(content, edit))

const visible = async (content: Uint8Array, label = 'AI生成', previous?: string) => {
  const { source } = await (text.visible ?? expect.fail()).apply(
    bytesSource(content),
    { text: label, position: 'top' },
    {
      ...nothingElse,
      ...(previous === undefined ? {} : { previous: { text: previous, position: 'top' as const } }),
    },
  )
  return Buffer.from(await source.read(0, source.size))
}

const codes = (found: Found) => found.findings.map(({ code }) => code)

describe('detection', () => {
  test.each([
    ['UTF-8', story, true],
    ['with a byte order mark', Buffer.concat([Buffer.from('\ufeff'), story]), true],
    ['UTF-16', Buffer.from('\ufeff一段文字', 'utf16le'), true],
    ['cut inside a character', story.subarray(0, 4), true],
    ['NUL', Buffer.from('a\0b'), false],
    ['Latin-1', Buffer.from('caf\xe9 au lait', 'latin1'), false],
    ['HTML', Buffer.from('<!DOCTYPE html><p>x'), false],
    ['SVG', Buffer.from('<svg xmlns="…"/>'), false],
    ['nothing', Buffer.alloc(0), false],
  ])('%s', (_, head, expected) => expect(text.matches(head)).toBe(expected))

  test.each(['data.json', 'table.csv', 'page.html', 'script.py'])('%s has rules of its own', (name) => {
    expect(text.matches(Buffer.from('[]'), name)).toBe(false)
  })
})

describe('the manifest', () => {
  test('stands at the end, invisible, and comes back', async () => {
    const out = await spliced(story)
    expect(out.subarray(0, story.length)).toEqual(story)
    const { manifest, findings } = await read(out)
    expect(Buffer.from(manifest?.store ?? [])).toEqual(Buffer.from(store))
    expect(manifest).toMatchObject({
      binding: 'text',
      excluded: { start: story.length, length: out.length - story.length },
    })
    expect(findings).toEqual([])
  })

  test('is replaced, not added to', async () => {
    const once = await spliced(story)
    expect(await spliced(once)).toEqual(once)
    expect(await spliced(once, { room: 0 })).toEqual(story)
  })

  test('two of them are none, and both go when the text is labelled again', async () => {
    const pasted = Buffer.concat([await spliced(story), Buffer.from('\n'), await spliced(story)])
    const found = await read(pasted)
    expect(found.manifest).toBeUndefined()
    expect(codes(found)).toEqual(['manifest.text.multiple'])
    expect((await read(await spliced(pasted))).manifest).toBeDefined()
  })

  test('a part that was copied off is told from a whole', async () => {
    const out = await spliced(story)
    const found = await read(out.subarray(0, story.length + 402))
    expect(found.manifest).toBeUndefined()
    expect(codes(found)).toContain('manifest.text.damaged')
  })

  test('hidden bytes in its padding make the text invalid', async () => {
    const out = Buffer.concat([story, wrapStore(store), Buffer.from('\u{E0155}')])
    expect(codes(await read(out))).toContain('manifest.text.padding')
  })
})

describe('the visible line', () => {
  test('goes first, behind a byte order mark, with the line breaks of the text', async () => {
    expect((await visible(Buffer.from('\ufeffone\r\ntwo\r\n'))).toString()).toBe(
      '\ufeffAI生成\r\none\r\ntwo\r\n',
    )
    expect((await visible(story)).toString()).toBe(`AI生成\n${story}`)
    expect(await read(await visible(story))).toMatchObject({ visible: 'AI生成' })
  })

  test('replaces a label, whatever it said, and nothing else', async () => {
    const first = await visible(story)
    expect(await visible(first)).toEqual(first)
    expect((await visible(first, '本文由人工智能合成')).toString()).toBe(`本文由人工智能合成\n${story}`)
    const title = Buffer.from('AI生成内容治理研究\n正文\n')
    expect((await visible(title)).toString()).toBe(`AI生成\n${title}`)
    const own = Buffer.from('Acme 的 AI 生成工具写了这些\n正文\n')
    expect((await visible(own, 'AI生成', 'Acme 的 AI 生成工具写了这些')).toString()).toBe('AI生成\n正文\n')
  })

  test('is found in a text that carries an old manifest, even in its only line', async () => {
    const signed = await spliced(Buffer.from('AI合成'))
    expect((await visible(signed)).toString()).toBe('AI生成')
  })

  test('a label at the end is seen too', async () => {
    expect(await read(Buffer.from('正文\n\n（本文由AI生成）\n'))).toMatchObject({
      visible: expect.stringContaining('AI生成'),
    })
  })

  test.each([
    ['AI写作', 'visible.text.wording'],
    ['AI生成\n第二行', 'visible.glyph.missing'],
  ])('“%s” is refused', async (label, code) => {
    await expect(visible(story, label)).rejects.toMatchObject({ code })
  })
})

describe('other encodings and damage', () => {
  test.each([
    ['UTF-16', Buffer.from('\ufeff文字', 'utf16le'), 'asset.encoding.unsupported', 'input.encoding'],
    ['Latin-1', Buffer.from('caf\xe9 !', 'latin1'), 'asset.encoding.unsupported', 'input.encoding'],
    ['cut inside a character', story.subarray(0, 4), 'asset.damaged', 'input.damaged'],
    ['control characters', Buffer.from('a\u0001b'), 'asset.damaged', 'input.damaged'],
  ])('%s', async (_, content, found, refused) => {
    expect(codes(await read(content))).toEqual([found])
    await expect(spliced(content)).rejects.toMatchObject({ code: refused })
    await expect(visible(content)).rejects.toMatchObject({ code: refused })
  })

  test('damage of any kind is a finding', async () => {
    const out = await spliced(story)
    await fc.assert(
      fc.asyncProperty(fc.nat(out.length - 1), fc.nat(255), fc.nat(out.length), async (at, value, length) => {
        const broken = Buffer.from(out.subarray(0, length))
        if (at < length) broken[at] = value
        await read(broken)
        await spliced(broken).catch((error: unknown) => expect(error).toMatchObject({ name: 'InputError' }))
      }),
    )
  })
})
