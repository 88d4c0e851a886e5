/** The explicit label in GIFs: every frame bears it, nothing else changes, whatever frames do to each other. */
import { execFileSync } from 'node:child_process'
import { bytesSource } from '@yinji/core'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { readGif } from '../carriers/gif-blocks.ts'
import { writePicture } from './gif-frame.ts'
import { expandGif, packGif } from './gif-lzw.ts'
import {
  assertKept,
  assertSeen,
  changes,
  fixture,
  labelled,
  moving,
  photo,
  timing,
} from './pictures.test-kit.ts'

const moved = async () => (await moving()).gif({ ...timing, keepDuplicateFrames: true }).toBuffer()
const gifs: readonly (readonly [string, () => Promise<Buffer>])[] = [
  ['a drawing', async () => fixture('sunrise.gif')],
  ['a photograph', moved],
  ['a still', () => photo().gif().toBuffer()],
  [
    'a grey still',
    () => sharp(fixture('photo.jpg')).resize(320, 240).greyscale().gif({ colours: 64 }).toBuffer(),
  ],
  ['a dithered still', () => photo().gif({ dither: 1 }).toBuffer()],
]

describe.each(gifs)('%s', (_, make) => {
  test('every frame bears the label at its time, and nothing else changes', async () => {
    const before = await make()
    const { bytes, path, codes } = await labelled(before)
    expect({ path, codes }).toEqual({ path: 'spliced', codes: [] })
    for (const { outside, inside } of await changes(before, bytes)) {
      expect(outside).toBe(0)
      expect(inside).toBeGreaterThan(100)
    }
    await assertKept(before, bytes)
    await assertSeen(bytes)
    expect(bytes.byteLength).toBeLessThan(before.byteLength * 1.3 + 3000 * 3)
  })
})

test('extensions stay byte for byte, and frames alike stay two', async () => {
  const comment = Buffer.from('21fe0468656c6c00', 'hex')
  const whole = await moved()
  const { first, blocks } = await readGif(bytesSource(whole))
  const last = blocks.findLast(({ kind }) => kind === 'control')
  const before = Buffer.concat([
    whole.subarray(0, first),
    comment,
    whole.subarray(first, -1),
    whole.subarray(last?.start),
  ])
  const { bytes } = await labelled(before)
  expect(await sharp(bytes).metadata()).toMatchObject({ pages: 4, delay: [70, 130, 900, 900], loop: 3 })
  expect(bytes.includes(comment)).toBe(true)
})

const size = { width: 96, height: 64 }

interface Frame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly dispose: number
  readonly clear: boolean
  readonly local: boolean
  readonly interlaced: boolean
  readonly seed: number
}

/** A GIF of frames that cover, clear and put back each other. */
function gifOf(frames: readonly Frame[], tableOf: (seed: number) => Uint8Array, version = '89a'): Buffer {
  const global = tableOf(0)
  const bits = Math.log2(global.length / 3) - 1
  const head = Buffer.from([size.width, 0, size.height, 0, 0x80 | bits, 0, 0])
  const blocks = frames.flatMap((frame) => {
    const { dispose, clear, local, seed, ...place } = frame
    const colours = local ? tableOf(seed) : global
    const indices = Uint8Array.from({ length: frame.width * frame.height }, (_, at) => {
      const [x, y] = [at % frame.width, Math.floor(at / frame.width)]
      return ((x >> 3) * (seed + 3) + (y >> 2) * 5 + seed) % (colours.length / 3)
    })
    const control = Buffer.from([0x21, 0xf9, 4, (dispose << 2) | (clear ? 1 : 0), 10, 0, 1, 0])
    const picture = writePicture({
      ...place,
      indices,
      colours,
      local,
      transparent: undefined,
      dispose: 'none',
    })
    return version === '89a' ? [control, picture] : [picture]
  })
  return Buffer.concat([Buffer.from(`GIF${version}`), head, global, ...blocks, Buffer.from([0x3b])])
}

const tableOf = (count: number) => (seed: number) =>
  Uint8Array.from({ length: count * 3 }, (_, at) => (at * 37 + seed * 11 + (at % 3) * 90) % 256)

const place = (side: number) =>
  fc
    .integer({ min: 0, max: side - 1 })
    .chain((from) => fc.tuple(fc.constant(from), fc.integer({ min: 1, max: side - from })))
const frameOf = fc.record({
  across: place(size.width),
  down: place(size.height),
  dispose: fc.constantFrom(0, 1, 2, 3),
  local: fc.boolean(),
  interlaced: fc.boolean(),
  seed: fc.integer({ min: 0, max: 50 }),
})
/** Where nothing is transparent, decoders differ about what is under the frames: there the first covers everything. */
const framesOf = fc
  .tuple(fc.boolean(), fc.array(frameOf, { minLength: 1, maxLength: 6 }))
  .map(([clear, frames]) =>
    frames.map(
      ({ across, down, ...frame }, index): Frame => ({
        ...frame,
        clear,
        ...(clear ? {} : { dispose: 1 }),
        ...(index === 0 && !clear
          ? { left: 0, top: 0, ...size }
          : { left: across[0], top: down[0], width: across[1], height: down[1] }),
      }),
    ),
  )

/** As ImageMagick puts them together. */
async function framesIn(gif: Buffer): Promise<Buffer[]> {
  const data = execFileSync('convert', ['gif:-', '-coalesce', '-alpha', 'set', '-depth', '8', 'rgba:-'], {
    input: gif,
    maxBuffer: 2 ** 28,
  })
  const bytes = size.width * size.height * 4
  return Array.from({ length: data.length / bytes }, (_, index) =>
    data.subarray(index * bytes, (index + 1) * bytes),
  )
}

/** What a frame by itself looks like with the label. */
async function wanted(frame: Buffer): Promise<Buffer> {
  const png = await sharp(frame, { raw: { ...size, channels: 4 } })
    .png()
    .toBuffer()
  return sharp((await labelled(png)).bytes)
    .ensureAlpha()
    .raw()
    .toBuffer()
}

/** Mean difference under the label; elsewhere there must be none. */
async function assertFrames(
  before: Buffer,
  after: Buffer,
  covered = { right: size.width, bottom: size.height },
) {
  const [old, fresh] = [await framesIn(before), await framesIn(after)]
  expect(fresh.length).toBe(old.length)
  for (const [number, frame] of old.entries()) {
    const want = await wanted(frame)
    const is = fresh[number] as Buffer
    let [sum, count, elsewhere] = [0, 0, 0]
    for (let at = 0; at < frame.length; at += 4) {
      const [x, y] = [(at / 4) % size.width, Math.floor(at / 4 / size.width)]
      if (x >= covered.right || y >= covered.bottom) continue
      const changed = want.compare(frame, at, at + 4, at, at + 4) !== 0
      const seen = (frame[at + 3] ?? 0) > 0
      for (let n = at; n < at + 4; n++)
        if (!changed) elsewhere += seen && is[n] !== frame[n] ? 1 : 0
        else if (seen) {
          sum += Math.abs((is[n] ?? 0) - (want[n] ?? 0))
          count++
        }
      // Where nothing was, the label covers what it covers at least by half.
      if (changed && !seen) expect(is[at + 3], `${number}: ${at}`).toBe((want[at + 3] ?? 0) >= 128 ? 255 : 0)
    }
    expect(elsewhere, `frame ${number} elsewhere`).toBe(0)
    if (count > 0) expect(sum / count, `frame ${number}`).toBeLessThanOrEqual(2)
  }
}

test('whatever frames do to each other, every frame is the old one under the label', async () => {
  await fc.assert(
    fc.asyncProperty(framesOf, async (frames) => {
      const before = gifOf(frames, tableOf(16))
      const { bytes, path } = await labelled(before)
      expect(path).toBe('spliced')
      await assertFrames(before, bytes)
    }),
    { numRuns: 60 },
  )
})

const whole: Frame = {
  left: 0,
  top: 0,
  ...size,
  dispose: 0,
  clear: false,
  local: false,
  interlaced: false,
  seed: 0,
}

test('a frame that does not touch the label stays byte for byte', async () => {
  const aside = { ...whole, left: 4, top: 2, width: 9, height: 8, seed: 7 }
  const before = gifOf([whole, aside, aside], tableOf(16))
  const { blocks } = await readGif(bytesSource(before))
  const second = blocks.filter(({ kind }) => kind === 'picture')[1]
  const { bytes } = await labelled(before)
  expect(bytes.subarray(-1 - (before.length - 1 - (second?.start ?? 0)))).toEqual(
    before.subarray(second?.start),
  )
})

test('a GIF87a with a frame too small for the label becomes a GIF89a', async () => {
  const before = gifOf([{ ...whole, width: 70, height: 50 }], tableOf(4), '87a')
  const { bytes } = await labelled(before)
  expect(bytes.toString('latin1', 0, 6)).toBe('GIF89a')
  await assertFrames(before, bytes, { right: 70, bottom: 50 })
})

test('where all colours are used and none is near, the rarest give way, and that is said', async () => {
  const reds = () =>
    Uint8Array.from({ length: 768 }, (_, at) =>
      at % 3 === 0 ? 128 + ((at / 3 / 2) | 0) : at % 3 === 1 ? 60 + (Math.floor(at / 3) % 2) : 70,
    )
  const indices = Uint8Array.from({ length: size.width * size.height }, (_, at) => at % 256)
  const picture = writePicture({
    ...whole,
    indices,
    colours: reds(),
    transparent: undefined,
    dispose: 'none',
  })
  const head = Buffer.from([size.width, 0, size.height, 0, 0xf7, 0, 0])
  const before = Buffer.concat([Buffer.from('GIF89a'), head, reds(), picture, Buffer.from([0x3b])])
  const { bytes, path, codes } = await labelled(before)
  expect({ path, codes }).toEqual({ path: 'encoded', codes: ['visible.encoded.colours'] })
  const [old, fresh] = [await framesIn(before), await framesIn(bytes)]
  const [was, is] = [old[0] as Buffer, fresh[0] as Buffer]
  // The upper half, where no label is.
  for (let at = 0; at < was.length / 2; at++) expect(Math.abs((was[at] ?? 0) - (is[at] ?? 0))).toBeLessThan(4)
  expect(Math.min(...is.subarray(was.length / 2).filter((_, at) => at % 4 === 0))).toBeLessThan(100)
  expect(Math.max(...is.subarray(was.length / 2).filter((_, at) => at % 4 === 1))).toBeGreaterThan(200)
})

test('any data survive LZW, and any other bytes end in data or an error', () => {
  const anything = fc
    .integer({ min: 2, max: 8 })
    .chain((bits) =>
      fc.tuple(fc.constant(bits), fc.array(fc.integer({ min: 0, max: 2 ** bits - 1 }), { maxLength: 9000 })),
    )
  fc.assert(
    fc.property(anything, ([bits, values]) => {
      const data = Uint8Array.from(values)
      expect(expandGif(packGif(data, bits), bits, data.length)).toEqual(data)
    }),
    { numRuns: 60 },
  )
  const long = Uint8Array.from({ length: 200_000 }, (_, at) => ((at * at * 7) >>> (at % 11)) & 255)
  expect(Buffer.from(expandGif(packGif(long, 8), 8, long.length)).equals(long)).toBe(true)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      try {
        expect(expandGif(bytes, 8, 5000).length).toBeLessThanOrEqual(5000)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }),
  )
})
