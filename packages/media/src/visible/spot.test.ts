import { bytesSource, type VisibleLabel } from '@yinji/core'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { nothingElse } from '../handler.test-kit.ts'
import type { GreyRaster } from './grey.ts'
import { imageLabeller } from './image.ts'
import { fixture } from './pictures.test-kit.ts'
import { needsPixels, spotFor } from './spot.ts'

const size = { width: 640, height: 480 }
const paint = (shade: (x: number, y: number) => number): GreyRaster => ({
  ...size,
  pixels: Uint8Array.from({ length: size.width * size.height }, (_, at) =>
    shade(at % size.width, Math.floor(at / size.width)),
  ),
})
const noise = (x: number, y: number) => (x * 7919 + y * 104729 + ((x * y) % 97) * 31) % 256
const label: VisibleLabel = { text: 'AI生成', position: 'auto' }

describe('auto', () => {
  test.each([
    ['bottom-right', () => 90],
    ['bottom-left', (x: number, y: number) => (x < 320 && y > 240 ? 90 : noise(x, y))],
    ['top-left', (x: number, y: number) => (x < 320 && y < 240 ? 90 : noise(x, y))],
    ['top-right', (x: number, y: number) => (x > 320 && y < 240 ? 90 : noise(x, y))],
  ] as const)('the calmest corner is %s', async (position, shade) => {
    expect(await spotFor([paint(shade)], size, label)).toEqual({ position, bright: false })
  })
})

test('of some frames, all count', async () => {
  const busy = (x: number, y: number) => (x > 320 && y > 240 ? noise(x, y) : 90)
  expect(await spotFor([paint(() => 90), paint(busy)], size, label)).toMatchObject({
    position: 'bottom-left',
  })
  const plain: VisibleLabel = { ...label, position: 'top', style: 'plain' }
  const changing = [paint(() => 10), paint(() => 250)]
  await expect(spotFor(changing, size, plain)).rejects.toMatchObject({ code: 'visible.contrast.low' })
})

describe('words without a plate', () => {
  const plain: VisibleLabel = { ...label, position: 'bottom-right', style: 'plain' }
  test('are black on white and white on black', async () => {
    expect(await spotFor([paint(() => 240)], size, plain)).toMatchObject({ bright: true })
    expect(await spotFor([paint(() => 20)], size, plain)).toMatchObject({ bright: false })
  })

  test('are refused where neither can be read; with an outline they can', async () => {
    const stripes = paint((x) => (x % 40 < 20 ? 0 : 255))
    await expect(spotFor([stripes], size, plain)).rejects.toMatchObject({ code: 'visible.contrast.low' })
    expect(await spotFor([stripes], size, { ...plain, style: 'outline' })).toMatchObject({
      position: 'bottom-right',
    })
  })

  test('the usual style needs no look at the pixels', () => {
    expect(needsPixels({ ...label, position: 'top' })).toBe(false)
    expect(needsPixels(plain)).toBe(true)
    expect(needsPixels(label)).toBe(true)
  })
})

describe('in real pictures', () => {
  const apply = async (bytes: Uint8Array, text = 'AI生成') => {
    const { source, label } = await imageLabeller.apply(
      bytesSource(bytes),
      { text, position: 'auto' },
      nothingElse,
    )
    return { bytes: await source.read(0, source.size), position: label.position }
  }

  test('a corner that bears a label already is left alone, and so is the next', async () => {
    const first = await apply(fixture('photo.jpg'))
    const second = await apply(first.bytes, 'AI合成')
    expect(second.position).not.toBe(first.position)
    const again = await apply(fixture('photo.jpg'))
    expect(again.position).toBe(first.position)
  })

  test.each(['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const)(
    'a photograph with calm only in the %s is labelled there',
    async (corner) => {
      const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
      const grain = await sharp({ create: { ...size, channels: 3, background: '#888', noise } })
        .png()
        .toBuffer()
      const calm = await sharp(fixture('photo.jpg')).resize(320, 240).blur(12).png().toBuffer()
      const at = { left: corner.endsWith('left') ? 0 : 320, top: corner.startsWith('top') ? 0 : 240 }
      const picture = await sharp(grain)
        .composite([{ input: calm, ...at }])
        .jpeg()
        .toBuffer()
      expect((await apply(picture)).position).toBe(corner)
    },
  )
})
