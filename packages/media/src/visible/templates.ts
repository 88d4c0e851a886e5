/** What the search for labels compares with: known words, as the label's own font draws them. */
import { demandedCharacters, wordingRules, wordings } from '@yinji/core'
import type { GreyRaster } from './grey.ts'

/** The ink of a text with a little air, white on black, at a height of `ink` pixels of its smallest demanded character. */
export interface Template {
  readonly text: string
  readonly ink: number
  readonly raster: GreyRaster
}

/** Words that labels say, in the order of their length. */
export const knownTexts: readonly string[] = [
  ...new Set([
    ...wordings.flatMap((wording) => Object.values(wordingRules[wording].texts)),
    '人工智能生成',
    '人工智能合成',
    'AI生成合成',
    '人工智能生成合成',
  ]),
]

/** Large enough that every template is made by shrinking. */
const drawnInk = 64
/** Air around the ink, in em: less than any plate has. */
const air = 0.1

const drawn = new Map<string, Promise<Template>>()

/** @throws UsageError `visible.glyph.missing` */
export function templateOf(text: string): Promise<Template> {
  const template = drawn.get(text) ?? draw(text)
  if (drawn.size < 64) drawn.set(text, template)
  template.catch(() => drawn.delete(text))
  return template
}

async function draw(text: string): Promise<Template> {
  const [{ default: sharp }, { inkHeight, pathData, shape }] = await Promise.all([
    import('sharp'),
    import('./glyphs.ts'),
  ])
  const letters = shape(text)
  const demanded = demandedCharacters(text)
  const smallest = Math.min(...(demanded.length > 0 ? demanded : [...text]).map(inkHeight))
  const size = drawnInk / smallest
  const width = Math.ceil((letters.right - letters.left + 2 * air) * size)
  const height = Math.ceil((letters.top - letters.bottom + 2 * air) * size)
  const path = letters.glyphs
    .map(({ glyph, x }) => pathData(glyph, (air + x - letters.left) * size, (air + letters.top) * size, size))
    .join('')
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%"/><path fill="#fff" d="${path}"/></svg>`
  const pixels = await sharp(Buffer.from(svg)).toColourspace('b-w').extractChannel(0).raw().toBuffer()
  return { text, ink: drawnInk, raster: { pixels: new Uint8Array(pixels), width, height } }
}
