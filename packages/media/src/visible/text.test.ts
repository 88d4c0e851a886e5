import { bytesSource, type MediaHandler, type Moment, type VisibleLabel } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { nothingElse } from '../handler.test-kit.ts'
import { markdown } from '../text/markdown.ts'
import { text } from '../text/plain.ts'

const of = (value: string) => bytesSource(new Uint8Array(Buffer.from(value)))
async function draw(handler: MediaHandler, value: string, moment: Moment, previous?: VisibleLabel) {
  const drawn = await handler.visible?.apply(
    of(value),
    { text: 'AI生成', position: 'auto', moment },
    {
      ...nothingElse,
      previous,
    },
  )
  const { source = of('') } = drawn ?? {}
  return Buffer.from(await source.read(0, source.size)).toString()
}

type Case = readonly [moment: Moment, before: string, after: string]
const plain: readonly Case[] = [
  ['end', 'a', 'a\nAI生成'],
  ['end', 'a\r\n', 'a\r\nAI生成\r\n'],
  ['end', '\ufeffa\n\n', '\ufeffa\n\nAI生成\n'],
  ['end', 'a\n本文由AI生成\n\n', 'a\nAI生成\n\n'],
  ['both', 'a\n', 'AI生成\na\nAI生成\n'],
  ['both', 'AI合成\n', 'AI生成\nAI生成\n'],
  ['both', '本内容由AI生成\na', 'AI生成\na\nAI生成'],
]
const marked: readonly Case[] = [
  ['end', 'a', 'a\n\n> AI生成'],
  ['end', 'a\r\n', 'a\r\n\r\n> AI生成\r\n'],
  ['end', 'a\n\n**AI合成**\n', 'a\n\n> AI生成\n'],
  ['end', '---\nb: 1\n---\na\n', '---\nb: 1\n---\na\n\n> AI生成\n'],
  ['end', '---\nb: 1\n---\n', '---\nb: 1\n---\n> AI生成\n'],
  ['end', '---\nb: 1\n---', '---\nb: 1\n---\n> AI生成'],
  ['end', '```js\na', '```js\na\n```\n\n> AI生成'],
  ['both', '# a\n', '> AI生成\n\n# a\n\n> AI生成\n'],
]

describe.each([
  ['plain text', text, plain],
  ['Markdown', markdown, marked],
] as const)('%s is labelled', (_, handler, cases) => {
  for (const [moment, before, after] of cases)
    test(`${moment}: ${JSON.stringify(before)}`, async () => {
      const labelled = await draw(handler, before, moment)
      expect(labelled).toBe(after)
      expect((await handler.read(of(labelled))).visible).toBe('AI生成')
      expect(await draw(handler, labelled, moment)).toBe(labelled)
    })

  test('in place of the words that a manifest tells of', async () => {
    const previous = { text: 'AI generated', position: 'auto' } as const
    expect(await draw(handler, 'a\n\nAI generated\n', 'end', previous)).toMatch(/^a\n\n(?:> )?AI生成\n$/)
  })
})
