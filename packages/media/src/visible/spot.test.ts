import type { VisibleLabel } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import type { GreyRaster } from './grey.ts'
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
