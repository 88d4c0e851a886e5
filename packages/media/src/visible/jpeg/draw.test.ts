import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@yinji/core'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { drawOver, type Overlay } from '../raster.ts'
import { drawIntoJpeg } from './draw.ts'
import { readFrame } from './frame.ts'

const root = join(import.meta.dirname, '../../../../..')
const samples = join(root, 'test/helpers/jpeg')
const sample = (name: string) => readFileSync(join(samples, `${name}.jpg`))
const photo = readFileSync(join(root, 'fixtures/photo.jpg'))

/** Dark, translucent, with bright strokes: the like of a label. */
function plate(left: number, top: number, width = 58, height = 23): Overlay {
  const pixels = new Uint8Array(width * height * 4)
  for (let at = 0; at < width * height; at++) {
    const stroke = (at % width) % 9 > 5 && at > width * 4 && at < width * (height - 4)
    pixels.set(stroke ? [255, 255, 255, 255] : [0, 0, 0, 156], at * 4)
  }
  return { pixels, width, height, left, top }
}

async function drawn(file: Uint8Array, overlay: Overlay): Promise<Buffer> {
  const spliced = await drawIntoJpeg(bytesSource(file), overlay, 1)
  if ('refusal' in spliced) throw new Error(JSON.stringify(spliced.refusal))
  return Buffer.from(await spliced.source.read(0, spliced.source.size))
}

const cut = () => sharp(photo).extract({ left: 230, top: 150, width: 201, height: 151 })
const ffmpeg = (format: string, ...more: string[]) =>
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-i', join(root, 'fixtures/photo.jpg'), '-vf', 'crop=201:151:230:150:exact=1'],
    ...['-pix_fmt', format, ...more, '-f', 'mjpeg', '-'],
  ])

const kinds: readonly (readonly [string, () => Promise<Buffer> | Buffer])[] = [
  ...readdirSync(samples)
    .filter((name) => name.endsWith('.jpg') && name !== 'arithmetic.jpg' && !name.startsWith('tiny'))
    .map((name) => [name, () => readFileSync(join(samples, name))] as const),
  ['sharp, 4:2:0', () => cut().jpeg({ quality: 85 }).toBuffer()],
  ['sharp, tables of annex K', () => cut().jpeg({ optimiseCoding: false }).toBuffer()],
  ['sharp, 4:4:4', () => cut().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer()],
  ['sharp, grey', () => cut().toColourspace('b-w').jpeg().toBuffer()],
  ['sharp, CMYK', () => cut().toColourspace('cmyk').jpeg({ quality: 90 }).toBuffer()],
  ['mozjpeg', () => cut().jpeg({ mozjpeg: true }).toBuffer()],
  ['mozjpeg, sequential', () => cut().jpeg({ trellisQuantisation: true, quantisationTable: 3 }).toBuffer()],
  ['sharp, quality 10', () => cut().jpeg({ quality: 10 }).toBuffer()],
  ['ffmpeg, 4:2:2', () => ffmpeg('yuvj422p')],
  ['ffmpeg, 4:4:4, its own tables', () => ffmpeg('yuvj444p', '-huffman', 'optimal')],
  ['ffmpeg, 4:2:0, annex K', () => ffmpeg('yuvj420p', '-huffman', 'default', '-q:v', '2')],
]

/** What a decoder makes of a JPEG: pixels with colour brought to full size, four inks left as they are. */
async function decode(file: Buffer) {
  const picture = sharp(file, { ignoreIcc: true, failOn: 'warning' })
  const inks = (await picture.metadata()).space === 'cmyk'
  const kept = inks ? picture.pipelineColourspace('cmyk').toColourspace('cmyk') : picture
  return kept.raw().toBuffer({ resolveWithObject: true })
}

/** Pixels that differ, as a box; `right` and `bottom` exclusive. */
async function difference(before: Buffer, after: Buffer) {
  const [a, b] = [await decode(before), await decode(after)]
  expect(b.info).toEqual(a.info)
  const { width, channels } = a.info
  const box = { left: Infinity, top: Infinity, right: 0, bottom: 0 }
  for (let at = 0; at < a.data.length; at++) {
    if (a.data[at] === b.data[at]) continue
    const [x, y] = [Math.floor(at / channels) % width, Math.floor(at / channels / width)]
    box.left = Math.min(box.left, x)
    box.top = Math.min(box.top, y)
    box.right = Math.max(box.right, x + 1)
    box.bottom = Math.max(box.bottom, y + 1)
  }
  return box
}

/** The label's MCUs, and one pixel more where decoders mix colour across blocks. */
function allowed(file: Buffer, { left, top, width, height }: Overlay) {
  const { hMax, vMax } = readFrame(file)
  const [x, y] = [8 * hMax, 8 * vMax]
  return {
    left: Math.floor(left / x) * x - (hMax > 1 ? 1 : 0),
    top: Math.floor(top / y) * y - (vMax > 1 ? 1 : 0),
    right: Math.ceil((left + width) / x) * x + (hMax > 1 ? 1 : 0),
    bottom: Math.ceil((top + height) / y) * y + (vMax > 1 ? 1 : 0),
  }
}

/** Peak signal to noise in decibels between what the label should look like and what it does. */
async function likeness(before: Buffer, after: Buffer, overlay: Overlay): Promise<number> {
  const [a, b] = [await decode(before), await decode(after)]
  const model = ({ 1: 'grey', 4: 'cmyk' } as const)[a.info.channels as 1 | 4] ?? 'rgb'
  drawOver({ ...a.info, pixels: a.data, model, alpha: false }, overlay, 1)
  let [sum, count] = [0, 0]
  for (let y = overlay.top; y < overlay.top + overlay.height; y++)
    for (let at = 0; at < overlay.width * a.info.channels; at++) {
      const from = (y * a.info.width + overlay.left) * a.info.channels + at
      sum += ((a.data[from] ?? 0) - (b.data[from] ?? 0)) ** 2
      count++
    }
  return 10 * Math.log10(255 ** 2 / (sum / count))
}

describe.each(kinds)('%s', (name, make) => {
  test.each([
    ['bottom right', plate(139, 124)],
    ['top left', plate(5, 3)],
    ['in the middle, one pixel', plate(100, 64, 1, 1)],
    ['the last pixel', plate(200, 150, 1, 1)],
    ['everything', plate(0, 0, 201, 151)],
  ])('%s: nothing changes outside the blocks of the label', async (_, overlay) => {
    const before = await make()
    const after = await drawn(before, overlay)
    const [box, most] = [await difference(before, after), allowed(before, overlay)]
    expect(box.left).toBeGreaterThanOrEqual(most.left)
    expect(box.top).toBeGreaterThanOrEqual(most.top)
    expect(box.right).toBeLessThanOrEqual(most.right)
    expect(box.bottom).toBeLessThanOrEqual(most.bottom)
  })

  test('the label looks as it was drawn, and again on top of itself', async () => {
    const before = await make()
    const overlay = plate(139, 124)
    const after = await drawn(before, overlay)
    expect(await likeness(before, after, overlay)).toBeGreaterThan(/coarse|10/.test(name) ? 14 : 22)
    const twice = await drawn(after, plate(20, 20))
    const box = await difference(after, twice)
    expect(box.right).toBeLessThanOrEqual(allowed(after, plate(20, 20)).right)
    expect(box.bottom).toBeGreaterThan(20)
  })

  test('a label that can’t be seen leaves the file as it is', async () => {
    const before = await make()
    const empty = { ...plate(139, 124), pixels: new Uint8Array(58 * 23 * 4) }
    expect((await drawn(before, empty)).equals(before)).toBe(true)
  })
})

/** Sampling of ffmpeg's formats: pixels a sample, across and down. */
const planar: Readonly<Record<string, readonly [number, number]>> = {
  yuvj420p: [2, 2],
  yuvj422p: [2, 1],
  yuvj440p: [1, 2],
  yuvj444p: [1, 1],
  yuvj411p: [4, 1],
}

test.each([
  ['4:2:0', () => sample('restart-blocks'), 'yuvj420p'],
  ['4:2:0, progressive', () => sample('progressive-deep'), 'yuvj420p'],
  ['4:4:0', () => sample('sampling-440'), 'yuvj440p'],
  ['4:1:1', () => sample('sampling-411'), 'yuvj411p'],
  ['4:2:2', () => ffmpeg('yuvj422p'), 'yuvj422p'],
  ['4:4:4', () => ffmpeg('yuvj444p'), 'yuvj444p'],
])(
  'another decoder, without mixing of colour: %s is the same outside the blocks, sample for sample',
  async (_, make, format) => {
    const before = make()
    const overlay = plate(139, 124)
    const planes = (file: Buffer) =>
      execFileSync('ffmpeg', ['-v', 'error', '-i', '-', '-pix_fmt', format, '-f', 'rawvideo', '-'], {
        input: file,
      })
    const [a, b] = [planes(before), planes(await drawn(before, overlay))]
    let at = 0
    let changed = 0
    for (const [scaleX, scaleY] of [[1, 1], planar[format] ?? [1, 1], planar[format] ?? [1, 1]] as const) {
      const [width, height] = [Math.ceil(201 / scaleX), Math.ceil(151 / scaleY)]
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++, at++) {
          if (a[at] === b[at]) continue
          changed++
          const within = (value: number, scale: number, start: number, size: number) =>
            value >= Math.floor(start / scale / 8) * 8 && value < Math.ceil((start + size) / scale / 8) * 8
          expect(within(x, scaleX, overlay.left, overlay.width)).toBe(true)
          expect(within(y, scaleY, overlay.top, overlay.height)).toBe(true)
        }
    }
    expect(at).toBe(a.length)
    expect(changed).toBeGreaterThan(58 * 23)
  },
)

test.each([
  ['tables of annex K', { quality: 85, optimiseCoding: false }],
  ['optimised tables', { quality: 85 }],
  ['progressive', { quality: 85, progressive: true }],
  ['4:4:4', { quality: 85, chromaSubsampling: '4:4:4' }],
])('the label is as clear as the encoder would make it at that quality: %s', async (_, options) => {
  const before = await cut().jpeg(options).toBuffer()
  const overlay = plate(139, 124)
  const { data, info } = await decode(before)
  drawOver({ ...info, pixels: data, model: 'rgb', alpha: false }, overlay, 1)
  const { width, height } = info
  const encoded = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg(options)
    .toBuffer()
  const ours = await likeness(before, await drawn(before, overlay), overlay)
  expect(ours).toBeGreaterThan((await likeness(before, encoded, overlay)) - 0.5)
})

test('intervals that the label does not touch are not even read', async () => {
  const before = sample('restart-blocks')
  const { scans } = readFrame(before)
  const first = scans[0]?.intervals[0]
  const damaged = Buffer.from(before)
  damaged.fill(0x55, first?.start, first?.end)
  const after = await drawn(damaged, plate(139, 124))
  expect(after.includes(damaged.subarray(first?.start, first?.end))).toBe(true)
})

test('what has no place in the scheme is refused with the reason', async () => {
  const refused = async (file: Uint8Array) => {
    const result = await drawIntoJpeg(bytesSource(file), plate(0, 0, 8, 8), 1)
    return 'refusal' in result ? `${result.refusal.code} ${String(result.refusal.data?.['what'])}` : 'drawn'
  }
  expect(await refused(sample('arithmetic'))).toBe('visible.encoded.process SOF9, arithmetic coding')
  const frame = (change: (header: Buffer) => void) => {
    const file = Buffer.from(sample('restart-rows'))
    change(file.subarray(file.indexOf(Buffer.from([0xff, 0xc0]))))
    return file
  }
  expect(await refused(frame((header) => header.set([0xc3], 1)))).toContain('SOF3, lossless')
  expect(await refused(frame((header) => header.set([12], 4)))).toContain('12 bits per sample')
  expect(await refused(frame((header) => header.set([0, 0], 5)))).toContain('DNL')
  expect(await refused(frame((header) => header.set([0xff, 0xff, 0xff, 0xff], 5)))).toContain('65535×65535')
  expect(await refused(frame((header) => header.set([0xc5], 1)))).toContain('hierarchical')
})
