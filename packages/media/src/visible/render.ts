/**
 * Draws the explicit label of pictures (GB 45438-2025 5.2 and 5.4) in one of the styles: usually white words on a dark,
 * rounded, translucent plate. The words become outlines, the outlines become pixels once; image and video use the same
 * drawing.
 */
import { InputError, type Position, type VisibleLabel } from '@yinji/core'
import { leastShare } from './check-label.ts'
import type { TextShape } from './glyphs.ts'
import { adapted, type Style, styleOf } from './styles.ts'
import { assertWording, demandedCharacters } from './wording.ts'

export interface LabelImage {
  /** RGBA of 8 bits, row by row; and as a file. */
  readonly pixels: Uint8Array
  readonly png: Buffer
  /** Size of the plate, in pixels of the stored raster. */
  readonly width: number
  readonly height: number
  /** Height of the smallest character that the wording rule demands, in pixels. */
  readonly glyphHeight: number
  /** Distance to keep from the edge, in pixels. */
  readonly margin: number
}

export interface LabelSpace {
  /** Size of the stored raster, in pixels. */
  readonly width: number
  readonly height: number
  /** Width of a stored pixel by its height; what is not 1 squeezes the label, so that it is upright when shown. */
  readonly pixelAspect?: number | undefined
  /** Whether the picture under the label is bright; matters to styles without a plate. */
  readonly bright?: boolean | undefined
  /** Height of the characters as a share of the shortest side where none is wished for. Default: 5.2 b). */
  readonly share?: number | undefined
}

/** Below this an ideograph is a smudge, so small pictures get larger words than the clause asks for, if they fit. */
const legiblePixels = 11
/** Air around the ink, in em. */
const padding = { x: 0.42, y: 0.3 }

const drawn = new Map<string, Promise<LabelImage>>()
const keptDrawings = 32

/** What the drawing takes from a label; words alone stand for the default look. */
export type Wish = Pick<VisibleLabel, 'text' | 'style' | 'size' | 'opacity' | 'margin' | 'wording'>

/**
 * The label at the size the clause asks for, or the larger one that is wished for.
 * @throws UsageError `visible.text.wording`, `visible.text.rule`, `visible.glyph.missing`, `visible.style.unknown`
 * @throws InputError `visible.space.missing`
 */
export function renderLabel(wish: string | Wish, space: LabelSpace): Promise<LabelImage> {
  const label = typeof wish === 'string' ? { text: wish } : wish
  const { text, style, size, opacity, margin, wording } = label
  const { width, height, pixelAspect = 1, bright = false } = space
  const key = JSON.stringify([
    text,
    style,
    size,
    opacity,
    margin,
    wording,
    width,
    height,
    pixelAspect,
    bright,
  ])
  const image = drawn.get(key) ?? draw(label, space)
  drawn.delete(key)
  drawn.set(key, image)
  image.catch(() => drawn.delete(key))
  for (const oldest of drawn.keys()) {
    if (drawn.size <= keptDrawings) break
    drawn.delete(oldest)
  }
  return image
}

/** Where the label goes; the corner's own margin, or the middle of an edge. */
export function place(
  position: Position,
  picture: { readonly width: number; readonly height: number },
  label: { readonly width: number; readonly height: number; readonly margin: number },
): { left: number; top: number } {
  const room = { x: picture.width - label.width, y: picture.height - label.height }
  const marginX = Math.min(label.margin, Math.floor(room.x / 2))
  const marginY = Math.min(label.margin, Math.floor(room.y / 2))
  const left = position.endsWith('left')
    ? marginX
    : position.endsWith('right')
      ? room.x - marginX
      : room.x / 2
  const top = position.startsWith('top') ? marginY : room.y - marginY
  return { left: Math.max(0, Math.round(left)), top: Math.max(0, top) }
}

async function draw(label: Wish, space: LabelSpace): Promise<LabelImage> {
  // Loaded when first wanted: verifying needs it not.
  const [{ default: sharp }, { plate, markup, ...sizes }] = await Promise.all([
    import('sharp'),
    outlineLabel(label, space),
  ])
  const width = Math.min(space.width, Math.round(plate.width / (space.pixelAspect ?? 1)))
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${plate.height}"
    viewBox="0 0 ${plate.width} ${plate.height}" preserveAspectRatio="none">${markup}</svg>`
  const { data: pixels, info: raw } = await sharp(Buffer.from(svg))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const png = await sharp(pixels, { raw }).png({ compressionLevel: 2 }).toBuffer()
  return { pixels, png, ...sizes, width }
}

/** The label as outlines, before it becomes pixels: elements of SVG, in pixels as they are shown. */
export async function outlineLabel(label: Wish, space: LabelSpace) {
  const { pathData } = await import('./glyphs.ts')
  const { letters, plate, style, margin } = await layOutLabel(label, space)
  return {
    markup: `<g style="opacity:${label.opacity ?? 1}">${drawing(letters, plate, style, pathData)}</g>`,
    plate,
    width: plate.width,
    height: plate.height,
    glyphHeight: plate.glyphHeight,
    margin,
  }
}

/** Words, plate and sizes, before they become outlines or text; in pixels as they are shown, or in points. */
export async function layOutLabel(label: Wish, space: LabelSpace) {
  const { text } = label
  assertWording(text, label.wording)
  const style = adapted(styleOf(label.style), space.bright === true)
  const { inkHeight, shape } = await import('./glyphs.ts')
  const letters = shape(text)
  const ink = Math.min(...demandedCharacters(text, label.wording).map(inkHeight))
  const shown = { width: space.width * (space.pixelAspect ?? 1), height: space.height }
  const shortest = Math.min(shown.width, shown.height)
  // One pixel more than asked for: an edge that falls between two pixels is only half there.
  const needed = Math.ceil(shortest * Math.max(label.size ?? 0, space.share ?? leastShare)) + 1
  const plate = largestThatFits(letters, ink, shown, needed, style.plate)
  if (plate === undefined)
    throw new InputError('visible.space.missing', { width: space.width, height: space.height })
  const margin = Math.max(label.margin === 0 ? 0 : 1, Math.round(shortest * (label.margin ?? 0.025)))
  return { letters, plate, style, margin }
}

/** What is behind the words, and how large they are. */
export interface Plate {
  readonly width: number
  readonly height: number
  readonly glyphHeight: number
  readonly fontSize: number
  readonly padX: number
  readonly padY: number
}

/** From the most legible size down to the least that is allowed; air goes before size does. */
function largestThatFits(
  letters: TextShape,
  ink: number,
  shown: { readonly width: number; readonly height: number },
  needed: number,
  plated: Style['plate'],
): Plate | undefined {
  for (let size = Math.max(needed, legiblePixels); size >= needed; size--)
    for (const air of [1, 0.4, 0]) {
      const plate = squared(layOut(letters, size, size / ink, air), plated?.square === true)
      if (plate.width <= shown.width && plate.height <= shown.height) return plate
    }
  return undefined
}

function layOut(letters: TextShape, glyphHeight: number, fontSize: number, air: number): Plate {
  const padX = Math.max(1, Math.round(padding.x * fontSize * air))
  const padY = Math.max(1, Math.round(padding.y * fontSize * air))
  return {
    width: Math.ceil((letters.right - letters.left) * fontSize) + 2 * padX,
    height: Math.ceil(letters.top * fontSize) + Math.ceil(-letters.bottom * fontSize) + 2 * padY,
    glyphHeight,
    fontSize,
    padX,
    padY,
  }
}

/** At least as wide as high, or a ring around two letters would be an egg. */
function squared(plate: Plate, wanted: boolean): Plate {
  if (!wanted) return plate
  const side = Math.max(plate.width, plate.height)
  const [x, y] = [(side - plate.width) / 2, (side - plate.height) / 2]
  return {
    ...plate,
    width: side,
    height: plate.width > 2 * plate.height ? plate.height : side,
    padX: plate.padX + x,
    padY: plate.width > 2 * plate.height ? plate.padY : plate.padY + Math.floor(y),
  }
}

function drawing(
  letters: TextShape,
  plate: Plate,
  style: Style,
  pathData: typeof import('./glyphs.ts').pathData,
): string {
  const { fontSize, padX, padY } = plate
  // The base line lies between two rows of pixels, so that the feet of letters are sharp.
  const baseline = padY + Math.ceil(letters.top * fontSize)
  const ink = letters.glyphs
    .map(({ glyph, x }) => pathData(glyph, padX + (x - letters.left) * fontSize, baseline, fontSize))
    .join('')
  const stroke = `stroke:${grey(1 - style.ink)};stroke-linejoin:round`
  const halo = style.outline
    ? `<path style="fill:none;${stroke};stroke-width:${(2 * style.outline * fontSize).toFixed(2)}" d="${ink}"/>`
    : ''
  return `${backing(plate, style)}${halo}<path style="fill:${grey(style.ink)}" d="${ink}"/>`
}

function backing({ width, height, fontSize }: Plate, { plate, ink }: Style): string {
  if (plate === undefined) return ''
  const ring = (plate.ring ?? 0) * fontSize
  const radius = Math.min(height / 2, plate.radius * fontSize).toFixed(2)
  const stroke = ring > 0 ? `;stroke:${grey(ink)};stroke-width:${ring.toFixed(2)}` : ''
  const inset = ring / 2
  return `<rect x="${inset}" y="${inset}" width="${width - ring}" height="${height - ring}" rx="${radius}"
    style="fill:${grey(plate.shade)};fill-opacity:${plate.opacity}${stroke}"/>`
}

const grey = (shade: number) => (shade > 0.5 ? '#fff' : '#000')
