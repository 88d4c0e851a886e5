import { bytesSource, type Source } from '@yinji/core'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { ofd } from '../document/ofd.ts'
import { fixture } from '../handler.test-kit.ts'
import { ofdLabeller } from './labellers.ts'
import { entriesOf, labelling, withParts as replaceParts } from './package.test-kit.ts'
import { renderLabel } from './render.ts'

const invoice = bytesSource(fixture('invoice.ofd'))
const root = 'Doc_0/Document.xml'
const page = (number: number) => `Doc_0/Pages/Page_${number}/Content.xml`

const withParts = (parts: Readonly<Record<string, string>>) => replaceParts(invoice, parts)
const { draw, look, survives, refuses, refusesWishes } = labelling(ofdLabeller)
const before = await entriesOf(invoice)
const documentText = before.get(root) ?? ''

const layer =
  /<(\w+:)?Layer Type="Foreground" ID="(\d+)">(?:<\w*:?PathObject ID="\d+" Name="AI label(?: plate| halo|: ([^"]*))".*?)<\/\1?Layer>/g
const short = (text = '') => text.replace(layer, '@')
/** What it says, whichever page it is on. */
const words = async (source: Source) =>
  [...(await entriesOf(source))].flatMap(([name, text]) =>
    [...text.matchAll(/Name="AI label: ([^"]*)"/g)].map(
      ([, says]) => `${name.replace(/^Doc_0\D*|\D/g, '')} ${says}`,
    ),
  )
const highest = (text = '') => Number(/<ofd:MaxUnitID>(\d+)</.exec(text)?.[1])
const body = (objects = '') =>
  `<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content><ofd:Layer ID="7">${objects}</ofd:Layer></ofd:Content></ofd:Page>`

/** A document of these pages. */
function book(...pages: readonly string[]): Promise<Source> {
  const list = pages.map((_, at) => `<ofd:Page ID="${at + 1}" BaseLoc="/${page(at)}"/>`).join('')
  return withParts({
    [root]: documentText.replace(/<ofd:Pages>.*<\/ofd:Pages>/, `<ofd:Pages>${list}</ofd:Pages>`),
    ...Object.fromEntries(pages.map((text, at) => [page(at), text])),
  })
}

/** A page of 210 by 140 mm as its paths say, one pixel to half a millimetre. */
async function painted(text: string) {
  const shapes = [
    ...text.matchAll(
      /<ofd:PathObject [^>]*Boundary="([^"]*)" Stroke="(\w+)" Fill="(\w+)"(?: LineWidth="([^"]*)")?.*?>(.*?)<ofd:AbbreviatedData>(.*?)<\/ofd:AbbreviatedData>/g,
    ),
  ]
  const paint = shapes.map(([, boundary = '', , fill, width = '0', colours = '', data = '']) => {
    const [x, y, w, h] = boundary.split(' ').map(Number)
    const colour = (name: string) =>
      /Value="([\d ]+)"/.exec(colours.split(name)[1] ?? '')?.[1]?.replaceAll(' ', ',')
    const path = data.replace(/[BC]/g, (operator) => (operator === 'B' ? 'C' : 'Z'))
    return `<svg x="${x}" y="${y}" width="${w}" height="${h}"><path d="${path}" fill="${fill === 'true' ? `rgb(${colour('FillColor')})` : 'none'}" stroke="rgb(${colour('StrokeColor') ?? '0,0,0'})" stroke-width="${width}"/></svg>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="420" height="280" viewBox="0 0 210 140"><rect width="210" height="140" fill="#fff"/>${paint.join('')}</svg>`
  return sharp(Buffer.from(svg)).greyscale().raw().toBuffer({ resolveWithObject: true })
}

describe('the label stands', () => {
  test('in front on the first page; all else is kept, numbers are its own', async () => {
    const labelled = await draw(invoice)
    const after = await entriesOf(labelled)
    expect([...after.keys()]).toEqual([...before.keys()])
    expect(after.get('OFD.xml')).toBe(before.get('OFD.xml'))
    expect(after.get(root)).toBe(documentText.replace('>1<', '>4<'))
    expect(short(after.get(page(0)))).toBe(
      (before.get(page(0)) ?? '').replace('/>', '><ofd:Content>@</ofd:Content></ofd:Page>'),
    )
    expect([...(after.get(page(0)) ?? '').matchAll(/ ID="(\d+)"/g)].map(([, id]) => id)).toEqual([
      '2',
      '3',
      '4',
    ])
    expect(await look(labelled)).toMatchObject({ state: 'present', text: 'AI生成' })
    expect(await look(invoice)).toMatchObject({ state: 'absent' })
    expect((await ofd.read(labelled)).findings).toEqual([])
    expect(await entriesOf(await draw(labelled))).toEqual(after)
  })

  test.each([
    ['start', ['0 AI生成']],
    ['end', ['2 AI生成']],
    ['both', ['0 AI生成', '2 AI生成']],
    ['throughout', ['0 AI生成', '1 AI生成', '2 AI生成']],
  ] as const)('%s', async (moment, expected) => {
    const plain = await book(body(), body(), body())
    const labelled = await draw(plain, { moment })
    expect((await words(labelled)).sort()).toEqual(expected)
    const entries = await entriesOf(labelled)
    for (const at of [0, 1, 2]) expect(short(entries.get(page(at))).replace('@', '')).toBe(body())
    expect(highest(entries.get(root))).toBe(7 + 3 * expected.length)
    expect(await entriesOf(await draw(labelled, { moment }))).toEqual(entries)
    // Whatever stood there before gives way, and gives back its numbers.
    const again = await draw(labelled, { moment: 'end', text: 'AI合成' })
    expect(await words(again)).toEqual(['2 AI合成'])
    expect(highest((await entriesOf(again)).get(root))).toBe(10)
  })

  test.each([
    ['top-left', 'plate', [0, 0]],
    ['bottom', 'plate', [0.5, 1]],
    ['bottom-right', 'eu-icon', [1, 1]],
    ['top-right', 'outline', [1, 0]],
  ] as const)('%s as %s, as it is drawn in pictures', async (position, style, [x, y]) => {
    const label = { text: 'AI', wording: 'eu', position, style, size: 0.2 } as const
    const text = (await entriesOf(await draw(invoice, label))).get(page(0)) ?? ''
    const { data, info } = await painted(text)
    const dark = [...data.keys()].filter((at) => (data[at] ?? 255) < 128)
    const across = dark.map((at) => at % info.width)
    const down = dark.map((at) => Math.floor(at / info.width))
    const [left, right] = [Math.min(...across), Math.max(...across)]
    const [top, bottom] = [Math.min(...down), Math.max(...down)]
    const edge = (low: number, high: number, whole: number, share: number) =>
      share === 0 ? low / whole : share === 1 ? 1 - high / whole : Math.abs((low + high) / 2 / whole - 0.5)
    expect(edge(left, right, info.width, x)).toBeLessThan(0.11)
    expect(edge(top, bottom, info.height, y)).toBeLessThan(0.11)
    const { width, height } = await renderLabel(label, {
      width: info.width,
      height: info.height,
      bright: true,
    })
    if (style === 'outline') expect(bottom - top + 1).toBeGreaterThan(0.2 * info.height)
    else {
      expect(Math.abs(right - left - width)).toBeLessThan(6)
      expect(Math.abs(bottom - top - height)).toBeLessThan(6)
    }
  })

  test('in the space where content is shown, of the page or its template', async () => {
    const area = (box: string, more = '') =>
      `<ofd:Area><ofd:PhysicalBox>${box}</ofd:PhysicalBox>${more}</ofd:Area>`
    const boundary = async (source: Source) =>
      /Boundary="([\d.]+) ([\d.]+) ([\d.]+)/
        .exec((await entriesOf(source)).get(page(0)) ?? '')
        ?.slice(1, 4)
        .map(Number) ?? []
    const right = async (own: string, template = '') => {
      const from = await book(body().replace('<ofd:Content>', `<ofd:Template TemplateID="9"/>${own}$&`))
      const shared = (await entriesOf(from))
        .get(root)
        ?.replace('</ofd:CommonData>', '<ofd:TemplatePage ID="9" BaseLoc="Tpls/T.xml"/>$&')
      const source = await replaceParts(from, {
        [root]: shared ?? '',
        'Doc_0/Tpls/T.xml': `<ofd:Page>${template}</ofd:Page>`,
      })
      const [x = 0, , width = 0] = await boundary(await draw(source))
      return x + width
    }
    expect(await right('')).toBeCloseTo(210 - 3.5, 0)
    expect(await right('', area('0 0 300 140'))).toBeCloseTo(300 - 3.5, 0)
    expect(await right(area('5 5 400 140'), area('0 0 300 140'))).toBeCloseTo(400 - 3.5, 0)
    expect(
      await right(area('0 0 400 140', '<ofd:ApplicationBox>20 0 300 140</ofd:ApplicationBox>')),
    ).toBeCloseTo(320 - 3.5, 0)
  })

  test('in the default colours of the document, before actions, with another prefix', async () => {
    const source = await withParts({
      [root]: documentText.replace(
        '</ofd:CommonData>',
        '<ofd:PublicRes>R.xml</ofd:PublicRes><ofd:DefaultCS>5</ofd:DefaultCS>$&',
      ),
      'Doc_0/R.xml':
        '<ofd:Res><ofd:ColorSpaces><ofd:ColorSpace ID="5" Type="CMYK"/></ofd:ColorSpaces></ofd:Res>',
      [page(0)]: '<Page xmlns="http://www.ofdspec.org/2016"><Actions/></Page>',
    })
    const text = (await entriesOf(await draw(source, { opacity: 0.95 }))).get(page(0)) ?? ''
    expect(short(text)).toBe(
      '<Page xmlns="http://www.ofdspec.org/2016"><Content>@</Content><Actions/></Page>',
    )
    expect(text).toContain('<FillColor Value="0 0 0 0" Alpha="242"/>')
  })

  test('in words of another rule, escaped', async () => {
    const labelled = await draw(invoice, { text: 'AI "<&>" generated', wording: 'eu' })
    expect(await look(labelled)).toMatchObject({ state: 'present', text: 'AI "<&>" generated' })
    expect(await words(labelled)).toEqual(['0 AI &quot;&lt;&amp;&gt;&quot; generated'])
  })
})

describe('what others wrote', () => {
  const text = (...codes: readonly string[]) =>
    `<ofd:TextObject ID="3">${codes.map((code) => `<ofd:TextCode X="0">${code}</ofd:TextCode>`).join('')}</ofd:TextObject>`
  test.each([
    [text('本页由AI生成'), 'present'],
    [text('AI', '生成'), 'present'],
    [text('AI生成').replace('ID', 'Visible="false" ID'), 'absent'],
    [text('关于AI生成内容的管理办法'), 'absent'],
  ])('%s is %s', async (objects, state) => {
    expect(await look(await book(body(objects)))).toMatchObject({ state })
  })

  test('beside paths of ours is content, and content stays', async () => {
    const mixed = body('<ofd:PathObject ID="8" Name="AI label: AI生成"/><ofd:ImageObject ID="9"/>')
    expect(short((await entriesOf(await draw(await book(mixed)))).get(page(0))).replace('@', '')).toBe(mixed)
  })
})

describe('what cannot be labelled is refused', () => {
  const main = before.get('OFD.xml') ?? ''
  test.each([
    [
      'without pages',
      { [root]: documentText.replace(/<ofd:Page .*?\/>/, '') },
      'visible.content.unsupported',
    ],
    ['without a document', { 'OFD.xml': main.replaceAll('DocRoot', 'Root') }, 'input.damaged'],
    ['whose page is missing', { [root]: documentText.replace('Page_0', 'Page_9') }, 'input.damaged'],
    ['whose page is cut off', { [page(0)]: body().slice(0, -9) }, 'input.damaged'],
    ['whose page has no size', { [root]: documentText.replaceAll('PhysicalBox', 'Box') }, 'input.damaged'],
    ['whose document is missing', { 'OFD.xml': main.replace('Doc_0', 'Doc_1') }, 'input.damaged'],
    ['that is encrypted', { 'Encryptions.xml': '<a/>' }, 'input.encrypted'],
    [
      'that is signed',
      { 'OFD.xml': main.replace('</ofd:DocBody>', '<ofd:Signatures>s.xml</ofd:Signatures>$&') },
      'input.signed',
    ],
  ])('a document %s', async (_, parts, code) => {
    await refuses(await withParts(parts), code)
  })

  test('words that say nothing, and styles that need to know what is under them', async () => {
    await refusesWishes(invoice)
  })

  test('numbers that are none, and many', async () => {
    for (const id of ['', '-1', '1e999', '99999999999', 'x']) {
      const labelled = await draw(await withParts({ [root]: documentText.replace('>1<', `>${id}<`) }))
      expect(await look(labelled)).toMatchObject({ state: 'present' })
    }
    const layers = body('<ofd:Layer ID="1"/>'.repeat(50_000))
    expect(await look(await draw(await book(layers)))).toMatchObject({ state: 'present' })
  })

  test('and whatever a file has become, it is labelled or refused by name', async () => {
    const whole = await draw(await book(body(), body()), { moment: 'both' })
    await survives(whole, [page(0), page(1), root, 'OFD.xml'])
  })
})
