import { bytesSource, type Source } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { odt } from '../document/odf.ts'
import { fixture } from '../handler.test-kit.ts'
import { odtLabeller } from './labellers.ts'
import { entriesOf, labelling, withParts as replaceParts } from './package.test-kit.ts'

const report = bytesSource(fixture('report.odt'))
const withParts = (parts: Readonly<Record<string, string>>) => replaceParts(report, parts)
const { draw, look, survives } = labelling(odtLabeller)
const contentOf = async (source: Source) => (await entriesOf(source)).get('content.xml') ?? ''
const original = await contentOf(report)

const paragraph =
  /<text:p xmlns:text="[^"]*" text:style-name="AILabel\d"><text:bookmark-start text:name="AI label \((?:start|end)\)"\/>([^<]*)<text:bookmark-end [^>]*\/><\/text:p>/g
const frame =
  /<draw:frame xmlns[^>]* draw:name="AI label \(start\)".*?<text:p [^>]*>([^<]*)<\/text:p>.*?<\/draw:frame>/g
const style = /<style:style xmlns:style="[^>]*style:name="AILabel\d".*?<\/style:style>/g
const list = /<office:automatic-styles xmlns:office="[^"]*"><\/office:automatic-styles>/
const short = (text: string) =>
  text.replace(paragraph, '@').replace(frame, '#').replace(style, '').replace(list, '')
const says = (text: string) =>
  [paragraph, frame].flatMap((own) => [...text.matchAll(own)].map(([, words]) => words))

/** The report with this in its body, and these automatic styles. */
const holding = (body: string, styles = '') => withParts({ 'content.xml': filled(body, styles) })
const filled = (body: string, styles = '') =>
  original
    .replace(/<office:text>.*<\/office:text>/, `<office:text>${body}</office:text>`)
    .replace(
      '<office:body>',
      styles === ''
        ? '$&'
        : `<office:automatic-styles xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0">${styles}</office:automatic-styles>$&`,
    )

describe('the label stands', () => {
  test('first, with everything else kept, and is found there', async () => {
    const labelled = await draw(report)
    const before = await entriesOf(report)
    const after = await entriesOf(labelled)
    expect([...after.keys()]).toEqual([...before.keys()])
    for (const [name, text] of before) if (name !== 'content.xml') expect(after.get(name)).toBe(text)
    expect(short(after.get('content.xml') ?? '')).toBe(original.replace('<office:text>', '$&@'))
    expect(await look(labelled)).toMatchObject({ state: 'present', text: 'AI生成' })
    expect(await look(report)).toMatchObject({ state: 'absent' })
    expect((await odt.read(labelled)).findings).toEqual([])
    expect(await entriesOf(await draw(labelled))).toEqual(after)
  })

  test.each([
    ['start', '<text:p>a</text:p>', '@<text:p>a</text:p>'],
    ['end', '<text:p>a</text:p>', '<text:p>a</text:p>@'],
    ['both', '<text:h/><table:table/>', '@<text:h/><table:table/>@'],
    ['throughout', '<text:list/>', '@<text:list/>@'],
    ['both', '', '@@'],
    ['both', '<table:named-expressions/>', '@@<table:named-expressions/>'],
    [
      'both',
      '<office:forms/><text:sequence-decls/><draw:frame/><text:p/><table:database-ranges/>',
      '<office:forms/><text:sequence-decls/><draw:frame/>@<text:p/>@<table:database-ranges/>',
    ],
  ] as const)('%s: %s', async (moment, before, after) => {
    const labelled = await draw(await holding(before), { moment })
    expect(short(await contentOf(labelled))).toBe(filled(after))
    expect(await contentOf(await draw(labelled, { moment }))).toBe(await contentOf(labelled))
    const other = await contentOf(
      await draw(labelled, { text: 'AI <&> modified', wording: 'eu', moment: 'end' }),
    )
    expect(says(other)).toEqual(['AI &lt;&amp;&gt; modified'])
    expect(other.match(style)).toHaveLength(1)
  })

  test.each([
    [
      'its own style',
      '<style:style style:name="P1" style:family="paragraph" style:master-page-name="Cover"/>',
    ],
    [
      'a style that it inherits from',
      '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="H"/><style:style style:name="H" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/></style:style>',
    ],
  ])('in the first paragraph where that begins a page by %s', async (_, styles) => {
    const body = '<text:h text:style-name="P1">Title</text:h><text:p>a</text:p>'
    const labelled = await draw(await holding(body, styles), { moment: 'both' })
    expect(short(await contentOf(labelled))).toBe(filled(`${body.replace('>Title', '>#Title')}@`, styles))
    expect(await look(labelled)).toMatchObject({ state: 'present', text: 'AI生成' })
    expect(await contentOf(await draw(labelled, { moment: 'both' }))).toBe(await contentOf(labelled))
  })

  test('in an empty first paragraph of a table that begins a page', async () => {
    const styles =
      '<style:style style:name="T" style:family="table" style:master-page-name="Wide"/><style:style style:name="P" style:family="paragraph" style:master-page-name=""/>'
    const cell = (paragraphs: string) =>
      `<table:table table:style-name="T"><table:table-row><table:table-cell>${paragraphs}</table:table-cell></table:table-row></table:table>`
    const labelled = await draw(await holding(cell('<text:p text:style-name="P"/>'), styles))
    expect(short(await contentOf(labelled))).toBe(
      filled(cell('<text:p text:style-name="P">#</text:p>'), styles),
    )
  })

  test('with names of its own for styles, whatever the document calls its', async () => {
    const taken = '<style:style style:name="AILabel1" style:family="paragraph"/>'
    const body = '<text:p text:style-name="AILabel1">a</text:p>'
    const text = await contentOf(await draw(await draw(await holding(body, taken))))
    expect(text).toContain(taken)
    expect(text).toContain(body)
    expect(text).toContain('text:style-name="AILabel2"')
  })
})

describe('what others wrote', () => {
  const hidden =
    '<style:style style:name="X" style:family="paragraph"><style:text-properties text:display="none"/></style:style>'
  test.each([
    ['<text:p>本文由AI生成</text:p><text:p>y</text:p>', 'present'],
    ['<text:p>y</text:p><text:p>AI<text:span>生成</text:span></text:p>', 'present'],
    ['<text:p>x</text:p><text:p>AI生成</text:p><text:p>y</text:p>', 'absent'],
    ['<text:p text:style-name="X">AI生成</text:p><text:p>y</text:p>', 'absent'],
    ['<text:tracked-changes><text:p>AI生成</text:p></text:tracked-changes><text:p>y</text:p>', 'absent'],
    ['<text:p>关于AI生成内容的管理办法</text:p>', 'absent'],
  ])('%s is %s', async (body, state) => {
    expect(await look(await holding(body, hidden))).toMatchObject({ state })
  })

  test('in a bookmark of ours is content, and content stays', async () => {
    const held = (words: string, more = '') =>
      `<text:p><text:bookmark-start text:name="AI label (start)"/>${words}<text:bookmark-end text:name="AI label (start)"/>${more}</text:p>`
    for (const body of [
      held('AI生成', 'a letter'),
      held('a letter'),
      '<text:p><text:bookmark-start text:name="AI label (end)"/></text:p>',
    ])
      expect(short(await contentOf(await draw(await holding(body))))).toBe(filled(`@${body}`))
  })
})

describe('what cannot be labelled is refused', () => {
  test.each([
    ['that is cut off', { 'content.xml': original.slice(0, -9) }, 'input.damaged'],
    ['without content', { 'content.xml': '' }, 'input.damaged'],
    [
      'of another kind',
      { 'content.xml': original.replaceAll('office:text', 'office:drawing') },
      'input.damaged',
    ],
    ['of no namespace', { 'content.xml': '<a><body><text/></body></a>' }, 'input.damaged'],
    ['whose styles are cut off', { 'styles.xml': '<a' }, undefined],
    ['that is signed', { 'META-INF/documentsignatures.xml': '<a/>' }, 'input.signed'],
    [
      'that is encrypted',
      { 'META-INF/manifest.xml': '<m:manifest><m:encryption-data/></m:manifest>' },
      'input.encrypted',
    ],
  ])('a text %s', async (_, parts, code) => {
    const source = await withParts(parts)
    if (code) await expect(draw(source)).rejects.toMatchObject({ code })
    else expect(await look(await draw(source))).toMatchObject({ state: 'present' })
    expect(await look(source)).toMatchObject({ state: expect.stringMatching(/unchecked|absent/) })
  })

  test('bytes that are none, and words that say nothing', async () => {
    await expect(draw(bytesSource(new Uint8Array(600)))).rejects.toMatchObject({ code: 'input.damaged' })
    await expect(draw(report, { text: '你好' })).rejects.toMatchObject({ code: 'visible.text.wording' })
  })

  test('styles that inherit from themselves, names without end, many paragraphs: in time', async () => {
    const loop = '<style:style style:name="P" style:family="paragraph" style:parent-style-name="P"/>'
    const marks =
      '<text:p text:style-name="P"><text:bookmark-start text:name="AI label (end)"/>AI生成</text:p>'
    const names = Array.from({ length: 20_000 }, (_, at) => `<text:p text:style-name="AILabel${at}"/>`).join(
      '',
    )
    const starts = '<text:bookmark-start text:name="AI label (end)"/>'.repeat(20_000)
    const body = `${marks.repeat(20_000)}<text:p>${starts}AI生成</text:p>${names}`
    const labelled = await draw(await holding(body, loop), { moment: 'both' })
    expect(await contentOf(labelled)).toContain('text:style-name="AILabel20000"')
    expect(await look(labelled)).toMatchObject({ state: 'present' })
  })

  test('and whatever a file has become, it is labelled or refused by name', async () => {
    await survives(await draw(await holding('<text:p>a</text:p><text:p>b</text:p>'), { moment: 'both' }), [
      'content.xml',
    ])
  })
})
