/**
 * The explicit label in every picture format beside what a program with sharp does in the same run: decode, composite,
 * encode in the same way. Then what the first JPEG of a process costs.
 * `npx tsc -b && node --import tsx bench/picture.ts`; `--quick` for few rounds.
 */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { bytesSource } from '@yinji/core'
import sharp, { type Sharp } from 'sharp'
import { avif } from '../packages/media/src/image/heif.ts'
import { imageLabeller } from '../packages/media/src/visible/image.ts'
import { place, renderLabel } from '../packages/media/src/visible/render.ts'
import { median, print } from './measure.ts'

const rounds = process.argv.includes('--quick') ? 2 : 15
const size = { width: 1200, height: 800 }
const label = { text: 'AI生成', position: 'bottom-right' } as const
const context = {
  temporaryDirectory: () => Promise.reject(new Error('not needed')),
  pathOf: () => Promise.reject(new Error('not needed')),
}

/** How a format is written, by us to make the file and by the peer to write it again. */
const formats: readonly (readonly [string, boolean, (picture: Sharp) => Sharp])[] = [
  ['JPEG', false, (picture) => picture.jpeg({ quality: 88 })],
  ['PNG', false, (picture) => picture.png()],
  ['WebP, lossy', false, (picture) => picture.webp({ quality: 82 })],
  ['WebP, lossless', false, (picture) => picture.webp({ lossless: true, effort: 2 })],
  ['TIFF, Deflate', false, (picture) => picture.tiff({ compression: 'deflate' })],
  ['GIF, a still', false, (picture) => picture.gif()],
  ['GIF, 12 frames', true, (picture) => picture.gif({ delay: Array(12).fill(80) })],
  ['WebP, 12 frames', true, (picture) => picture.webp({ delay: Array(12).fill(80) })],
  ['AVIF', false, (picture) => picture.avif({ quality: 60 })],
]

/** Soft shapes with a little grain; when it moves, a disc goes its way over them. */
async function pictureOf(moving: boolean): Promise<Sharp> {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
  const small = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#888', noise } })
    .png()
    .toBuffer()
  const { width, height } = moving ? { width: 480, height: 320 } : size
  const ground = await sharp(small).resize(width, height, { fit: 'fill', kernel: 'cubic' }).png().toBuffer()
  if (!moving) return sharp(ground)
  const disc = Buffer.from('<svg width="60" height="60"><circle cx="30" cy="30" r="30" fill="#fc4"/></svg>')
  const frames = Array.from({ length: 12 }, (_, at) =>
    sharp(ground)
      .composite([{ input: disc, left: 20 + at * 30, top: 200 }])
      .png()
      .toBuffer(),
  )
  return sharp(await Promise.all(frames), { join: { animated: true } })
}

async function ours(file: Buffer, isAvif: boolean): Promise<Uint8Array> {
  const drawn = await (isAvif ? avif.visible : imageLabeller)?.apply(bytesSource(file), label, context)
  if (drawn === undefined) throw new Error('no label')
  return drawn.source.read(0, drawn.source.size)
}

async function theirs(file: Buffer, encode: (picture: Sharp) => Sharp): Promise<Uint8Array> {
  const { width, height, pages = 1 } = await sharp(file).metadata()
  const drawing = await renderLabel(label.text, { width, height })
  const at = place(label.position, { width, height }, drawing)
  // On every frame: animations are one tall picture.
  const all = Array.from({ length: pages }, (_, page) => ({
    input: drawing.png,
    left: at.left,
    top: at.top + page * height,
  }))
  return encode(sharp(file, { pages: -1 }).composite(all).keepMetadata()).toBuffer()
}

const [still, moving] = [await pictureOf(false), await pictureOf(true)]
for (const [name, moves, encode] of formats) {
  const file = await encode((moves ? moving : still).clone()).toBuffer()
  const [mine, other] = [
    await median(rounds, () => ours(file, name === 'AVIF')),
    await median(rounds, () => theirs(file, encode)),
  ]
  print(`${name}, ${(file.byteLength / 1000).toFixed(0)} KB`, [
    { name: 'yinji: the label', milliseconds: mine },
    { name: 'sharp: decode, composite, encode', milliseconds: other },
  ])
}

/** In processes of their own, in processor time, so that others at work on the machine count less. */
function cold(script: string): number {
  const whole = `const before = process.cpuUsage(); ${script}; const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000)`
  const run = () =>
    Number(
      execFileSync(process.execPath, ['--input-type=module', '--eval', whole], {
        cwd: join(import.meta.dirname, '../packages/media'),
      }),
    )
  return [run(), run(), run()].sort((a, b) => a - b)[1] ?? Number.NaN
}

const photo = JSON.stringify(join(import.meta.dirname, '../fixtures/photo.jpg'))
const svg = `Buffer.from('<svg width="120" height="40"><rect width="120" height="40"/></svg>')`
print('The first JPEG of a process, processor time', [
  {
    name: 'yinji: load, draw, splice',
    milliseconds: cold(
      `const { bytesSource } = await import('@yinji/core'); const { jpeg } = await import('./dist/index.js'); const { readFileSync } = await import('node:fs'); const { source } = await jpeg.visible.apply(bytesSource(readFileSync(${photo})), ${JSON.stringify(label)}, {}); await source.read(0, source.size)`,
    ),
  },
  {
    name: 'sharp: load, composite, encode',
    milliseconds: cold(
      `const { default: sharp } = await import('sharp'); await sharp(${photo}).composite([{ input: ${svg}, left: 1, top: 1 }]).jpeg({ quality: 88 }).toBuffer()`,
    ),
  },
  { name: '  of it loading sharp', milliseconds: cold(`await import('sharp')`) },
  {
    name: '  of ours loading all formats',
    milliseconds: cold(`await import('./dist/index.js')`),
  },
])
