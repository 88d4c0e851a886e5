import { bytesSource } from '@yinji/core'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { jpegParts } from './jpeg-graft.ts'
import { estimateQuality } from './jpeg-quality.ts'

test.each([10, 35, 50, 75, 80, 92, 100])('quality %i is told from its tables', async (quality) => {
  const bytes = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#3a7' } })
    .jpeg({ quality })
    .toBuffer()
  const { quantisation } = await jpegParts(bytesSource(bytes))
  expect(estimateQuality(quantisation)).toBe(quality)
})

test('without tables, or with broken ones, a usual quality is taken', () => {
  expect(estimateQuality([])).toBe(90)
  expect(estimateQuality([new Uint8Array(20)])).toBe(90)
})
