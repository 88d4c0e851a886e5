/** Lossy WebP is written as finely as it was: the encoder itself is the judge. */
import { join } from 'node:path'
import { bytesSource } from '@yinji/core'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, test } from 'vitest'
import { webpParts } from './webp.ts'

const photo = () => sharp(join(import.meta.dirname, '../../../../fixtures/photo.jpg'))
const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
const ground = { create: { width: 320, height: 200, channels: 3, background: '#888' } } as const
const pictures: readonly (readonly [string, () => Sharp, number])[] = [
  ['a photo', photo, 2],
  ['soft shapes', () => photo().resize(30, 20).resize(320, 200, { kernel: 'cubic' }), 2],
  // Where all of a picture is alike, little is known of what the encoder was asked for: rather finer than coarser.
  ['noise alone', () => sharp({ create: { ...ground.create, noise } }), 20],
  ['one colour', () => sharp(ground), 2],
]

describe.each(pictures)('%s', (_, picture, most) => {
  test.each([20, 35, 50, 65, 75, 82, 90, 97, 100])('of quality %i', async (quality) => {
    const file = await picture().webp({ quality }).toBuffer()
    const found = (await webpParts(bytesSource(new Uint8Array(file)))).options.quality
    expect(found).toBeGreaterThanOrEqual(quality - 1)
    expect(found).toBeLessThanOrEqual(quality + most)
  })
})
