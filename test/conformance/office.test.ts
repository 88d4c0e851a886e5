/** LibreOffice opens what was labelled, without repairing it, and shows what it showed before. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { promisify } from 'node:util'
import { createToolkit } from '@yinji/toolkit'
import { beforeAll, expect, test } from 'vitest'
import { fixturePath } from '../helpers/fixtures.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'

const run = promisify(execFile)
const documents = ['letter.docx', 'table.xlsx', 'report.odt', 'sheet.ods']
/** LibreOffice draws no text of slides this bare, so they are only opened. */
const slides = ['slides.pptx', 'talk.odp']
const directory = temporaryDirectory()

/** All of them in one start, which takes longer than they do. */
async function printed(folder: string, ...more: string[]): Promise<void> {
  const home = `-env:UserInstallation=file://${join(directory, 'profile')}`
  const files = [...documents, ...slides, ...more].map((name) => join(directory, folder, name))
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
  for (const name of [...documents, ...slides]) {
    await copyFile(fixturePath(name), join(directory, 'before', name))
    await toolkit.label(
      fixturePath(name),
      {},
      { output: join(directory, 'after', name), visible: false, sidecar: true },
    )
  }
  const labelled = join(directory, 'after', 'labelled.docx')
  await toolkit.label(fixturePath('letter.docx'), {}, { output: labelled, visible: { moment: 'both' } })
  await printed('before')
  await printed('after', 'labelled.docx')
}, 240_000)

test.each(documents)('%s', async (name) => {
  const text = async (folder: string) =>
    (await run('pdftotext', ['-layout', join(directory, folder, `${parse(name).name}.pdf`), '-'])).stdout
  const before = await text('before')
  expect(before.trim()).not.toBe('')
  expect(await text('after')).toBe(before)
})

test.each(slides)('%s opens as before', async (name) => {
  const pages = async (folder: string) =>
    /Pages:\s+\d+/.exec(
      (await run('pdfinfo', [join(directory, folder, `${parse(name).name}.pdf`)])).stdout,
    )?.[0]
  expect(await pages('before')).toMatch(/Pages:\s+1/)
  expect(await pages('after')).toBe(await pages('before'))
})

test('the explicit label is printed, before and behind what was there', async () => {
  const { stdout } = await run('pdftotext', ['-layout', join(directory, 'after', 'labelled.pdf'), '-'])
  // Where two fonts meet, pdftotext sees a space.
  expect(stdout.replace(/\s+/g, '')).toBe('AI生成清晨的雨停了。AmorningafterrainAI生成')
  const fonts = await run('pdffonts', [join(directory, 'after', 'labelled.pdf')])
  expect(fonts.stdout).toMatch(/-Bold\b/) // nothing else in the letter is
})
