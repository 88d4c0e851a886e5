import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { bytesSource, InputError, type VisibleLabel } from '@yinji/core'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { pdfOf, pdfTools, stream } from '../document/pdf.test-kit.ts'
import { pdf } from '../document/pdf.ts'
import { fixture, nothingElse } from '../handler.test-kit.ts'
import { run } from '../programs.test-kit.ts'
import { pdfLabeller } from './labellers.ts'

const { inside, saved, qpdf } = pdfTools()
const leaflet = fixture('leaflet.pdf')

async function draw(value: Uint8Array, label: Partial<VisibleLabel> = {}): Promise<Uint8Array> {
  const wish: VisibleLabel = { text: 'AI生成', position: 'auto', ...label }
  const { source } = await pdfLabeller.apply(bytesSource(value, 'a.pdf'), wish, nothingElse)
  return Uint8Array.from(await source.read(0, source.size))
}
const look = async (value: Uint8Array) => pdfLabeller.look?.(bytesSource(value), nothingElse)
/** The words of each page. */
function wordsOf(value: Uint8Array): string[] {
  const text = run('pdftotext', saved(value), '-')
  return text
    .split('\f')
    .slice(0, -1)
    .map((page) => page.trim().replace(/\s+/g, ' '))
}
/** Nothing as dark as the plate. */
const content = '0.9 g 0 0 900 900 re f 0.6 g BT /F1 24 Tf 60 150 Td (Page) Tj ET'
/** Pages that inherit their size and their font. */
function book(pages: readonly string[], body = content, catalog = '', head = ''): Uint8Array {
  return pdfOf([
    `<</Type /Catalog /Pages 2 0 R${catalog}>>`,
    `<</Type /Pages /Kids [3 0 R] /Count ${pages.length} /MediaBox [0 0 300 400]>>`,
    `<</Type /Pages /Parent 2 0 R /Kids [${pages.map((_, index) => `${index + 6} 0 R`).join(' ')}] /Count ${pages.length} /Resources <</Font 4 0 R>>>>`,
    '<</F1 <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>',
    stream(body, head),
    ...pages.map((page) => `<</Type /Page /Parent 3 0 R /Contents 5 0 R ${page}>>`),
  ])
}

/** The corner of the page, as poppler shows it, that holds the darkest plate; and how high the plate is, in points. */
async function cornerOf(
  value: Uint8Array,
  page = 1,
  resolution = 72,
): Promise<{ corner: string; height: number }> {
  const png = execFileSync('pdftoppm', [
    '-r',
    `${resolution}`,
    '-cropbox',
    '-f',
    `${page}`,
    '-l',
    `${page}`,
    '-png',
    saved(value),
  ])
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true })
  const dark: { x: number; y: number }[] = []
  // The plate is the one area of its shade.
  for (const [at, shade] of data.entries())
    if (shade > 95 && shade < 103) dark.push({ x: at % info.width, y: Math.floor(at / info.width) })
  expect(dark.length).toBeGreaterThan(300)
  const rows = dark.map(({ y }) => y)
  const columns = dark.map(({ x }) => x)
  const side = (least: number, most: number, size: number, low: string, high: string) =>
    least < size * 0.06 ? low : most > size * 0.94 ? high : 'middle'
  const [top, bottom] = [Math.min(...rows), Math.max(...rows)]
  return {
    corner: `${side(top, bottom, info.height, 'top', 'bottom')}-${side(Math.min(...columns), Math.max(...columns), info.width, 'left', 'right')}`,
    height: bottom - top + 1,
  }
}

describe('a labelled document', () => {
  test.each([
    ['with a table', () => leaflet],
    ['with object streams', () => qpdf(leaflet, '--object-streams=generate')],
    ['linearised', () => qpdf(leaflet, '--linearize')],
    ['with inherited resources', () => book(['', ''])],
    [
      'without contents',
      () =>
        pdfOf([
          '<</Type /Catalog /Pages 2 0 R>>',
          '<</Type /Pages /Kids [3 0 R] /Count 1>>',
          '<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 100]>>',
        ]),
    ],
  ])('%s: says so on its first page, as text, and nothing before it is touched', async (_, make) => {
    const value = make()
    const labelled = await draw(value)
    expect(Buffer.from(labelled.subarray(0, value.length)).equals(Buffer.from(value))).toBe(true)
    run('qpdf', '--check', saved(labelled))
    const [first = '', ...others] = wordsOf(labelled)
    const [before = '', ...rest] = wordsOf(value)
    expect(first.split(/ ?AI生成 ?/).join('')).toBe(before)
    expect(first.match(/AI生成/g)).toHaveLength(1)
    expect(others).toEqual(rest)
    expect(run('pdffonts', saved(labelled))).toMatch(
      /^[A-Z]{6}\+NotoSansSC-Medium +CID TrueType +Identity-H +yes yes yes/m,
    )
    expect(await look(labelled)).toMatchObject({ state: 'present', text: 'AI生成' })
    expect(await look(value)).toMatchObject({ state: 'absent' })
    expect((await pdf.read(bytesSource(labelled))).findings).toEqual([])
    expect(labelled.length - value.length).toBeLessThan(8000)
  })

  test.each([
    ['start', ['AI生成 Page', 'Page', 'Page']],
    ['end', ['Page', 'Page', 'AI生成 Page']],
    ['both', ['AI生成 Page', 'Page', 'AI生成 Page']],
    ['throughout', ['AI生成 Page', 'AI生成 Page', 'AI生成 Page']],
  ] as const)('%s', async (moment, pages) => {
    const value = book(['', '', ''])
    const labelled = await draw(value, { moment })
    const sorted = (words: readonly string[]) => words.map((page) => page.split(' ').sort().join(' '))
    expect(sorted(wordsOf(labelled))).toEqual(pages)
    // Whatever stood there before gives way.
    const again = await draw(labelled, { text: '人工智能合成', moment: 'end' })
    run('qpdf', '--check', saved(again))
    expect(sorted(wordsOf(again))).toEqual(['Page', 'Page', 'Page 人工智能合成'])
    expect(await look(again)).toMatchObject({ text: '人工智能合成' })
  })

  test.each(['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const)(
    'stands %s of the page as it is shown: rotated, cropped, scaled',
    async (position) => {
      const pages = [
        '',
        '/Rotate 90',
        '/Rotate 180',
        '/Rotate -90',
        '/CropBox [50 20 250 380]',
        '/Rotate 90 /CropBox [50 20 290 380]',
        '/MediaBox [-100 300 200 -100] /UserUnit 2',
      ]
      const labelled = await draw(book(pages), { position, moment: 'throughout' })
      for (const [index] of pages.entries())
        expect((await cornerOf(labelled, index + 1)).corner, pages[index]).toBe(position)
    },
  )

  test('has the size that is wished for, of the side as it is shown', async () => {
    const value = book(['', '/MediaBox [0 0 30 40] /UserUnit 10'])
    const small = await cornerOf(await draw(value))
    const large = await cornerOf(await draw(value, { size: 0.1 }))
    expect(small.height).toBeGreaterThan(12)
    expect(large.height).toBeGreaterThan(2 * small.height)
    // Poppler counts in units, not in points.
    const units = await cornerOf(await draw(value, { size: 0.1, moment: 'end' }), 2, 720)
    expect(Math.abs(units.height - large.height)).toBeLessThan(3)
  })

  test.each(['plate', 'plate-light', 'outline', 'eu-icon'])(
    'in style %s, translucent: is text',
    async (style) => {
      const labelled = await draw(book(['']), { style, opacity: 0.95 })
      run('qpdf', '--check', saved(labelled))
      expect(wordsOf(labelled)[0]?.match(/AI生成/g)).toHaveLength(1)
      expect(await look(labelled)).toMatchObject({ state: 'present' })
    },
  )

  test.each([
    ['q q 2 0 0 2 0 0 cm', 'unclosed states'],
    ['3 0 0 3 0 0 cm (q \\) q) Tj /q gs <71> Tj % q\n', 'words that look like them'],
    ['q BI /W 1 /H 1 /CS /G /BPC 8 ID q q EI Q 2 0 0 2 0 0 cm', 'images that look like them'],
  ])('is not shifted by what the page left behind: %s, %s', async (rest) => {
    const plain = `${content} ${rest}`
    const packed = deflateSync(plain).toString('latin1')
    for (const file of [book([''], plain), book([''], packed, '', '/Filter /FlateDecode')])
      expect((await cornerOf(await draw(file, { position: 'top-right' }))).corner).toBe('top-right')
  })

  test('looks the same on a machine that has no fonts', async () => {
    const path = saved(await draw(book([''], '0.9 g 0 0 900 900 re f')))
    const picture = (fonts?: string) =>
      execFileSync('pdftoppm', ['-r', '100', '-png', path], {
        env: { ...process.env, ...(fonts && { FONTCONFIG_FILE: fonts }) },
      })
    const none = inside('none.conf')
    writeFileSync(none, '<?xml version="1.0"?><fontconfig></fontconfig>')
    expect(picture(none).equals(picture())).toBe(true)
  })

  test('with a structure says that the label is no part of it', async () => {
    const labelled = await draw(
      book([''], content, ' /StructTreeRoot <</Type /StructTreeRoot>> /MarkInfo <</Marked true>>'),
    )
    expect(Buffer.from(labelled).toString('latin1')).toContain('/Artifact <</Type /Pagination')
    expect(await look(labelled)).toMatchObject({ state: 'present' })
  })

  test('is found after others have saved it anew, and not once it is gone from the page', async () => {
    const labelled = await draw(leaflet)
    expect(await look(qpdf(labelled, '--object-streams=generate', '--compress-streams=y'))).toMatchObject({
      state: 'present',
    })
    const hidden = Buffer.from(labelled).toString('latin1').replace('/AILabel Do', '/AILabel ET')
    expect(await look(new Uint8Array(Buffer.from(hidden, 'latin1')))).toMatchObject({ state: 'absent' })
  })
})

describe('what is refused', () => {
  const signed = [
    '<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [4 0 R]>>>>',
    '<</Type /Pages /Kids [3 0 R] /Count 1>>',
    '<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 100]>>',
    '<</FT /Sig /Kids [5 0 R 4 0 R]>>',
    '<</T (a) /V 6 0 R>>',
    '<</Type /Sig>>',
  ]
  test.each([
    ['signed, in a field of a field', () => pdfOf(signed), 'visible.content.signed'],
    [
      'certified',
      () => pdfOf(['<</Type /Catalog /Pages 2 0 R /Perms <</DocMDP 4 0 R>>>>', ...signed.slice(1)]),
      'input.signed',
    ],
    ['encrypted', () => qpdf(leaflet, '--encrypt', '', 'o', '256', '--'), 'input.encrypted'],
    [
      'without pages',
      () => pdfOf(['<</Type /Catalog /Pages 2 0 R>>', '<</Type /Pages /Kids [] /Count 0>>']),
      'input.damaged',
    ],
    [
      'drawn by a program (XFA)',
      () => book([''], content, ' /NeedsRendering true'),
      'visible.content.unsupported',
    ],
    ['smaller than the words', () => book(['/MediaBox [0 0 4 400]']), 'visible.space.missing'],
  ])('a document that is %s', async (_, make, code) => {
    await expect(draw(make())).rejects.toMatchObject({ code })
  })

  test('an empty signature field is nobody’s signature', async () => {
    const value = pdfOf(signed.map((object) => object.replace('/V 6 0 R', '')))
    expect(await look(await draw(value))).toMatchObject({ state: 'present' })
  })

  test('words that say nothing or that nobody could read, and letters that the font does not have', async () => {
    await expect(draw(leaflet, { text: '你好' })).rejects.toMatchObject({ code: 'visible.text.wording' })
    await expect(draw(leaflet, { style: 'plain' })).rejects.toMatchObject({ code: 'visible.contrast.low' })
    await expect(draw(leaflet, { text: 'AI生成♥' })).rejects.toMatchObject({ code: 'visible.glyph.missing' })
  })
})

test('whatever a file has become, it is labelled or refused by name', async () => {
  const whole = await draw(qpdf(book(['/Rotate 90', '']), '--object-streams=generate'), { moment: 'both' })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      fc.option(fc.nat(whole.length), { freq: 4 }),
      async (changes, length) => {
        const mutant = whole.slice(0, length ?? whole.length)
        for (const [at, value] of changes) if (at < mutant.length) mutant[at] = value
        await look(mutant)
        const labelled = await draw(mutant, { moment: 'throughout' }).catch((error: unknown) => {
          expect(error).toBeInstanceOf(InputError)
        })
        if (labelled) expect(await look(labelled)).toMatchObject({ state: 'present', text: 'AI生成' })
      },
    ),
    { numRuns: 400, seed: 20261126 },
  )
})
