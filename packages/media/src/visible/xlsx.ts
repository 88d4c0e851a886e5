/**
 * The explicit label of Excel workbooks (GB 45438-2025 5.1), twice: on the screen a text box beside the cells, in print
 * the header of the page. A row of its own would move every cell below it, and with them what formulas, tables, filters,
 * frozen panes and importing programs count on.
 */
import { type Drawn, InputError, type Seen, type Source, type VisibleLabel } from '@yinji/core'
import { attributesOf } from '../carriers/xml.ts'
import { ZipDamage } from '../carriers/zip.ts'
import { mainPart, relationshipsOf } from '../document/ooxml-parts.ts'
import type { Parts } from '../document/package.ts'
import { attributeOf, elementsOf, namespaceOf, prefixOf, type TextEdit } from '../document/xml-edit.ts'
import { assertBacked } from './check-label.ts'
import { assertLine, atMoment } from './edges.ts'
import { editOffice, lookInPackage } from './package.ts'
import type { Layout } from './text-box.ts'
import { spotFor, withBox, withoutBoxes, wordsInBoxes } from './xlsx/box.ts'
import { Changes, drawingOf, newDrawing, relations } from './xlsx/drawing.ts'
import { headerMarkup, ownInHeader, wordsInHeader } from './xlsx/header.ts'
import { placeFor, readSheet, type Sheet, topElement, wordsInFirstRow, writeSheet } from './xlsx/sheet.ts'

export async function apply(source: Source, label: VisibleLabel): Promise<Drawn> {
  assertLine(label)
  assertBacked(label)
  const drawn = await editOffice(source, (parts) => withLabel(source, parts, label))
  return { source: drawn, label, path: 'spliced' }
}

export const look = (source: Source): Promise<Seen> =>
  lookInPackage(source, (parts) => wordsIn(source, parts))

interface Sheets {
  /** The parts of worksheets that are shown, in order. */
  readonly shown: readonly string[]
  /** The one that the workbook opens with. */
  readonly active: string | undefined
  readonly hidden: readonly string[]
}

const usualMain = 'xl/workbook.xml'
const isBinary = async (parts: Parts) => (await mainPart(parts, usualMain)).endsWith('.bin')

/** @throws ZipDamage */
async function open(parts: Parts): Promise<Sheets> {
  const main = await mainPart(parts, usualMain)
  const xml = await parts.sound(main)
  const relationships = await relationshipsOf(parts, main)
  const all = elementsOf(xml, 'sheet').map((element) => {
    const id = attributesOf(xml.text, element).find(({ name }) => name.endsWith(':id'))?.raw
    const to = relationships.find((each) => each.id === id)
    if (to === undefined) throw new ZipDamage('a sheet is missing')
    const isShown = (attributeOf(xml, element, 'state') ?? 'visible') === 'visible'
    // Sheets that are one chart, or a dialogue of former times, have no cells.
    return { part: to.target, isShown, hasCells: to.type.endsWith('/worksheet') }
  })
  const view = elementsOf(xml, 'workbookView')[0]
  const active = all[Number(view && attributeOf(xml, view, 'activeTab')) || 0]
  const usable = all.filter(({ hasCells }) => hasCells)
  return {
    shown: usable.filter(({ isShown }) => isShown).map(({ part }) => part),
    active: active?.hasCells && active.isShown ? active.part : undefined,
    hidden: usable.filter(({ isShown }) => !isShown).map(({ part }) => part),
  }
}

/** The first sheet is also the one that is seen first, whichever that is. */
function targetsOf({ shown, active }: Sheets, label: Pick<VisibleLabel, 'moment'>): ReadonlySet<string> {
  const first = active !== undefined && label.moment !== 'end' ? [active] : []
  return new Set([...atMoment(label, shown), ...first])
}

/** As high as a line of a title: 5.1 asks for legible words and names no size. In points. */
const space = { width: 600, height: 600, bright: true, share: 0.02 }

async function withLabel(source: Source, parts: Parts, label: VisibleLabel): Promise<Map<string, string>> {
  if (await isBinary(parts))
    throw new InputError('visible.content.unsupported', { what: 'a binary workbook (XLSB)' })
  const sheets = await open(parts)
  const targets = targetsOf(sheets, label)
  if (targets.size === 0)
    throw new InputError('visible.content.unsupported', {
      what: 'a workbook without a sheet of cells that is shown',
    })
  const { layOutLabel } = await import('./render.ts')
  const layout = await layOutLabel({ ...label, size: undefined }, space)
  const changes = new Changes(parts)
  for (const part of [...sheets.shown, ...sheets.hidden]) {
    const sheet = await readSheet(source, parts, part)
    if (targets.has(part)) await putLabel(changes, sheet, label, layout)
    else await takeLabel(changes, sheet)
  }
  return changes.texts
}

async function putLabel(changes: Changes, sheet: Sheet, label: VisibleLabel, layout: Layout): Promise<void> {
  const { outline, root } = sheet
  const edits: TextEdit[] = [headerEdit(sheet, label.text)]
  const known = await drawingOf(changes.parts, sheet)
  const strict = namespaceOf(outline, root).startsWith('http://purl.oclc.org/')
  const drawing = known ?? (await newDrawing(changes, sheet, strict))
  if (!known) {
    const at = placeFor('drawing', sheet)
    const markup = `<${prefixOf(root)}drawing xmlns:r="${relations(strict)}" r:id="${drawing.id}"/>`
    edits.push({ start: at, end: at, text: markup })
  }
  const xml = await changes.sound(drawing.target)
  const spot = spotFor(sheet, xml, layout.plate.width)
  changes.texts.set(drawing.target, withBox(xml, label, layout, spot))
  changes.texts.set(sheet.part, writeSheet(sheet, edits))
}

async function takeLabel(changes: Changes, sheet: Sheet): Promise<void> {
  if (ownInHeader(sheet.outline, topElement(sheet, 'headerFooter')) !== undefined)
    changes.texts.set(sheet.part, writeSheet(sheet, [headerEdit(sheet, undefined)]))
  const drawing = await drawingOf(changes.parts, sheet)
  if (drawing === undefined) return
  const xml = await changes.sound(drawing.target)
  const bare = withoutBoxes(xml)
  if (bare !== xml.text) changes.texts.set(drawing.target, bare)
}

function headerEdit(sheet: Sheet, words: string | undefined): TextEdit {
  const { outline, root } = sheet
  const old = topElement(sheet, 'headerFooter')
  const text = headerMarkup(outline, root, old, words)
  if (old) return { start: old.start, end: old.end, text }
  const at = placeFor('headerFooter', sheet)
  return { start: at, end: at, text }
}

/** What the sheets say that are seen first and last: in a box, in print, or in a cell of the first row. */
async function wordsIn(source: Source, parts: Parts): Promise<string | undefined> {
  if (await isBinary(parts)) throw new ZipDamage('a binary workbook (XLSB) is not read')
  const sheets = await open(parts)
  for (const part of targetsOf(sheets, { moment: 'both' })) {
    const sheet = await readSheet(source, parts, part)
    const drawing = await drawingOf(parts, sheet)
    const words =
      (drawing && wordsInBoxes(await parts.sound(drawing.target))) ??
      wordsInHeader(sheet.outline, topElement(sheet, 'headerFooter')) ??
      (await wordsInFirstRow(parts, sheet))
    if (words) return words
  }
  return undefined
}
