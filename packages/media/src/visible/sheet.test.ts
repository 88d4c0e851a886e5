/** Golden renders: the committed contact sheet is what is drawn now, in every format, whatever fonts a machine has. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { cells, sheet } from './sheet.test-kit.ts'

const root = join(import.meta.dirname, '../../../..')
const pixelsOf = (picture: Buffer | string) => sharp(picture).removeAlpha().raw().toBuffer()
const digest = (...parts: readonly Uint8Array[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex')

test('lossless formats show the same pixels, lossy ones nearly so', async () => {
  const all = await cells()
  for (const { ground, size, picture } of all.filter(({ format }) => format === 'png')) {
    const golden = await pixelsOf(picture)
    for (const cell of all.filter((other) => other.ground === ground && other.size === size)) {
      if (cell.format === 'svg') continue
      const pixels = await pixelsOf(cell.picture)
      const name = `${cell.format}, ${ground}, ${size}`
      if (cell.exact) expect(digest(pixels), name).toBe(digest(golden))
      const sum = pixels.reduce((total, value, at) => total + Math.abs(value - (golden[at] ?? 0)), 0)
      // Busy colours at half resolution are the worst there is.
      expect(sum / pixels.length, name).toBeLessThan(cell.exact ? 1e-9 : 25)
    }
  }
})

test('the committed sheet is what is drawn', async () => {
  const [committed, now] = [await pixelsOf(join(root, 'docs/labels.png')), await pixelsOf(await sheet())]
  expect(now.length).toBe(committed.length)
  // Processors round floating point in their own ways: a level or two, not more.
  let different = 0
  for (let at = 0; at < now.length; at++) if (Math.abs((now[at] ?? 0) - (committed[at] ?? 0)) > 3) different++
  expect(
    different / now.length,
    'see docs/labels.png; scripts/make-label-sheet.ts draws it anew',
  ).toBeLessThan(1e-4)
})

test('no font of the system is asked for', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'yinji-fonts-'))
  try {
    const empty = join(directory, 'fonts.conf')
    writeFileSync(
      empty,
      '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>',
    )
    const script = `
      import { renderLabel } from './packages/media/src/visible/render.ts'
      const { png } = await renderLabel('AI生成', { width: 640, height: 480 })
      process.stdout.write(png.toString('base64'))`
    const draw = (more: NodeJS.ProcessEnv) =>
      execFileSync(
        process.execPath,
        ['--conditions=development', '--import', 'tsx', '--input-type=module', '--eval', script],
        { cwd: root, env: { ...process.env, ...more }, maxBuffer: 2 ** 24 },
      ).toString()
    const without = draw({ FONTCONFIG_FILE: empty, FONTCONFIG_PATH: directory, XDG_DATA_HOME: directory })
    expect(without).not.toBe('')
    expect(without).toBe(draw({}))
    const ink = await sharp(Buffer.from(without, 'base64'))
      .flatten({ background: '#000' })
      .greyscale()
      .raw()
      .toBuffer()
    expect(ink.filter((value) => value > 200).length).toBeGreaterThan(100)
  } finally {
    rmSync(directory, { recursive: true })
  }
})
