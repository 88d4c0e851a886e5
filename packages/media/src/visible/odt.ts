/**
 * The explicit label of OpenDocument texts (GB 45438-2025 5.1): the first paragraph, or the last, in a bookmark of its own,
 * by which it is found again and replaced. Black on white with a border, whatever the styles of
 * the document are; every other element stays as it is.
 */
import type { Drawn, Seen, Source, VisibleLabel } from '@yinji/core'
import { escapeXml, type Xml, type XmlElement } from '../carriers/xml.ts'
import { localName } from '../carriers/xmp-properties.ts'
import { ZipDamage } from '../carriers/zip.ts'
import { contentPart, protectionOf } from '../document/odf-parts.ts'
import type { Parts } from '../document/package.ts'
import { append, applyEdits, attributeOf, type TextEdit } from '../document/xml-edit.ts'
import { labelWords } from '../text/label-line.ts'
import { assertLine, type Edge, edgesOf } from './edges.ts'
import {
  attributeAt,
  childrenOf,
  contentIn,
  declare,
  editContent,
  isParagraph,
  named,
  wordsIn,
} from './odf/package.ts'
import { addStyles, freeNumber, type Styles, stylesOf, textProperties, withoutLabels } from './odf/styles.ts'
import { isLabel, lookInPackage } from './package.ts'

export async function apply(source: Source, label: VisibleLabel): Promise<Drawn> {
  assertLine(label)
  return { source: await editContent(source, (parts) => withLabel(parts, label)), label, path: 'spliced' }
}

/** Programs number names that are there twice. */
const ownName = /^AI label \((?:start|end)\)/
const nameOf = (edge: Edge) => `AI label (${edge})`

async function withLabel(parts: Parts, label: VisibleLabel): Promise<string> {
  const content = await parts.sound(contentPart)
  contentIn(content, 'text')
  const xml = withoutLabels(content, ownLabels(content))
  const styles = await stylesOf(parts)
  const style = `AILabel${freeNumber(xml)}`
  const body = contentIn(xml, 'text')
  const flow = childrenOf(xml, body).filter((at) => flowing.test(named(xml, at)))
  const edits: TextEdit[] = [addStyles(xml, paragraphStyle(style, label.text))]
  for (const edge of edgesOf(label)) {
    const held = edge === 'start' ? pageStart(xml, flow[0], styles) : undefined
    if (held) edits.push(addStyles(xml, frameStyle(style)), prepend(xml, held, frame(style, label.text)))
    else edits.push(at(xml, body, flow, edge, paragraph(style, label.text, edge)))
  }
  return applyEdits(xml.text, edits)
}

/** What a text consists of; declarations, changes and shapes of the page stand before it, functions behind it. */
const flowing =
  /^(?:p|h|list|numbered-paragraph|table|section|change(?:-start|-end)?|bibliography|table-of-content|(?:illustration|table|object|user|alphabetical)-index)$/
const functions = /^(?:named-expressions|database-ranges|data-pilot-tables|consolidation|dde-links)$/

function at(xml: Xml, body: number, flow: readonly number[], edge: Edge, text: string): TextEdit {
  const behind = childrenOf(xml, body).find((index) => functions.test(named(xml, index)))
  const first = xml.elements[flow[0] ?? behind ?? -1]
  const last = xml.elements[flow.at(-1) ?? -1]
  const place = edge === 'end' && last ? last.end : first?.start
  if (place !== undefined) return { start: place, end: place, text }
  return append(xml, xml.elements[body] as XmlElement, text)
}

/**
 * The first paragraph where it, or the table around it, begins a page of its own: what is put before it would be
 * alone on a page, so the label stands in it, as a frame.
 */
function pageStart(xml: Xml, block: number | undefined, styles: Styles): XmlElement | undefined {
  if (block === undefined) return undefined
  const begins = (index: number) => {
    const family = named(xml, index) === 'table' ? 'table' : 'paragraph'
    const style = attributeAt(xml, index, 'style-name')
    return (
      (styles.valueOf(family, style, 'master-page-name') ?? '') !== '' ||
      (styles.valueOf(family, style, 'break-before') ?? 'auto') !== 'auto'
    )
  }
  for (let index = block; index <= (xml.elements[block]?.last ?? 0); index++)
    if (isParagraph(xml, index)) return begins(index) || begins(block) ? xml.elements[index] : undefined
  return undefined
}

function prepend(xml: Xml, element: XmlElement, text: string): TextEdit {
  const { empty, openEnd } = element
  return empty ? append(xml, element, text) : { start: openEnd, end: openEnd, text }
}

/** Our own paragraphs and frames, as we write them. What somebody typed into one is content. */
function ownLabels(xml: Xml): XmlElement[] {
  return xml.elements.flatMap((element, index) => {
    const kind = localName(element.name)
    if (kind !== 'bookmark-start' && kind !== 'frame') return []
    if (!ownName.test(attributeOf(xml, element, 'name') ?? '')) return []
    const own = kind === 'frame' ? index : element.parent
    const label = xml.elements[own]
    return label && isAlone(xml, own, index) && isLabel(wordsIn(xml, own)) ? [label] : []
  })
}

/** Whether a paragraph has nothing in it but what is between the ends of a bookmark. */
function isAlone(xml: Xml, own: number, mark: number): boolean {
  if (own === mark) return true
  const [start, paragraph] = [xml.elements[mark], xml.elements[own]]
  if (named(xml, own) !== 'p' || start?.start !== paragraph?.openEnd) return false
  const end = childrenOf(xml, own).find((index) => named(xml, index) === 'bookmark-end')
  return xml.elements[end ?? -1]?.end === paragraph?.closeStart
}

function paragraph(style: string, text: string, edge: Edge): string {
  const name = `text:name="${nameOf(edge)}"`
  const words = `<text:bookmark-start ${name}/>${escapeXml(text)}<text:bookmark-end ${name}/>`
  return `<text:p${declare('text')} text:style-name="${style}">${words}</text:p>`
}

const points = 12

/** Like a letter at the beginning of the line, as wide as its words need at most. */
function frame(style: string, text: string): string {
  const letters = [...text].reduce((sum, letter) => sum + (/\p{Script=Han}/u.test(letter) ? 1 : 0.7), 1)
  const size = `svg:width="${Math.ceil(letters * points)}pt"`
  const box = `<draw:text-box fo:min-height="${points}pt"><text:p text:style-name="${style}">${escapeXml(text)}</text:p></draw:text-box>`
  return `<draw:frame${declare('draw', 'text', 'svg', 'fo')} draw:name="${nameOf('start')}" draw:style-name="${style}" text:anchor-type="as-char" ${size}>${box}</draw:frame>`
}

const border = 'fo:border="1pt solid #000000"'

function paragraphStyle(name: string, text: string): string {
  return (
    `<style:style${declare('style', 'fo', 'text')} style:name="${name}" style:family="paragraph">` +
    `<style:paragraph-properties fo:margin="0pt" fo:text-indent="0pt" fo:text-align="start" fo:line-height="100%" ${border} fo:padding="2pt" fo:background-color="#ffffff" fo:break-before="auto" fo:break-after="auto" style:punctuation-wrap="simple" style:text-autospace="none"/>` +
    `${textProperties(text, { points, ink: '#000000', weight: 'bold' })}</style:style>`
  )
}

function frameStyle(name: string): string {
  return (
    `<style:style${declare('style', 'fo', 'draw', 'svg')} style:name="${name}" style:family="graphic">` +
    `<style:graphic-properties fo:margin="0pt" fo:padding="0pt" ${border} fo:background-color="#ffffff" draw:fill="solid" draw:fill-color="#ffffff" draw:stroke="solid" svg:stroke-width="1pt" svg:stroke-color="#000000" style:vertical-pos="top" style:vertical-rel="baseline" style:shadow="none"/></style:style>`
  )
}

export const look = (source: Source): Promise<Seen> =>
  lookInPackage(source, async (parts) => {
    if ((await protectionOf(parts)).encrypted) throw new ZipDamage('it is encrypted')
    const xml = await parts.sound(contentPart)
    const own = ownLabels(xml)[0]
    return own ? wordsIn(xml, xml.elements.indexOf(own)) : wordsAtEdges(xml, await stylesOf(parts))
  })

/** Whatever the first or last paragraph with words in it says, deleted and hidden ones left out. */
function wordsAtEdges(xml: Xml, styles: Styles): string | undefined {
  const paragraphs = childrenOf(xml, contentIn(xml, 'text'))
    .filter((index) => flowing.test(named(xml, index)))
    .flatMap((block) => inside(xml, block).filter((index) => isParagraph(xml, index)))
  const says = (index: number) => (isHidden(xml, index, styles) ? '' : wordsIn(xml, index))
  const ends = [
    paragraphs.find((index) => says(index) !== ''),
    paragraphs.findLast((index) => says(index) !== ''),
  ]
  return ends.map((index) => index && labelWords(says(index))).find(Boolean) || undefined
}

const inside = (xml: Xml, at: number) =>
  Array.from({ length: (xml.elements[at]?.last ?? at) - at + 1 }, (_, index) => at + index)

/** Whether a paragraph, or a word in it, is of a style that is not shown. */
function isHidden(xml: Xml, at: number, styles: Styles): boolean {
  return inside(xml, at).some((index) => {
    const family = index === at ? 'paragraph' : named(xml, index) === 'span' ? 'text' : undefined
    const style = attributeAt(xml, index, 'style-name')
    return family !== undefined && styles.valueOf(family, style, 'display') === 'none'
  })
}
