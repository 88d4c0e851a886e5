/**
 * The explicit label of OFD (GB 45438-2025 5.1): outlines of words on a plate at the corner of a page, in a layer of their
 * own in front of the others. Every other object of the page stays as it is.
 */
import {
  type Drawn,
  InputError,
  limits,
  type Position,
  type Seen,
  type Source,
  type VisibleLabel,
} from '@yinji/core'
import { binaryBytes } from '../carriers/binary.ts'
import { contentOf, scanXml, type Xml } from '../carriers/xml.ts'
import { packetText } from '../carriers/xmp-text.ts'
import { readEntry, ZipDamage } from '../carriers/zip.ts'
import { areaOf, documentsOf, type OfdDocument, protectionOf } from '../document/ofd-parts.ts'
import { resolved } from '../document/ooxml-parts.ts'
import type { Parts } from '../document/package.ts'
import {
  applyEdits,
  attributeOf,
  elementsOf,
  namespaceOf,
  prefixOf,
  requireElement,
} from '../document/xml-edit.ts'
import { assertBacked } from './check-label.ts'
import { assertLine, atMoment } from './edges.ts'
import { idsIn, ownLayers, withLayer, withoutLayers, wordsInTexts } from './ofd/page.ts'
import { layer, millimetres } from './ofd/paths.ts'
import { editPackage, lookInPackage } from './package.ts'

export const look = (source: Source): Promise<Seen> =>
  lookInPackage(source, (parts) => wordsIn(source, parts))

type Placed = VisibleLabel & { readonly position: Position }

export async function apply(source: Source, label: VisibleLabel): Promise<Drawn> {
  assertLine(label)
  assertBacked(label)
  const placed = { ...label, position: label.position === 'auto' ? 'bottom-right' : label.position } as const
  const name = source.name ?? ''
  const drawn = await editPackage(source, async (parts) => {
    const { encrypted, signed } = await protectionOf(parts)
    if (encrypted) throw new InputError('input.encrypted', { name })
    if (signed) throw new InputError('input.signed', { name })
    const changed = new Map<string, string>()
    for (const document of await documentsOf(parts))
      await labelDocument(source, parts, document, placed, changed)
    return new Map([...changed].map(([part, text]) => [part, binaryBytes(text)]))
  })
  return { source: drawn, label: placed, path: 'spliced' }
}

/** 5.1 asks for legible words and names no size: the same as in PDF. */
const share = 0.025

async function labelDocument(
  source: Source,
  parts: Parts,
  document: OfdDocument,
  label: Placed,
  changed: Map<string, string>,
): Promise<void> {
  const targets = new Set(atMoment(label, document.pages))
  if (targets.size === 0)
    throw new InputError('visible.content.unsupported', { what: 'an OFD without pages' })
  const { stale, free } = await survey(source, parts, document, targets)
  const { layOutLabel, place } = await import('./render.ts')
  const grey = await greyOf(parts, document)
  let id = free
  for (const part of new Set([...targets, ...stale])) {
    const { xml } = withoutLayers(await readPage(source, parts, part))
    if (!targets.has(part)) {
      changed.set(part, xml.text)
      continue
    }
    const area = await areaOf(parts, document, xml)
    if (area === undefined) throw new ZipDamage(`${part.slice(0, 128)}: it has no size`)
    const size = { width: area.width / millimetres, height: area.height / millimetres }
    const layout = await layOutLabel(label, { bright: true, share, ...size })
    const at = place(label.position, size, { margin: layout.margin, ...layout.plate })
    const [left, top] = [area.left + at.left * millimetres, area.top + at.top * millimetres]
    const root = requireElement(xml, 'Page')
    const drawing = { label, layout, left, top, prefix: prefixOf(root), grey }
    changed.set(
      part,
      withLayer(
        xml,
        root,
        layer(drawing, () => id++),
      ),
    )
  }
  changed.set(document.part, withHighest(document.xml, id - 1))
}

/**
 * Pages with a label of an earlier time, and the lowest number from which on all are free: MaxUnitID tells the highest that
 * is taken (7.5), and an earlier label gives its own back.
 */
async function survey(
  source: Source,
  parts: Parts,
  { xml, pages }: OfdDocument,
  targets: ReadonlySet<string>,
) {
  const stale = new Set<string>()
  const own = new Set<number>()
  const others = idsIn(xml, xml.elements)
  const visit = async (part: string) => {
    const page = withoutLayers(await readPage(source, parts, part))
    for (const id of page.ids) own.add(id)
    if (page.ids.length > 0) stale.add(part)
    if (targets.has(part)) others.push(...idsIn(page.xml, page.xml.elements).slice(0, 1e5))
  }
  const ends = new Set([...targets, ...atMoment({ moment: 'both' }, pages)])
  for (const part of ends) await visit(part)
  if (stale.size > 0) for (const part of pages) if (!ends.has(part)) await visit(part)
  let highest = highestIn(xml)
  while (own.has(highest)) highest--
  return { stale, free: others.reduce((most, id) => Math.max(most, id), highest) + 1 }
}

function highestIn(xml: Xml): number {
  const element = elementsOf(xml, 'MaxUnitID')[0]
  const number = element === undefined ? 0 : Number(contentOf(xml.text, element))
  return Number.isSafeInteger(number) && number > 0 && number < 2 ** 32 ? number : 0
}

function withHighest(xml: Xml, highest: number): string {
  const element = elementsOf(xml, 'MaxUnitID')[0]
  if (element === undefined || element.empty) return xml.text
  return applyEdits(xml.text, [{ start: element.openEnd, end: element.closeStart, text: `${highest}` }])
}

/** A page for itself: a document has thousands, and they are not kept. @throws ZipDamage */
async function readPage(source: Source, parts: Parts, part: string): Promise<Xml> {
  const entry = parts.zip.entries.get(part)
  if (entry === undefined) throw new ZipDamage('a page is missing')
  const xml = scanXml(packetText(await readEntry(source, entry, limits.metadataBytes / 4)))
  if (xml.fault !== undefined) throw new ZipDamage(`${part.slice(0, 128)}: ${xml.fault}`)
  namespaceOf(xml, requireElement(xml, 'Page'))
  return xml
}

/** How the default colour space says a shade (8.3); where there is none, it is sRGB. @throws ZipDamage */
async function greyOf(parts: Parts, { part, xml }: OfdDocument): Promise<(shade: number) => string> {
  const chosen = elementsOf(xml, 'DefaultCS')[0]
  const id = chosen && contentOf(xml.text, chosen).trim()
  const places = [...elementsOf(xml, 'PublicRes'), ...elementsOf(xml, 'DocumentRes')]
  for (const place of id === undefined ? [] : places) {
    const resources = await parts.xml(resolved(part, contentOf(xml.text, place).trim()))
    const space = elementsOf(resources, 'ColorSpace').find(
      (element) => resources && attributeOf(resources, element, 'ID') === id,
    )
    const type = resources && space && attributeOf(resources, space, 'Type')?.toUpperCase()
    if (type === 'GRAY') return (shade) => `${shade}`
    if (type === 'CMYK') return (shade) => `0 0 0 ${255 - shade}`
  }
  return (shade) => `${shade} ${shade} ${shade}`
}

/** Our own label on the first page or the last, or a text that says so by itself. */
async function wordsIn(source: Source, parts: Parts): Promise<string | undefined> {
  if ((await protectionOf(parts)).encrypted) throw new ZipDamage('it is encrypted')
  for (const { pages } of await documentsOf(parts))
    for (const part of atMoment({ moment: 'both' }, pages)) {
      const page = await readPage(source, parts, part)
      const own = ownLayers(page).find(({ isShown }) => isShown)
      const words = own?.words ?? wordsInTexts(page)
      if (words !== undefined) return words
    }
  return undefined
}
