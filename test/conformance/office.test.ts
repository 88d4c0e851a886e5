/** LibreOffice opens what was labelled, without repairing it, and shows what it showed before. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { promisify } from 'node:util'
import { createToolkit } from '@yinji/toolkit'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { fixturePath } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'

const run = promisify(execFile)
const documents = ['letter.docx', 'table.xlsx', 'slides.pptx', 'report.odt', 'sheet.ods']
/** Without a word on it, so it is only opened. */
const bare = 'talk.odp'
/** With their explicit label. */
const letters = ['letter.docx', 'report.odt']
const pages = ['slides.pptx', 'talk.odp', 'sketch.odg']
const labelled = [...letters, ...pages, 'table.xlsx', 'sheet.ods']
const directory = temporaryDirectory()

/** All of them in one start, which takes longer than they do. */
async function printed(folder: string, ...more: string[]): Promise<void> {
  const home = `-env:UserInstallation=file://${join(directory, 'profile')}`
  const files = [...documents, bare, ...more].map((name) => join(directory, folder, name))
  await run('soffice', [
    home,
    '--headless',
    '--convert-to',
    'pdf',
    '--outdir',
    join(directory, folder),
    ...files,
  ])
}

beforeAll(async () => {
  const toolkit = createToolkit({ identity: await testIdentity() })
  for (const folder of ['before', 'after']) await mkdir(join(directory, folder))
  for (const name of [...documents, bare]) {
    await copyFile(fixturePath(name), join(directory, 'before', name))
    await toolkit.label(
      fixturePath(name),
      {},
      { output: join(directory, 'after', name), visible: false, sidecar: true },
    )
  }
  for (const name of labelled) {
    const moment = letters.includes(name) ? 'both' : 'start'
    const output = join(directory, 'after', `labelled-${name}`)
    await toolkit.label(fixturePath(name), {}, { output, visible: { moment }, sidecar: true })
  }
  await printed('before')
  await printed('after', ...labelled.map((name) => `labelled-${name}`))
}, 240_000)

test.each(documents)('%s', async (name) => {
  const text = async (folder: string) =>
    (await run('pdftotext', ['-layout', join(directory, folder, `${parse(name).name}.pdf`), '-'])).stdout
  const before = await text('before')
  expect(before.trim()).not.toBe('')
  expect(await text('after')).toBe(before)
})

test('a presentation without words opens as before', async () => {
  const pages = async (folder: string) =>
    /Pages:\s+\d+/.exec(
      (await run('pdfinfo', [join(directory, folder, `${parse(bare).name}.pdf`)])).stdout,
    )?.[0]
  expect(await pages('before')).toMatch(/Pages:\s+1/)
  expect(await pages('after')).toBe(await pages('before'))
})

test.each(letters)('the explicit label is printed, before and behind what was there: %s', async (name) => {
  const path = join(directory, 'after', `labelled-${parse(name).name}.pdf`)
  const { stdout } = await run('pdftotext', ['-layout', path, '-'])
  // Where two fonts meet, pdftotext sees a space.
  expect(stdout.replace(/\s+/g, '')).toBe('AI生成清晨的雨停了。AmorningafterrainAI生成')
  const fonts = await run('pdffonts', [path])
  expect(fonts.stdout).toMatch(/-Bold\b/) // nothing else in the letter is
})

test.each(pages)('the explicit label stands in the corner, in white on a dark plate: %s', async (name) => {
  const page = join(directory, 'after', `labelled-${parse(name).name}.pdf`)
  const { stdout } = await run('pdftotext', ['-bbox', page, '-'])
  const [, width, height] = /<page width="([\d.]+)" height="([\d.]+)"/.exec(stdout) ?? []
  const words = [
    ...stdout.matchAll(/<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</g),
  ]
  const label = words.filter(
    ([, x, y]) => Number(x) > Number(width) * 0.6 && Number(y) > Number(height) * 0.8,
  )
  expect(label.map(([, , , , , word]) => word).join('')).toBe('AI生成')
  const shortest = Math.min(Number(width), Number(height))
  for (const [, , top, x, y] of label) {
    expect(Number(x)).toBeLessThan(Number(width))
    expect(Number(y)).toBeLessThan(Number(height))
    expect(Number(y) - Number(top)).toBeGreaterThan(0.05 * shortest)
  }
  const { stdout: png } = await run('pdftoppm', ['-r', '72', '-png', page], { encoding: 'buffer' })
  const { data } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true })
  // The shade that the plate has on white, and nothing else on the page.
  const plate = data.filter((shade) => Math.abs(shade - 99) < 4).length
  expect(plate / data.length).toBeGreaterThan(0.005)
})

test('the explicit label stands in the header of the sheet, and in a box beside its cells', async () => {
  const { stdout } = await run('pdftotext', ['-bbox', join(directory, 'after', 'labelled-table.pdf'), '-'])
  const words = [...stdout.matchAll(/<word xMin="([\d.]+)" yMin="([\d.]+)" [^>]*>([^<]*)</g)].map(
    ([, x, y, word = '']) => ({ x: Number(x), y: Number(y), word }),
  )
  // Words in the order in which they are drawn, cut where fonts meet.
  const letters = (texts: readonly string[]) => [...texts.join('')].sort().join('')
  const shown = letters(['清晨的雨停了。Amorningafterrain', '42', 'AI生成', 'AI生成'])
  expect(letters(words.map(({ word }) => word))).toBe(shown)
  const last = words.find(({ word }) => word === '42')
  const [header, box] = words.filter(({ word }) => word.startsWith('AI')).sort((a, b) => a.y - b.y)
  expect(header?.y).toBeLessThan((last?.y ?? 0) - 10)
  // LibreOffice prints what Excel only shows.
  expect(box?.x).toBeGreaterThan(last?.x ?? 0)
})

test('the explicit label stands in a box beside the cells of a spreadsheet', async () => {
  const page = join(directory, 'after', 'labelled-sheet.pdf')
  const { stdout } = await run('pdftotext', ['-bbox', page, '-'])
  const words = [...stdout.matchAll(/<word xMin="([\d.]+)" yMin="([\d.]+)" [^>]*>([^<]*)</g)]
  const at = (start: string) =>
    words
      .find(([, , , word = '']) => word.startsWith(start))
      ?.slice(1, 3)
      .map(Number)
  const [[left = 0, top = 0] = [], [x = 0, y = 0] = []] = [at('清晨'), at('AI')]
  expect(words.map(([, , , word]) => word).join('')).toContain('AI生成')
  expect(x).toBeGreaterThan(left + 64) // the usual width of a column
  expect(Math.abs(y - top)).toBeLessThan(12)
})
