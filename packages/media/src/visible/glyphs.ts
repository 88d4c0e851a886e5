/**
 * Letters as outlines, from the one font that comes with this package: no font of the system is ever looked for, so
 * a label looks the same on every machine and is there on a server that has no fonts at all.
 */
import { readFileSync } from 'node:fs'
import { UsageError } from '@yinji/core'
import { asset } from '../assets.ts'
import { type Glyph, TrueTypeFont } from './true-type.ts'

/** Sizes are in em: multiples of the font size. `y` grows upwards from the base line. */
export interface TextShape {
  readonly glyphs: readonly { readonly character: string; readonly glyph: Glyph; readonly x: number }[]
  /** From the first ink to the last. */
  readonly left: number
  readonly right: number
  readonly bottom: number
  readonly top: number
}

/** Air between letters: white on dark looks tighter than it is. */
const tracking = 0.03
/** A little more between Latin letters and ideographs, as Chinese typesetting has it. */
const seam = 0.05

let loaded: TrueTypeFont | undefined

function font(): TrueTypeFont {
  loaded ??= new TrueTypeFont(fontFile())
  return loaded
}

/** The font as it is: a TrueType file without hints. */
export function fontFile(): Uint8Array {
  return readFileSync(asset('NotoSansSC-Medium-labels.ttf'))
}

/**
 * Sets a line of text.
 * @throws UsageError `visible.glyph.missing`, naming every character the font does not have.
 */
export function shape(text: string): TextShape {
  const { unitsPerEm } = font()
  const glyphs: { character: string; glyph: Glyph; x: number }[] = []
  const box = { left: Number.POSITIVE_INFINITY, right: 0, bottom: Number.POSITIVE_INFINITY, top: 0 }
  let x = 0
  let previous = ''
  for (const [character, glyph] of glyphsOf(text)) {
    if (previous !== '') x += tracking + (isLatin(previous) !== isLatin(character) ? seam : 0)
    glyphs.push({ character, glyph, x })
    const { x1, y1, x2, y2 } = glyph.box
    if (x2 > x1) {
      box.left = Math.min(box.left, x + x1 / unitsPerEm)
      box.right = Math.max(box.right, x + x2 / unitsPerEm)
      box.bottom = Math.min(box.bottom, y1 / unitsPerEm)
      box.top = Math.max(box.top, y2 / unitsPerEm)
    }
    x += glyph.advanceWidth / unitsPerEm
    previous = character
  }
  return { glyphs, ...box }
}

/** Height of the ink of one character, in em. */
export function inkHeight(character: string): number {
  const { y1, y2 } = font().glyphOf(character).box
  return (y2 - y1) / font().unitsPerEm
}

/** A command of SVG paths and its coordinates, `y` growing downwards. */
type Step = readonly [command: 'M' | 'L' | 'Q', coordinates: readonly number[]]

/** The outline of a glyph, its origin at (x, y). */
export function outlineOf(glyph: Glyph, x: number, y: number, fontSize: number): Step[] {
  const scale = fontSize / font().unitsPerEm
  return glyph.path.map(([command, ...points]) => [
    command,
    points.flatMap(([right, up]) => [x + right * scale, y - up * scale]),
  ])
}

/** A glyph as SVG path data, its origin at (x, y). */
export function pathData(glyph: Glyph, x: number, y: number, fontSize: number): string {
  return outlineOf(glyph, x, y, fontSize)
    .map(([command, numbers]) => [command, ...numbers.map((value) => value.toFixed(2))].join(' '))
    .join('')
}

function glyphsOf(text: string): [string, Glyph][] {
  const found = [...text].map((character): [string, Glyph] => [character, font().glyphOf(character)])
  const missing = found.filter(([, glyph]) => glyph.index === 0).map(([character]) => character)
  if (missing.length > 0)
    throw new UsageError('visible.glyph.missing', { glyph: [...new Set(missing)].map(printable).join(' ') })
  return found
}

/** Control characters by number, the rest as they are. */
function printable(character: string): string {
  if (!/[\p{C}\p{Z}]/u.test(character)) return character
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

const isLatin = (character: string) => /[!-~]/.test(character)
