import { bytesSource, type Source } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { pptx } from '../document/ooxml.ts'
import { fixture } from '../handler.test-kit.ts'
import { pptxLabeller } from './labellers.ts'
import { entriesOf, labelling, withParts as replaceParts } from './package.test-kit.ts'

const file = fixture('slides.pptx')
const slides = bytesSource(file)
const slide = (number: number) => `ppt/slides/slide${number}.xml`

const withParts = (parts: Readonly<Record<string, string>>) => replaceParts(slides, parts)
const { draw, look, survives, refuses, refusesWishes } = labelling(pptxLabeller)
const shape =
  /<p:sp xmlns:p="[^"]*" xmlns:a="[^"]*"><p:nvSpPr><p:cNvPr id="(\d+)" name="AI label" descr="([^"]*)"\/>.*?<a:t>([^<]*)<\/a:t>.*?<\/p:sp>/g
const short = (text = '') => text.replace(shape, '@')
/** What it says, whichever slide it is on. */
const words = async (source: Source) =>
  [...(await entriesOf(source))].flatMap(([name, text]) =>
    [...text.matchAll(shape)].map(([, , , says]) => `${name.replace(/\D/g, '')} ${says}`),
  )

const { text: original = '', rels = '' } = {
  text: (await entriesOf(slides)).get(slide(1)),
  rels: (await entriesOf(slides)).get('ppt/_rels/presentation.xml.rels'),
}
const main = (await entriesOf(slides)).get('ppt/presentation.xml') ?? ''
/** A presentation of several slides, some of them hidden. */
function talk(...shown: readonly boolean[]): Promise<Source> {
  const row = (index: number) =>
    `<Relationship Id="s${index}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/slide" Target="/${slide(index + 1)}"/>`
  const id = (index: number) => `<p:sldId id="${256 + index}" r:id="s${index}"/>`
  return withParts({
    'ppt/presentation.xml': main.replace(/<p:sldId .*?\/>/, shown.map((_, index) => id(index)).join('')),
    'ppt/_rels/presentation.xml.rels': rels.replace(
      '</Relationships>',
      `${shown.map((_, index) => row(index)).join('')}$&`,
    ),
    ...Object.fromEntries(
      shown.map((yes, index) => [
        slide(index + 1),
        yes ? original : original.replace('<p:sld ', '<p:sld show="0" '),
      ]),
    ),
  })
}

describe('the label stands', () => {
  test('in front on the first slide, as text and for those who can’t see it; all else is kept', async () => {
    const labelled = await draw(slides)
    const before = await entriesOf(slides)
    const after = await entriesOf(labelled)
    expect([...after.keys()]).toEqual([...before.keys()])
    for (const [name, text] of before) if (name !== slide(1)) expect(after.get(name)).toBe(text)
    expect(short(after.get(slide(1)))).toBe(original.replace('</p:spTree>', '@</p:spTree>'))
    expect([...(after.get(slide(1)) ?? '').matchAll(shape)].map(([, ...rest]) => rest)).toEqual([
      ['3', 'AI生成', 'AI生成'],
    ])
    expect(await look(labelled)).toMatchObject({ state: 'present', text: 'AI生成' })
    expect(await look(slides)).toMatchObject({ state: 'absent' })
    expect((await pptx.read(labelled)).findings).toEqual([])
    expect(await entriesOf(await draw(labelled))).toEqual(after)
  })

  test.each([
    ['start', ['2 AI生成']],
    ['end', ['3 AI生成']],
    ['both', ['2 AI生成', '3 AI生成']],
    ['throughout', ['2 AI生成', '3 AI生成']],
  ] as const)('%s, on slides that are shown', async (moment, expected) => {
    const labelled = await draw(await talk(false, true, true, false), { moment })
    expect(await words(labelled)).toEqual(expected)
    expect(await look(labelled)).toMatchObject({ state: 'present' })
    // Whatever stood there before gives way.
    expect(await words(await draw(labelled, { moment: 'end', text: 'AI合成' }))).toEqual(['3 AI合成'])
  })

  test('on hidden slides where there are no others', async () => {
    expect(await words(await draw(await talk(false, false)))).toEqual(['1 AI生成'])
  })

  test.each([
    ['top-left', [0.025, 0.025]],
    ['bottom', [0.5, 0.975]],
    ['bottom-right', [0.975, 0.975]],
  ] as const)('%s, inside the slide', async (position, [x, y]) => {
    const text = (await entriesOf(await draw(slides, { position }))).get(slide(1)) ?? ''
    const [left = 0, top = 0, width = 0, height = 0] = (
      /<a:off x="(\d+)" y="(\d+)"\/><a:ext cx="(\d+)" cy="(\d+)"\/><\/a:xfrm><a:prstGeom prst="roundRect">/.exec(
        text,
      ) ?? []
    )
      .slice(1)
      .map(Number)
    const near = (low: number, size: number, whole: number) =>
      (low + size / 2 < whole / 3 ? low : low + size / 2 > (2 * whole) / 3 ? low + size : low + size / 2) /
      whole
    expect(near(left, width, 9144000)).toBeCloseTo(x, 1)
    expect(near(top, height, 6858000)).toBeCloseTo(y, 1)
    // 5 % of the shortest side and a little more, in letters that fill 0.73 of their size at least.
    expect(Number(/sz="(\d+)" b="0" i="0"/.exec(text)?.[1]) / 100).toBeGreaterThan((0.05 * 6858000) / 12700)
  })

  test('behind what extends the tree, with another prefix, in the namespace of Strict', async () => {
    const strict = 'http://purl.oclc.org/ooxml/presentationml/main'
    const tree = `<sld xmlns="${strict}"><cSld><spTree><nvGrpSpPr><cNvPr id="7" name=""/></nvGrpSpPr>X<extLst/></spTree></cSld></sld>`
    const text = (await entriesOf(await draw(await withParts({ [slide(1)]: tree })))).get(slide(1)) ?? ''
    expect(short(text)).toBe(tree.replace('X', 'X@'))
    expect(text).toContain(
      `<p:sp xmlns:p="${strict}" xmlns:a="http://purl.oclc.org/ooxml/drawingml/main"><p:nvSpPr><p:cNvPr id="8"`,
    )
  })

  test('in words of another rule, escaped', async () => {
    const labelled = await draw(slides, { text: 'AI "<&>" generated', wording: 'eu' })
    expect(await look(labelled)).toMatchObject({ state: 'present', text: 'AI "<&>" generated' })
    expect(await words(labelled)).toEqual(['1 AI "&lt;&amp;&gt;" generated'])
  })
})

describe('what others wrote', () => {
  const box = (text: string, attributes = '', name = 'Box 9') =>
    `<p:sp><p:nvSpPr><p:cNvPr id="9" name="${name}"${attributes}/></p:nvSpPr><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`
  const holding = (shapes: string) =>
    withParts({ [slide(1)]: original.replace('</p:spTree>', `${shapes}$&`) })
  test.each([
    [box('本页由AI生成'), 'present'],
    [box('AI</a:t></a:r><a:r><a:t>生成'), 'present'],
    [box('AI生成', ' hidden="1"'), 'absent'],
    [box('关于AI生成内容的管理办法'), 'absent'],
  ])('%s is %s', async (shapes, state) => {
    expect(await look(await holding(shapes))).toMatchObject({ state })
  })

  test('in a shape of that name is content, and content stays', async () => {
    const letter = box('a letter', '', 'AI label')
    const labelled = await draw(await holding(letter))
    expect((await entriesOf(labelled)).get(slide(1))).toContain(letter)
  })
})

describe('what cannot be labelled is refused', () => {
  test.each([
    [
      'without slides',
      { 'ppt/presentation.xml': main.replace(/<p:sldId .*?\/>/, '') },
      'visible.content.unsupported',
    ],
    [
      'whose slide is missing',
      { 'ppt/presentation.xml': main.replace('r:id="rId2"', 'r:id="rId9"') },
      'input.damaged',
    ],
    ['whose slide is cut off', { [slide(1)]: original.slice(0, -9) }, 'input.damaged'],
    ['whose slide has no shapes', { [slide(1)]: original.replaceAll('spTree', 'tree') }, 'input.damaged'],
    [
      'that is signed',
      {
        '_rels/.rels':
          '<Relationships><Relationship Type="x/digital-signature/origin" Target="s"/></Relationships>',
      },
      'input.signed',
    ],
  ])('a presentation %s', async (_, parts, code) => {
    await refuses(await withParts(parts), code)
  })

  test('words that say nothing, and styles that need to know what is under them', async () => {
    await refusesWishes(slides)
  })

  test('and whatever a file has become, it is labelled or refused by name', async () => {
    await survives(await draw(await talk(true, true), { moment: 'both' }), [
      slide(1),
      'ppt/presentation.xml',
      'ppt/_rels/presentation.xml.rels',
    ])
  })
})
