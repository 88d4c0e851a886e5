/**
 * The explicit label of OpenDocument spreadsheets (GB 45438-2025 5.1): a text box beside the cells, tied to the sheet. A
 * row of its own would move every cell below it, and with them what formulas, filters and importing programs count on.
 */
import type { Drawn, Seen, Source, VisibleLabel } from '@yinji/core'
import { contentOf, type Xml, type XmlElement } from '../carriers/xml.ts'
import { ZipDamage } from '../carriers/zip.ts'
import { protectionOf, stylesPart } from '../document/odf-parts.ts'
import type { Parts } from '../document/package.ts'
import { append, attributeOf, elementsOf, type TextEdit } from '../document/xml-edit.ts'
import { labelWords } from '../text/label-line.ts'
import { assertBacked } from './check-label.ts'
import { assertLine, atMoment } from './edges.ts'
import { box, boxStyles, isOwnBox, ownBoxes } from './odf/box.ts'
import {
  assertPages,
  attributeAt,
  childrenOf,
  contentIn,
  declare,
  editContent,
  isParagraph,
  named,
  wordsIn,
} from './odf/package.ts'
import { bookOf, readBook, rowsOf, spotFor, wordsInFirstRow, writeBook } from './odf/sheet.ts'
import { addStyles, freeNumber, removal, Styles } from './odf/styles.ts'
import { lookInPackage } from './package.ts'

export async function apply(source: Source, label: VisibleLabel): Promise<Drawn> {
  assertLine(label)
  assertBacked(label)
  const drawn = await editContent(source, (parts) => withLabel(source, parts, label))
  return { source: drawn, label, path: 'spliced' }
}

export const look = (source: Source): Promise<Seen> => lookInPackage(source, (parts) => seenIn(source, parts))

/** As high as a line of a title: 5.1 asks for legible words and names no size. In points. */
const space = { width: 600, height: 600, bright: true, share: 0.02 }

async function withLabel(source: Source, parts: Parts, label: VisibleLabel): Promise<string> {
  const old = await readBook(source, parts)
  contentIn(old.outline, 'spreadsheet')
  const book = bookOf(writeBook(old, removal(old.outline, ownBoxes(old.outline))))
  const { outline } = book
  const styles = new Styles(outline, await parts.xml(stylesPart))
  const targets = await targetsOf(parts, outline, styles, label)
  assertPages(targets, 'spreadsheet')
  const { layOutLabel } = await import('./render.ts')
  const layout = await layOutLabel({ ...label, size: undefined }, space)
  const style = `AILabel${freeNumber(outline)}`
  const edits: TextEdit[] = [addStyles(outline, boxStyles(label, layout, style))]
  for (const sheet of targets) {
    const spot = spotFor(book, sheet, styles, layout.plate.width)
    edits.push(onSheet(outline, sheet, box(label, layout, spot, style)))
  }
  return writeBook(book, edits)
}

/** Indices of the sheets that carry the label. The first is also the one that is seen first, whichever that is. */
async function targetsOf(
  parts: Parts,
  outline: Xml,
  styles: Styles,
  label: Pick<VisibleLabel, 'moment'>,
): Promise<number[]> {
  const sheets = childrenOf(outline, contentIn(outline, 'spreadsheet')).filter((at) => {
    const style = attributeAt(outline, at, 'style-name')
    return named(outline, at) === 'table' && styles.valueOf('table', style, 'display') !== 'false'
  })
  const settings = await parts.xml('settings.xml')
  const active = elementsOf(settings, 'config-item').find(
    (element) => settings && attributeOf(settings, element, 'name') === 'ActiveTable',
  )
  const name = settings && active && contentOf(settings.text, active)
  const first = sheets.find((at) => label.moment !== 'end' && attributeAt(outline, at, 'name') === name)
  return [...new Set([...atMoment(label, sheets), ...(first === undefined ? [] : [first])])]
}

/** What may stand before the shapes of a sheet. */
const before = /^(?:title|desc|table-source|dde-source|scenario|forms)$/

function onSheet(outline: Xml, sheet: number, markup: string): TextEdit {
  const children = childrenOf(outline, sheet)
  const list = outline.elements[children.find((at) => named(outline, at) === 'shapes') ?? -1]
  if (list) return append(outline, list, markup)
  const text = `<table:shapes${declare('table')}>${markup}</table:shapes>`
  const next = outline.elements[children.find((at) => !before.test(named(outline, at))) ?? -1]
  if (next) return { start: next.start, end: next.start, text }
  return append(outline, outline.elements[sheet] as XmlElement, text)
}

/** What the sheets say that are seen first and last: in a box, or in a cell of the first row. */
async function seenIn(source: Source, parts: Parts): Promise<string | undefined> {
  if ((await protectionOf(parts)).encrypted) throw new ZipDamage('it is encrypted')
  const book = await readBook(source, parts)
  const { outline } = book
  const styles = new Styles(outline, await parts.xml(stylesPart))
  for (const sheet of await targetsOf(parts, outline, styles, { moment: 'both' })) {
    const words = wordsOn(outline, sheet) ?? wordsInFirstRow(rowsOf(book, sheet))
    if (words !== undefined) return words
  }
  return undefined
}

function wordsOn(outline: Xml, sheet: number): string | undefined {
  let others: string | undefined
  for (let at = sheet; at <= (outline.elements[sheet]?.last ?? 0); at++) {
    if (isOwnBox(outline, at)) return wordsIn(outline, at)
    others ??= isParagraph(outline, at) ? labelWords(wordsIn(outline, at)) : undefined
  }
  return others
}
