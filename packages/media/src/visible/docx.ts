/**
 * The explicit label of Word documents (GB 45438-2025 5.1): the first paragraph, or the last, in a content control of its
 * own (ISO/IEC 29500-1 17.5.2), by which it is found again and replaced. Black on white with a border, whatever the
 * styles of the document are; every other element stays as it is.
 */
import type { Drawn, Seen, Source, VisibleLabel } from '@yinji/core'
import { contentOf, escapeXml, type Xml, type XmlElement } from '../carriers/xml.ts'
import { localName } from '../carriers/xmp-properties.ts'
import { ZipDamage } from '../carriers/zip.ts'
import { mainPart } from '../document/ooxml-parts.ts'
import type { Parts } from '../document/package.ts'
import { append, applyEdits, attributeOf, cut, elementsOf, namespaceOf } from '../document/xml-edit.ts'
import { labelWords } from '../text/label-line.ts'
import { assertLine, type Edge, edgesOf } from './edges.ts'
import { editOffice, isLabel, lookInPackage } from './package.ts'

/** Value of the content control's tag. */
const control = 'ai-label'

/** @throws UsageError, InputError `input.damaged`, `input.encrypted`, `input.signed` */
export async function apply(source: Source, label: VisibleLabel): Promise<Drawn> {
  assertLine(label)
  const drawn = await editOffice(source, async (parts) => {
    const { part, xml, body } = await open(parts)
    return new Map([[part, withLabel(xml, body, label)]])
  })
  return { source: drawn, label, path: 'spliced' }
}

/** @throws ZipDamage */
async function open(parts: Parts): Promise<{ part: string; xml: Xml; body: XmlElement }> {
  const part = await mainPart(parts, 'word/document.xml')
  const xml = await parts.sound(part)
  const body = xml.elements.find((element) => element.parent === 0 && /^(?:.*:)?body$/.test(element.name))
  if (body === undefined) throw new ZipDamage(`${part.slice(0, 128)}: no body`)
  return { part, xml, body }
}

function withLabel(xml: Xml, body: XmlElement, label: VisibleLabel): string {
  const edges = edgesOf(label)
  const namespace = namespaceOf(xml, body) // Transitional or Strict: whichever the body is written in
  const markup = (edge: Edge) => markupOf(label.text, namespace, edge)
  const old = ownLabels(xml).map(cut)
  if (body.empty) return applyEdits(xml.text, [...old, append(xml, body, edges.map(markup).join(''))])
  // The properties of the last section come last in the body (17.6.17).
  const index = xml.elements.indexOf(body)
  const last = xml.elements.findLast((element) => element.parent === index)
  const end = last && /^(?:.*:)?sectPr$/.test(last.name) ? last.start : body.closeStart
  const at = (edge: Edge) => (edge === 'start' ? body.openEnd : end)
  const added = edges.map((edge) => ({ start: at(edge), end: at(edge), text: markup(edge) }))
  return applyEdits(xml.text, [...added, ...old])
}

/** Our own paragraphs, as we write them: a control and nothing else. What somebody typed into one is content. */
function ownLabels(xml: Xml): XmlElement[] {
  const up = (element: XmlElement | undefined, name: string) => {
    const parent = xml.elements[element?.parent ?? -1]
    return parent !== undefined && localName(parent.name) === name ? parent : undefined
  }
  const tags = elementsOf(xml, 'tag').filter((element) => attributeOf(xml, element, 'val') === control)
  return tags.flatMap((tag) => {
    const inner = up(up(tag, 'sdtPr'), 'sdt')
    const paragraph = up(inner, 'p')
    if (inner === undefined || paragraph === undefined) return []
    const index = xml.elements.indexOf(paragraph)
    const inside = xml.elements.slice(index + 1, paragraph.last + 1)
    const isAlone = inside.every(
      (element) => element.parent !== index || element === inner || localName(element.name) === 'pPr',
    )
    return isAlone && isLabel(textOf(xml, paragraph)) ? [paragraph] : []
  })
}

function markupOf(text: string, namespace: string, edge: Edge): string {
  const han = /\p{Script=Han}/u.test(text)
  const run =
    '<w:rPr><w:b/><w:vanish w:val="0"/><w:color w:val="000000"/><w:sz w:val="24"/><w:szCs w:val="24"/>' +
    '<w:bdr w:val="single" w:sz="8" w:space="0" w:color="000000"/><w:shd w:val="clear" w:color="auto" w:fill="FFFFFF"/>' +
    `<w:lang w:val="en-US" w:eastAsia="${han ? 'zh-CN' : 'en-US'}"/></w:rPr>`
  // The control stands in the paragraph, not around it: LibreOffice drops the look of a lone run in one that does.
  // No gap between Latin and Chinese letters: the words are one (17.3.1.2).
  return (
    `<w:p xmlns:w="${namespace}"><w:pPr><w:autoSpaceDE w:val="0"/></w:pPr>` +
    `<w:sdt><w:sdtPr><w:alias w:val="AI label (${edge})"/><w:tag w:val="${control}"/></w:sdtPr>` +
    `<w:sdtContent><w:r>${run}<w:t xml:space="preserve">${escapeXml(text)}</w:t></w:r></w:sdtContent></w:sdt></w:p>`
  )
}

/** The label by its control, or whatever the first or last paragraph with words in it says. */
export const look = (source: Source): Promise<Seen> =>
  lookInPackage(source, async (parts) => {
    const { xml } = await open(parts)
    const own = ownLabels(xml)[0]
    return own === undefined ? wordsAtEdges(xml) : textOf(xml, own)
  })

function wordsAtEdges(xml: Xml): string | undefined {
  const paragraphs = elementsOf(xml, 'p')
  const first = paragraphs.find((element) => textOf(xml, element) !== '')
  const last = paragraphs.findLast((element) => textOf(xml, element) !== '')
  return [first, last].map((element) => element && labelWords(textOf(xml, element))).find(Boolean)
}

/** The words of the runs in an element, those that are hidden left out (17.3.2.41). */
function textOf(xml: Xml, element: XmlElement): string {
  const from = xml.elements.indexOf(element)
  const inside = xml.elements.slice(from, element.last + 1)
  return inside
    .filter(({ name, parent }) => /^(?:.*:)?t$/.test(name) && !isHidden(xml, parent))
    .map((text) => contentOf(xml.text, text))
    .join('')
    .trim()
}

function isHidden(xml: Xml, run: number): boolean {
  const inside = xml.elements.slice(run, (xml.elements[run]?.last ?? run) + 1)
  const vanish = inside.find(({ name }) => /^(?:.*:)?vanish$/.test(name))
  return vanish !== undefined && !/^(?:0|false|off)$/.test(attributeOf(xml, vanish, 'val') ?? '1')
}
