import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource, type VisibleLabel } from '@yinji/core'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { nothingElse } from '../handler.test-kit.ts'
import { findLabel } from './find-label.ts'
import { imageLabeller } from './image.ts'
import { lookAtPicture } from './look.ts'

const fixtures = join(import.meta.dirname, '../../../../fixtures')
const look = (bytes: Uint8Array) => lookAtPicture(bytesSource(bytes), nothingElse)
const photo = (width: number) =>
  sharp(join(fixtures, 'photo.jpg')).resize(width).jpeg({ quality: 90 }).toBuffer()

async function labelled(bytes: Uint8Array, label: VisibleLabel): Promise<Buffer> {
  const { source } = await imageLabeller.apply(bytesSource(bytes), label, nothingElse)
  return Buffer.from(await source.read(0, source.size))
}

const wishes: readonly VisibleLabel[] = [
  { text: 'AI生成', position: 'bottom-right' },
  { text: 'AI合成', position: 'top-left', style: 'outline' },
  { text: 'AI generated', position: 'top', wording: 'eu', style: 'plate-light' },
  { text: '人工智能生成合成', position: 'bottom-left', size: 0.08 },
]

describe.each(wishes)('$text $position', (label) => {
  test('is found and measured, as it is, at half the size, and at JPEG quality 60', async () => {
    const bytes = await labelled(await photo(1200), label)
    for (const worn of [bytes, await sharp(bytes).resize(600).jpeg({ quality: 60 }).toBuffer()]) {
      const seen = await look(worn)
      expect(seen).toMatchObject({ state: 'present', text: label.text })
      const [present, ...more] = seen.findings
      expect(present).toMatchObject({ code: 'visible.look.present', data: { position: label.position } })
      const share = Number(present?.data?.['share'])
      expect(Math.abs(share - (label.size ?? 0.05) * 100)).toBeLessThan(0.4)
      expect(more).toEqual([])
    }
  })
})

test('auto leaves a corner alone that bears a label, and says where it went', async () => {
  const auto: VisibleLabel = { text: 'AI生成', position: 'auto' }
  const once = await imageLabeller.apply(bytesSource(await photo(800)), auto, nothingElse)
  const twice = await imageLabeller.apply(once.source, auto, nothingElse)
  expect(once.label.position).not.toBe('auto')
  expect(twice.label.position).not.toBe('auto')
  expect(twice.label.position).not.toBe(once.label.position)
})

test('a label that is too small is told as such', async () => {
  const bytes = await labelled(await photo(1200), { text: 'AI生成', position: 'bottom-right' })
  const canvas = await sharp(bytes).extend({ left: 200, top: 150, background: '#888' }).jpeg().toBuffer()
  const { width = 0 } = await sharp(canvas).metadata()
  expect(width).toBe(1400)
  expect((await look(canvas)).findings.map(({ code }) => code)).toEqual([
    'visible.look.present',
    'visible.look.small',
  ])
})

const pictures = readdirSync(fixtures).filter((name) => /\.(jpg|png|gif|webp|tif|svg)$/.test(name))

test.each(pictures)('nothing is found in %s', async (name) => {
  expect(await look(readFileSync(join(fixtures, name)))).toMatchObject({ state: 'absent' })
})

test('damaged, tiny and blank pictures are no trouble', async () => {
  const jpeg = await photo(400)
  expect(await look(jpeg.subarray(0, jpeg.byteLength / 2))).toMatchObject({ state: 'unchecked' })
  expect(await look(new Uint8Array(0))).toMatchObject({ state: 'unchecked' })
  const blank = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#777' } })
      .png()
      .toBuffer()
  expect(await look(await blank(64, 64))).toMatchObject({ state: 'absent' })
  for (const [width, height] of [
    [1, 1],
    [3000, 1],
    [16, 30000],
  ] as const)
    expect(await look(await blank(width, height))).toMatchObject({ state: 'unchecked' })
  expect(await findLabel({ pixels: new Uint8Array(0), width: 0, height: 0 })).toBeUndefined()
})
