import { bytesSource, type Source } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { ods } from '../document/odf.ts'
import { fixture } from '../handler.test-kit.ts'
import { odsLabeller } from './labellers.ts'
import { entriesOf, labelling, withParts as replaceParts } from './package.test-kit.ts'

const table = bytesSource(fixture('sheet.ods'))
const withParts = (parts: Readonly<Record<string, string>>) => replaceParts(table, parts)
const { draw, look, survives, refuses, refusesWishes } = labelling(odsLabeller)
const contentOf = async (source: Source) => (await entriesOf(source)).get('content.xml') ?? ''
const original = await contentOf(table)

const shapes = /<table:shapes xmlns:table="[^"]*">(<draw:frame .*?<\/draw:frame>)<\/table:shapes>/g
const frame =
  /<draw:frame xmlns[^>]* draw:name="AI label" [^>]*?(?:draw:z-index="(\d+)" )?svg:x="([\d.]+)pt" svg:y="([\d.]+)pt" svg:width="([\d.]+)pt"[^>]*>.*?<text:p [^>]*>([^<]*)<\/text:p>.*?<\/draw:frame>/g
const style = /<style:style xmlns:style="[^>]*style:name="AILabel\d+".*?<\/style:style>/g
const list = /<office:automatic-styles xmlns:office="[^"]*"><\/office:automatic-styles>/
const short = (text: string) =>
  text.replace(style, '').replace(list, '').replace(shapes, '$1').replace(frame, '@')
/** What is said on which sheet, counted from 1. */
const says = (text: string) =>
  text
    .split('<table:table ')
    .flatMap((sheet, number) => [...sheet.matchAll(frame)].map((found) => `${number} ${found[5]}`))
const spots = (text: string) =>
  [...text.matchAll(frame)].map(([, order, ...at]) => [order, ...at.slice(0, 2)].join(' '))

const sheets = `<office:document-styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><office:styles><style:style style:name="Hidden" style:family="table"><style:table-properties table:display="false"/></style:style><style:style style:name="wide" style:family="table-column"><style:table-column-properties style:column-width="5in"/></style:style><style:style style:name="thin" style:family="table-column"><style:table-column-properties style:column-width="7.2pt"/></style:style><style:style style:name="high" style:family="table-row"><style:table-row-properties style:row-height="30pt"/></style:style></office:styles></office:document-styles>`
/** A book of these sheets. */
const holding = (content: string) =>
  withParts({
    'content.xml': original.replace(/<table:table [^>]*>.*<\/table:table>/, content),
    'styles.xml': sheets,
  })
const cell = '<table:table-cell office:value-type="float"/>'
const sheet = (content = `<table:table-row>${cell}</table:table-row>`, attributes = '') =>
  `<table:table table:name="x"${attributes}>${content}</table:table>`
const hidden = sheet(undefined, ' table:style-name="Hidden"')

describe('the label stands', () => {
  test('beside the cells; no cell, no formula, no other part changes', async () => {
    const labelled = await draw(table)
    const before = await entriesOf(table)
    const after = await entriesOf(labelled)
    expect([...after.keys()]).toEqual([...before.keys()])
    for (const [name, text] of before) if (name !== 'content.xml') expect(after.get(name)).toBe(text)
    expect(short(after.get('content.xml') ?? '')).toBe(original.replace('<table:table-row>', '@$&'))
    expect(spots(after.get('content.xml') ?? '')).toEqual([' 184 2']) // behind words that run on over the next cells
    expect(await look(labelled)).toMatchObject({ state: 'present', text: 'AI生成' })
    expect(await look(table)).toMatchObject({ state: 'absent' })
    expect((await ods.read(labelled)).findings).toEqual([])
    expect(await entriesOf(await draw(labelled))).toEqual(after)
  })

  test.each([
    ['start', ['2']],
    ['end', ['4']],
    ['both', ['2', '4']],
    ['throughout', ['2', '3', '4']],
  ] as const)('%s, on sheets that are shown', async (moment, expected) => {
    const book = await holding(hidden + sheet() + sheet() + sheet() + hidden)
    const labelled = await draw(book, { moment })
    const text = await contentOf(labelled)
    expect(says(text)).toEqual(expected.map((number) => `${number} AI生成`))
    expect(short(text).replaceAll('@', '')).toBe(await contentOf(book))
    expect(await contentOf(await draw(labelled, { moment }))).toBe(text)
    // Whatever stood there before gives way.
    const again = await draw(labelled, { moment: 'end', text: 'AI合成' })
    expect(says(await contentOf(again))).toEqual(['4 AI合成'])
    expect((await contentOf(again)).match(style)).toHaveLength(2)
    expect(await look(again)).toMatchObject({ text: 'AI合成' })
  })

  test('also on the sheet that the book opens with', async () => {
    const settings = '<c:s xmlns:c="c"><c:config-item c:name="ActiveTable">第三</c:config-item></c:s>'
    const third = sheet().replace('"x"', '"第三"')
    const book = await replaceParts(await holding(sheet() + sheet() + third), { 'settings.xml': settings })
    expect(says(await contentOf(await draw(book)))).toEqual(['1 AI生成', '3 AI生成'])
    expect(says(await contentOf(await draw(book, { moment: 'end' })))).toEqual(['3 AI生成'])
  })

  const column = (name: string, count: number) =>
    `<table:table-column table:style-name="${name}" table:number-columns-repeated="${count}"/>`
  const empty = '<table:table-cell table:number-columns-repeated="16000"/>'
  const row = (cells: string, attributes = '') => `<table:table-row${attributes}>${cells}</table:table-row>`
  const gap = (count: number) => `<table:table-cell table:number-columns-repeated="${count}"/>`
  const right = 720 - 4
  test.each([
    ['beside few cells', row(gap(2) + cell + empty), ' 196 2'],
    ['in an empty sheet', row(empty), ' 4 2'],
    ['beside many narrow columns', column('thin', 30) + row(gap(29) + cell), ' 220 2'],
    [
      'beside columns that are not seen',
      `<table:table-column table:visibility="collapse"/>${row(cell)}`,
      ' 4 2',
    ],
    ['below many columns', row(empty, ' table:number-rows-repeated="2"') + row(gap(25) + cell), ' 4 40.4'],
    ['below few wide columns', column('wide', 2) + row(gap(1) + cell, ' table:style-name="high"'), ' 4 32'],
    ['at the end of the first row of a window', row(gap(25) + cell).repeat(900), undefined],
    [
      'beside charts',
      `<table:shapes><draw:frame draw:z-index="4" svg:x="1in" svg:width="2in"/></table:shapes>${row(cell)}`,
      '5 220 2',
    ],
    [
      'beside charts in cells',
      row(
        '<table:table-cell><draw:frame draw:z-index="6" table:end-cell-address="x.C9"/></table:table-cell>',
      ),
      '7 196 2',
    ],
  ])('%s', async (_, content, spot) => {
    const labelled = await contentOf(await draw(await holding(sheet(content))))
    const [, , x = '', , width = ''] = [...labelled.matchAll(frame)][0] ?? []
    if (spot === undefined) expect(Number(x) + Number(width)).toBe(right)
    else expect(spots(labelled)).toEqual([spot])
    expect(short(labelled).replace('@', '')).toBe(await contentOf(await holding(sheet(content))))
  })

  test('also in place of one that somebody tied to a cell', async () => {
    const own = [...(await contentOf(await draw(table))).matchAll(frame)][0]?.[0] ?? ''
    const tied = (words: string) =>
      row(`<table:table-cell>${own.replace('AI生成', words)}</table:table-cell>`)
    expect(says(await contentOf(await draw(await holding(sheet(tied('AI生成'))))))).toEqual(['1 AI生成'])
    expect(says(await contentOf(await draw(await holding(sheet(tied('a letter'))))))).toHaveLength(2)
  })

  test('in a sheet of a million cells', async () => {
    const many = row(cell.repeat(1000)).repeat(1000)
    const labelled = await draw(await holding(sheet(many)))
    expect(await look(labelled)).toMatchObject({ state: 'present' })
  })
})

describe('what others wrote', () => {
  const row = (words: string) =>
    `<table:table-row><table:table-cell><text:p>${words}</text:p></table:table-cell></table:table-row>`
  const shape = (words: string, name = '') =>
    `<table:shapes><draw:custom-shape draw:name="${name}"><text:p>${words}</text:p></draw:custom-shape></table:shapes>`
  test.each([
    [row('本表格由AI生成'), 'present'],
    [row('a') + row('AI生成'), 'absent'],
    [shape('AI<text:span>生成</text:span>'), 'present'],
    [row('关于AI生成内容的管理办法'), 'absent'],
  ])('%s is %s', async (content, state) => {
    expect(await look(await holding(sheet(content)))).toMatchObject({ state })
  })

  test('in a shape of that name is content, and content stays', async () => {
    const letter = shape('a letter', 'AI label')
    expect(await contentOf(await draw(await holding(sheet(letter))))).toContain(letter.slice(0, -15))
  })
})

describe('what cannot be labelled is refused', () => {
  test.each([
    [
      'without a sheet',
      { 'content.xml': original.replace(/<table:table .*<\/table:table>/, '') },
      'visible.content.unsupported',
    ],
    ['that is cut off', { 'content.xml': original.slice(0, -9) }, 'input.damaged'],
    ['whose sheet is cut off', { 'content.xml': original.replace('</table:table>', '') }, 'input.damaged'],
    ['of another kind', { 'content.xml': original.replaceAll('spreadsheet>', 'text>') }, 'input.damaged'],
    ['that is signed', { 'META-INF/documentsignatures.xml': '<a/>' }, 'input.signed'],
    [
      'that is encrypted',
      { 'META-INF/manifest.xml': '<m:manifest><m:encryption-data/></m:manifest>' },
      'input.encrypted',
    ],
  ])('a book %s', async (_, parts, code) => {
    await refuses(await withParts(parts), code)
  })

  test('words that say nothing, and styles that need to know what is under them', async () => {
    await refusesWishes(table)
  })

  test('and whatever a file has become, it is labelled or refused by name', async () => {
    await survives(await draw(await holding(sheet() + sheet()), { moment: 'both' }), [
      'content.xml',
      'styles.xml',
    ])
  })
})
