import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { bytesSource, type Position } from '@yinji/core'
import sharp, { type Metadata } from 'sharp'
import { describe, expect, test } from 'vitest'
import { writeChunk } from '../carriers/png-chunks.ts'
import { nothingElse } from '../handler.test-kit.ts'
import { imageLabeller } from './image.ts'
import { fixture } from './pictures.test-kit.ts'
import { dataOf } from './png-graft.ts'

async function labelled(
  bytes: Uint8Array,
  position: Position = 'bottom-right',
  encode = false,
): Promise<Buffer> {
  const { source } = await imageLabeller.apply(
    bytesSource(bytes, 'picture'),
    { text: 'AI生成', position, encode },
    nothingElse,
  )
  return Buffer.from(await source.read(0, source.size))
}

/** Samples in the picture's own channels and depth, and where they changed. */
async function changes(before: Buffer, after: Buffer, tolerance: number) {
  const read = (bytes: Buffer) =>
    sharp(bytes, { ignoreIcc: true }).raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true })
  const [a, b] = [await read(before), await read(after)]
  expect(b.info).toEqual(a.info)
  const box = { left: a.info.width, top: a.info.height, right: 0, bottom: 0 }
  const samples = (data: Buffer) => new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
  const [was, is] = [samples(a.data), samples(b.data)]
  for (const [index, value] of was.entries()) {
    if (Math.abs(value - (is[index] ?? 0)) <= tolerance) continue
    const pixel = Math.floor(index / a.info.channels)
    const [x, y] = [pixel % a.info.width, Math.floor(pixel / a.info.width)]
    box.left = Math.min(box.left, x)
    box.top = Math.min(box.top, y)
    box.right = Math.max(box.right, x)
    box.bottom = Math.max(box.bottom, y)
  }
  return { ...box, width: a.info.width, height: a.info.height }
}

const small = () => sharp(fixture('photo.jpg')).resize(240, 180)
const kinds: readonly (readonly [string, () => Promise<Buffer>])[] = [
  ['PNG with alpha', async () => fixture('picture.png')],
  ['16-bit PNG', () => small().toColourspace('rgb16').png().toBuffer()],
  ['grey PNG with alpha', () => small().greyscale().toColourspace('b-w').ensureAlpha(0.5).png().toBuffer()],
  ['grey 16-bit PNG with alpha', () => small().toColourspace('grey16').ensureAlpha(0.5).png().toBuffer()],
  ['grey PNG', () => small().greyscale().png().toBuffer()],
  ['interlaced PNG', () => small().png({ progressive: true }).toBuffer()],
  ['PNG with a palette', () => small().png({ palette: true, colours: 16 }).toBuffer()],
]

describe.each(kinds)('%s', (_, make) => {
  test('nothing changes outside the label, and the form stays', async () => {
    const before = await make()
    const after = await labelled(before)
    const box = await changes(before, after, 0)
    expect(box.left).toBeGreaterThan(box.width * 0.4)
    expect(box.top).toBeGreaterThan(box.height * 0.7)
    const [was, is] = [await sharp(before).metadata(), await sharp(after).metadata()]
    const form = ({ space, depth, hasAlpha, isProgressive }: Metadata) => ({
      space,
      depth,
      hasAlpha,
      isProgressive,
    })
    expect(form(is)).toEqual(form(was))
  })
})

test.each([true, false])('rows of a PNG that are filtered (%s) stay so', async (adaptiveFiltering) => {
  const before = await small().png({ adaptiveFiltering }).toBuffer()
  const after = await labelled(before)
  const filters = (file: Buffer) => {
    const rows = inflateSync(Buffer.concat(dataOf(file)))
    return new Set(Array.from({ length: 180 }, (_, row) => rows[row * (240 * 3 + 1)] !== 0))
  }
  expect(filters(after).has(true)).toBe(adaptiveFiltering)
  expect(filters(before).has(true)).toBe(adaptiveFiltering)
  expect(after.length).toBeLessThan(before.length * 1.1)
})

describe('JPEG', () => {
  test('metadata is kept byte for byte, the quality and the kind as they were', async () => {
    const before = await sharp(fixture('photo.jpg'))
      .keepMetadata()
      .jpeg({ quality: 77, progressive: true, chromaSubsampling: '4:4:4' })
      .toBuffer()
    const after = await labelled(before)
    const [was, is] = [await sharp(before).metadata(), await sharp(after).metadata()]
    for (const key of ['exif', 'icc'] as const)
      expect(is[key]?.equals(was[key] ?? Buffer.alloc(0)), key).toBe(true)
    expect(is).toMatchObject({
      density: was.density,
      chromaSubsampling: '4:4:4',
      isProgressive: true,
      format: 'jpeg',
    })
    const tables = (bytes: Buffer) =>
      bytes.subarray(bytes.indexOf(Buffer.from([0xff, 0xdb])) + 4).subarray(0, 65)
    expect(tables(after)).toEqual(tables(before))
  })

  test('grey stays grey, four inks stay four inks', async () => {
    const grey = await labelled(await small().toColourspace('b-w').jpeg().toBuffer())
    expect(await sharp(grey).metadata()).toMatchObject({ space: 'b-w', channels: 1 })
    const before = await small()
      .toColourspace('cmyk')
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .toBuffer()
    const inks = await labelled(before)
    expect(await sharp(inks).metadata()).toMatchObject({ space: 'cmyk', channels: 4 })
    // Mean ink of the upper left corner, where no label is.
    const mean = async (bytes: Buffer) => {
      const picture = sharp(bytes, { ignoreIcc: true }).pipelineColourspace('cmyk').toColourspace('cmyk')
      const { data } = await picture.raw().toBuffer({ resolveWithObject: true })
      return [0, 1, 2, 3].map((channel) => {
        const values = data.filter((_, index) => index % 4 === channel && index < 240 * 100 * 4)
        return values.reduce((sum, value) => sum + value, 0) / values.length
      })
    }
    const [was, is] = [await mean(before), await mean(inks)]
    for (const [index, value] of was.entries()) expect(Math.abs(value - (is[index] ?? 0))).toBeLessThan(2)
  })

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'orientation %i: the label is bottom right and upright as the picture is shown',
    async (orientation) => {
      const picture = sharp({ create: { width: 400, height: 300, channels: 3, background: '#fff' } })
      const before = await picture.withMetadata({ orientation }).jpeg().toBuffer()
      const after = await labelled(before)
      expect(await sharp(after).metadata()).toMatchObject({ orientation, width: 400, height: 300 })
      const shown = (bytes: Buffer) => sharp(bytes).autoOrient().png().toBuffer()
      const box = await changes(await shown(before), await shown(after), 6000)
      expect(box.left).toBeGreaterThan(box.width * 0.5)
      expect(box.top).toBeGreaterThan(box.height * 0.7)
      // Upright: the same picture as drawing on one that needs no turning.
      const upright = await labelled(
        await sharp(await shown(before))
          .jpeg()
          .toBuffer(),
      )
      const difference = await changes(await shown(after), await sharp(upright).png().toBuffer(), 16_000)
      expect(difference.right).toBe(0)
    },
  )

  test('the JFIF header stays; colour at half width is not halved again in height', async () => {
    const jfif = Buffer.from('ffe000104a46494600010101012c012c0000', 'hex')
    const bare = await small().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer()
    const start = bare.indexOf(Buffer.from([0xff, 0xc0])) + 4
    expect(bare[start + 7]).toBe(0x11)
    const after = await labelled(
      Buffer.concat([bare.subarray(0, 2), jfif, bare.subarray(bare[3] === 0xe0 ? 20 : 2)]),
    )
    expect(after.subarray(2, 20)).toEqual(jfif)
    const path = join(import.meta.dirname, '../../../../fixtures/photo.jpg')
    const wide = execFileSync('ffmpeg', [
      '-v',
      'error',
      '-i',
      path,
      '-pix_fmt',
      'yuvj422p',
      '-f',
      'mjpeg',
      '-',
    ])
    const encoded = await labelled(wide, 'bottom-right', true)
    expect((await sharp(encoded).metadata()).chromaSubsampling).toBe('4:4:4')
  })

  test('what follows the picture stays behind it', async () => {
    const motion = Buffer.from('MotionPhoto_Data....')
    const after = await labelled(Buffer.concat([fixture('photo.jpg'), motion]))
    expect(after.subarray(-motion.length)).toEqual(motion)
  })
})

describe('refusals', () => {
  const png = fixture('picture.png')
  const animated = Buffer.concat([png.subarray(0, 33), writeChunk('acTL', Buffer.alloc(8)), png.subarray(33)])
  const photo = fixture('photo.jpg')
  const mpf = Buffer.concat([
    photo.subarray(0, 2),
    Buffer.from([0xff, 0xe2, 0, 6 + 2]),
    Buffer.from('MPF\0\0\0'),
    photo.subarray(2),
  ])
  test.each([
    ['animated PNG without frames', animated, 'input.damaged'],
    ['several pictures in one JPEG', mpf, 'visible.content.unsupported'],
    ['half a PNG', png.subarray(0, png.length / 2), 'input.damaged'],
    ['half a JPEG', photo.subarray(0, photo.length / 2), 'input.damaged'],
  ])('%s', async (_, bytes, code) => {
    await expect(labelled(bytes, 'bottom-right', true)).rejects.toMatchObject({ code })
  })

  test('more pixels than memory is for', async () => {
    const huge = Buffer.from(png)
    huge.writeUInt32BE(100_000, 16)
    huge.writeUInt32BE(100_000, 20)
    huge.set(new Uint8Array(writeChunk('IHDR', huge.subarray(16, 29))).subarray(-4), 29)
    await expect(labelled(huge)).rejects.toMatchObject({
      code: expect.stringMatching(/visible\.content|input\.damaged/),
    })
  })
})
