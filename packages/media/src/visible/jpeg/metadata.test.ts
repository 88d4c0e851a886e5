/** What stands beside the picture: thumbnail, further pictures, what follows the end, and what the receipt is told. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@yinji/core'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { avif } from '../../image/heif.ts'
import { imageLabeller } from '../image.ts'

const root = join(import.meta.dirname, '../../../../..')
const photo = readFileSync(join(root, 'fixtures/photo.jpg'))
const context = {
  temporaryDirectory: () => Promise.reject(new Error('not needed')),
  pathOf: () => Promise.reject(new Error('not needed')),
}

async function label(file: Uint8Array, encode = false) {
  const drawn = await imageLabeller.apply(
    bytesSource(file),
    { text: 'AI生成', position: 'bottom-right', encode },
    context,
  )
  const bytes = Buffer.from(await drawn.source.read(0, drawn.source.size))
  return { ...drawn, bytes, codes: (drawn.findings ?? []).map(({ code }) => code) }
}

const segment = (marker: number, body: Buffer) => {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, body])
}

/** Exif with a thumbnail, and something behind it if asked for. */
function exif(thumbnail: Buffer, behind = Buffer.alloc(0)): Buffer {
  const tiff = Buffer.alloc(8 + 2 + 4 + 2 + 3 * 12 + 4)
  tiff.write('MM\0*', 0, 'latin1')
  tiff.writeUInt32BE(8, 4)
  tiff.writeUInt32BE(14, 10)
  tiff.writeUInt16BE(3, 14)
  const entries = [
    [0x0103, 3, 6 << 16],
    [0x0201, 4, tiff.length],
    [0x0202, 4, thumbnail.length],
  ] as const
  for (const [index, [tag, type, value]] of entries.entries()) {
    const at = 16 + index * 12
    tiff.writeUInt16BE(tag, at)
    tiff.writeUInt16BE(type, at + 2)
    tiff.writeUInt32BE(1, at + 4)
    tiff.writeUInt32BE(value, at + 8)
  }
  return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff, thumbnail, behind]))
}

/** The fixture without its own metadata, with these segments in front. */
async function withSegments(...segments: Buffer[]): Promise<Buffer> {
  const bare = await sharp(photo).jpeg().toBuffer()
  return Buffer.concat([bare.subarray(0, 2), ...segments, bare.subarray(2)])
}

/** The thumbnail as a reader finds it. */
function thumbnailOf(file: Buffer): Buffer | undefined {
  const tiff = file.indexOf('Exif\0\0') + 6
  const directory = file.readUInt32BE(tiff + 10)
  if (directory === 0) return undefined
  const at = tiff + directory + 2
  const start = tiff + file.readUInt32BE(at + 12 + 8)
  return file.subarray(start, start + file.readUInt32BE(at + 24 + 8))
}

/** Mean brightness of the lower right and of the upper left quarter. */
async function brightness(file: Buffer): Promise<readonly [number, number]> {
  const { data, info } = await sharp(file, { failOn: 'warning' })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const mean = (left: number, top: number) => {
    let sum = 0
    const [width, height] = [info.width >> 2, info.height >> 3]
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++) sum += data[y * info.width + x] ?? 0
    return sum / (width * height)
  }
  return [mean(Math.floor(info.width * 0.74), Math.floor(info.height * 0.86)), mean(0, 0)]
}

const white = () =>
  sharp({ create: { width: 160, height: 120, channels: 3, background: '#fff' } })
    .jpeg()
    .toBuffer()

describe('the thumbnail in Exif', () => {
  test('bears the label in miniature', async () => {
    const { bytes, codes } = await label(await withSegments(exif(await white())))
    expect(codes).toEqual([])
    const thumbnail = thumbnailOf(bytes)
    const [corner, rest] = await brightness(thumbnail ?? Buffer.alloc(0))
    expect(rest).toBe(255)
    expect(corner).toBeLessThan(190)
  })

  test.each([
    ['with data behind it that can’t move', async () => exif(await white(), Buffer.from('maker note'))],
    ['that is no JPEG', async () => exif(Buffer.from('no picture'))],
    ['that is broken', async () => exif((await white()).subarray(0, 300))],
  ])('%s is taken out, and nothing else moves', async (_, make) => {
    const segment = await make()
    const { bytes, codes } = await label(await withSegments(segment))
    expect(codes).toEqual(['visible.thumbnail.removed'])
    expect(thumbnailOf(bytes)).toBeUndefined()
    expect(bytes.readUInt16BE(4)).toBe(segment.readUInt16BE(2))
    if (segment.includes('maker note'))
      expect(bytes.indexOf('maker note')).toBe(segment.indexOf('maker note') + 2)
  })

  test('is treated alike when the picture is encoded again', async () => {
    const { bytes, path } = await label(await withSegments(exif(await white())), true)
    expect(path).toBe('encoded')
    const [corner] = await brightness(thumbnailOf(bytes) ?? Buffer.alloc(0))
    expect(corner).toBeLessThan(190)
  })
})

/** A picture of another format with that Exif, as the encoder puts it there. */
async function elsewhere(format: 'png' | 'webp' | 'avif'): Promise<Buffer> {
  const file = await withSegments(exif(await white()))
  return sharp(file).resize(160, 120).keepExif().toFormat(format, { effort: 1 }).toBuffer()
}

test.each(['png', 'webp', 'avif'] as const)(
  'in %s a thumbnail is taken out of Exif, and that is said',
  async (format) => {
    const before = await elsewhere(format)
    // A JPEG within: its start and quantisation tables.
    const inner = Buffer.from('ffd8ffdb', 'hex')
    expect(before.includes(inner)).toBe(true)
    const labeller = format === 'avif' ? avif.visible : imageLabeller
    const drawn = await labeller?.apply(
      bytesSource(before),
      { text: 'AI生成', position: 'top-left' },
      context,
    )
    const after = Buffer.from((await drawn?.source.read(0, drawn.source.size)) ?? [])
    expect(after.includes(inner)).toBe(false)
    expect(drawn?.findings?.map(({ code }) => code)).toContain('visible.thumbnail.removed')
    const tags = async (bytes: Buffer) => (await sharp(bytes).metadata()).exif?.toString('latin1', 0, 14)
    expect(await tags(after)).toBe(await tags(before))
  },
)

test('a further picture behind the end stays as it is and is found by the index (MPF)', async () => {
  const further = await sharp(photo).resize(64).toColourspace('b-w').jpeg().toBuffer()
  const index = Buffer.alloc(4 + 8 + 2 + 12 + 4 + 32)
  index.write('MPF\0MM\0*', 0, 'latin1')
  index.writeUInt32BE(8, 8)
  index.writeUInt16BE(1, 12)
  index.writeUInt16BE(0xb002, 14)
  index.writeUInt16BE(7, 16)
  index.writeUInt32BE(32, 18)
  index.writeUInt32BE(26, 22)
  const main = await withSegments(segment(0xe2, index))
  const origin = main.indexOf('MPF\0') + 4
  main.writeUInt32BE(main.length, origin + 26 + 4)
  main.writeUInt32BE(further.length, origin + 26 + 16 + 4)
  main.writeUInt32BE(main.length - origin, origin + 26 + 16 + 8)
  const { bytes, path } = await label(Buffer.concat([main, further]))
  expect(path).toBe('spliced')
  expect(bytes.length).not.toBe(main.length + further.length)
  const start = origin + bytes.readUInt32BE(origin + 26 + 16 + 8)
  expect(bytes.subarray(start).equals(further)).toBe(true)
  expect(bytes.readUInt32BE(origin + 26 + 4)).toBe(start)
})

test('the receipt: spliced, encoded because asked, encoded because of the file', async () => {
  expect(await label(photo)).toMatchObject({
    path: 'spliced',
    codes: [],
    label: { position: 'bottom-right' },
  })
  expect(await label(photo, true)).toMatchObject({ path: 'encoded', codes: [] })
  const arithmetic = readFileSync(join(root, 'test/helpers/jpeg/arithmetic.jpg'))
  expect(await label(arithmetic)).toMatchObject({ path: 'encoded', codes: ['visible.encoded.process'] })
})

test('everything that is no picture data is the file’s own, byte for byte', async () => {
  const { bytes } = await label(photo)
  const scan = photo.indexOf(Buffer.from([0xff, 0xda]))
  // A table with more symbols may come in before the scan.
  expect(bytes.subarray(0, photo.indexOf(Buffer.from([0xff, 0xda])))).toEqual(photo.subarray(0, scan))
})
