/**
 * The label as paths of OFD (GB/T 33190-2016 9): outlines of plate and letters, so that no font is asked for. Opaque
 * unless told otherwise: the plate has the shade that the translucent one of pictures has on paper.
 */
import type { VisibleLabel } from '@yinji/core'
import { escapeXml } from '../../carriers/xml.ts'
import { outlineOf } from '../glyphs.ts'
import { roundCorners } from '../round-corners.ts'
import type { Layout } from '../text-box.ts'

/** Lengths on pages are millimetres. */
export const millimetres = 25.4 / 72

/** What the name of each path of ours begins with; that of the letters goes on with the words. */
export const pathName = 'AI label'

export interface Drawing {
  readonly label: VisibleLabel
  readonly layout: Layout
  /** Upper left corner, in millimetres. */
  readonly left: number
  readonly top: number
  readonly prefix: string
  /** How the default colour space of the document says a shade of grey, from 0 to 255. */
  readonly grey: (shade: number) => string
}

/** A layer in front of the others (7.7), with as many objects as there are numbers for. */
export function layer(drawing: Drawing, nextId: () => number): string {
  const { label, layout, prefix } = drawing
  const { plate, style } = layout
  const layerId = nextId()
  const path = (name: string, data: string, paint: Paint) =>
    object(drawing, `ID="${nextId()}" Name="${name}"`, data, paint)
  const ring = (style.plate?.ring ?? 0) * plate.fontSize
  const under = style.plate ? 1 - (1 - style.plate.shade) * style.plate.opacity : 0
  const words = lettersOf(layout)
  const backing = style.plate
    ? path(
        `${pathName} plate`,
        plateOf(layout, ring),
        paints(drawing, under, ring > 0 ? style.ink : undefined, ring),
      )
    : ''
  const halo = style.outline
    ? path(
        `${pathName} halo`,
        words,
        paints(drawing, undefined, 1 - style.ink, 2 * style.outline * plate.fontSize),
      )
    : ''
  const letters = path(`${pathName}: ${attribute(label.text)}`, words, paints(drawing, style.ink))
  return `<${prefix}Layer Type="Foreground" ID="${layerId}">${backing}${halo}${letters}</${prefix}Layer>`
}

interface Paint {
  readonly attributes: string
  readonly colours: string
}

function object({ layout, left, top, prefix }: Drawing, names: string, data: string, paint: Paint): string {
  const { width, height } = layout.plate
  const boundary = [left, top, width * millimetres, height * millimetres].map(short).join(' ')
  const { attributes, colours } = paint
  return (
    `<${prefix}PathObject ${names} Boundary="${boundary}" ${attributes}>${colours}` +
    `<${prefix}AbbreviatedData>${data}</${prefix}AbbreviatedData></${prefix}PathObject>`
  )
}

/** How a path is filled and outlined (9.1); lengths in points. */
function paints(
  { label, prefix, grey }: Drawing,
  fill: number | undefined,
  stroke?: number,
  width = 0,
): Paint {
  const { opacity = 1 } = label
  const alpha = opacity < 1 ? ` Alpha="${Math.round(opacity * 255)}"` : ''
  const colour = (name: string, shade: number | undefined) =>
    shade === undefined ? '' : `<${prefix}${name} Value="${grey(Math.round(shade * 255))}"${alpha}/>`
  const line = stroke === undefined ? '' : ` LineWidth="${short(width * millimetres)}" Join="Round"`
  return {
    attributes: `Stroke="${stroke !== undefined}" Fill="${fill !== undefined}"${line}`,
    colours: `${colour('StrokeColor', stroke)}${colour('FillColor', fill)}`,
  }
}

function lettersOf({ letters, plate }: Layout): string {
  const { fontSize, padX, padY } = plate
  const baseline = padY + Math.ceil(letters.top * fontSize)
  let [fromX, fromY] = [0, 0]
  const steps = letters.glyphs.flatMap(({ glyph, x }) =>
    outlineOf(glyph, padX + (x - letters.left) * fontSize, baseline, fontSize).map(([command, numbers]) => {
      const [x1 = 0, y1 = 0, toX = x1, toY = y1] = numbers
      // A quadratic curve as the cubic one that it is: not every reader knows the other.
      const third = (from: number, by: number) => from + (2 / 3) * (by - from)
      const ends = [third(fromX, x1), third(fromY, y1), third(toX, x1), third(toY, y1), toX, toY]
      ;[fromX, fromY] = [toX, toY]
      return command === 'Q' ? step('B', ...ends) : step(command, toX, toY)
    }),
  )
  return steps.join(' ')
}

function plateOf({ plate, style }: Layout, ring: number): string {
  const low = ring / 2
  const radius = Math.min((plate.height - ring) / 2, (style.plate?.radius ?? 0) * plate.fontSize)
  const steps = roundCorners(low, plate.width - low, plate.height - low, radius)
  return [...steps.map(([kind, ...points]) => step(operators[kind], ...points)), 'C'].join(' ')
}

const operators = { move: 'M', line: 'L', curve: 'B' } as const
/** An operator and its operands (table 36), in millimetres from the corner of the plate. */
const step = (operator: string, ...points: readonly number[]) =>
  [operator, ...points.map((point) => short(point * millimetres))].join(' ')

const short = (value: number) => Number(value.toFixed(4)).toString()
const attribute = (text: string) => escapeXml(text).replaceAll('"', '&quot;')
