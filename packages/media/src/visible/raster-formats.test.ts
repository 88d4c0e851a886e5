/** The explicit label in picture formats with frames, pages and palettes. */
import { bytesSource } from '@yinji/core'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { nothingElse } from '../handler.test-kit.ts'
import { readWebp } from '../image/webp-chunks.ts'
import { imageLabeller } from './image.ts'
import {
  assertKept,
  assertSeen,
  changes,
  fixture,
  labelled,
  moving,
  photo,
  timing,
  withAlpha,
} from './pictures.test-kit.ts'
import { expandLzw, packLzw } from './tiff-lzw.ts'

/** PhotometricInterpretation 0: the same samples mean the negative. */
async function minIsWhite(): Promise<Buffer> {
  const bytes = await photo()
    .toColourspace('b-w')
    .tiff({ compression: 'deflate', predictor: 'horizontal' })
    .toBuffer()
  const entry = Buffer.from('060103000100000001000000', 'hex')
  const at = bytes.indexOf(entry)
  expect(at).toBeGreaterThan(0)
  bytes[at + 8] = 0
  return bytes
}

const lossless: readonly (readonly [string, () => Promise<Buffer>])[] = [
  ['WebP', () => photo().webp({ lossless: true }).toBuffer()],
  ['WebP with alpha', () => withAlpha().webp({ lossless: true, exact: true }).toBuffer()],
  ['animated WebP', async () => (await moving()).webp({ ...timing, lossless: true }).toBuffer()],
  ['TIFF with LZW', () => photo().tiff({ compression: 'lzw', predictor: 'horizontal' }).toBuffer()],
  ['TIFF with Deflate', () => withAlpha().tiff({ compression: 'deflate', predictor: 'none' }).toBuffer()],
  ['plain TIFF', () => photo().tiff({ compression: 'none' }).toBuffer()],
  ['16-bit TIFF', () => photo().toColourspace('rgb16').tiff({ compression: 'lzw' }).toBuffer()],
  ['grey 16-bit TIFF', () => photo().toColourspace('grey16').tiff({ compression: 'deflate' }).toBuffer()],
  ['CMYK TIFF', () => photo().toColourspace('cmyk').tiff({ compression: 'lzw' }).toBuffer()],
  ['TIFF of pages', async () => fixture('pages.tif')],
  ['grey TIFF with 0 for white', () => minIsWhite()],
  ['BigTIFF', async () => fixture('wide.tif')],
]

describe.each(lossless)('lossless %s', (_, make) => {
  test('nothing changes outside the label, in any frame', async () => {
    const before = await make()
    const { bytes, path } = await labelled(before)
    expect(path).toBe('spliced')
    for (const { outside, inside } of await changes(before, bytes)) {
      expect(outside).toBe(0)
      expect(inside).toBeGreaterThan(100)
    }
    await assertKept(before, bytes)
    await assertSeen(bytes)
  })
})

const lossy: readonly (readonly [string, () => Promise<Buffer>])[] = [
  ['WebP', () => photo().webp({ quality: 82 }).toBuffer()],
  ['WebP with alpha', async () => fixture('morning.webp')],
  ['animated WebP', async () => (await moving()).webp(timing).toBuffer()],
  ['animated WebP of another maker', async () => fixture('sunrise.webp')],
]

describe.each(lossy)('lossy %s', (_, make) => {
  test('every frame bears the label, and the rest looks as it did', async () => {
    const before = await make()
    const { bytes } = await labelled(before)
    for (const { outside, inside } of await changes(before, bytes)) {
      expect(outside).toBeLessThan(80)
      expect(inside).toBeGreaterThan(100)
    }
    await assertKept(before, bytes)
    await assertSeen(bytes)
    expect(bytes.byteLength).toBeLessThan(before.byteLength * 1.5 + 4000)
  })
})

describe('WebP', () => {
  test('chunks that are no pictures stay byte for byte', async () => {
    const before = await photo().webp({ quality: 60 }).toBuffer()
    const others = async (bytes: Buffer) => {
      const { riff } = await readWebp(bytesSource(bytes))
      return riff.chunks
        .filter(({ id }) => id !== 'VP8 ')
        .map(({ start, end }) => bytes.toString('latin1', start, end))
    }
    const kept = await others(before)
    expect(kept.length).toBeGreaterThan(1)
    expect(await others((await labelled(before)).bytes)).toEqual(kept)
  })

  test('a frame like the one before keeps its place in time', async () => {
    const whole = await (await moving()).webp({ ...timing, lossless: true }).toBuffer()
    const { riff } = await readWebp(bytesSource(whole))
    const last = riff.chunks.filter(({ id }) => id === 'ANMF').at(-1)
    const again = whole.subarray(last?.start, riff.end)
    const before = Buffer.concat([whole.subarray(0, riff.end), again])
    before.writeUInt32LE(before.byteLength - 8, 4)
    const { bytes } = await labelled(before)
    expect(await sharp(bytes).metadata()).toMatchObject({ pages: 4, delay: [70, 130, 900, 900] })
    for (const { outside } of await changes(before, bytes)) expect(outside).toBe(0)
  })
})

describe('TIFF', () => {
  test('a label that does not fit into the old strip leaves nothing of what it covers', async () => {
    const black = { create: { width: 320, height: 240, channels: 3, background: '#123' } } as const
    const before = await sharp(black).tiff({ compression: 'deflate', predictor: 'none' }).toBuffer()
    const { bytes } = await labelled(before)
    expect(bytes.byteLength).toBeGreaterThan(before.byteLength)
    for (const { outside } of await changes(before, bytes)) expect(outside).toBe(0)
    await assertSeen(bytes)
  })

  test('what can’t be kept as it is is refused', async () => {
    const before = await photo().tiff({ compression: 'jpeg' }).toBuffer()
    await expect(labelled(before)).rejects.toMatchObject({ code: 'visible.content.unsupported' })
  })

  test.each([3, 6, 8])('turned by orientation %i, the label is upright', async (orientation) => {
    const before = await photo().withMetadata({ orientation }).tiff({ compression: 'lzw' }).toBuffer()
    const { bytes } = await labelled(before)
    expect((await sharp(bytes).metadata()).orientation).toBe(orientation)
    const seen = await imageLabeller.look?.(bytesSource(bytes), nothingElse)
    expect(seen?.findings[0]?.data).toMatchObject({ text: 'AI生成', position: 'bottom-right' })
  })

  test.each([0, 1, 255, 4000, 300_000])('%i bytes survive LZW', (length) => {
    const data = Uint8Array.from({ length }, (_, index) => (index * index * 7) >>> (index % 11))
    expect(Buffer.from(expandLzw(packLzw(data), length)).equals(data)).toBe(true)
  })
})

const hostile: readonly (readonly [string, number, () => Promise<Buffer>])[] = [
  ['TIFF', 97, () => photo().resize(64, 48).tiff({ compression: 'lzw' }).toBuffer()],
  ['WebP', 13, async () => fixture('morning.webp')],
  ['animated WebP', 41, async () => fixture('sunrise.webp')],
  ['GIF', 67, async () => fixture('sunrise.gif')],
]

test.each(hostile)('damage in %s ends in a clear error or a picture', async (_, step, make) => {
  const before = await make()
  const results = new Set<string>()
  const attempt = (bytes: Buffer) =>
    labelled(bytes).then(
      () => 'labelled',
      (error: unknown) => (error as Error).name,
    )
  for (let at = 0; at < before.byteLength; at += step) {
    const damaged = Buffer.from(before)
    damaged[at] = (damaged[at] ?? 0) ^ 0x55
    results.add(await attempt(damaged))
    results.add(await attempt(before.subarray(0, at)))
  }
  expect([...results].filter((name) => !['labelled', 'InputError'].includes(name))).toEqual([])
})
