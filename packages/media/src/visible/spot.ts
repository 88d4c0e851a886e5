/**
 * Chooses by the pixels: the calmest corner for `auto`, and for styles without a plate the shade of the words. WCAG 2.2
 * 1.4.3 asks for a contrast of 4.5 : 1, here against nearly all of what lies under the label.
 */
import { type Position, UsageError, type VisibleLabel } from '@yinji/core'
import { findLabel } from './find-label.ts'
import type { GreyRaster } from './grey.ts'
import { place, renderLabel } from './render.ts'
import { adapted, contrastOver, leastContrast, type Style, styleOf } from './styles.ts'

/** Where the label goes, and whether it is bright there. */
export interface Spot {
  readonly position: Position
  readonly bright: boolean
}

/** In order of preference, where two are equally calm. */
const corners: readonly Position[] = ['bottom-right', 'bottom-left', 'top-right', 'top-left']

/** Whether the pixels have to be seen before the label can be placed. */
export function needsPixels({ position, style }: VisibleLabel): boolean {
  return position === 'auto' || styleOf(style).adapts === true
}

/**
 * @param rasters the picture as it is shown, at any size; or some frames of a moving one
 * @param shown its real size
 * @throws UsageError `visible.contrast.low` when words without a plate can't be read there
 */
export async function spotFor(
  rasters: readonly GreyRaster[],
  shown: { readonly width: number; readonly height: number; readonly pixelAspect?: number | undefined },
  label: VisibleLabel,
): Promise<Spot> {
  const drawing = await renderLabel(label, shown)
  const under = (position: Position) => {
    const box = { ...drawing, ...place(position, shown, drawing) }
    return rasters.map((raster) => pixelsUnder(raster, shown, box))
  }
  const position = label.position === 'auto' ? await calmest(rasters, under) : label.position
  const style = styleOf(label.style)
  if (style.adapts !== true) return { position, bright: false }
  const shades = under(position)
    .flatMap(({ pixels }) => [...pixels])
    .sort((a, b) => a - b)
  const opacity = label.opacity ?? 1
  const [dark, light] = [false, true].map((bright) => worst(adapted(style, bright), opacity, shades))
  const [contrast, bright] = (light ?? 0) > (dark ?? 0) ? [light ?? 0, true] : [dark ?? 0, false]
  if (contrast < leastContrast)
    throw new UsageError('visible.contrast.low', {
      style: label.style ?? 'plate',
      contrast: contrast.toFixed(1),
    })
  return { position, bright }
}

/** The corner with the fewest edges; one that bears a label already is left alone. */
async function calmest(
  rasters: readonly GreyRaster[],
  under: (position: Position) => readonly GreyRaster[],
): Promise<Position> {
  const [sample] = rasters
  const taken = sample && (await findLabel(sample))?.position
  const free = corners.filter((corner) => corner !== taken)
  const unrest = new Map(free.map((corner) => [corner, unrestOf(under(corner))]))
  const [first = 'bottom-right'] = free.sort((a, b) => (unrest.get(a) ?? 0) - (unrest.get(b) ?? 0))
  return first
}

/** A twentieth at either end may be worse: a hair across the label does not make it illegible. */
function worst(style: Style, opacity: number, shades: readonly number[]): number {
  const at = (share: number) => (shades[Math.round((shades.length - 1) * share)] ?? 0) / 255
  return Math.min(...[0.05, 0.5, 0.95].map((share) => contrastOver(style, opacity, at(share))))
}

/** Mean difference of neighbours and standard deviation: texture, large shapes, and what changes from frame to frame. */
function unrestOf(rasters: readonly GreyRaster[]): number {
  let [sum, squares, edges, count] = [0, 0, 0, 0]
  for (const { pixels, width, height } of rasters) {
    count += width * height
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const value = pixels[y * width + x] as number
        sum += value
        squares += value * value
        if (x > 0) edges += Math.abs(value - (pixels[y * width + x - 1] as number))
        if (y > 0) edges += Math.abs(value - (pixels[(y - 1) * width + x] as number))
      }
  }
  return edges / count + Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2))
}

function pixelsUnder(
  { pixels, width, height }: GreyRaster,
  shown: { readonly width: number; readonly height: number },
  box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
): GreyRaster {
  const [across, down] = [width / shown.width, height / shown.height]
  const left = Math.min(width - 1, Math.floor(box.left * across))
  const top = Math.min(height - 1, Math.floor(box.top * down))
  const right = Math.min(width, Math.max(left + 1, Math.ceil((box.left + box.width) * across)))
  const bottom = Math.min(height, Math.max(top + 1, Math.ceil((box.top + box.height) * down)))
  const out = new Uint8Array((right - left) * (bottom - top))
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++)
      out[(y - top) * (right - left) + x - left] = pixels[y * width + x] as number
  return { pixels: out, width: right - left, height: bottom - top }
}
