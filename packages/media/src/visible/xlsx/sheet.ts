/**
 * A worksheet without its cells (ISO/IEC 29500-1 18.3.1.99): what stands around them is small, however many there are,
 * and all that a label changes stands behind them.
 */
import { limits, type Source } from '@yinji/core'
import { contentOf, scanXml, type Xml, type XmlElement } from '../../carriers/xml.ts'
import { localName } from '../../carriers/xmp-properties.ts'
import { packetText } from '../../carriers/xmp-text.ts'
import { readEntry, ZipDamage } from '../../carriers/zip.ts'
import { mainPart, relationshipsOf } from '../../document/ooxml-parts.ts'
import type { Parts } from '../../document/package.ts'
import {
  applyEdits,
  attributeOf,
  elementsOf,
  type TextEdit,
  treesOf,
  wordsOf,
} from '../../document/xml-edit.ts'
import { labelWords } from '../../text/label-line.ts'

export interface Sheet {
  readonly part: string
  /** All but the content of `sheetData`. */
  readonly outline: Xml
  readonly root: XmlElement
  /** The content of `sheetData`. */
  readonly cells: string
  /** In the outline: where the cells go. */
  readonly place: number
}

/** Cells included; the largest that spreadsheet programs make. */
const mostBytes = 4 * limits.metadataBytes

/** @throws ZipDamage */
export async function readSheet(source: Source, parts: Parts, part: string): Promise<Sheet> {
  const entry = parts.zip.entries.get(part)
  if (entry === undefined) throw new ZipDamage('a sheet is missing')
  const text = packetText(await readEntry(source, entry, mostBytes))
  const open = /<(?:[^\s<>/:]+:)?sheetData(?:\s[^<>]*)?\/?>/.exec(text)
  if (open === null) throw new ZipDamage(`${part.slice(0, 100)}: no cells`)
  const place = open.index + open[0].length
  const name = /^<([^\s/>]+)/.exec(open[0])?.[1] ?? ''
  const close = open[0].endsWith('/>') ? place : text.lastIndexOf(`</${name}`)
  if (close < place) throw new ZipDamage(`${part.slice(0, 100)}: its cells have no end`)
  const outline = scanXml(text.slice(0, place) + text.slice(close))
  const root = outline.elements[0]
  if (outline.fault !== undefined || root === undefined)
    throw new ZipDamage(`${part.slice(0, 100)}: ${outline.fault ?? 'it is empty'}`)
  return { part, outline, root, cells: text.slice(place, close), place }
}

/** @param edits of the outline, behind the cells */
export function writeSheet({ outline, cells, place }: Sheet, edits: readonly TextEdit[]): string {
  return outline.text.slice(0, place) + cells + applyEdits(outline.text, edits).slice(place)
}

/** Not one of a view that somebody else keeps of the sheet (18.3.1.25). */
export function topElement({ outline }: Sheet, name: string): XmlElement | undefined {
  return outline.elements.find((element) => element.parent === 0 && localName(element.name) === name)
}

/** What may stand behind the header and the drawing, in the order of the schema. */
const behindHeader = [
  'rowBreaks',
  'colBreaks',
  'customProperties',
  'cellWatches',
  'ignoredErrors',
  'smartTags',
]
const behindDrawing = [
  'legacyDrawing',
  'legacyDrawingHF',
  'drawingHF',
  'picture',
  'oleObjects',
  'controls',
  'webPublishItems',
  'tableParts',
  'extLst',
]

/** Where a header or a drawing belongs in a sheet that has none. */
export function placeFor(what: 'headerFooter' | 'drawing', { outline, root }: Sheet): number {
  const behind = new Set(what === 'drawing' ? behindDrawing : [...behindHeader, 'drawing', ...behindDrawing])
  // Alternatives for programs of different ages may stand for any of those.
  const next = outline.elements.find(
    ({ name, parent }) =>
      parent === 0 && (behind.has(localName(name)) || localName(name) === 'AlternateContent'),
  )
  return next?.start ?? root.closeStart
}

/** Counted from 0. */
export interface Used {
  readonly columns: number
  readonly rows: number
}

/** How far the cells reach, as the sheet says or as they stand there, whichever is more. */
export function usedCells({ outline, cells }: Sheet): Used {
  const dimension = elementsOf(outline, 'dimension')[0]
  const said = dimension && attributeOf(outline, dimension, 'ref')?.split(':').at(-1)
  let { columns, rows } = said === undefined || (said === 'A1' && cells === '') ? empty : reach(said)
  for (const [, name = ''] of cells.matchAll(/<(?:[^\s<>/:]+:)?c\s(?:[^<>]*?\s)?r="([A-Z]{1,3}\d{1,7})"/g)) {
    const each = reach(name)
    columns = Math.max(columns, each.columns)
    rows = Math.max(rows, each.rows)
  }
  return { columns, rows }
}

const empty: Used = { columns: 0, rows: 0 }

function reach(cell: string): Used {
  const [, letters = '', digits = ''] = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/.exec(cell) ?? []
  const columns = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)
  return { columns, rows: Number(digits) || 0 }
}

/** Width of the first columns in points; 7 pixels to a character at 96 to the inch (18.3.1.13). */
export function widthOf({ outline }: Sheet, columns: number): number {
  const format = elementsOf(outline, 'sheetFormatPr')[0]
  const usual = Number(format && attributeOf(outline, format, 'defaultColWidth')) || 9.14
  let width = usual * columns
  for (const column of elementsOf(outline, 'col')) {
    const of = (name: string) => Number(attributeOf(outline, column, name))
    const count = Math.min(of('max'), columns) - of('min') + 1
    if (!(count > 0)) continue
    const hidden = /^(?:1|true)$/.test(attributeOf(outline, column, 'hidden') ?? '')
    width += ((hidden ? 0 : of('width') || usual) - usual) * count
  }
  return (width * 7 * 72) / 96
}

/** A cell of the first row that says where the content comes from. */
export async function wordsInFirstRow(parts: Parts, { cells }: Sheet): Promise<string | undefined> {
  const [row] = /^\s*<((?:[^\s<>/:]{1,32}:)?)row[\s>][\s\S]{0,65536}?<\/\1row\s*>/.exec(cells) ?? []
  if (row === undefined) return undefined
  const xml = scanXml(row)
  for (const tree of treesOf(xml, 'c')) {
    const [cell] = tree
    const value = tree.find(({ name }) => localName(name) === 'v')
    const type = cell && attributeOf(xml, cell, 't')
    const text =
      type === 's' && value
        ? await sharedText(parts, Number(contentOf(xml.text, value)))
        : type === 'str' && value
          ? contentOf(xml.text, value)
          : wordsOf(xml, tree)
    const words = labelWords(text ?? '')
    if (words !== undefined) return words
  }
  return undefined
}

/** Texts that cells have in common (18.4); as many as are read at all. */
async function sharedText(parts: Parts, index: number): Promise<string | undefined> {
  const main = await mainPart(parts, 'xl/workbook.xml')
  const shared = (await relationshipsOf(parts, main)).find(({ type }) => type.endsWith('/sharedStrings'))
  const xml = shared && (await parts.xml(shared.target))
  const tree = xml && treesOf(xml, 'si')[index]
  return xml && tree && wordsOf(xml, tree)
}
