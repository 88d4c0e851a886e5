/**
 * Finds an explicit label in a picture (GB 45438-2025 5.2, 5.4): the known words, as our font draws them, are compared
 * with the corners and edges at all sizes that a label can have. Normalised cross-correlation: brightness and contrast
 * don't matter, nor does light on dark or dark on light. No other fonts, no model, no guesses.
 */
import type { Position } from '@yinji/core'
import { type GreyRaster, Sums, scaled } from './grey.ts'
import { knownTexts, type Template, templateOf } from './templates.ts'

/** A label that was found. */
export interface FoundWords {
  readonly text: string
  readonly position: Position
  /** Height of the smallest demanded character as a share of the shortest side. */
  readonly share: number
  /** 0 to 1: how much it looks like the words. */
  readonly score: number
}

/** Shortest side in pixels of the rasters that are searched, and the heights of characters searched for in each. */
const levels = [320, 160, 80] as const
const heights = { least: 13, most: 29 } as const
/** What is worth a closer look, and what counts. Set by the pictures of the tests: see `find-label.test.ts`. */
const [promising, enough, certain] = [0.36, 0.7, 0.85]
const closerLooks = 12

/**
 * The label that looks most like one; undefined when there is none.
 * @param raster as it is shown, upright, with square pixels
 * @param texts more words to look for
 */
export async function findLabel(
  raster: GreyRaster,
  texts: readonly string[] = [],
): Promise<FoundWords | undefined> {
  if (!searchable(raster)) return undefined
  const templates = await Promise.all([...new Set([...texts, ...knownTexts])].map(templateOf))
  const found: FoundWords[] = []
  let base = raster
  for (const side of levels) {
    const fine = shrunkTo(base, side)
    const coarse = shrunkTo(fine, side / 2)
    const places = templates.flatMap((template) => candidates(coarse, template, side))
    const best = places.sort((a, b) => b.score - a.score).slice(0, closerLooks)
    const sums = new Sums(fine)
    for (const place of best) {
      const match = closer(fine, sums, place)
      if (match.score >= enough) found.push(wordsAt(fine, place, match))
    }
    if (found.some(({ score }) => score > certain)) break
    base = fine
  }
  // Longer words contain shorter ones: of two that look equally good the longer one stands there.
  const worth = ({ score, text }: FoundWords) => score + 0.01 * text.length
  return found.sort((a, b) => worth(b) - worth(a))[0]
}

/** Below a dozen pixels no label can be read; a strip of any length would cost any amount of memory. */
export function searchable({ width, height }: { readonly width: number; readonly height: number }): boolean {
  const shortest = Math.min(width, height)
  return shortest >= 12 && Math.max(width, height) <= 32 * shortest
}

function shrunkTo(raster: GreyRaster, side: number) {
  const factor = side / Math.min(raster.width, raster.height)
  return scaled(
    raster,
    Math.max(1, Math.round(raster.width * factor)),
    Math.max(1, Math.round(raster.height * factor)),
  )
}

interface Match {
  readonly left: number
  readonly top: number
  /** Height of a demanded character, in pixels of the raster. */
  readonly ink: number
  readonly score: number
}

interface Candidate extends Match {
  readonly template: Template
  readonly position: Position
}

/** In half the size: every place and every height, the best one of each place. */
function candidates(
  raster: GreyRaster & { pixels: Float32Array },
  template: Template,
  side: number,
): Candidate[] {
  const sums = new Sums(raster)
  const best = new Map<Position, Candidate>()
  for (let height = heights.least; height <= heights.most; height *= 1.065) {
    const ink = height / 2
    const pattern = patternOf(template, ink)
    if (pattern.width > raster.width || pattern.height > raster.height) continue
    for (const [position, xs, ys] of areas(raster, pattern, side / 2, ink))
      for (let top = ys[0]; top <= ys[1]; top++)
        // Every other place, as on a chess board: the best one has neighbours nearly as good.
        for (let left = xs[0] + (top & 1); left <= xs[1]; left += 2) {
          const score = correlation(raster, sums, pattern, left, top)
          if (score < promising || score <= (best.get(position)?.score ?? 0)) continue
          best.set(position, { template, position, left, top, ink, score })
        }
  }
  return [...best.values()]
}

type Span = readonly [from: number, to: number]

/** Where words can begin: a margin of up to a tenth of the shortest side, and the plate's own air. */
function areas(
  { width, height }: GreyRaster,
  pattern: GreyRaster,
  side: number,
  ink: number,
): (readonly [Position, Span, Span])[] {
  const reach = Math.ceil(side * 0.1 + ink * 0.6)
  const [right, bottom] = [width - pattern.width, height - pattern.height]
  const [low, high]: [Span, Span] = [
    [0, Math.min(reach, right)],
    [Math.max(0, right - reach), right],
  ]
  const middle: Span = [Math.max(0, Math.floor(right / 2) - 2), Math.min(right, Math.ceil(right / 2) + 2)]
  const [up, down]: [Span, Span] = [
    [0, Math.min(reach, bottom)],
    [Math.max(0, bottom - reach), bottom],
  ]
  return [
    ['top-left', low, up],
    ['top-right', high, up],
    ['bottom-left', low, down],
    ['bottom-right', high, down],
    ['top', middle, up],
    ['bottom', middle, down],
  ]
}

/** At full size, around a candidate. */
function closer(raster: GreyRaster & { pixels: Float32Array }, sums: Sums, place: Candidate): Match {
  let best: Match = { left: 0, top: 0, ink: 0, score: 0 }
  for (let factor = 0.94; factor <= 1.06; factor += 0.012) {
    const ink = place.ink * 2 * factor
    const pattern = patternOf(place.template, ink)
    for (let top = place.top * 2 - 3; top <= place.top * 2 + 3; top++)
      for (let left = place.left * 2 - 4; left <= place.left * 2 + 4; left++) {
        if (
          left < 0 ||
          top < 0 ||
          left + pattern.width > raster.width ||
          top + pattern.height > raster.height
        )
          continue
        const score = correlation(raster, sums, pattern, left, top)
        if (score > best.score) best = { left, top, ink, score }
      }
  }
  return best
}

function wordsAt(raster: GreyRaster, { template, position }: Candidate, { ink, score }: Match): FoundWords {
  return { text: template.text, position, share: ink / Math.min(raster.width, raster.height), score }
}

type Pattern = GreyRaster & { readonly pixels: Float32Array }
const patterns = new WeakMap<Template, Map<number, Pattern>>()

/** The template at one height, its mean 0 and its length 1. */
function patternOf(template: Template, ink: number): Pattern {
  const key = Math.round(ink * 100)
  const known = patterns.get(template) ?? new Map<number, Pattern>()
  patterns.set(template, known)
  const kept = known.get(key)
  if (kept) return kept
  const factor = ink / template.ink
  const { pixels, width, height } = scaled(
    template.raster,
    Math.max(1, Math.round(template.raster.width * factor)),
    Math.max(1, Math.round(template.raster.height * factor)),
  )
  const mean = pixels.reduce((a, b) => a + b, 0) / pixels.length
  const length = Math.sqrt(pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0))
  const pattern = { pixels: pixels.map((value) => (value - mean) / length), width, height }
  if (known.size < 256) known.set(key, pattern)
  return pattern
}

/** Flat areas look like nothing at all. */
const leastSpread = 6 ** 2

function correlation(
  { pixels, width }: GreyRaster & { pixels: Float32Array },
  sums: Sums,
  pattern: Pattern,
  left: number,
  top: number,
): number {
  const spread = sums.spread(left, top, pattern.width, pattern.height)
  if (spread < leastSpread * pattern.pixels.length) return 0
  let sum = 0
  for (let y = 0, at = 0; y < pattern.height; y++) {
    const row = (top + y) * width + left
    for (let x = 0; x < pattern.width; x++, at++)
      sum += (pattern.pixels[at] as number) * (pixels[row + x] as number)
  }
  return Math.abs(sum) / Math.sqrt(spread)
}
