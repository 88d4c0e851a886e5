/**
 * The label as a text box of OpenDocument (ISO/IEC 26300, `draw:frame`), for slides, drawings and sheets. All that could
 * be inherited is said, so that no style of the document changes how it looks.
 */
import type { VisibleLabel } from '@yinji/core'
import { escapeXml, type Xml, type XmlElement } from '../../carriers/xml.ts'
import { attributeOf } from '../../document/xml-edit.ts'
import { isLabel } from '../package.ts'
import type { Layout } from '../text-box.ts'
import { declare, named, wordsIn } from './package.ts'
import { textProperties } from './styles.ts'

/** Names the shape where people pick shapes from a list; by it the label is found again. */
const boxName = 'AI label'

/** Where it stands: its upper left corner, in points, and how far in front, where the others say so. */
export interface Spot {
  readonly left: number
  readonly top: number
  readonly order: number | undefined
}

/** @param style name of the styles below */
export function box(label: VisibleLabel, { plate, style: look }: Layout, spot: Spot, style: string): string {
  const text = escapeXml(label.text)
  const radius = Math.min(plate.height / 2, plate.width / 2, (look.plate?.radius ?? 0) * plate.fontSize)
  const order = spot.order === undefined ? '' : ` draw:z-index="${spot.order}"`
  return (
    `<draw:frame${declare('draw', 'text', 'svg')} draw:name="${boxName}" draw:style-name="${style}" draw:layer="layout"${order} ` +
    `svg:x="${points(spot.left)}" svg:y="${points(spot.top)}" svg:width="${points(plate.width)}" svg:height="${points(plate.height)}">` +
    `<draw:text-box draw:corner-radius="${points(radius)}"><text:p text:style-name="${style}">${text}</text:p></draw:text-box>` +
    `<svg:title>${text}</svg:title></draw:frame>`
  )
}

/** One for the frame and one for the words, of the same name. */
export function boxStyles(
  { text, opacity = 1 }: VisibleLabel,
  { plate, style }: Layout,
  name: string,
): string {
  const { plate: under, outline } = style
  const ring = under?.ring ?? 0
  const fill = under
    ? `draw:fill="solid" draw:fill-color="${grey(under.shade)}" draw:opacity="${percent(under.opacity * opacity)}"`
    : 'draw:fill="none"'
  const stroke = ring
    ? `draw:stroke="solid" svg:stroke-width="${points(ring * plate.fontSize)}" svg:stroke-color="${grey(style.ink)}" svg:stroke-opacity="${percent(opacity)}"`
    : 'draw:stroke="none"'
  const words = {
    points: Number(plate.fontSize.toFixed(1)),
    ink: grey(style.ink),
    weight: 'normal',
    // Letters can't have a line around them and be filled: a ground of their own stands in for it.
    more: `fo:background-color="${outline ? grey(1 - style.ink) : 'transparent'}" ${fonts} `,
  } as const
  return (
    `<style:style${declare('style', 'fo', 'draw', 'svg')} style:name="${name}" style:family="graphic">` +
    `<style:graphic-properties ${fill} ${stroke} draw:shadow="hidden" fo:padding="0pt" fo:wrap-option="no-wrap" draw:textarea-horizontal-align="center" draw:textarea-vertical-align="middle" draw:auto-grow-width="false" draw:auto-grow-height="false" draw:fit-to-size="false" style:writing-mode="lr-tb"/></style:style>` +
    `<style:style${declare('style', 'fo', 'text')} style:name="${name}" style:family="paragraph">` +
    '<style:paragraph-properties fo:margin="0pt" fo:text-indent="0pt" fo:text-align="center" fo:line-height="100%" style:punctuation-wrap="simple" style:text-autospace="none" style:writing-mode="lr-tb"/>' +
    `${textProperties(text, words)}</style:style>`
  )
}

const fonts =
  'fo:font-family="Arial" style:font-family-asian="\'Microsoft YaHei\'" style:font-family-complex="Arial"'
const grey = (shade: number) => (shade > 0.5 ? '#ffffff' : '#000000')
const percent = (share: number) => `${Math.round(share * 100)}%`
const points = (length: number) => `${Number(length.toFixed(2))}pt`

/** Shapes of ours. What somebody typed into one is content, and hidden ones are not seen. */
export function isOwnBox(xml: Xml, at: number): boolean {
  const element = xml.elements[at]
  if (element === undefined || !/^(?:frame|custom-shape|rect)$/.test(named(xml, at))) return false
  return attributeOf(xml, element, 'name') === boxName && isLabel(wordsIn(xml, at))
}

export const ownBoxes = (xml: Xml): XmlElement[] => xml.elements.filter((_, at) => isOwnBox(xml, at))

/** In front of all shapes in an element; where none says how far in front it is, the last one is. */
export function orderOver(xml: Xml, at: number): number | undefined {
  let highest: number | undefined
  for (const element of xml.elements.slice(at, (xml.elements[at]?.last ?? 0) + 1)) {
    const order = Number.parseInt(attributeOf(xml, element, 'z-index') ?? '', 10)
    if (order >= 0 && order < 1e9) highest = Math.max(highest ?? 0, order)
  }
  return highest === undefined ? undefined : highest + 1
}

/** A length of OpenDocument (`21cm`) in points; undefined for what is none. */
export function lengthOf(value: string | undefined): number | undefined {
  const [, number, unit = ''] = /^(\d{0,9}\.?\d{1,9})(cm|mm|in|pt|pc|px)$/.exec(value?.trim() ?? '') ?? []
  const per = { cm: 72 / 2.54, mm: 7.2 / 2.54, in: 72, pt: 1, pc: 12, px: 0.75 }[unit]
  return number === undefined || per === undefined ? undefined : Number(number) * per
}
