import { bytesSource, type Source } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { odg, odp } from '../document/odf.ts'
import { fixture, nothingElse } from '../handler.test-kit.ts'
import { odgLabeller, odpLabeller } from './labellers.ts'
import { entriesOf, labelling, withParts as replaceParts } from './package.test-kit.ts'

const talk = bytesSource(fixture('talk.odp'))
const withParts = (parts: Readonly<Record<string, string>>) => replaceParts(talk, parts)
const { draw, look, survives, refuses, refusesWishes } = labelling(odpLabeller)
const contentOf = async (source: Source) => (await entriesOf(source)).get('content.xml') ?? ''
const original = await contentOf(talk)

const frame =
  /<draw:frame xmlns[^>]* draw:name="AI label" draw:style-name="(AILabel\d+)" draw:layer="layout"( draw:z-index="\d+")? svg:x="([\d.]+)pt" svg:y="([\d.]+)pt" svg:width="([\d.]+)pt" svg:height="([\d.]+)pt">.*?<text:p [^>]*>([^<]*)<\/text:p><\/draw:text-box><svg:title>[^<]*<\/svg:title><\/draw:frame>/g
const style = /<style:style xmlns:style="[^>]*style:name="AILabel\d+".*?<\/style:style>/g
const list = /<office:automatic-styles xmlns:office="[^"]*"><\/office:automatic-styles>/
const short = (text: string) => text.replace(frame, '@').replace(style, '').replace(list, '')
/** What is said on which page, counted from 1. */
const says = (text: string) =>
  text
    .split('<draw:page ')
    .flatMap((page, number) => [...page.matchAll(frame)].map((found) => `${number} ${found[7]}`))

const sheets = `<office:document-styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"><office:automatic-styles><style:page-layout style:name="L"><style:page-layout-properties fo:page-width="20cm" fo:page-height="10in"/></style:page-layout><style:style style:name="Hidden" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style></office:automatic-styles><office:master-styles><style:master-page style:name="M" style:page-layout-name="L"/></office:master-styles></office:document-styles>`
/** A talk of these pages, or of the usual one with something on it. */
const holding = (...pages: readonly string[]) =>
  withParts({
    'content.xml': original.replace(/<draw:page [^>]*\/>/, pages.join('')),
    'styles.xml': sheets,
  })
const page = (shapes = '', attributes = '') =>
  `<draw:page draw:name="1" draw:master-page-name="M"${attributes}>${shapes}</draw:page>`
const hidden = page('', ' draw:style-name="Hidden"')

describe('the label stands', () => {
  test('in front on the first slide, as text and for those who can’t see it; all else is kept', async () => {
    const labelled = await draw(talk)
    const before = await entriesOf(talk)
    const after = await entriesOf(labelled)
    expect([...after.keys()]).toEqual([...before.keys()])
    for (const [name, text] of before) if (name !== 'content.xml') expect(after.get(name)).toBe(text)
    expect(short(after.get('content.xml') ?? '')).toBe(
      original.replace(/(<draw:page [^>]*)\/>/, '$1>@</draw:page>'),
    )
    expect(await look(labelled)).toMatchObject({ state: 'present', text: 'AI生成' })
    expect(await look(talk)).toMatchObject({ state: 'absent' })
    expect((await odp.read(labelled)).findings).toEqual([])
    expect(await entriesOf(await draw(labelled))).toEqual(after)
  })

  test('in a drawing', async () => {
    const sketch = bytesSource(fixture('sketch.odg'))
    const label = { text: 'AI', wording: 'eu', style: 'eu-icon', position: 'top-left' } as const
    const { source, label: placed } = await odgLabeller.apply(sketch, label, nothingElse)
    expect(placed.position).toBe('top-left')
    expect(await odgLabeller.look?.(source, nothingElse)).toMatchObject({ state: 'present', text: 'AI' })
    expect((await odg.read(source)).findings).toEqual([])
    expect(await contentOf(source)).toContain(
      'draw:fill-color="#ffffff" draw:opacity="100%" draw:stroke="solid"',
    )
  })

  test.each([
    ['start', ['2 AI生成']],
    ['end', ['3 AI生成']],
    ['both', ['2 AI生成', '3 AI生成']],
    ['throughout', ['2 AI生成', '3 AI生成']],
  ] as const)('%s, on slides that are shown', async (moment, expected) => {
    const labelled = await draw(await holding(hidden, page(), page(), hidden), { moment })
    const text = await contentOf(labelled)
    expect(says(text)).toEqual(expected)
    expect(text.match(style)).toHaveLength(2)
    expect(await contentOf(await draw(labelled, { moment }))).toBe(text)
    expect(await look(labelled)).toMatchObject({ state: 'present' })
    // Whatever stood there before gives way.
    const again = await contentOf(await draw(labelled, { moment: 'end', text: 'AI合成' }))
    expect(says(again)).toEqual(['3 AI合成'])
    expect(again.match(style)).toHaveLength(2)
  })

  test('on hidden slides where there are no others', async () => {
    expect(says(await contentOf(await draw(await holding(hidden, hidden))))).toEqual(['1 AI生成'])
  })

  test.each([
    ['top-left', [0.025, 0.025]],
    ['bottom', [0.5, 0.975]],
    ['bottom-right', [0.975, 0.975]],
  ] as const)('%s, inside the page, in letters of 5 %% of its shorter side', async (position, [x, y]) => {
    const text = await contentOf(await draw(await holding(page()), { position }))
    const [left = 0, top = 0, width = 0, height = 0] =
      [...text.matchAll(frame)][0]?.slice(3, 7).map(Number) ?? []
    const near = (low: number, size: number, whole: number) =>
      (low + size / 2 < whole / 3 ? low : low + size / 2 > (2 * whole) / 3 ? low + size : low + size / 2) /
      whole
    const shown = { width: (20 / 2.54) * 72, height: 720 }
    expect(near(left, width, shown.width)).toBeCloseTo(x, 1)
    expect(near(top, height, shown.height)).toBeCloseTo(y, 1)
    expect(Number(/fo:font-size="([\d.]+)pt"/.exec(text)?.[1])).toBeGreaterThan(0.05 * shown.width)
  })

  test('on pages of different sizes in letters of different sizes', async () => {
    const small = page().replace('"M"', '"none"')
    const text = await contentOf(await draw(await holding(page(), small, page()), { moment: 'throughout' }))
    expect([...text.matchAll(frame)].map(([, name]) => name)).toEqual(['AILabel1', 'AILabel2', 'AILabel1'])
    expect(new Set([...text.matchAll(/fo:font-size="([\d.]+)pt"/g)].map(([, size]) => size)).size).toBe(2)
  })

  test('before what moves and is noted, in front of shapes with an order', async () => {
    const shape = '<draw:rect draw:z-index="7"/>'
    const rest = '<anim:par/><presentation:notes><draw:frame draw:z-index="99"/></presentation:notes>'
    const text = await contentOf(await draw(await holding(page(shape + rest))))
    expect(short(text)).toContain(`${shape}@${rest}`)
    expect([...text.matchAll(frame)][0]?.[2]).toBe(' draw:z-index="100"')
  })

  test('in words of another rule, escaped', async () => {
    const labelled = await draw(talk, { text: 'AI "<&>" generated', wording: 'eu', style: 'outline' })
    expect(await look(labelled)).toMatchObject({ state: 'present', text: 'AI "<&>" generated' })
    expect(says(await contentOf(labelled))).toEqual(['1 AI "&lt;&amp;&gt;" generated'])
  })
})

describe('what others wrote', () => {
  const shape = (text: string, attributes = '') =>
    `<draw:custom-shape${attributes}><text:p>${text}</text:p></draw:custom-shape>`
  test.each([
    [shape('本页由AI生成'), 'present'],
    [shape('<text:span>AI</text:span>生成'), 'present'],
    [shape('AI生成', ' draw:display="none"'), 'absent'],
    [`<presentation:notes>${shape('AI生成')}</presentation:notes>`, 'absent'],
    [shape('关于AI生成内容的管理办法'), 'absent'],
  ])('%s is %s', async (shapes, state) => {
    expect(await look(await holding(page(shapes)))).toMatchObject({ state })
  })

  test('in a shape of that name is content, and content stays', async () => {
    const letter = shape('a letter', ' draw:name="AI label"')
    expect(await contentOf(await draw(await holding(page(letter))))).toContain(letter)
  })
})

describe('what cannot be labelled is refused', () => {
  test.each([
    [
      'without slides',
      { 'content.xml': original.replace(/<draw:page .*?\/>/, '') },
      'visible.content.unsupported',
    ],
    [
      'of slides without end',
      { 'content.xml': original.replace(/<draw:page .*?\/>/, '<draw:page/>'.repeat(20_000)) },
      'visible.content.unsupported',
    ],
    ['that is cut off', { 'content.xml': original.slice(0, -9) }, 'input.damaged'],
    ['of another kind', { 'content.xml': original.replaceAll('presentation>', 'text>') }, 'input.damaged'],
    ['that is signed', { 'META-INF/documentsignatures.xml': '<a/>' }, 'input.signed'],
    [
      'that is encrypted',
      { 'META-INF/manifest.xml': '<m:manifest><m:encryption-data/></m:manifest>' },
      'input.encrypted',
    ],
  ])('a presentation %s', async (_, parts, code) => {
    await refuses(await withParts(parts), code, { moment: 'throughout' })
  })

  test('words that say nothing, and styles that need to know what is under them', async () => {
    await refusesWishes(talk)
  })

  test('and whatever a file has become, it is labelled or refused by name', async () => {
    await survives(await draw(await holding(page(), page()), { moment: 'both' }), [
      'content.xml',
      'styles.xml',
    ])
  })
})
