import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { labelText, type TextLabel } from './label-text.ts'

async function all(chunks: readonly string[], label?: TextLabel): Promise<string[]> {
  const out: string[] = []
  for await (const chunk of labelText(chunks, label)) out.push(chunk)
  return out
}
const end = async (text: string) => (await all([text], { moment: 'end' })).join('')

test('the label comes first, and every chunk is passed on as it came', async () => {
  expect(await all(['a', '', 'b\n'])).toEqual(['AI生成\n\n', 'a', 'b\n'])
  expect(await all(['\ufeff', 'a'])).toEqual(['\ufeff', 'AI生成\n\n', 'a'])
  expect(await all(['a'], { moment: 'both' })).toEqual(['AI生成\n\n', 'a', '\n\nAI生成'])
  expect(await all(['a'], { wording: 'eu' })).toEqual(['AI generated\n\n', 'a'])
  expect(await all(['', ''], { moment: 'both' })).toEqual([])
})

test('a chunk is there before the next one is asked for, and a reader that stops closes the source', async () => {
  const log: string[] = []
  async function* source() {
    try {
      for (const chunk of ['a', 'b', 'c']) {
        log.push(`made ${chunk}`)
        yield chunk
      }
    } finally {
      log.push('closed')
    }
  }
  for await (const chunk of labelText(source())) {
    log.push(`read ${chunk.trim()}`)
    if (chunk === 'b') break
  }
  expect(log).toEqual(['made a', 'read AI生成', 'read a', 'made b', 'read b', 'closed'])
})

test('words that break the rule are refused before anything is read', () => {
  expect(() => labelText(['a'], { text: 'hello' })).toThrow(
    expect.objectContaining({ code: 'visible.text.wording' }),
  )
  expect(() => labelText(['a'], { text: 'AI生成\n' })).toThrow(
    expect.objectContaining({ code: 'visible.glyph.missing' }),
  )
})

describe('at the end the label is a paragraph of its own', () => {
  test.each([
    ['a', 'a\n\nAI生成'],
    ['a\n', 'a\n\nAI生成\n'],
    ['a\n\n', 'a\n\nAI生成\n'],
    ['a\r\nb', 'a\r\nb\r\n\r\nAI生成'],
    ['a\r\nb\r\n', 'a\r\nb\r\n\r\nAI生成\r\n'],
    ['```js\nx', '```js\nx\n```\n\nAI生成'],
    ['```js\nx\n', '```js\nx\n```\n\nAI生成\n'],
    ['```js\nx\n```', '```js\nx\n```\n\nAI生成'],
    ['````\n```\n', '````\n```\n````\n\nAI生成\n'],
    ['~~~\n```\n', '~~~\n```\n~~~\n\nAI生成\n'],
    ['   ```\nx\n', '   ```\nx\n   ```\n\nAI生成\n'],
    ['``` a`b\n', '``` a`b\n\nAI生成\n'],
    ['    ```\n', '    ```\n\nAI生成\n'],
    ['a ``` b\n', 'a ``` b\n\nAI生成\n'],
    ['```\n``` x\n', '```\n``` x\n```\n\nAI生成\n'],
    ['> ```\n> x\n', '> ```\n> x\n\nAI生成\n'],
    ['> ```\n\n```\nx\n', '> ```\n\n```\nx\n```\n\nAI生成\n'],
    ['- ```js\n  x\n  ```\n', '- ```js\n  x\n  ```\n\nAI生成\n'],
    ['- ```js\n  x\n', '- ```js\n  x\n\nAI生成\n'],
    ['1. a\n\n   ```\n   x\n\nb\n', '1. a\n\n   ```\n   x\n\nb\n\nAI生成\n'],
    ['- a\n\nb\n\n```\nx', '- a\n\nb\n\n```\nx\n```\n\nAI生成'],
    [`${'`'.repeat(300)}\n`, `${'`'.repeat(300)}\n\nAI生成\n`],
  ])('%j', async (text, labelled) => {
    expect(await end(text)).toBe(labelled)
  })

  test('however the text is cut into chunks', async () => {
    const piece = fc.constantFrom('```', '~~~', '\n', '\r\n', '\r', ' ', '> ', '- ', 'x', '雨', '😀')
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), fc.nat(7), async (pieces, step) => {
        const text = pieces.join('')
        const chunks = text.match(new RegExp(`[^]{1,${step + 1}}`, 'g')) ?? []
        const labelled = await all(chunks, { moment: 'end' })
        expect(labelled.slice(0, chunks.length)).toEqual(chunks)
        expect(labelled.join('')).toBe(text === '' ? '' : await end(text))
      }),
      { numRuns: 500, seed: 7 },
    )
  })

  test('in the memory of one line, and in time that grows with the text', async () => {
    let longest = 0
    async function* endless() {
      for (let count = 0; count < 20_000; count++) yield '`'.repeat(500)
    }
    for await (const chunk of labelText(endless(), { moment: 'end' }))
      longest = Math.max(longest, chunk.length)
    expect(longest).toBe(500)
  })
})
