import { bytesSource, type Edit, readAigc, writeAigc } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { fixture, handling, nothingElse } from '../handler.test-kit.ts'
import { markdown } from './markdown.ts'

const aigc = writeAigc({
  Label: '1',
  ContentProducer: '001191110102MACQD9K64010000',
  ProduceID: "it's-42",
  ReservedCode1: '{"a":"b"}',
  ContentPropagator: '001191110102MACQD9K64010000',
  PropagateID: '007',
  ReservedCode2: '',
})
const store = new Uint8Array(301).map((_, index) => index * 7)
const { read: readBytes, splice } = handling(markdown, store)
const everything: Edit = { aigc, room: store.byteLength }
const textOf = (name: string) => Buffer.from(fixture(name)).toString()
const read = (content: string) => readBytes(Buffer.from(content))
const labelled = async (content: string, edit = everything) =>
  Buffer.from(await splice(Buffer.from(content), edit)).toString()

const visible = async (content: string, label = 'AI生成') => {
  const source = bytesSource(Buffer.from(content))
  const { source: out } = await (markdown.visible ?? expect.fail()).apply(
    source,
    { text: label, position: 'top' },
    nothingElse,
  )
  return Buffer.from(await out.read(0, out.size)).toString()
}

const frontMatterOf = (text: string): unknown =>
  parse(/^\ufeff?---\r?\n([\s\S]*?)\r?\n---\r?\n/.exec(text)?.[1] ?? '')

describe.each(['notes.md', 'plain.md'])('%s', (name) => {
  const original = textOf(name)

  test('field and manifest come back, and YAML readers still understand the front matter', async () => {
    const out = await labelled(original)
    const found = await read(out)
    expect(found.findings).toEqual([])
    expect(found.labels).toEqual([{ site: 'front matter AIGC', standard: true, value: JSON.parse(aigc) }])
    expect(Buffer.from(found.manifest?.store ?? [])).toEqual(Buffer.from(store))
    expect(found.manifest?.binding).toBe('data')
    expect(frontMatterOf(out)).toMatchObject({
      AIGC: JSON.parse(aigc),
      c2pa: expect.stringContaining('BEGIN C2PA'),
    })
  })

  test('the exclusion is whole lines, from delimiter to delimiter', async () => {
    const out = Buffer.from(await labelled(original))
    const { start, length } = (await read(out.toString())).manifest?.excluded ?? expect.fail()
    const block = out.toString('utf8', start, start + length)
    expect(block).toMatch(
      /^ {2}-----BEGIN C2PA MANIFEST-----\r?\n.*\r?\n {2}-----END C2PA MANIFEST-----\r?\n$/,
    )
    expect(out[start - 1]).toBe(0x0a)
  })

  test('everything that was there is there, byte for byte', async () => {
    const out = await labelled(original)
    const bare = out.replace(/AIGC:\r?\n(?: .*\r?\n)+/, '').replace(/c2pa: \|\r?\n(?: .*\r?\n)+/, '')
    expect(bare.replace(/^---\r?\n---\r?\n(?:\r?\n)?/, '')).toBe(original)
    expect(out.includes('\r\n')).toBe(original.includes('\r\n'))
    expect(/[^\r]\n/.test(out)).toBe(/[^\r]\n/.test(original))
  })

  test('labelling again replaces both', async () => {
    const once = await labelled(original)
    expect(await labelled(once)).toBe(once)
    const again = await labelled(once, { ...everything, aigc: aigc.replace("it's-42", 'other') })
    expect((await read(again)).labels).toHaveLength(1)
    expect(again).toContain("ProduceID: 'other'")
  })
})

describe('what services write is read', () => {
  const { samples } = JSON.parse(textOf('labels.json')) as {
    samples: {
      id: string
      container: string
      text?: string
      fields?: Record<string, string>
      reads: Record<string, string>
    }[]
  }
  const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`
  const forms = samples
    .filter(({ container }) => container === 'markdown')
    .flatMap(({ id, text, fields = {}, reads }) =>
      text === undefined
        ? [
            [
              `${id} as a mapping`,
              `---\nAIGC:\n${Object.entries(fields)
                .map(([key, value]) => `    ${key}: ${quoted(value)}\n`)
                .join('')}---\n`,
              reads,
            ] as const,
            [`${id} inline`, `---\ntitle: x\nAIGC: ${JSON.stringify(fields)}\n---\n`, reads] as const,
            [
              `${id} as a string of JSON`,
              `---\n"AIGC": ${quoted(JSON.stringify(fields))}\n---\n`,
              reads,
            ] as const,
          ]
        : [[id, text, reads] as const],
    )

  test.each(forms)('%s', async (_, text, reads) => {
    expect(markdown.matches(Buffer.from(text))).toBe(true)
    const { labels } = await read(text)
    expect(labels).toHaveLength(1)
    expect(readAigc(labels[0]?.value ?? '', 'here').field).toMatchObject(reads)
    const out = await labelled(text)
    expect((await read(out)).labels).toEqual([
      { site: 'front matter AIGC', standard: true, value: JSON.parse(aigc) },
    ])
  })

  test.each([
    [
      'numbers keep their digits',
      'AIGC:\n  Label: 1\n  ProduceID: 142569260085903360\n  PropagateID: 00012\n',
      { Label: '1', ProduceID: '142569260085903360', PropagateID: '00012' },
    ],
    [
      'an open quote',
      "AIGC:\n  Label: '1\n  ContentProducer: someone\n",
      { Label: "'1", ContentProducer: 'someone' },
    ],
    [
      'damage elsewhere',
      'title: "open\n\tx: [\nAIGC:\n  Label: "1"\n  ProduceID: a\n',
      { Label: '1', ProduceID: 'a' },
    ],
    ['tabs', 'AIGC:\n\tLabel: "1"\n\tProduceID: a\n', { Label: '1', ProduceID: 'a' }],
    ['an alias', 'AIGC:\n  Label: *x\n  ProduceID: a\n', { ProduceID: 'a' }],
  ])('%s', async (_, matter, reads) => {
    const { labels } = await read(`---\n${matter}---\ntext\n`)
    expect(readAigc(labels[0]?.value ?? '', 'here').field).toMatchObject(reads)
  })

  test('front matter that was never closed is read, and no longer there after labelling', async () => {
    const text = '---\nAIGC:\n  Label: "2"\n\nThe text begins.\n'
    expect((await read(text)).labels).toMatchObject([{ standard: false }])
    expect((await read(await labelled(text))).labels).toMatchObject([{ standard: true }])
  })

  test('code, quotations and keys that only look alike are left alone', async () => {
    expect((await read('# T\n\n```\n---\nAIGC:\n  Label: 1\n---\n```\n')).labels).toEqual([])
    expect((await read('---\nAIGCX: 1\nmeta:\n  AIGC: 2\n---\n')).labels).toEqual([])
  })
})

describe('other places for the manifest', () => {
  test('without front matter and field it is one line of comment at the start', async () => {
    const text = await labelled('# Title\n', { room: store.byteLength })
    expect(text).toMatch(
      /^<!-- -----BEGIN C2PA MANIFEST----- data:application\/c2pa;base64,\S+ -----END C2PA MANIFEST----- -->\n# Title\n$/,
    )
    expect((await read(text)).manifest?.excluded.start).toBe(0)
    expect((await visible(text)).split('\n').slice(1, 4)).toEqual(['> AI生成', '', '# Title'])
  })

  test('a byte order mark stays in front, and the comment after it is found', async () => {
    const text = await labelled('\ufeff# Title\n', { room: store.byteLength })
    expect((await read(text)).manifest?.excluded).toEqual({
      start: 0,
      length: Buffer.byteLength(text) - Buffer.byteLength('# Title\n'),
    })
    expect(await labelled(text)).toMatch(/^\ufeff---\nAIGC:/)
  })

  test('the block of other writers in front matter is read and replaced', async () => {
    const block = `-----BEGIN C2PA MANIFEST-----\ndata:application/c2pa;base64,${Buffer.from(store).toString('base64')}\n-----END C2PA MANIFEST-----\n`
    const text = `---\n${block}title: My Document\n---\n# T\n`
    expect((await read(text)).manifest?.excluded).toEqual({ start: 4, length: block.length })
    expect(frontMatterOf(await labelled(text))).toMatchObject({ title: 'My Document', AIGC: { Label: '1' } })
  })

  test('TOML front matter and front matter in braces are refused, not broken', async () => {
    await expect(labelled('+++\ntitle = "x"\n+++\n')).rejects.toMatchObject({ code: 'input.damaged' })
    await expect(labelled('---\n{"title": "x"}\n---\n')).rejects.toMatchObject({ code: 'input.damaged' })
  })
})

describe('the visible line', () => {
  test.each([
    ['# Title\n', '> AI生成\n\n# Title\n'],
    ['---\na: b\n---\n\n# Title\n', '---\na: b\n---\n\n> AI生成\n\n# Title\n'],
    ['> AI合成\n\n# Title\n', '> AI生成\n\n# Title\n'],
    ['> AI合成\n# Title\n', '> AI生成\n\n# Title\n'],
    ['\ufeffText\r\n', '\ufeff> AI生成\r\n\r\nText\r\n'],
    ['---\nnever: closed\n', '> AI生成\n\n---\nnever: closed\n'],
    ['# AI生成内容研究\n', '> AI生成\n\n# AI生成内容研究\n'],
  ])('%j', async (before, after) => {
    expect(await visible(before)).toBe(after)
    expect(await visible(after)).toBe(after)
    expect(await read(after)).toMatchObject({ visible: 'AI生成' })
  })

  test('works beside an old field and manifest', async () => {
    const out = await visible(await labelled(textOf('notes.md')))
    expect(await read(out)).toMatchObject({ visible: 'AI生成', labels: [{}], manifest: {} })
  })
})

test('hostile front matter is survived', async () => {
  const deep = `---\nAIGC: ${'['.repeat(50_000)}\n---\n`
  const bomb = `---\nAIGC:\n  a: &a [x,x,x,x,x,x,x,x]\n  b: &b [*a,*a,*a,*a,*a,*a,*a]\n  Label: *b\n---\n`
  const many = `---\n${'AIGC:\n'.repeat(20_000)}---\n`
  for (const text of [deep, bomb, many]) await read(text)
  const pieces = fc.constantFrom(
    '---\n',
    'AIGC:\n',
    '  Label: "1"\n',
    '-----BEGIN C2PA MANIFEST-----\n',
    'data:application/c2pa;base64,AAAA\n',
    '-----END C2PA MANIFEST-----\n',
    'c2pa: |\n',
    'x: y\n',
    '\n',
    '\ufeff',
    '  ',
    '{',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 16 }), async (list) => {
      const text = list.join('')
      await read(text)
      const out = await labelled(text).catch((error: unknown) => {
        expect(error).toMatchObject({ name: 'InputError' })
      })
      if (out !== undefined) expect((await read(out)).manifest, JSON.stringify(text)).toBeDefined()
    }),
    { numRuns: 300 },
  )
})
