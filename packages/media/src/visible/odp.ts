/**
 * The explicit label of OpenDocument presentations and drawings (GB 45438-2025 5.1): a text box at the corner of a page,
 * in front of everything else on it. They are looked at as pictures are, so its words have the size that 5.2 asks of those.
 */
import type { Drawn, Position, Source, VisibleLabel, VisibleLabeller } from '@yinji/core'
import type { Xml } from '../carriers/xml.ts'
import { ZipDamage } from '../carriers/zip.ts'
import { contentPart, protectionOf, stylesPart } from '../document/odf-parts.ts'
import type { Parts } from '../document/package.ts'
import { append, applyEdits, type TextEdit } from '../document/xml-edit.ts'
import { labelWords } from '../text/label-line.ts'
import { assertBacked } from './check-label.ts'
import { assertLine, atMoment } from './edges.ts'
import { box, boxStyles, isOwnBox, lengthOf, orderOver, ownBoxes } from './odf/box.ts'
import {
  assertPages,
  attributeAt,
  childrenOf,
  contentIn,
  editContent,
  isParagraph,
  named,
  wordsIn,
} from './odf/package.ts'
import { addStyles, freeNumber, Styles, withoutLabels } from './odf/styles.ts'
import { lookInPackage } from './package.ts'
import type { Layout } from './text-box.ts'

/** @param kind of the body: `presentation` or `drawing` */
export function labellerOf(kind: string): Required<Pick<VisibleLabeller, 'apply' | 'look'>> {
  return {
    apply: (source, label) => apply(source, label, kind),
    look: (source) => lookInPackage(source, (parts) => seenIn(parts, kind)),
  }
}

async function apply(source: Source, label: VisibleLabel, kind: string): Promise<Drawn> {
  assertLine(label)
  assertBacked(label)
  const placed = { ...label, position: label.position === 'auto' ? 'bottom-right' : label.position } as const
  const drawn = await editContent(source, (parts) => withLabel(parts, placed, kind))
  return { source: drawn, label: placed, path: 'spliced' }
}

type Placed = VisibleLabel & { readonly position: Position }

async function withLabel(parts: Parts, label: Placed, kind: string): Promise<string> {
  const content = await parts.sound(contentPart)
  contentIn(content, kind)
  const xml = withoutLabels(content, ownBoxes(content))
  const shared = await parts.xml(stylesPart)
  const targets = atMoment(label, shownPages(xml, kind, new Styles(xml, shared)))
  assertPages(targets, kind)
  const { layOutLabel, place } = await import('./render.ts')
  const sizes = sizesOf(shared)
  const layouts = new Map<Size, { layout: Layout; style: string }>()
  const edits: TextEdit[] = []
  for (const page of targets) {
    const size = sizes.get(attributeAt(xml, page, 'master-page-name') ?? '') ?? usual[kind] ?? a4
    const known = layouts.get(size)
    const layout = known?.layout ?? (await layOutLabel(label, { bright: true, ...size }))
    const style = known?.style ?? `AILabel${freeNumber(xml) + layouts.size}`
    if (!known) edits.push(addStyles(xml, boxStyles(label, layout, style)))
    layouts.set(size, { layout, style })
    const at = place(label.position, size, { margin: layout.margin, ...layout.plate })
    edits.push(inFront(xml, page, box(label, layout, { ...at, order: orderOver(xml, page) }, style)))
  }
  return applyEdits(xml.text, edits)
}

/** Behind the shapes of a page; before what moves on it and what is noted to it. */
function inFront(xml: Xml, page: number, text: string): TextEdit {
  const next = childrenOf(xml, page).find((at) =>
    /^(?:anim:.*|(?:.*:)?(?:animations|notes))$/.test(xml.elements[at]?.name ?? ''),
  )
  const start = xml.elements[next ?? -1]?.start
  const element = xml.elements[page]
  if (start !== undefined) return { start, end: start, text }
  if (element === undefined) throw new ZipDamage('a page is missing')
  return append(xml, element, text)
}

/** Indices of pages, in order. A presentation of hidden slides only is a store of them, and all are as good as shown. */
function shownPages(xml: Xml, kind: string, styles: Styles): number[] {
  const pages = childrenOf(xml, contentIn(xml, kind)).filter((at) => named(xml, at) === 'page')
  const shown = pages.filter((at) => {
    return styles.valueOf('drawing-page', attributeAt(xml, at, 'style-name'), 'visibility') !== 'hidden'
  })
  return shown.length > 0 ? shown : pages
}

/** In points. */
interface Size {
  readonly width: number
  readonly height: number
}

/** What LibreOffice takes where nothing is said: A4, and the wide screen. */
const a4: Size = { width: 595, height: 842 }
const usual: Readonly<Record<string, Size>> = { presentation: { width: 794, height: 446 }, drawing: a4 }

/** Of pages, by the names of their masters. */
function sizesOf(shared: Xml | undefined): Map<string, Size> {
  const layouts = new Map<string, Size>()
  const masters = new Map<string, Size>()
  if (shared === undefined) return masters
  const all = shared.elements.map((_, at) => at)
  for (const at of all.filter((each) => named(shared, each) === 'page-layout-properties')) {
    const side = (name: string) => Math.round(lengthOf(attributeAt(shared, at, name)) ?? 0)
    const size = { width: side('page-width'), height: side('page-height') }
    const layout = attributeAt(shared, shared.elements[at]?.parent ?? -1, 'name')
    if (layout !== undefined && Math.min(size.width, size.height) > 0) layouts.set(layout, size)
  }
  for (const at of all.filter((each) => named(shared, each) === 'master-page')) {
    const size = layouts.get(attributeAt(shared, at, 'page-layout-name') ?? '')
    if (size) masters.set(attributeAt(shared, at, 'name') ?? '', size)
  }
  return masters
}

/** What the first or the last page says in a line of its own, whoever put it there. */
async function seenIn(parts: Parts, kind: string): Promise<string | undefined> {
  if ((await protectionOf(parts)).encrypted) throw new ZipDamage('it is encrypted')
  const xml = await parts.sound(contentPart)
  const pages = shownPages(xml, kind, new Styles(xml, await parts.xml(stylesPart)))
  for (const page of atMoment({ moment: 'both' }, pages)) {
    const shapes = shownIn(xml, page)
    const own = shapes.find((at) => isOwnBox(xml, at))
    if (own !== undefined) return wordsIn(xml, own)
    for (const at of shapes) {
      const words = isParagraph(xml, at) ? labelWords(wordsIn(xml, at)) : undefined
      if (words !== undefined) return words
    }
  }
  return undefined
}

/** Everything on a page but its notes and shapes that are not displayed. */
function shownIn(xml: Xml, page: number): number[] {
  const shown: number[] = []
  for (let at = page + 1; at <= (xml.elements[page]?.last ?? 0); at++) {
    const isShown = named(xml, at) !== 'notes' && attributeAt(xml, at, 'display') !== 'none'
    if (isShown) shown.push(at)
    else at = xml.elements[at]?.last ?? at
  }
  return shown
}
