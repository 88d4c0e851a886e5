/** Real JPEGs, of cameras and programs: the explicit label changes the pixels under it and no other. */
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createToolkit } from '@yinji/toolkit'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'

const corpus = process.env['YINJI_CORPUS'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus')
const directory = temporaryDirectory()
const files = ['image', 'c2pa', 'c2pa-golden'].flatMap((folder) =>
  readdirSync(join(corpus, folder))
    .filter((name) => name.endsWith('.jpg') && !name.startsWith('truncated'))
    .map((name) => `${folder}/${name}`),
)

/** As it is shown, so that the label stands at the lower right. */
async function shown(path: string) {
  const picture = sharp(await readFile(path), { ignoreIcc: true }).autoOrient()
  return picture.raw().toBuffer({ resolveWithObject: true })
}

test.each(files)('%s', async (name) => {
  const output = join(directory, name.replaceAll('/', '-'))
  const toolkit = createToolkit({ identity: await testIdentity() })
  await toolkit.label(join(corpus, name), { contentId: 'one' }, { output })
  const [before, after] = [await shown(join(corpus, name)), await shown(output)]
  expect(after.info).toEqual(before.info)
  const { width, height, channels } = before.info
  let [left, top, changed] = [width, height, 0]
  for (let at = 0; at < before.data.length; at++) {
    if (before.data[at] === after.data[at]) continue
    const pixel = Math.floor(at / channels)
    left = Math.min(left, pixel % width)
    top = Math.min(top, Math.floor(pixel / width))
    changed++
  }
  expect(changed).toBeGreaterThan(0)
  // The label, its blocks, and a pixel of colour beside them.
  const shortest = Math.min(width, height)
  expect(width - left).toBeLessThan(0.45 * shortest + 60)
  expect(height - top).toBeLessThan(0.15 * shortest + 40)
})
