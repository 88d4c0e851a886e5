/** The explicit label in animated PNGs: what every frame shows is the old one under the label, as ffmpeg decodes it. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { bytesSource } from '@yinji/core'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { type ApngFrame, type Disposal, FrameWriter, readApng } from '../carriers/apng.ts'
import { pngSignature, writeChunk } from '../carriers/png-chunks.ts'
import { assertSeen, fixture, labelled } from './pictures.test-kit.ts'
import { dataOf, headOf } from './png-graft.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji-apng-'))
afterAll(() => rmSync(directory, { recursive: true }))

const size = { width: 96, height: 64 }
type Kind = 'rgba' | 'rgb' | 'grey' | 'palette' | 'wide'

interface Drawing {
  readonly box: Pick<ApngFrame, 'left' | 'top' | 'width' | 'height'>
  readonly dispose: Disposal
  readonly over: boolean
  readonly seed: number
}

/** Stripes; every third is half seen through where the kind allows it. */
async function pngOf(kind: Kind, { width, height }: { width: number; height: number }, seed: number) {
  const pixels = Uint8Array.from({ length: width * height * 4 }, (_, at) => {
    const [x, y] = [(at >> 2) % width, Math.floor((at >> 2) / width)]
    const band = (x >> 3) + (y >> 3) * 2 + seed
    if ((at & 3) === 3) return kind === 'rgba' ? ([255, 120, 0][band % 3] ?? 0) : 255
    return (band * 53 * ((at & 3) + 1) + seed * 17) % 256
  })
  const picture = sharp(pixels, { raw: { width, height, channels: 4 } })
  if (kind === 'palette') return indexed(width, height, seed)
  if (kind === 'rgba') return picture.png().toBuffer()
  const plain = picture.removeAlpha()
  if (kind === 'grey') return plain.greyscale().toColourspace('b-w').png().toBuffer()
  return (kind === 'wide' ? plain.toColourspace('rgb16') : plain).png().toBuffer()
}

/** 256 colours, of which the frames have the same ones. */
function indexed(width: number, height: number, seed: number): Buffer {
  const rows = Buffer.alloc((width + 1) * height)
  for (let at = 0; at < rows.length; at++)
    rows[at] = at % (width + 1) === 0 ? 0 : ((((at % (width + 1)) >> 3) * 29 + seed * 7 + at / 400) | 0) % 256
  const head = Buffer.from([0, 0, 0, width, 0, 0, 0, height, 8, 3, 0, 0, 0])
  const chunks = [
    writeChunk('IHDR', head),
    writeChunk('PLTE', colours),
    writeChunk('IDAT', deflateSync(rows)),
  ]
  return Buffer.concat([pngSignature, ...chunks, writeChunk('IEND')])
}
const colours = Buffer.from(Array.from({ length: 768 }, (_, at) => (at * 71 + (at % 3) * 40) % 256))

/** @param hidden whether the picture for other programs is none of the frames */
async function apngOf(kind: Kind, frames: readonly Drawing[], hidden: boolean): Promise<Buffer> {
  const writer = new FrameWriter()
  const still = await pngOf(kind, size, 99)
  const control = Buffer.alloc(8)
  control.writeUInt32BE(frames.length)
  control.writeUInt32BE(3, 4)
  const palette = kind === 'palette' ? [writeChunk('PLTE', colours)] : []
  const chunks: Uint8Array[] = hidden ? [writeChunk('IDAT', ...dataOf(still))] : []
  for (const [index, { box, dispose, over, seed }] of frames.entries()) {
    const data = dataOf(await pngOf(kind, box, seed))
    const delay = Buffer.from([0, 1 + index, 0, 10])
    chunks.push(...writer.write({ ...box, dispose, over, delay, data }, index === 0 && !hidden))
  }
  const text = writeChunk('tEXt', Buffer.from('Comment\0kept'))
  const end = [text, writeChunk('IEND'), Buffer.from('trailing')]
  return Buffer.concat([
    pngSignature,
    writeChunk('IHDR', headOf(still)),
    writeChunk('acTL', control),
    ...palette,
    ...chunks,
    ...end,
  ])
}

let count = 0
/** Decoded by ffmpeg, with the seconds each frame is shown. */
function framesIn(apng: Buffer): { frames: Buffer[]; times: string } {
  const path = join(directory, `${count++}.png`)
  writeFileSync(path, apng)
  const input = ['-v', 'error', '-f', 'apng', '-ignore_loop', '1', '-i', path]
  const raw = execFileSync('ffmpeg', [...input, '-vsync', '0', '-pix_fmt', 'rgba', '-f', 'rawvideo', '-'], {
    maxBuffer: 2 ** 28,
  })
  const entries = ['-show_entries', 'packet=duration_time', '-of', 'csv']
  const times = execFileSync('ffprobe', ['-v', 'error', '-f', 'apng', ...entries, path]).toString()
  const bytes = size.width * size.height * 4
  const frames = Array.from({ length: raw.length / bytes }, (_, at) =>
    raw.subarray(at * bytes, (at + 1) * bytes),
  )
  return { frames, times }
}

async function assertFrames(before: Buffer, after: Buffer, tolerance: number) {
  const [old, fresh] = [framesIn(before), framesIn(after)]
  expect(fresh.times).toBe(old.times)
  expect(fresh.frames.length).toBe(old.frames.length)
  for (const [number, frame] of old.frames.entries()) {
    const png = await sharp(frame, { raw: { ...size, channels: 4 } })
      .png()
      .toBuffer()
    const want = await sharp((await labelled(png)).bytes)
      .ensureAlpha()
      .raw()
      .toBuffer()
    const is = fresh.frames[number] as Buffer
    let worst = 0
    for (let at = 0; at < want.length; at++) {
      // What can't be seen has no colour.
      if ((at & 3) < 3 && want[at | 3] === 0) continue
      worst = Math.max(worst, Math.abs((want[at] ?? 0) - (is[at] ?? 0)))
    }
    expect(worst, `frame ${number}`).toBeLessThanOrEqual(tolerance)
  }
}

const place = (side: number) =>
  fc
    .integer({ min: 0, max: side - 1 })
    .chain((from) => fc.tuple(fc.constant(from), fc.integer({ min: 1, max: side - from })))
const drawing = fc.record({
  across: place(size.width),
  down: place(size.height),
  dispose: fc.constantFrom<Disposal>('none', 'background', 'previous'),
  over: fc.boolean(),
  seed: fc.integer({ min: 0, max: 90 }),
})
const drawings = fc.array(drawing, { minLength: 1, maxLength: 5 }).map((all) =>
  all.map(
    ({ across, down, ...rest }, index): Drawing => ({
      ...rest,
      box:
        index === 0 // ffmpeg wants it so even behind a still of its own
          ? { left: 0, top: 0, ...size }
          : { left: across[0], top: down[0], width: across[1], height: down[1] },
    }),
  ),
)

describe.each([
  // Colours that are half seen through lose to rounding, in every decoder in its own way.
  ['rgba', false, 3],
  ['rgba', true, 3],
  ['rgb', false, 0],
  ['grey', false, 1],
  ['palette', false, 0],
] as const)('%s, hidden still: %s', (kind, hidden, tolerance) => {
  test('every frame is the old one under the label, at its time', async () => {
    const cases = drawings.map((frames) =>
      // ffmpeg clears what has no alpha to black; others to nothing.
      kind === 'rgba' ? frames : frames.map((frame) => ({ ...frame, dispose: 'none' as const })),
    )
    await fc.assert(
      fc.asyncProperty(cases, async (frames) => {
        const before = await apngOf(kind, frames, hidden)
        const { bytes, path } = await labelled(before)
        expect(path).toBe('spliced')
        expect(bytes.toString('latin1')).toContain('Comment\0kept')
        expect(bytes.subarray(-8).toString()).toBe('trailing')
        await assertFrames(before, bytes, tolerance)
      }),
      { numRuns: 3 },
    )
  })
})

test('sixteen bits stay sixteen; the still that is no frame bears the label as well', async () => {
  const box = { left: 0, top: 0, ...size }
  const frames = [1, 2].map((seed) => ({ box, dispose: 'none' as const, over: false, seed }))
  const before = await apngOf('wide', frames, true)
  const { bytes } = await labelled(before)
  const [was, is] = [await sharp(before).metadata(), await sharp(bytes).metadata()]
  expect(is).toMatchObject({ depth: was.depth, space: was.space, width: 96, height: 64 })
  await assertFrames(before, bytes, 1)
  const still = async (file: Buffer) => sharp(file).raw({ depth: 'ushort' }).toBuffer()
  const [a, b] = [await still(before), await still(bytes)]
  const upper = a.length / 2
  expect(b.subarray(0, upper).equals(a.subarray(0, upper))).toBe(true)
  expect(b.equals(a)).toBe(false)
})

test('ffmpeg’s own animation bears the label in every frame', async () => {
  const path = join(directory, 'sunrise.gif')
  writeFileSync(path, fixture('sunrise.gif'))
  execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-plays', '0', '-f', 'apng', `${path}.png`])
  const before = readFileSync(`${path}.png`)
  const { bytes } = await labelled(before)
  await assertSeen(bytes)
  const apng = await readApng(bytesSource(bytes))
  expect(typeof apng === 'string' ? apng : apng.frames.length).toBe(3)
})

test('damage ends in a clear error or a picture', async () => {
  const box = { left: 8, top: 8, width: 40, height: 40 }
  const frames: Drawing[] = [0, 1, 2].map((seed) => ({
    box: seed === 0 ? { left: 0, top: 0, ...size } : box,
    dispose: 'previous',
    over: true,
    seed,
  }))
  const before = await apngOf('rgba', frames, false)
  const results = new Set<string>()
  const attempt = (bytes: Buffer) =>
    labelled(bytes).then(
      () => 'labelled',
      (error: unknown) => (error as Error).name,
    )
  for (let at = 0; at < before.byteLength; at += 61) {
    const damaged = Buffer.from(before)
    damaged[at] = (damaged[at] ?? 0) ^ 0x55
    results.add(await attempt(damaged))
    results.add(await attempt(before.subarray(0, at)))
  }
  expect([...results].filter((name) => !['labelled', 'InputError'].includes(name))).toEqual([])
})
