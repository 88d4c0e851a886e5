/** How the parts of an OFD package lead to one another (GB/T 33190-2016 7), and what protects it. */
import { contentOf, type Xml, type XmlElement } from '../carriers/xml.ts'
import { ZipDamage } from '../carriers/zip.ts'
import { resolved } from './ooxml-parts.ts'
import type { Parts } from './package.ts'
import { attributeOf, elementsOf } from './xml-edit.ts'

export const mainPart = 'OFD.xml'

/** Whether its content can't be read, or is vouched for. @throws ZipDamage */
export async function protectionOf(parts: Parts): Promise<{ encrypted: boolean; signed: boolean }> {
  return {
    encrypted: parts.has('Encryptions.xml'),
    signed: elementsOf(await parts.sound(mainPart), 'Signatures').length > 0,
  }
}

/** One of the documents in a package; most have a single one. */
export interface OfdDocument {
  readonly part: string
  readonly xml: Xml
  /** The parts of its pages, in order. */
  readonly pages: readonly string[]
}

/** @throws ZipDamage */
export async function documentsOf(parts: Parts): Promise<readonly OfdDocument[]> {
  const main = await parts.sound(mainPart)
  const roots = elementsOf(main, 'DocRoot').map((element) =>
    resolved('', contentOf(main.text, element).trim()),
  )
  if (roots.length === 0) throw new ZipDamage('no document')
  const documents: OfdDocument[] = []
  for (const part of new Set(roots)) {
    const xml = await parts.sound(part)
    const pages = elementsOf(xml, 'Page').flatMap((element) => attributeOf(xml, element, 'BaseLoc') ?? [])
    documents.push({ part, xml, pages: [...new Set(pages.map((page) => resolved(part, page)))] })
  }
  return documents
}

/** Where on the page content is shown (7.5), in millimetres. */
export interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Of a page, of the template that it is made from, or of all pages (7.7). @throws ZipDamage */
export async function areaOf(parts: Parts, { part, xml }: OfdDocument, page: Xml): Promise<Area | undefined> {
  const templates = elementsOf(page, 'Template').map((element) => attributeOf(page, element, 'TemplateID'))
  const template = elementsOf(xml, 'TemplatePage').find((element) =>
    templates.includes(attributeOf(xml, element, 'ID') ?? ''),
  )
  const base = template && attributeOf(xml, template, 'BaseLoc')
  const inTemplate = base === undefined ? undefined : await parts.xml(resolved(part, base))
  const shared = elementsOf(xml, 'PageArea')[0]
  return (
    areaIn(page, elementsOf(page, 'Area')[0]) ??
    areaIn(inTemplate, elementsOf(inTemplate, 'Area')[0]) ??
    areaIn(xml, shared)
  )
}

/** The corner of the physical box is the origin of the page, wherever it is. */
function areaIn(xml: Xml | undefined, area: XmlElement | undefined): Area | undefined {
  const box = (name: string) => {
    const element = elementsOf(xml, name).find(({ start }) => area && start >= area.start && start < area.end)
    const numbers = xml && element ? contentOf(xml.text, element).trim().split(/\s+/).map(Number) : []
    const [left = 0, top = 0, width = 0, height = 0] = numbers
    const usable = numbers.length === 4 && numbers.every((each) => Number.isFinite(each) && each < 1e5)
    return usable && Math.min(width, height) > 0 ? { left, top, width, height } : undefined
  }
  const page = box('PhysicalBox')
  const shown = box('ApplicationBox')
  if (page === undefined) return undefined
  if (shown === undefined) return { ...page, left: 0, top: 0 }
  const [left, top] = [Math.max(0, shown.left), Math.max(0, shown.top)]
  const width = Math.min(page.width, shown.left + shown.width) - left
  const height = Math.min(page.height, shown.top + shown.height) - top
  return Math.min(width, height) > 0 ? { left, top, width, height } : { ...page, left: 0, top: 0 }
}
