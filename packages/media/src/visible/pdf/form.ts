/**
 * The label as a form XObject (ISO 32000-2 8.10): a plate and real text on it. Opaque unless told otherwise, because
 * PDF/A-1 and printers know no transparency; the plate has the shade that the translucent one of pictures has on paper.
 */
import type { VisibleLabel } from '@yinji/core'
import { binaryBytes } from '../../carriers/binary.ts'
import type { PdfUpdate } from '../../carriers/pdf-update.ts'
import {
  array,
  dictionary,
  name,
  number,
  type PdfDictionary,
  type PdfReference,
  type PdfValue,
  reference,
} from '../../carriers/pdf-values.ts'
import type { TextShape } from '../glyphs.ts'
import type { Plate } from '../render.ts'
import { roundCorners } from '../round-corners.ts'
import type { Style } from '../styles.ts'
import { putFont } from './font.ts'
import { marked } from './words.ts'

export interface Drawing {
  readonly letters: TextShape
  readonly plate: Plate
  readonly style: Style
}

/** @param tagged whether the document has a structure: what stands outside of it must say so (14.8.2.2) */
export function putForm(
  update: PdfUpdate,
  { text, opacity = 1 }: VisibleLabel,
  drawing: Drawing,
  tagged: boolean,
): PdfReference {
  const font = dictionary([['F0', putFont(update, drawing.letters)]])
  const drawn = draw(drawing)
  if (opacity === 1) return put(update, drawing.plate, { Font: font }, marked(text, tagged, drawn))
  // One layer, or the plate would show through the words.
  const group = dictionary([['S', name('Transparency')]])
  const layer = put(update, drawing.plate, { Font: font }, drawn, { Group: group })
  const faint = dictionary([
    ['ca', number(opacity)],
    ['CA', number(opacity)],
  ])
  const resources = { ExtGState: dictionary([['G0', faint]]), XObject: dictionary([['L0', layer]]) }
  return put(update, drawing.plate, resources, marked(text, tagged, '/G0 gs /L0 Do\n'))
}

function put(
  update: PdfUpdate,
  { width, height }: Plate,
  resources: Readonly<Record<string, PdfDictionary>>,
  content: string,
  more: Readonly<Record<string, PdfValue>> = {},
): PdfReference {
  const object = update.allocate()
  const head = dictionary([
    ['Type', name('XObject')],
    ['Subtype', name('Form')],
    ['BBox', array(number(0), number(0), number(width), number(height))],
    ['Resources', dictionary(Object.entries(resources))],
    ...Object.entries(more),
  ])
  update.putStream(object, head, binaryBytes(content))
  return reference(object)
}

function draw({ letters, plate, style }: Drawing): string {
  const { fontSize, padX, padY, height } = plate
  const baseline = height - padY - Math.ceil(letters.top * fontSize)
  const show = `[${spaced(letters)}] TJ`
  const halo = style.outline
    ? `${grey(1 - style.ink)} G ${short(2 * style.outline * fontSize)} w 1 j 1 Tr ${show} 0 Tr\n` +
      `1 0 0 1 ${short(padX - letters.left * fontSize)} ${short(baseline)} Tm\n`
    : ''
  return (
    `q\n${backing(plate, style)}BT\n/F0 ${short(fontSize)} Tf ${grey(style.ink)} g\n` +
    `1 0 0 1 ${short(padX - letters.left * fontSize)} ${short(baseline)} Tm\n${halo}${show}\nET\nQ\n`
  )
}

/** Glyphs, and between them what to go back in thousandths of an em where more air is wanted. */
function spaced({ glyphs }: TextShape): string {
  return glyphs
    .map(({ glyph, x }, index) => {
      const next = glyphs[index + 1]
      const air = next ? (next.x - x) * 1000 - (glyph.advanceWidth ?? 1000) : 0
      return `<${glyph.index.toString(16).padStart(4, '0')}>${air ? ` ${short(-air)}` : ''}`
    })
    .join(' ')
}

function backing({ width, height, fontSize }: Plate, { plate, ink }: Style): string {
  if (plate === undefined) return ''
  const ring = (plate.ring ?? 0) * fontSize
  const radius = Math.min((height - ring) / 2, plate.radius * fontSize)
  const shade = 1 - (1 - plate.shade) * plate.opacity
  const path = rounded(ring / 2, width - ring / 2, height - ring / 2, radius)
  return ring > 0
    ? `${grey(shade)} g ${grey(ink)} G ${short(ring)} w\n${path}B\n`
    : `${grey(shade)} g\n${path}f\n`
}

function rounded(low: number, right: number, top: number, radius: number): string {
  const steps = roundCorners(low, right, top, radius)
  const drawn = steps.map(([kind, ...points]) => `${points.map(short).join(' ')} ${operators[kind]}\n`)
  return `${drawn.join('')}h\n`
}

/** Path construction operators (8.5.2). */
const operators = { move: 'm', line: 'l', curve: 'c' } as const
const grey = (shade: number) => short(shade)
/** No exponents (7.3.3). */
const short = (value: number) => Number(value.toFixed(3)).toString()
