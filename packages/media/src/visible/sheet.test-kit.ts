/** A contact sheet of labels: every picture format over light, dark and busy grounds, large and small, and odd cases. */
import { bytesSource, type VisibleLabel } from '@yinji/core'
import sharp, { type OverlayOptions, type Sharp } from 'sharp'
import { nothingElse } from '../handler.test-kit.ts'
import { avif } from '../image/heif.ts'
import { svg } from '../image/svg.ts'
import { imageLabeller } from './image.ts'

const large = { width: 240, height: 160 }
const small = { width: 72, height: 72 }
type Size = typeof large

/** Shapes without letters, so that no font is asked for. */
const grounds: Readonly<Record<string, (size: Size) => string>> = {
  light: () =>
    '<rect width="100%" height="100%" fill="#f6f2e9"/><circle cx="30%" cy="35%" r="18%" fill="#e8c9a0"/>',
  dark: () =>
    '<rect width="100%" height="100%" fill="#10141c"/><circle cx="30%" cy="35%" r="18%" fill="#24405e"/>',
  busy: ({ width, height }) =>
    Array.from({ length: Math.ceil(width / 8) * Math.ceil(height / 8) }, (_, at) => {
      const [x, y] = [(at % Math.ceil(width / 8)) * 8, Math.floor(at / Math.ceil(width / 8)) * 8]
      const hue = (at * 67 + y * 13) % 360
      return `<rect x="${x}" y="${y}" width="8" height="8" fill="hsl(${hue},75%,${25 + ((at * 29) % 60)}%)"/>`
    }).join(''),
}

const markup = (ground: string, size: Size) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}">${grounds[ground]?.(size)}</svg>`

const drawn = (ground: string, size: Size): Sharp => sharp(Buffer.from(markup(ground, size))).removeAlpha()

/** Formats, and whether their samples outside and under the label are exact. */
export const formats: readonly (readonly [string, boolean, (picture: Sharp) => Promise<Buffer>])[] = [
  ['png', true, (picture) => picture.png().toBuffer()],
  ['tiff', true, (picture) => picture.tiff({ compression: 'lzw' }).toBuffer()],
  ['webp lossless', true, (picture) => picture.webp({ lossless: true }).toBuffer()],
  ['gif', false, (picture) => picture.gif({ dither: 0 }).toBuffer()],
  ['jpeg', false, (picture) => picture.jpeg({ quality: 90 }).toBuffer()],
  ['webp', false, (picture) => picture.webp({ quality: 85 }).toBuffer()],
  ['avif', false, (picture) => picture.avif({ quality: 75, effort: 0 }).toBuffer()],
]

async function labelled(bytes: Buffer, wishes: Partial<VisibleLabel> = {}): Promise<Buffer> {
  const isSvg = bytes.subarray(0, 4).toString() === '<svg'
  const labeller = isSvg ? svg.visible : bytes.includes('ftypavif') ? avif.visible : imageLabeller
  const label = { text: 'AI生成', position: 'bottom-right', ...wishes } as const
  const result = await labeller?.apply(bytesSource(bytes), label, nothingElse)
  if (result === undefined) throw new Error('no label')
  const file = await result.source.read(0, result.source.size)
  return sharp(file).autoOrient().toColourspace('srgb').png().toBuffer()
}

export interface Cell {
  readonly format: string
  readonly ground: string
  readonly size: 'large' | 'small'
  readonly exact: boolean
  /** PNG, as it is shown. */
  readonly picture: Buffer
}

/** One labelled picture for every format, ground and size. */
export async function cells(): Promise<Cell[]> {
  const all: Cell[] = []
  for (const ground of Object.keys(grounds))
    for (const [size, pixels] of [
      ['large', large],
      ['small', small],
    ] as const) {
      for (const [format, exact, encode] of formats) {
        const picture = await labelled(await encode(drawn(ground, pixels)))
        all.push({ format, ground, size, exact, picture })
      }
      const picture = await labelled(Buffer.from(markup(ground, pixels)))
      all.push({ format: 'svg', ground, size, exact: false, picture })
    }
  return all
}

/** A turned portrait, a panorama, glass, printing inks, and every style. */
async function oddities(): Promise<Buffer[]> {
  const portrait = drawn('busy', large).withMetadata({ orientation: 6 }).jpeg({ quality: 92 })
  const chequer = Array.from(
    { length: 600 },
    (_, at) =>
      `<rect x="${(at % 30) * 8}" y="${Math.floor(at / 30) * 8}" width="8" height="8" fill="${(at + Math.floor(at / 30)) % 2 ? '#bbb' : '#eee'}"/>`,
  )
  const board = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="160">${chequer.join('')}</svg>`,
  )
  const glass = await labelled(await drawn('dark', large).ensureAlpha(0.35).png().toBuffer())
  return [
    await labelled(await portrait.toBuffer()),
    await labelled(await drawn('light', { width: 480, height: 80 }).png().toBuffer()),
    await sharp(board)
      .composite([{ input: glass }])
      .png()
      .toBuffer(),
    await labelled(await drawn('light', large).toColourspace('cmyk').jpeg({ quality: 92 }).toBuffer()),
    await labelled(await drawn('dark', large).png().toBuffer(), { style: 'plain' }),
    await labelled(await drawn('light', large).png().toBuffer(), { style: 'plain' }),
    await labelled(await drawn('busy', large).png().toBuffer(), { style: 'outline', size: 0.08 }),
    await labelled(await drawn('busy', large).png().toBuffer(), { style: 'plate-light', position: 'top' }),
    await labelled(await drawn('busy', large).png().toBuffer(), {
      style: 'eu-icon',
      text: 'AI',
      wording: 'eu',
      position: 'top-left',
    }),
  ]
}

/** The sheet, as PNG: formats from left to right, grounds from top to bottom, then the odd cases. */
export async function sheet(): Promise<Buffer> {
  const gap = 8
  const column = large.width + small.width + 2 * gap
  const row = large.height + gap
  const names = [...formats.map(([name]) => name), 'svg']
  const placed: OverlayOptions[] = (await cells()).map(({ format, ground, size, picture }) => ({
    input: picture,
    left: gap + names.indexOf(format) * column + (size === 'small' ? large.width + gap : 0),
    top: gap + Object.keys(grounds).indexOf(ground) * row,
  }))
  let left = gap
  for (const input of await oddities()) {
    placed.push({ input, left, top: gap + 3 * row })
    left += ((await sharp(input).metadata()).width ?? 0) + gap
  }
  const [width, height] = [gap + names.length * column, gap + 3 * row + large.width + gap]
  return sharp({ create: { width, height, channels: 3, background: '#fff' } })
    .composite(placed)
    .png({ compressionLevel: 9, adaptiveFiltering: true })
    .toBuffer()
}
