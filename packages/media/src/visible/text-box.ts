/**
 * The label as a text box of DrawingML (ISO/IEC 29500-1 20.1 and 21.1.2), for slides and sheets. All that could be
 * inherited is said, so that no theme, master or style of the document changes how it looks.
 */
import type { VisibleLabel } from '@yinji/core'
import { escapeXml, type Xml, type XmlElement } from '../carriers/xml.ts'
import { localName } from '../carriers/xmp-properties.ts'
import { attributeOf, elementsOf, treesOf, wordsOf } from '../document/xml-edit.ts'
import { isLabel } from './package.ts'
import type { layOutLabel } from './render.ts'
import type { Style } from './styles.ts'

/** How a text box is laid out; in points. */
export type Layout = Awaited<ReturnType<typeof layOutLabel>>

/** Names the shape where people pick shapes from a list; by it the label is found again. */
const shapeName = 'AI label'

/** English metric units (20.1.10.16) to a point. */
export const emu = 12_700

export const drawingml = (strict: boolean) =>
  strict
    ? 'http://purl.oclc.org/ooxml/drawingml/main'
    : 'http://schemas.openxmlformats.org/drawingml/2006/main'

/** Of a shape itself, not of the one that a click leads to. */
function property(xml: Xml, shape: readonly XmlElement[], name: string): string | undefined {
  const element = shape.find((each) => localName(each.name) === 'cNvPr')
  return element && attributeOf(xml, element, name)
}

export const isShown = (xml: Xml, shape: readonly XmlElement[]) =>
  !/^(?:1|true)$/.test(property(xml, shape, 'hidden') ?? '')

/** Labels that stand there already, each with the elements in it. */
export function labelShapes(xml: Xml): XmlElement[][] {
  return treesOf(xml, 'sp').filter(
    (shape) => property(xml, shape, 'name') === shapeName && isLabel(wordsOf(xml, shape)),
  )
}

/**
 * A number above those of all shapes.
 * @param old labels that go, and give theirs back
 */
export function freeId(xml: Xml, old: readonly XmlElement[][]): number {
  const gone = new Set(old.flat())
  const kept = elementsOf(xml, 'cNvPr').filter((element) => !gone.has(element))
  const ids = kept.map((element) => Number(attributeOf(xml, element, 'id')) || 1)
  return ids.reduce((highest, id) => Math.max(highest, id), 1) + 1
}

/** Name, number and words for those who can't see the shape. */
export function shapeHead(prefix: string, id: number, { text }: VisibleLabel): string {
  return `<${prefix}:cNvPr id="${id}" name="${shapeName}" descr="${attribute(text)}"/><${prefix}:cNvSpPr txBox="1"/>`
}

/**
 * Properties and text of a shape. Prefix `a` has to be bound around it.
 * @param at its upper left corner, in points
 */
export function shapeBody(
  prefix: string,
  label: VisibleLabel,
  { plate, style }: Layout,
  at: { readonly left: number; readonly top: number },
): string {
  const { opacity = 1 } = label
  const off = `<a:off x="${whole(at.left)}" y="${whole(at.top)}"/>`
  const frame = `<a:xfrm>${off}<a:ext cx="${whole(plate.width)}" cy="${whole(plate.height)}"/></a:xfrm>`
  return (
    `<${prefix}:spPr>${frame}${backing(style, plate, opacity)}</${prefix}:spPr>` +
    `<${prefix}:txBody><a:bodyPr rot="0" vert="horz" wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" numCol="1" anchor="ctr"><a:noAutofit/></a:bodyPr>` +
    `<a:lstStyle/><a:p>${paragraph}<a:r>${run(label, style, plate.fontSize)}<a:t>${escapeXml(label.text)}</a:t></a:r></a:p></${prefix}:txBody>`
  )
}

const spacing = (name: string, points: string) => `<a:${name}>${points}</a:${name}>`
const none = '<a:spcPts val="0"/>'
const paragraph =
  '<a:pPr marL="0" marR="0" indent="0" algn="ctr" rtl="0" latinLnBrk="0">' +
  `${spacing('lnSpc', '<a:spcPct val="100000"/>')}${spacing('spcBef', none)}${spacing('spcAft', none)}<a:buNone/></a:pPr>`

function run({ text, opacity = 1 }: VisibleLabel, style: Style, fontSize: number): string {
  const language = /\p{Script=Han}/u.test(text) ? 'lang="zh-CN" altLang="en-US"' : 'lang="en-US"'
  const look = 'b="0" i="0" u="none" strike="noStrike" kern="1200" cap="none" spc="0" baseline="0"'
  const halo = style.outline ? line(style.outline * fontSize, fill(1 - style.ink, opacity)) : ''
  // Both come with Office; elsewhere the system has others for them.
  const fonts =
    '<a:latin typeface="Arial" pitchFamily="34"/><a:ea typeface="Microsoft YaHei" pitchFamily="34"/><a:cs typeface="Arial" pitchFamily="34"/>'
  return `<a:rPr ${language} sz="${Math.round(fontSize * 100)}" ${look}>${halo}${fill(style.ink, opacity)}${fonts}</a:rPr>`
}

function backing(
  { plate, ink }: Style,
  { width, height, fontSize }: Layout['plate'],
  opacity: number,
): string {
  const round = Math.min(0.5, ((plate?.radius ?? 0) * fontSize) / Math.min(width, height))
  const guide = `<a:gd name="adj" fmla="val ${Math.round(round * 100_000)}"/>`
  const shape = `<a:prstGeom prst="roundRect"><a:avLst>${guide}</a:avLst></a:prstGeom>`
  const filled = plate ? fill(plate.shade, plate.opacity * opacity) : '<a:noFill/>'
  const ring = plate?.ring ? line(plate.ring * fontSize, fill(ink, opacity)) : '<a:ln><a:noFill/></a:ln>'
  return `${shape}${filled}${ring}`
}

const line = (points: number, filled: string) => `<a:ln w="${whole(points)}">${filled}</a:ln>`

function fill(shade: number, opacity: number): string {
  const alpha = opacity < 1 ? `<a:alpha val="${Math.round(opacity * 100_000)}"/>` : ''
  return `<a:solidFill><a:srgbClr val="${shade > 0.5 ? 'FFFFFF' : '000000'}">${alpha}</a:srgbClr></a:solidFill>`
}

const whole = (points: number) => Math.round(points * emu)
const attribute = (text: string) => escapeXml(text).replaceAll('"', '&quot;')
