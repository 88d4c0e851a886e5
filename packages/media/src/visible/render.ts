/**
 * Draws the explicit label of pictures (GB 45438-2025 5.2 and 5.4): white words on a dark, rounded, translucent
 * plate. The words become outlines, the outlines become pixels once; image and video use the same drawing.
 */
import { InputError, type Position } from '@yinji/core'
import type { TextShape } from './glyphs.ts'
import { assertWording, demandedCharacters } from './wording.ts'

export interface LabelImage {
  /** RGBA. */
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
}

/** 5.2 b), 5.4 c): at least 5 % of the shortest side. */
const leastShare = 0.05
/** Below this an ideograph is a smudge, so small pictures get larger words than the clause asks for, if they fit. */
const legiblePixels = 11
/**
 * White on this plate over white is (1 + 0.05) / (L + 0.05) = 5.9, with L the luminance of sRGB grey 1 − 0.61; over
 * anything else it is more. WCAG 2 asks for 4.5, which 0.54 would just meet; the rest is for lossy compression.
 */
export const plateOpacity = 0.61

/** Air around the ink, in em. */
const padding = { x: 0.42, y: 0.3 }

const drawn = new Map<string, Promise<LabelImage>>()
const keptDrawings = 32

/**
 * The label at the size the clause asks for.
 * @throws UsageError `visible.text.wording`, `visible.glyph.missing`
 * @throws InputError `visible.space.missing`
 */
export function renderLabel(text: string, space: LabelSpace): Promise<LabelImage> {
  const key = JSON.stringify([text, space.width, space.height, space.pixelAspect ?? 1])
  const image = drawn.get(key) ?? draw(text, space)
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

async function draw(text: string, space: LabelSpace): Promise<LabelImage> {
  assertWording(text)
  // Loaded when first wanted: verifying needs neither.
  const [{ default: sharp }, { inkHeight, pathData, shape }] = await Promise.all([
    import('sharp'),
    import('./glyphs.ts'),
  ])
  const letters = shape(text)
  const ink = Math.min(...demandedCharacters(text).map(inkHeight))
  const pixelAspect = space.pixelAspect ?? 1
  const shown = { width: space.width * pixelAspect, height: space.height }
  const shortest = Math.min(shown.width, shown.height)
  // One pixel more than asked for: an edge that falls between two pixels is only half there.
  const needed = Math.ceil(shortest * leastShare) + 1
  const plate = largestThatFits(letters, ink, shown, needed)
  if (plate === undefined)
    throw new InputError('visible.space.missing', { width: space.width, height: space.height })
  const width = Math.min(space.width, Math.round(plate.width / pixelAspect))
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${plate.height}"
    viewBox="0 0 ${plate.width} ${plate.height}" preserveAspectRatio="none">${drawing(letters, plate, pathData)}</svg>`
  return {
    png: await sharp(Buffer.from(svg)).png({ compressionLevel: 2 }).toBuffer(),
    width,
    height: plate.height,
    glyphHeight: plate.glyphHeight,
    margin: Math.max(1, Math.round(shortest * 0.025)),
  }
}

interface Plate {
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
): Plate | undefined {
  for (let size = Math.max(needed, legiblePixels); size >= needed; size--)
    for (const air of [1, 0.4, 0]) {
      const plate = layOut(letters, size, size / ink, air)
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

function drawing(letters: TextShape, plate: Plate, pathData: typeof import('./glyphs.ts').pathData): string {
  const { fontSize, padX, padY, width, height } = plate
  // The base line lies between two rows of pixels, so that the feet of letters are sharp.
  const baseline = padY + Math.ceil(letters.top * fontSize)
  const ink = letters.glyphs.map(({ glyph, x }) =>
    pathData(glyph, padX + (x - letters.left) * fontSize, baseline, fontSize),
  )
  const radius = Math.min(height / 2, 0.3 * fontSize).toFixed(2)
  return `<rect width="${width}" height="${height}" rx="${radius}" fill="#000" fill-opacity="${plateOpacity}"/>
    <path fill="#fff" d="${ink.join('')}"/>`
}
