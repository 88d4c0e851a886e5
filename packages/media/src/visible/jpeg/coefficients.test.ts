/** The coder at the level of coefficients: what it reads it writes again, and nothing else moves. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource, concat } from '@yinji/core'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { partsOf, type Replacement } from '../../carriers/replacements.ts'
import type { Overlay } from '../raster.ts'
import { Blocks } from './blocks.ts'
import { drawIntoJpeg } from './draw.ts'
import { type Frame, readFrame } from './frame.ts'
import { changeScans, type WalkedScan, walkScans } from './scans.ts'

const samples = join(import.meta.dirname, '../../../../../test/helpers/jpeg')
const sample = (name: string) => readFileSync(join(samples, `${name}.jpg`))
const names = readdirSync(samples).filter((name) => name.endsWith('.jpg') && name !== 'arithmetic.jpg')

/** Every block of the picture, or those in some part of it. */
function targetsIn(frame: Frame, [left, top, right, bottom]: readonly number[] = [0, 0, 1, 1]): Blocks[] {
  return frame.components.map(
    ({ blocksX, blocksY }) =>
      new Blocks({
        left: Math.floor((left ?? 0) * blocksX),
        top: Math.floor((top ?? 0) * blocksY),
        right: Math.ceil((right ?? 1) * blocksX),
        bottom: Math.ceil((bottom ?? 1) * blocksY),
      }),
  )
}

function applied(file: Uint8Array, replacements: readonly Replacement[]): Uint8Array {
  return concat(
    partsOf(file.byteLength, replacements).flatMap((part) =>
      part.kind === 'copy'
        ? [file.subarray(part.start, part.end)]
        : part.kind === 'bytes'
          ? [part.bytes]
          : [],
    ),
  )
}

function coefficients(file: Uint8Array): Int16Array[] {
  const frame = readFrame(file)
  const targets = targetsIn(frame)
  walkScans(file, frame, targets)
  return targets.map(({ before }) => before)
}

/** Adds to coefficients of some blocks, as long as they stay ones that 8-bit samples can have. */
function disturb(targets: readonly Blocks[], changes: readonly (readonly [number, number, number])[]): void {
  for (const blocks of targets) {
    blocks.after = Int16Array.from(blocks.before)
    for (const [block, k, more] of changes) {
      const at = (block % Math.max(1, blocks.after.length / 64)) * 64 + k
      if (at < blocks.after.length)
        blocks.after[at] = Math.max(-1000, Math.min(1000, (blocks.after[at] ?? 0) + more))
    }
  }
}

function change(
  file: Uint8Array,
  part: readonly number[],
  changes: readonly (readonly [number, number, number])[],
) {
  const frame = readFrame(file)
  const targets = targetsIn(frame, part)
  const walked: WalkedScan[] = walkScans(file, frame, targets)
  disturb(targets, changes)
  return { frame, targets, file: applied(file, changeScans(file, frame, walked)) }
}

const box = fc
  .tuple(fc.double({ min: 0, max: 0.9, noNaN: true }), fc.double({ min: 0, max: 0.9, noNaN: true }))
  .chain(([left, top]) =>
    fc.tuple(
      fc.constant(left),
      fc.constant(top),
      fc.double({ min: left + 0.01, max: 1, noNaN: true }),
      fc.double({ min: top + 0.01, max: 1, noNaN: true }),
    ),
  )
const changes = fc.array(
  fc.tuple(
    fc.nat(200),
    fc.nat(63),
    fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -900, max: 900 })),
  ),
  { minLength: 1, maxLength: 60 },
)

describe.each(names)('%s', (name) => {
  const file = readFileSync(join(samples, name))

  test('the blocks in question get what they were given, all others keep what they had', () => {
    const before = coefficients(file)
    fc.assert(
      fc.property(box, changes, (part, list) => {
        const { frame, targets, file: changed } = change(file, part, list)
        for (const [index, after] of coefficients(changed).entries()) {
          const { blocksX = 0 } = frame.components[index] ?? {}
          const blocks = targets[index] ?? new Blocks({ left: 0, top: 0, right: 0, bottom: 0 })
          const expected = Int16Array.from(before[index] ?? [])
          const { left, top, right, bottom } = blocks.box
          for (let y = top; y < bottom; y++)
            for (let x = left; x < right; x++) {
              const from = blocks.offset(x, y)
              expected.set(blocks.after.subarray(from, from + 64), (y * blocksX + x) * 64)
            }
          expect(Buffer.from(after.buffer).equals(Buffer.from(expected.buffer))).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('there and back again gives the same coefficients, and of a sequential scan the same bits', () => {
    fc.assert(
      fc.property(box, fc.integer({ min: 1, max: 3 }), (part, more) => {
        const there = change(file, part, [[0, 0, more]])
        const back = change(there.file, part, [[0, 0, -more]])
        const same = (is: readonly Buffer[], was: readonly Buffer[]) =>
          is.length === was.length && is.every((bytes, index) => bytes.equals(was[index] ?? Buffer.alloc(0)))
        const raw = (bytes: Uint8Array) => coefficients(bytes).map(({ buffer }) => Buffer.from(buffer))
        expect(same(raw(back.file), raw(file))).toBe(true)
        if (!there.frame.progressive) expect(same(scanData(back.file), scanData(file))).toBe(true)
      }),
      { numRuns: 15 },
    )
  })
})

/** Contents of all intervals. */
function scanData(file: Uint8Array): Buffer[] {
  return readFrame(file).scans.flatMap(({ intervals }) =>
    intervals.map(({ start, end }) => Buffer.from(file.subarray(start, end))),
  )
}

describe('damage', () => {
  const overlay: Overlay = {
    pixels: new Uint8Array(20 * 12 * 4).fill(200),
    width: 20,
    height: 12,
    left: 33,
    top: 25,
  }

  /** Drawn on, or refused with a reason; if drawn on, readable. */
  async function attempt(file: Uint8Array): Promise<'drawn' | 'refused'> {
    const result = await drawIntoJpeg(bytesSource(file), overlay, 1)
    if ('refusal' in result) return 'refused'
    const out = await result.source.read(0, result.source.size)
    expect(readFrame(out).scans.length).toBe(readFrame(file).scans.length)
    return 'drawn'
  }

  test.each(['tiny', 'tiny-progressive'])('%s: cut off anywhere', async (name) => {
    const file = sample(name)
    for (let length = 2; length < file.length; length++)
      expect(await attempt(file.subarray(0, length)), `${length} bytes`).toBe('refused')
    expect(await attempt(file)).toBe('drawn')
  })

  test.each(['tiny', 'tiny-progressive'])('%s: 5,000 ways to change a few bytes', async (name) => {
    const file = sample(name)
    const edits = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    const seen = { drawn: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(edits, async (list) => {
        const damaged = Uint8Array.from(file)
        for (const [at, value] of list) damaged[at] = value
        seen[await attempt(damaged)]++
      }),
      { numRuns: 5_000 },
    )
    expect(seen.drawn).toBeGreaterThan(100)
    expect(seen.refused).toBeGreaterThan(100)
  })

  test('dimensions that the data does not fill cost nothing', async () => {
    for (const name of ['tiny', 'tiny-progressive', 'progressive-deep']) {
      const file = Buffer.from(sample(name))
      const frame = Math.max(
        file.indexOf(Buffer.from([0xff, 0xc0, 0])),
        file.indexOf(Buffer.from([0xff, 0xc2, 0])),
      )
      file.writeUInt16BE(16_000, frame + 5)
      file.writeUInt16BE(16_000, frame + 7)
      const before = process.memoryUsage().arrayBuffers
      expect(await attempt(file)).toBe('refused')
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 << 20)
    }
  })
})

test('random pictures and options of the encoder: the label’s blocks change, others do not', async () => {
  const options = fc.record({
    width: fc.integer({ min: 1, max: 70 }),
    height: fc.integer({ min: 1, max: 70 }),
    quality: fc.integer({ min: 1, max: 100 }),
    progressive: fc.boolean(),
    optimiseCoding: fc.boolean(),
    chromaSubsampling: fc.constantFrom('4:2:0', '4:4:4'),
    sigma: fc.integer({ min: 1, max: 90 }),
  })
  await fc.assert(
    fc.asyncProperty(options, box, changes, async ({ width, height, sigma, ...jpeg }, part, list) => {
      const noise = { type: 'gaussian', mean: 128, sigma } as const
      const picture = sharp({ create: { width, height, channels: 3, background: '#888', noise } })
      const file = await picture.jpeg(jpeg).toBuffer()
      const before = coefficients(file)
      const { targets, frame, file: changed } = change(file, part, list)
      const after = coefficients(changed)
      for (const [index, { blocksX, blocksY }] of frame.components.entries())
        for (let block = 0; block < blocksX * blocksY; block++) {
          const [x, y] = [block % blocksX, Math.floor(block / blocksX)]
          const range = (values?: Int16Array) =>
            [...(values?.subarray(block * 64, block * 64 + 64) ?? [])].join()
          if (!targets[index]?.has(x, y)) expect(range(after[index])).toBe(range(before[index]))
        }
      await sharp(changed, { failOn: 'warning' }).raw().toBuffer()
    }),
    { numRuns: 150 },
  )
})
