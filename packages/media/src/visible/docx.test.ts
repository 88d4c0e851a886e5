import { bytesSource, type Source } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { docx } from '../document/ooxml.ts'
import { fixture } from '../handler.test-kit.ts'
import { docxLabeller } from './labellers.ts'
import { entriesOf, labelling, withParts } from './package.test-kit.ts'

const letter = bytesSource(fixture('letter.docx'))
const main = 'word/document.xml'

const bodyOf = async (source: Source) => (await entriesOf(source)).get(main) ?? expect.fail()
const withBody = (text: string) => withParts(letter, { [main]: text })
const { draw, look, survives } = labelling(docxLabeller)
const control = /<w:p xmlns:w="([^"]*)"><w:pPr>.*?<w:t xml:space="preserve">([^<]*)<\/w:t>.*?<\/w:p>/g
const short = (text: string) => text.replace(control, '@')
const w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
const document = (content: string) => `<w:document ${w}><w:body>${content}</w:body></w:document>`

describe('the label stands', () => {
  test('first, with everything else kept, and is found there', async () => {
    const labelled = await draw(letter)
    expect(short(await bodyOf(labelled)).replace('@', '')).toBe(await bodyOf(letter))
    expect(short(await bodyOf(labelled))).toContain('<w:body>@<w:p>')
    expect(await look(labelled)).toMatchObject({ state: 'present', text: 'AI生成' })
    expect(await look(letter)).toMatchObject({ state: 'absent' })
    expect((await docx.read(labelled)).findings).toEqual([])
  })

  test.each([
    ['end', '<w:p/><w:sectPr/>', '<w:p/>@<w:sectPr/>'],
    ['both', '<w:p/>', '@<w:p/>@'],
    ['both', '<w:p><w:pPr><w:sectPr/></w:pPr></w:p>', '@<w:p><w:pPr><w:sectPr/></w:pPr></w:p>@'],
  ] as const)('%s: %s', async (moment, before, after) => {
    const labelled = await draw(await withBody(document(before)), { moment })
    expect(short(await bodyOf(labelled))).toBe(document(after))
    expect(await bodyOf(await draw(labelled, { moment }))).toBe(await bodyOf(labelled))
    const other = await bodyOf(await draw(labelled, { text: 'AI <&> modified', wording: 'eu' }))
    expect([...other.matchAll(control)].map(([, , words]) => words)).toEqual(['AI &lt;&amp;&gt; modified'])
  })

  test('in a document with another prefix, an empty body, and the namespace of Strict', async () => {
    const strict = 'http://purl.oclc.org/ooxml/wordprocessingml/main'
    const labelled = await draw(await withBody(`<document xmlns="${strict}"><body/></document>`))
    const text = await bodyOf(labelled)
    expect(short(text)).toBe(`<document xmlns="${strict}"><body>@</body></document>`)
    expect([...text.matchAll(control)][0]?.[1]).toBe(strict)
    expect(await look(labelled)).toMatchObject({ state: 'present' })
  })
})

describe('what others wrote', () => {
  const paragraph = (words: string, properties = '') =>
    `<w:p><w:r>${properties}<w:t>${words}</w:t></w:r></w:p>`
  test.each([
    [paragraph('本文由AI生成') + paragraph('y'), 'present'],
    [paragraph('y') + paragraph('AI</w:t></w:r><w:r><w:t>生成'), 'present'],
    [paragraph('x') + paragraph('AI生成') + paragraph('y'), 'absent'],
    [paragraph('AI生成', '<w:rPr><w:vanish/></w:rPr>') + paragraph('y'), 'absent'],
    [paragraph('关于AI生成内容的管理办法'), 'absent'],
  ])('%s is %s', async (content, state) => {
    expect(await look(await withBody(document(content)))).toMatchObject({ state })
  })

  test('in a control of ours is content, and content stays', async () => {
    const tag = '<w:sdtPr><w:tag w:val="ai-label"/></w:sdtPr>'
    const held = (words: string) =>
      `<w:sdt>${tag}<w:sdtContent><w:r><w:t>${words}</w:t></w:r></w:sdtContent></w:sdt>`
    for (const content of [
      `<w:p>${held('AI生成')}<w:r><w:t>a letter</w:t></w:r></w:p>`,
      `<w:p>${held('a letter')}</w:p>`,
      `<w:sdt>${tag}<w:sdtContent>${paragraph('AI生成')}</w:sdtContent></w:sdt>`,
      `<w:x><w:tag w:val="ai-label"/></w:x>${paragraph('AI生成')}`,
    ])
      expect(short(await bodyOf(await draw(await withBody(document(content)))))).toBe(document(`@${content}`))
  })
})

describe('what cannot be labelled is refused', () => {
  test.each([
    '',
    '<w:document',
    `<w:document ${w}/>`,
    '<w:document><w:body/></w:document>',
    document('<w:p>'),
  ])('%j', async (text) => {
    const broken = await withBody(text)
    await expect(draw(broken)).rejects.toMatchObject({ code: 'input.damaged' })
    expect(await look(broken)).toMatchObject({ state: expect.stringMatching(/unchecked|absent/) })
  })

  test('a document with a password, and bytes that are none', async () => {
    const compound = bytesSource(
      new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ...Array(600).fill(0)]),
    )
    await expect(draw(compound)).rejects.toMatchObject({ code: 'input.encrypted' })
    await expect(draw(bytesSource(new Uint8Array(600)))).rejects.toMatchObject({ code: 'input.damaged' })
    expect(await look(compound)).toMatchObject({ state: 'unchecked' })
    await expect(draw(letter, { text: '你好' })).rejects.toMatchObject({ code: 'visible.text.wording' })
  })

  test('and whatever a file has become, it is labelled or refused by name', async () => {
    const whole = await draw(await withBody(document('<w:p/><w:p/>')), { moment: 'both' })
    await survives(whole, [main, '_rels/.rels', '[Content_Types].xml'])
  })
})
