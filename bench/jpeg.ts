/**
 * The explicit label in a JPEG: our splice beside what a program with sharp does, decode + composite + encode at the
 * same quality. `node --import tsx bench/jpeg.ts`; `--quick` for few rounds.
 */
import { bytesSource, type Source } from '@yinji/core'
import sharp from 'sharp'
import { imageLabeller } from '../packages/media/src/visible/image.ts'
import { place, renderLabel } from '../packages/media/src/visible/render.ts'
import { median, print } from './measure.ts'

const quick = process.argv.includes('--quick')
const sizes = [
  { name: '0.15 MP', width: 480, height: 320, times: 100 },
  { name: '6 MP', width: 3000, height: 2000, times: 12 },
  { name: '24 MP', width: 6000, height: 4000, times: 5 },
] as const
const kinds = [
  { name: 'sequential, tables of annex K (cameras)', optimiseCoding: false, progressive: false },
  { name: 'sequential, optimised tables', optimiseCoding: true, progressive: false },
  { name: 'progressive', optimiseCoding: true, progressive: true },
] as const

/** Grain over soft shapes, about as many bits a pixel as a photo. */
async function photo(width: number, height: number, kind: (typeof kinds)[number]): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
  const small = await sharp({ create: { width: 96, height: 64, channels: 3, background: '#888', noise } })
    .png()
    .toBuffer()
  const grain = await sharp({ create: { width, height, channels: 3, background: '#888', noise } })
    .blur(1)
    .png({ compressionLevel: 0 })
    .toBuffer()
  return sharp(small)
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .composite([{ input: grain, blend: 'overlay' }])
    .jpeg({ quality: 88, optimiseCoding: kind.optimiseCoding, progressive: kind.progressive })
    .toBuffer()
}

const context = {
  temporaryDirectory: () => Promise.reject(new Error('not needed')),
  pathOf: () => Promise.reject(new Error('not needed')),
}
const label = { text: 'AI生成', position: 'bottom-right' } as const

async function ours(file: Source): Promise<Uint8Array> {
  const { source, path } = await imageLabeller.apply(file, label, context)
  if (path !== 'spliced') throw new Error('it was encoded again')
  return source.read(0, source.size)
}

async function theirs(file: Buffer, kind: (typeof kinds)[number]): Promise<Uint8Array> {
  const { width, height } = await sharp(file).metadata()
  const drawing = await renderLabel(label.text, { width, height })
  const at = place(label.position, { width, height }, drawing)
  return sharp(file)
    .composite([{ input: drawing.png, ...at }])
    .keepMetadata()
    .jpeg({ quality: 88, optimiseCoding: kind.optimiseCoding, progressive: kind.progressive })
    .toBuffer()
}

for (const kind of kinds)
  for (const { name, width, height, times } of sizes) {
    const file = await photo(width, height, kind)
    const rounds = quick ? 2 : times
    const [mine, other] = [
      await median(rounds, () => ours(bytesSource(file))),
      await median(rounds, () => theirs(file, kind)),
    ]
    const size = `${(file.byteLength / 1e6).toFixed(2)} MB`
    print(`${name}, ${kind.name}, ${size}`, [
      { name: 'splice: the blocks under the label', milliseconds: mine, note: 'all other coefficients kept' },
      { name: 'sharp: decode, composite, encode', milliseconds: other, note: 'a generation lost everywhere' },
    ])
  }
