import { bytesSource, type Source } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { xlsx } from '../document/ooxml.ts'
import { fixture } from '../handler.test-kit.ts'
import { xlsxLabeller } from './labellers.ts'
import { entriesOf, labelling, withParts as replaceParts } from './package.test-kit.ts'

const file = fixture('table.xlsx')
const table = bytesSource(file)
const sheet = (number: number) => `xl/worksheets/sheet${number}.xml`
const drawing = (number: number) => `xl/drawings/drawing${number}.xml`

const withParts = (parts: Readonly<Record<string, string>>, from: Source = table) => replaceParts(from, parts)
const { draw, look, survives, refuses, refusesWishes } = labelling(xlsxLabeller)
const before = await entriesOf(table)
const original = before.get(sheet(1)) ?? ''
const workbook = before.get('xl/workbook.xml') ?? ''
const types = before.get('[Content_Types].xml') ?? ''
const links = 'xl/_rels/workbook.xml.rels'
const r = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const printed = (words: string) => `&amp;R&amp;12&amp;"Arial,Bold"${words}`
const toDrawing = `<drawing xmlns:r="${r}" r:id="rIdAILabel"/>`
const box =
  /<xdr:oneCellAnchor .*?<xdr:col>(\d+)<.*?<xdr:row>(\d+)<.*?<xdr:cNvPr id="(\d+)" name="AI label" descr="([^"]*)"\/>.*?<a:t>([^<]*)<.*?<xdr:clientData fPrintsWithSheet="0"\/><\/xdr:oneCellAnchor>/g

/** The relationships of the workbook, and more. */
const related = (more: string) => ({
  [links]: (before.get(links) ?? '').replace('</Relationships>', `${more}$&`),
})
/** A workbook of several sheets: each with its state, the other attributes of the root, and what it holds. */
function book(sheets: readonly (readonly [state: string, content?: string])[], view = ''): Promise<Source> {
  const row = (index: number) =>
    `<Relationship Id="s${index}" Type="${r}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`
  const named = sheets.map(
    ([state], index) => `<sheet name="${index}" sheetId="${index + 1}" state="${state}" r:id="s${index}"/>`,
  )
  return withParts({
    'xl/workbook.xml': workbook.replace(/<sheets>.*<\/sheets>/, `${view}<sheets>${named.join('')}</sheets>`),
    ...related(sheets.map((_, index) => row(index)).join('')),
    ...Object.fromEntries(sheets.map(([, content], index) => [sheet(index + 1), content ?? original])),
  })
}
const holding = (content: string) =>
  withParts({ [sheet(1)]: original.replace(/<sheetData>.*<\/sheetData>/, content) })
/** Which sheets say what in print. */
const words = async (source: Source) =>
  [...(await entriesOf(source))].flatMap(([name, text]) => {
    const found = /&amp;12&amp;"Arial,Bold"([^&<]*)/.exec(text)?.[1]
    return found ? [`${name.replace(/\D/g, '')} ${found}`] : []
  })
/** Where the boxes stand and what they say. */
const boxes = async (source: Source) =>
  [...(await entriesOf(source))].flatMap(([name, text]) =>
    name.startsWith('xl/drawings/')
      ? [...text.matchAll(box)].map(([, column, row, , , says]) => `${column},${row} ${says}`)
      : [],
  )

describe('the label stands', () => {
  test('beside the cells and in print; no cell, no formula, no other part changes', async () => {
    const labelled = await draw(table)
    const after = await entriesOf(labelled)
    expect(after.get(sheet(1))).toBe(
      original.replace(
        '</worksheet>',
        `<headerFooter><oddHeader>${printed('AI生成')}</oddHeader></headerFooter>${toDrawing}$&`,
      ),
    )
    expect(await boxes(labelled)).toEqual(['2,0 AI生成'])
    expect(after.get('[Content_Types].xml')).toBe(
      types.replace(
        '</Types>',
        `<Override PartName="/${drawing(1)}" ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/>$&`,
      ),
    )
    expect(after.get('xl/worksheets/_rels/sheet1.xml.rels')).toContain(
      `<Relationship Id="rIdAILabel" Type="${r}/drawing" Target="/${drawing(1)}"/>`,
    )
    for (const [name, text] of before)
      if (name !== sheet(1) && name !== '[Content_Types].xml') expect(after.get(name)).toBe(text)
    expect(await look(labelled)).toMatchObject({ state: 'present', text: 'AI生成' })
    expect(await look(table)).toMatchObject({ state: 'absent' })
    expect((await xlsx.read(labelled)).findings).toEqual([])
    expect(await entriesOf(await draw(labelled))).toEqual(after)
  })

  test.each([
    ['start', ['2']],
    ['end', ['4']],
    ['both', ['2', '4']],
    ['throughout', ['2', '3', '4']],
  ] as const)('%s, on sheets that are shown', async (moment, expected) => {
    const source = await book([['hidden'], ['visible'], ['visible'], ['visible'], ['veryHidden']])
    const labelled = await draw(source, { moment })
    expect(await words(labelled)).toEqual(expected.map((number) => `${number} AI生成`))
    expect(await boxes(labelled)).toEqual(expected.map(() => '2,0 AI生成'))
    // Whatever stood there before gives way.
    const again = await draw(labelled, { moment: 'end', text: 'AI合成' })
    expect(await words(again)).toEqual(['4 AI合成'])
    expect(await boxes(again)).toEqual(['2,0 AI合成'])
    expect(await look(again)).toMatchObject({ text: 'AI合成' })
  })

  test('also on the sheet that the workbook opens with', async () => {
    const view = '<bookViews><workbookView activeTab="2"/></bookViews>'
    const source = await book([['visible'], ['visible'], ['visible']], view)
    expect(await words(await draw(source))).toEqual(['1 AI生成', '3 AI生成'])
    expect(await words(await draw(source, { moment: 'end' }))).toEqual(['3 AI生成'])
  })

  test.each([
    ['beside few cells', '<sheetData><row r="3"><c r="C3"><v>1</v></c></row></sheetData>', '3,0'],
    [
      'beside what the sheet says of itself',
      '<dimension ref="A1:E9"/><sheetData><row><c><v>1</v></c></row></sheetData>',
      '5,0',
    ],
    ['in an empty sheet', '<dimension ref="A1"/><sheetData/>', '0,0'],
    ['below many columns', '<sheetData><row r="9"><c r="Z9" s="1"><f>A1</f></c></row></sheetData>', '0,9'],
    [
      'below few wide columns',
      '<cols><col min="1" max="2" width="90"/></cols><sheetData><row r="2"><c r="B2"/></row></sheetData>',
      '0,2',
    ],
    [
      'beside many narrow columns',
      '<cols><col min="1" max="26" width="1"/></cols><sheetData><row r="9"><c r="Z9"/></row></sheetData>',
      '26,0',
    ],
    [
      'at the end of the first row of a window',
      '<sheetData><row r="900"><c r="Z900"/></row></sheetData>',
      '13,0',
    ],
  ])('%s', async (_, content, place) => {
    expect(await boxes(await draw(await holding(content)))).toEqual([`${place} AI生成`])
  })

  test('in the order of the schema, with another prefix, in the namespaces of Strict', async () => {
    const strict = 'http://purl.oclc.org/ooxml/spreadsheetml/main'
    const tree = `<x:worksheet xmlns:x="${strict}"><x:sheetData/><x:customSheetViews><x:customSheetView><x:headerFooter/></x:customSheetView></x:customSheetViews><x:pageSetup/>1<x:rowBreaks/>2<x:legacyDrawing/><x:tableParts/></x:worksheet>`
    const after = await entriesOf(await draw(await withParts({ [sheet(1)]: tree.replace(/[12](?=<)/g, '') })))
    const header = `<x:headerFooter><x:oddHeader>${printed('AI生成')}</x:oddHeader></x:headerFooter>`
    const link =
      '<x:drawing xmlns:r="http://purl.oclc.org/ooxml/officeDocument/relationships" r:id="rIdAILabel"/>'
    expect(after.get(sheet(1))).toBe(tree.replace(/1(?=<)/, header).replace(/2(?=<)/, link))
    expect(after.get(drawing(1))).toContain('xmlns:a="http://purl.oclc.org/ooxml/drawingml/main"')
  })

  test('on the drawing that is there, beside its charts', async () => {
    const xdr = 'http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing'
    const chart =
      '<d:twoCellAnchor><d:from><d:col>3</d:col><d:row>0</d:row></d:from><d:to><d:col>6</d:col><d:row>9</d:row></d:to><d:graphicFrame><d:cNvPr id="41" name="Chart"/></d:graphicFrame></d:twoCellAnchor>'
    const links = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="d" Type="${r}/drawing" Target="../drawings/drawing7.xml"/></Relationships>`
    const source = await withParts({
      [sheet(1)]: original.replace('</worksheet>', `<drawing xmlns:r="${r}" r:id="d"/>$&`),
      'xl/worksheets/_rels/sheet1.xml.rels': links,
      [drawing(7)]: `<d:wsDr xmlns:d="${xdr}">${chart}</d:wsDr>`,
    })
    const after = await entriesOf(await draw(source))
    expect(after.get(drawing(7))?.replace(box, '@')).toBe(`<d:wsDr xmlns:d="${xdr}">${chart}@</d:wsDr>`)
    expect(
      [...(after.get(drawing(7)) ?? '').matchAll(box)].map(([, column, row, id]) => [column, row, id]),
    ).toEqual([['7', '0', '42']])
    expect(after.get('[Content_Types].xml')).toBe(types)
    expect(after.get('xl/worksheets/_rels/sheet1.xml.rels')).toBe(links)
  })

  test('in a sheet of a million cells', async () => {
    const row = `<row>${'<c><v>1</v></c>'.repeat(1000)}</row>`
    const labelled = await draw(await holding(`<sheetData>${row.repeat(1000)}</sheetData>`))
    expect(await look(labelled)).toMatchObject({ state: 'present' })
  })
})

describe('headers and footers', () => {
  const header = async (markup: string, label = {}) => {
    const source = await withParts({ [sheet(1)]: original.replace('</worksheet>', `${markup}$&`) })
    const labelled = await draw(source, label)
    expect(await entriesOf(await draw(labelled, label))).toEqual(await entriesOf(labelled))
    return /<headerFooter.*<\/headerFooter>/s.exec((await entriesOf(labelled)).get(sheet(1)) ?? '')?.[0]
  }
  const own = '&amp;12&amp;"Arial,Bold"AI生成'
  const all = (content: string, attributes = '') => `<headerFooter${attributes}>${content}</headerFooter>`
  test.each([
    ['<headerFooter/>', all(`<oddHeader>&amp;R${own}</oddHeader>`)],
    [
      all('<oddHeader>Page &amp;P</oddHeader>', ' scaleWithDoc="0"'),
      all(`<oddHeader>&amp;CPage &amp;P&amp;R${own}</oddHeader>`, ' scaleWithDoc="0"'),
    ],
    [
      all('<oddHeader>&amp;RA &amp;&amp; B</oddHeader>'),
      all(`<oddHeader>&amp;L${own}&amp;RA &amp;&amp; B</oddHeader>`),
    ],
    [
      all('<oddHeader>&amp;La&amp;Cb&amp;Rc</oddHeader><oddFooter>&amp;D</oddFooter>'),
      all(`<oddHeader>&amp;La&amp;Cb&amp;Rc&#10;${own}</oddHeader><oddFooter>&amp;D</oddFooter>`),
    ],
    [
      all(`<oddHeader>${'x'.repeat(250)}</oddHeader>`),
      all(`<oddHeader>${'x'.repeat(250)}</oddHeader><oddFooter>&amp;R${own}</oddFooter>`),
    ],
    [
      all('<firstFooter>&amp;P</firstFooter>', ' differentFirst="1" differentOddEven="true"'),
      all(
        `<oddHeader>&amp;R${own}</oddHeader><evenHeader>&amp;R${own}</evenHeader><firstHeader>&amp;R${own}</firstHeader><firstFooter>&amp;P</firstFooter>`,
        ' differentFirst="1" differentOddEven="true"',
      ),
    ],
  ])('%s becomes %s', async (markup, expected) => {
    expect(await header(markup)).toBe(expected)
  })

  test('words with their codes', async () => {
    const found = await header('', { text: '1 & 2 AI generated', wording: 'eu' })
    expect(found).toContain(`${printed('1 &amp;&amp; 2 AI generated')}<`)
  })

  test('that are full', async () => {
    const full = 'x'.repeat(250)
    const both = all(`<oddHeader>${full}</oddHeader><oddFooter>${full}</oddFooter>`)
    await expect(header(both)).rejects.toMatchObject({ code: 'visible.content.unsupported' })
  })
})

describe('what others wrote', () => {
  const row = (cell: string) =>
    `<sheetData><row r="1"><c r="A1"><v>1</v></c>${cell}</row><row r="2"/></sheetData>`
  test.each([
    [row('<c r="B1" t="inlineStr"><is><t>本表格由AI生成</t></is></c>'), 'present'],
    [row('<c r="B1" t="str"><f>A2</f><v>AI生成</v></c>'), 'present'],
    [row('<c r="B1" t="s"><v>1</v></c>'), 'present'],
    [row('<c r="B1" t="s"><v>0</v></c>'), 'absent'],
    [
      `${row('')}<headerFooter><oddFooter>&amp;L&amp;8&amp;K00-024AI生成&amp;R&amp;P</oddFooter></headerFooter>`,
      'present',
    ],
    [
      `${row('')}<headerFooter><oddFooter>&amp;L关于AI生成内容的管理办法</oddFooter></headerFooter>`,
      'absent',
    ],
  ])('%s is %s', async (content, state) => {
    const strings = '<sst><si><t>a letter</t></si><si><r><t>AI</t></r><r><t>生成</t></r></si></sst>'
    const parts = {
      ...related(`<Relationship Id="t" Type="${r}/sharedStrings" Target="sharedStrings.xml"/>`),
      'xl/sharedStrings.xml': strings,
    }
    expect(await look(await withParts(parts, await holding(content)))).toMatchObject({ state })
  })
})

describe('what cannot be labelled is refused', () => {
  const origin = '<Relationship Type="x/digital-signature/origin" Target="s"/>'
  test.each([
    [
      'in binary form',
      {
        '_rels/.rels': (before.get('_rels/.rels') ?? '').replace('workbook.xml', 'workbook.bin'),
        'xl/workbook.bin': '\0',
      },
      'visible.content.unsupported',
    ],
    [
      'without a sheet that is shown',
      { 'xl/workbook.xml': workbook.replace('<sheet ', '<sheet state="hidden" ') },
      'visible.content.unsupported',
    ],
    [
      'whose sheet is missing',
      { 'xl/workbook.xml': workbook.replace('r:id="rId1"', 'r:id="rId9"') },
      'input.damaged',
    ],
    ['whose sheet is cut off', { [sheet(1)]: original.slice(0, -9) }, 'input.damaged'],
    ['whose cells are cut off', { [sheet(1)]: original.replace('</sheetData>', '') }, 'input.damaged'],
    ['whose sheet has no cells', { [sheet(1)]: original.replaceAll('sheetData', 'data') }, 'input.damaged'],
    ['that is signed', { '_rels/.rels': `<Relationships>${origin}</Relationships>` }, 'input.signed'],
  ])('a workbook %s', async (_, parts, code) => {
    await refuses(await withParts(parts), code)
  })

  test('words that say nothing, and styles that need to know what is under them', async () => {
    await refusesWishes(table)
  })

  test('and whatever a file has become, it is labelled or refused by name', async () => {
    await survives(await draw(await book([['visible'], ['visible']]), { moment: 'both' }), [
      sheet(1),
      drawing(1),
      'xl/workbook.xml',
      'xl/worksheets/_rels/sheet1.xml.rels',
    ])
  })
})
