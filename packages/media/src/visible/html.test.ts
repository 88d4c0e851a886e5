import { readFileSync } from 'node:fs'
import { bytesSource, type Moment } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { html } from '../document/html.ts'
import { nothingElse } from '../handler.test-kit.ts'
import { htmlLabeller } from './html.ts'

const of = (text: string) => bytesSource(new Uint8Array(Buffer.from(text, 'latin1')))
async function draw(value: string, text = 'AI生成', moment?: Moment | undefined): Promise<string> {
  const wording = text.includes('modified') ? 'eu' : 'cn'
  const label = { text, position: 'auto', moment, wording } as const
  const { source } = await htmlLabeller.apply(of(value), label, nothingElse)
  return Buffer.from(await source.read(0, source.size)).toString('latin1')
}
const note = /<p role="note" lang="\w\w" data-ai-label="(start|end)" style="[^"]*">([^<]*)<\/p>/g
const short = (value: string) => value.replace(note, (_, moment: string) => `@${moment}@`)
const seen = async (value: string) => (await html.read(of(value))).visible

describe('the label stands', () => {
  const cases: readonly (readonly [before: string, after: string, moment?: Moment | undefined])[] = [
    ['<html><body class=x>\n<p>y', '<html><body class=x>@start@\n<p>y'],
    ['<!doctype html><title>x</title><p>y', '<!doctype html><title>x</title>@start@<p>y'],
    ['<title>x</title> Hi', '<title>x</title> @start@Hi'],
    [
      '<head></head>\n<script>"<body>"</script><!-- <body> --><body>y',
      '<head></head>\n<script>"<body>"</script><!-- <body> --><body>@start@y',
    ],
    ['<html></html>', '<html>@start@</html>'],
    ['<body><p>y</body></html>\n', '<body><p>y@end@</body></html>\n', 'end'],
    ['<body><p>y</html>\n', '<body><p>y@end@</html>\n', 'end'],
    ['<p>y', '<p>y@end@', 'end'],
    ['<body>y</body>', '<body>@start@y@end@</body>', 'both'],
    ['<body></body>', '<body>@start@@end@</body>', 'both'],
  ]
  for (const [before, after, moment] of cases)
    test(`${before} → ${after}`, async () => {
      const labelled = await draw(before, 'AI生成', moment)
      expect(short(labelled)).toBe(after)
      expect(await seen(labelled)).toBe('AI生成')
      expect(await draw(labelled, 'AI生成', moment)).toBe(labelled)
      const other = await draw(labelled, 'AI modified', 'start')
      expect(short(other).replace('@start@', '')).toBe(before)
      expect(await seen(other)).toBe('AI modified')
    })

  test('in XHTML whose body is empty', async () => {
    const labelled = await draw('<?xml version="1.0"?><html><head/><body/></html>')
    expect(short(labelled)).toBe('<?xml version="1.0"?><html><head/><body>@start@</body></html>')
  })

  test('in a page of another encoding, as references', async () => {
    const labelled = await draw('<head><meta charset=gbk></head><body>\xd3\xea')
    expect(labelled).toMatch(/>AI&#29983;&#25104;<\/p>\xd3\xea$/)
  })

  test('in the fixture, with every other byte kept and a language a screen reader can use', async () => {
    const page = readFileSync(new URL('../../../../fixtures/page.html', import.meta.url), 'latin1')
    const labelled = await draw(page)
    expect(labelled.replace(note, '')).toBe(page)
    expect(labelled).toContain('<p role="note" lang="zh"')
    expect(await seen(page)).toBeUndefined()
  })
})

describe('what others wrote', () => {
  test.each([
    ['<body><p>本文由AI生成</p><p>y', '本文由AI生成'],
    ['<body><p>y</p><footer>AI生成</footer></body>', 'AI生成'],
    ['<body><p>AI&#29983;成</p>'.replace('成', '&#x6210;'), 'AI生成'],
  ])('%s is a label', async (value, words) => {
    expect(await seen(Buffer.from(value).toString('latin1'))).toBe(words)
  })

  test.each([
    '<title>AI生成</title><body>y',
    '<body><p>关于AI生成内容的管理办法</p>',
    '<body><p hidden>AI生成</p>y',
    '<body><p style="display: none">AI生成</p>y',
    '<body><p data-ai-label="start" style="opacity:0">AI生成</p>y',
    '<body><template><p>AI生成</p></template>y',
    '<body><!-- AI生成 -->y',
    '<body><script>AI生成</script>y',
  ])('%s is none', async (value) => {
    expect(await seen(Buffer.from(value).toString('latin1'))).toBeUndefined()
  })
})

describe('what cannot be labelled is refused', () => {
  test.each([
    ['<html><frameset><frame src=a></frameset></html>', 'visible.content.unsupported'],
    ['<?xml version="1.0"?><svg/>'.replace('<svg/>', ''), 'visible.content.unsupported'],
    ['<html><!-- ', 'input.damaged'],
    ['\xff\xfe<\0h\0', 'input.encoding'],
  ])('%s', async (value, code) => {
    await expect(draw(value)).rejects.toMatchObject({ code })
  })

  test('text after which nothing is markup takes a label in front only', async () => {
    await expect(draw('<body><plaintext>x', 'AI生成', 'end')).rejects.toMatchObject({
      code: 'visible.content.unsupported',
    })
    expect(short(await draw('<body><plaintext>x'))).toBe('<body>@start@<plaintext>x')
  })

  test('words that break the rule, or that hold control characters', async () => {
    await expect(draw('<p>x', '你好')).rejects.toMatchObject({ code: 'visible.text.wording' })
    await expect(draw('<p>x', 'AI生成\u202e')).rejects.toMatchObject({ code: 'visible.glyph.missing' })
  })

  test('any mutation is labelled once or refused, and what was there stays', async () => {
    const page =
      '<!doctype html><html><head><script>a<b</script></head><body><svg><title>a</title></svg><p>x</p></body></html>'
    const piece = fc.constantFrom(
      '<body>',
      '</body>',
      '<p data-ai-label>',
      '</p>',
      '<template>',
      '<!--',
      '-->',
      '<svg>',
      'x',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(page.length), piece), { maxLength: 4 }), async (changes) => {
        let mutant = page
        for (const [at, text] of changes) mutant = mutant.slice(0, at) + text + mutant.slice(at)
        const labelled = await draw(mutant).catch((error: unknown) => {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(?:input\.damaged|visible\.content)/) })
          return undefined
        })
        if (labelled === undefined) return
        expect(await seen(labelled)).toBe('AI生成')
        expect(labelled.match(note)).toHaveLength(1)
      }),
      { numRuns: 300, seed: 7 },
    )
  })
})
