import { bytesSource, type Source } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { binaryText } from '../carriers/binary.ts'
import { epub } from '../document/epub.ts'
import { fixture } from '../handler.test-kit.ts'
import { epubLabeller } from './epub.ts'
import { entriesOf, labelling, withParts as replaceParts } from './package.test-kit.ts'

const book = bytesSource(fixture('book.epub'))

const withParts = (parts: Readonly<Record<string, string>>) => replaceParts(book, parts)
const { draw, look, survives, refuses } = labelling(epubLabeller)
const note = /<p role="note" lang="\w\w" data-ai-label="(start|end)" style="[^"]*">[^<]*<\/p>/g
const before = await entriesOf(book)
const opf = before.get('OEBPS/book.opf') ?? ''
const nav = before.get('OEBPS/nav.xhtml') ?? ''
const page = (text: string) =>
  `<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body><p>${text}</p></body></html>`
/** A cover that is a picture, an aside, and three chapters. */
const chapters = await withParts({
  'OEBPS/book.opf': opf
    .replace(
      '</manifest>',
      `<item id="v" href="v.svg" media-type="image/svg+xml"/>${['a', 'b', 'c', 'd'].map((id) => `<item id="${id}" href="t%C3%A9xt/../${id}.xhtml" media-type="application/xhtml+xml"/>`).join('')}$&`,
    )
    .replace(
      /<spine>.*<\/spine>/,
      '<spine><itemref idref="v"/><itemref idref="d" linear="no"/><itemref idref="a"/><itemref idref="b"/><itemref idref="c"/></spine>',
    ),
  'OEBPS/v.svg': '<svg/>',
  ...Object.fromEntries(['a', 'b', 'c', 'd'].map((id) => [`OEBPS/${id}.xhtml`, page(id)])),
})
/** The chapters that carry a label, and at which end. */
const places = async (source: Source) =>
  [...(await entriesOf(source))].flatMap(([name, text]) =>
    [...text.matchAll(note)].map(([, edge]) => `${/(\w)\.xhtml$/.exec(name)?.[1]} ${edge}`),
  )

describe('the label stands', () => {
  test('first in what is read first; all else is kept', async () => {
    const labelled = await draw(book)
    const after = await entriesOf(labelled)
    expect([...after.keys()]).toEqual([...before.keys()])
    for (const [name, text] of before) expect(after.get(name)?.replace(note, '')).toBe(text)
    expect(after.get('OEBPS/nav.xhtml')?.replace(note, '@')).toBe(nav.replace('<body>', '<body>@'))
    expect(binaryText(await labelled.read(0, 58))).toMatch(/mimetypeapplication\/epub\+zip$/)
    expect(await look(labelled)).toMatchObject({ state: 'present', text: 'AI生成' })
    expect(await look(book)).toMatchObject({ state: 'absent' })
    expect((await epub.read(labelled)).findings).toEqual([])
    expect(await entriesOf(await draw(labelled))).toEqual(after)
  })

  test.each([
    ['start', ['a start']],
    ['end', ['c end']],
    ['both', ['a start', 'c end']],
    ['throughout', ['a start', 'b start', 'c start']],
  ] as const)('%s, in chapters of text', async (moment, expected) => {
    const labelled = await draw(chapters, { moment })
    expect(await places(labelled)).toEqual(expected)
    expect(await look(labelled)).toMatchObject({ state: 'present' })
    // Whatever stood there before gives way.
    const again = await draw(labelled, { moment: 'end', text: 'AI generated', wording: 'eu' })
    expect(await places(again)).toEqual(['c end'])
    expect(await look(again)).toMatchObject({ text: 'AI generated' })
  })
})

test('what others wrote first is a label too', async () => {
  expect(await look(await withParts({ 'OEBPS/nav.xhtml': page('本文由AI生成') }))).toMatchObject({
    state: 'present',
  })
  expect(await look(await withParts({ 'OEBPS/nav.xhtml': page('关于AI生成内容') }))).toMatchObject({
    state: 'absent',
  })
})

describe('what cannot be labelled is refused', () => {
  test.each([
    [
      'without chapters',
      { 'OEBPS/book.opf': opf.replace(/<itemref.*?>/, '') },
      'visible.content.unsupported',
    ],
    [
      'whose chapter is missing',
      { 'OEBPS/book.opf': opf.replace('nav.xhtml', '%ff/nav.xhtml') },
      'visible.content.unsupported',
    ],
    [
      'whose chapter is no page',
      { 'OEBPS/nav.xhtml': nav.slice(0, -20).replace('<body>', '<frameset>') },
      'visible.content.unsupported',
    ],
    ['with a licence', { 'META-INF/rights.xml': '<rights/>' }, 'input.encrypted'],
    ['that is signed', { 'META-INF/signatures.xml': '<signatures/>' }, 'input.signed'],
    ['whose container is cut off', { 'META-INF/container.xml': '<container>' }, 'input.damaged'],
  ])('a book %s', async (_, parts, code) => {
    await refuses(await withParts(parts), code)
  })

  test('words that say nothing', async () => {
    await expect(draw(book, { text: '你好' })).rejects.toMatchObject({ code: 'visible.text.wording' })
  })

  test('and whatever a file has become, it is labelled or refused by name', async () => {
    await survives(chapters, ['OEBPS/a.xhtml', 'OEBPS/book.opf', 'META-INF/container.xml'])
  })
})
