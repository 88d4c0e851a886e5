/**
 * Spreadsheets of OpenDocument without their rows (ISO/IEC 26300, `table:table-row`): what stands around those is small,
 * however many there are, and all that a label changes stands before them.
 */
import { limits, type Source } from '@yinji/core'
import { decodeUtf8 } from '../../carriers/binary.ts'
import { scanXml, type Xml } from '../../carriers/xml.ts'
import { packetText } from '../../carriers/xmp-text.ts'
import { readEntry, ZipDamage } from '../../carriers/zip.ts'
import { contentPart } from '../../document/odf-parts.ts'
import type { Parts } from '../../document/package.ts'
import { applyEdits, type TextEdit } from '../../document/xml-edit.ts'
import { labelWords } from '../../text/label-line.ts'
import { isOwnBox, lengthOf } from './box.ts'
import { attributeAt, childrenOf, isParagraph, named, wordsIn } from './package.ts'
import type { Styles } from './styles.ts'

export interface Book {
  /** All but the rows. */
  readonly outline: Xml
  /** In the order of the sheets: where in the outline they belong. */
  readonly rows: readonly { readonly at: number; readonly text: string }[]
}

/** Cells included; the largest that spreadsheet programs make. */
const mostBytes = 4 * limits.metadataBytes

/** @throws ZipDamage */
export async function readBook(source: Source, parts: Parts): Promise<Book> {
  const entry = parts.zip.entries.get(contentPart)
  if (entry === undefined) throw new ZipDamage(`the part ${contentPart} is missing`)
  return bookOf(packetText(await readEntry(source, entry, mostBytes)))
}

/** @throws ZipDamage */
export function bookOf(text: string): Book {
  const row = /<((?:[^\s<>/:]{1,32}:)?)table-(?:row|rows|header-rows|row-group)[\s/>]/g
  const rows: { at: number; text: string }[] = []
  let around = ''
  let from = 0
  for (let found = row.exec(text); found; found = row.exec(text)) {
    const end = text.indexOf(`</${found[1]}table>`, found.index)
    if (end < 0) throw new ZipDamage(`${contentPart}: a sheet has no end`)
    around += text.slice(from, found.index)
    rows.push({ at: around.length, text: text.slice(found.index, end) })
    from = row.lastIndex = end
  }
  const outline = scanXml(around + text.slice(from))
  if (outline.fault !== undefined) throw new ZipDamage(`${contentPart}: ${outline.fault}`)
  return { outline, rows }
}

/** @param edits of the outline, before the rows */
export function writeBook({ outline, rows }: Book, edits: readonly TextEdit[]): string {
  const back = rows.map(({ at, text }) => ({ start: at, end: at, text: withoutBoxes(text) }))
  return applyEdits(outline.text, [...edits, ...back])
}

export function rowsOf({ outline, rows }: Book, sheet: number): string {
  const close = outline.elements[sheet]?.closeStart
  return rows.find(({ at }) => at === close)?.text ?? ''
}

const boxes = /<((?:[^\s<>/:]{1,32}:)?)frame\s[^<>]*name="AI label"[^<>]*>[\s\S]{0,4096}?<\/\1frame>/g

/** Our own text box belongs to the sheet; somebody may have tied it to a cell. */
const withoutBoxes = (rows: string) =>
  rows.includes('name="AI label"')
    ? rows.replaceAll(boxes, (markup) => (isOwnBox(scanXml(markup), 0) ? '' : markup))
    : rows

/** What cells take up. */
interface Cells {
  readonly columns: number
  readonly rows: number
  /** Styles of the rows, of as many as fit a window. */
  readonly styles: readonly (string | undefined)[]
  /** The last words of each row that the label stands beside: they may run on over the cells behind. */
  readonly words: readonly Words[]
}

interface Words {
  /** How many columns there are before them. */
  readonly after: number
  /** The beginning of the cell, as it is written. */
  readonly cell: string
}

/** What a window shows of a sheet at least, in points and rows. */
const screen = { width: 720, rows: 24 }
const usual = { width: 64, height: 12.8 }

/** Rows that the label stands beside. */
const besideLabel = 3

function cellsIn(rows: string): Cells {
  const styles: (string | undefined)[] = []
  const words = new Map<number, Words>()
  let [columns, column, filled] = [0, 0, 0]
  for (const found of rows.matchAll(
    /<(?:[^\s<>/:]{1,32}:)?(table-row|(?:covered-)?table-cell)((?:\s[^<>]*)?)>/g,
  )) {
    const [tag, kind, attributes = ''] = found
    const repeated = Number(/-repeated="(\d{1,7})"/.exec(attributes)?.[1] ?? 1)
    if (kind === 'table-row') {
      const style = /[:\s]style-name="([^"]*)"/.exec(attributes)?.[1]
      for (let count = 0; count < repeated && styles.length < screen.rows; count++) styles.push(style)
      column = 0
      continue
    }
    column += repeated
    if (tag.endsWith('/>') && !/value-type=|formula=/.test(attributes)) continue
    columns = Math.max(columns, column)
    filled = styles.length
    if (filled <= besideLabel && !tag.endsWith('/>'))
      words.set(filled, { after: column - repeated, cell: rows.slice(found.index, found.index + 2048) })
  }
  return { columns, rows: filled, styles, words: [...words.values()] }
}

/** About how wide the first line in a cell is, in letters of the usual 10 points; numbers keep to their cell. */
function wordsWidth(cell: string): number {
  if (!/^[^>]*value-type="string"|^[^>]*-cell>/.test(cell)) return 0
  const words = /<(?:[^\s<>/:]{1,32}:)?p(?:\s[^<>]*)?>(.*?)<\/(?:[^\s<>/:]{1,32}:)?p>/s.exec(cell)?.[1] ?? ''
  const letters = [...decodeUtf8(words.replace(/<[^>]*>/g, ''))]
  return letters.reduce((sum, letter) => sum + (letter > '\u2e7f' ? 10 : 5.5), 0)
}

/** How far shapes reach that are tied to cells, and how far in front they are. */
function shapesIn(rows: string) {
  let order: number | undefined
  let [columns, lines] = [0, 0]
  for (const [, number] of rows.matchAll(/[:\s]z-index="(\d{1,8})"/g))
    order = Math.max(order ?? 0, Number(number))
  for (const [, letters = '', row] of rows.matchAll(
    /[:\s]end-cell-address="[^"]*?\$?([A-Z]{1,3})\$?(\d{1,7})"/g,
  )) {
    const column = [...letters].reduce((sum, each) => sum * 26 + each.charCodeAt(0) - 64, 0)
    columns = Math.max(columns, column)
    lines = Math.max(lines, Number(row))
  }
  return { columns, rows: lines, order }
}

/**
 * Beside the cells; below them where they fill the width of a window; and where they fill all of it, over the right
 * end of the first row: what it covers there can be seen by moving it.
 */
export function spotFor(book: Book, sheet: number, styles: Styles, width: number) {
  const { outline } = book
  const rows = rowsOf(book, sheet)
  const cells = cellsIn(rows)
  const tied = shapesIn(rows)
  const free = shapesOn(outline, sheet)
  const after = (columns: number) => widthOf(outline, sheet, columns, styles)
  const reach = Math.max(after(Math.max(cells.columns, tied.columns)), free.right)
  const right = Math.max(reach, ...cells.words.map((words) => after(words.after) + wordsWidth(words.cell)))
  const order = [tied.order, free.order].reduce((a, b) => (a === undefined ? b : Math.max(a, b ?? 0)))
  const spot = { order: order === undefined ? undefined : order + 1 }
  const gap = 4
  if (right + gap + width <= screen.width) return { ...spot, left: right + gap, top: 2 }
  const count = Math.min(Math.max(cells.rows, tied.rows), screen.rows)
  const height = (at: number) =>
    lengthOf(styles.valueOf('table-row', cells.styles[at], 'row-height')) ?? usual.height
  const used = Array.from({ length: count }, (_, at) => height(at))
  const bottom = Math.max(
    used.reduce((sum, each) => sum + each, 0),
    free.bottom,
  )
  if (bottom <= (screen.rows - 2) * usual.height) return { ...spot, left: gap, top: bottom + 2 }
  return { ...spot, left: screen.width - width - gap, top: 2 }
}

/** Width of the first columns, in points. */
function widthOf(outline: Xml, sheet: number, columns: number, styles: Styles): number {
  let [width, column] = [0, 0]
  for (let at = sheet; at <= (outline.elements[sheet]?.last ?? 0) && column < columns; at++) {
    if (named(outline, at) !== 'table-column') continue
    const count = Math.min(Number(attributeAt(outline, at, 'number-columns-repeated')) || 1, columns - column)
    const style = attributeAt(outline, at, 'style-name')
    const each = lengthOf(styles.valueOf('table-column', style, 'column-width')) ?? usual.width
    const isHidden = /^(?:collapse|filter)$/.test(attributeAt(outline, at, 'visibility') ?? '')
    width += isHidden ? 0 : each * count
    column += count
  }
  return width + (columns - column) * usual.width
}

/** How far charts and pictures reach that are tied to no cell, in points. */
function shapesOn(outline: Xml, sheet: number) {
  let [right, bottom] = [0, 0]
  let order: number | undefined
  const list = childrenOf(outline, sheet).find((at) => named(outline, at) === 'shapes')
  for (const at of list === undefined ? [] : childrenOf(outline, list)) {
    const side = (name: string) => lengthOf(attributeAt(outline, at, name)) ?? 0
    right = Math.max(right, side('x') + side('width'))
    bottom = Math.max(bottom, side('y') + side('height'))
    const front = Number(attributeAt(outline, at, 'z-index') ?? Number.NaN)
    if (front >= 0) order = Math.max(order ?? 0, front)
  }
  return { right, bottom, order }
}

/** A cell of the first row that says where the content comes from. */
export function wordsInFirstRow(rows: string): string | undefined {
  const first = /<((?:[^\s<>/:]{1,32}:)?)table-row[\s>][\s\S]{0,65536}?<\/\1table-row\s*>/.exec(rows)?.[0]
  const xml = scanXml(first ?? '')
  for (const at of xml.elements.keys()) {
    const words = isParagraph(xml, at) ? labelWords(wordsIn(xml, at)) : undefined
    if (words !== undefined) return words
  }
  return undefined
}
