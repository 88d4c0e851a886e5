/**
 * How a label can look. Rows are data; shades of grey from 0 (black) to 1 (white), lengths in em. Legibility is
 * arithmetic on the row: WCAG 2.2 1.4.3 asks for a contrast of 4.5 : 1 between words and what is around them.
 */
import { UsageError } from '@yinji/core'

/** One way to draw a label. */
export interface Style {
  readonly ink: number
  /** Behind the words; `square` makes it as wide as it is high at least. */
  readonly plate?: {
    readonly shade: number
    readonly opacity: number
    readonly radius: number
    readonly square?: boolean
    readonly ring?: number
  }
  /** Around each letter, of the other shade. */
  readonly outline?: number
  /** Words of the other shade where the picture under them is bright. */
  readonly adapts?: boolean
}

/**
 * White on the dark plate over white is (1 + 0.05) / (L + 0.05) = 5.9, with L the luminance of sRGB grey 1 − 0.61; over
 * anything else it is more. 0.54 would just meet 4.5; the rest is for lossy compression.
 */
const plateOpacity = 0.61

/** The table. The first row is the default. */
export const styles = {
  plate: { ink: 1, plate: { shade: 0, opacity: plateOpacity, radius: 0.3 } },
  'plate-light': { ink: 0, plate: { shade: 1, opacity: 0.72, radius: 0.3 } },
  outline: { ink: 1, outline: 0.09, adapts: true },
  plain: { ink: 1, adapts: true },
  // The common icon of the EU Code of Practice: the two letters, in a ring.
  'eu-icon': { ink: 0, plate: { shade: 1, opacity: 1, radius: 9, square: true, ring: 0.1 } },
} as const satisfies Record<string, Style>

/** Name of a row of the style table. */
export type StyleName = keyof typeof styles

export const leastContrast = 4.5

/** @throws UsageError `visible.style.unknown` */
export function styleOf(name = 'plate'): Style {
  if (Object.hasOwn(styles, name)) return styles[name as StyleName]
  throw new UsageError('visible.style.unknown', { style: name, known: Object.keys(styles).join(', ') })
}

/** The row for words over a bright or a dark picture. */
export function adapted(style: Style, bright: boolean): Style {
  return style.adapts && bright ? { ...style, ink: 1 - style.ink } : style
}

/** Contrast of words and surroundings over one shade of picture. */
export function contrastOver(style: Style, opacity: number, under: number): number {
  const over = (shade: number, alpha: number) => shade * alpha + under * (1 - alpha)
  const ink = over(style.ink, opacity)
  const around =
    style.plate !== undefined
      ? over(style.plate.shade, style.plate.opacity * opacity)
      : style.outline !== undefined
        ? over(1 - style.ink, opacity)
        : under
  const [low = 0, high = 0] = [luminance(ink), luminance(around)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

/** The least contrast over any picture; words without anything around them depend on the picture alone. */
export function leastContrastOf(style: Style, opacity: number): number {
  if (style.plate === undefined && style.outline === undefined)
    return contrastOver(style, opacity, 1 - style.ink)
  return Math.min(...[0, 0.25, 0.5, 0.75, 1].map((under) => contrastOver(style, opacity, under)))
}

/** Relative luminance of an sRGB grey (WCAG 2.2). */
export function luminance(shade: number): number {
  return shade <= 0.04045 ? shade / 12.92 : ((shade + 0.055) / 1.055) ** 2.4
}
