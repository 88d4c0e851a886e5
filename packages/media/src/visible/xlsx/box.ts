/**
 * The label on the screen: a text box on the drawing of a sheet (ISO/IEC 29500-1 20.5). No cell holds it, so formulas,
 * tables, filters and whoever reads the cells see what they saw; it is not printed, because the header is.
 */
import type { VisibleLabel } from '@yinji/core'
import type { Xml, XmlElement } from '../../carriers/xml.ts'
import { localName } from '../../carriers/xmp-properties.ts'
import {
  append,
  applyEdits,
  cut,
  namespaceOf,
  requireElement,
  treesOf,
  wordsOf,
} from '../../document/xml-edit.ts'
import { labelWords } from '../../text/label-line.ts'
import {
  drawingml,
  emu,
  freeId,
  isShown,
  type Layout,
  labelShapes,
  shapeBody,
  shapeHead,
} from '../text-box.ts'
import { type Sheet, usedCells, widthOf } from './sheet.ts'

export const spreadsheetDrawing = (strict: boolean) =>
  strict
    ? 'http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing'
    : 'http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing'

/** Upper left corner: a cell, counted from 0. */
export interface Spot {
  readonly column: number
  readonly row: number
}

/** What a window shows of a sheet at least, in points and rows. */
const screen = { width: 720, rows: 24 }

/**
 * Beside the cells; below them where they fill the width of a window; and where they fill all of it, over the right
 * end of the first row: what it covers there can be seen by moving it.
 */
export function spotFor(sheet: Sheet, drawing: Xml | undefined, width: number): Spot {
  const cells = usedCells(sheet)
  const others = reachOfShapes(drawing)
  const columns = Math.max(cells.columns, others.columns)
  if (columns < 16_000 && widthOf(sheet, columns) + width <= screen.width) return { column: columns, row: 0 }
  const rows = Math.max(cells.rows, others.rows)
  if (rows + 2 <= screen.rows) return { column: 0, row: rows }
  let column = 0
  while (column < columns && widthOf(sheet, column + 1) + width <= screen.width) column++
  return { column, row: 0 }
}

/** The drawing with the label, and without those that were there. */
export function withBox(drawing: Xml, label: VisibleLabel, layout: Layout, spot: Spot): string {
  const root = requireElement(drawing, 'wsDr')
  const namespace = namespaceOf(drawing, root)
  const a = drawingml(namespace.startsWith('http://purl.oclc.org/'))
  const from =
    `<xdr:from><xdr:col>${spot.column}</xdr:col><xdr:colOff>${4 * emu}</xdr:colOff>` +
    `<xdr:row>${spot.row}</xdr:row><xdr:rowOff>${2 * emu}</xdr:rowOff></xdr:from>`
  const size = `<xdr:ext cx="${layout.plate.width * emu}" cy="${layout.plate.height * emu}"/>`
  const head = `<xdr:nvSpPr>${shapeHead('xdr', freeId(drawing, ownShapes(drawing)), label)}</xdr:nvSpPr>`
  const shape = `<xdr:sp macro="" textlink="">${head}${shapeBody('xdr', label, layout, { left: 0, top: 0 })}</xdr:sp>`
  const anchor = `<xdr:oneCellAnchor xmlns:xdr="${namespace}" xmlns:a="${a}">${from}${size}${shape}<xdr:clientData fPrintsWithSheet="0"/></xdr:oneCellAnchor>`
  return applyEdits(drawing.text, [...ownAnchors(drawing).map(cut), append(drawing, root, anchor)])
}

export function withoutBoxes(drawing: Xml): string {
  return applyEdits(drawing.text, ownAnchors(drawing).map(cut))
}

/** What a shape on the sheet says in a line of its own, ours first. */
export function wordsInBoxes(drawing: Xml): string | undefined {
  const [own] = ownShapes(drawing)
  if (own) return wordsOf(drawing, own)
  return treesOf(drawing, 'p')
    .map((line) => labelWords(wordsOf(drawing, line)))
    .find(Boolean)
}

const anchorNames = /^(?:oneCell|twoCell|absolute)Anchor$/

function ownAnchors(drawing: Xml): XmlElement[] {
  return ownShapes(drawing).flatMap(([shape]) => {
    const anchor = drawing.elements[shape?.parent ?? -1]
    return anchor && anchorNames.test(localName(anchor.name)) ? [anchor] : []
  })
}

/** One that is hidden is as good as none, and stays. */
const ownShapes = (drawing: Xml) => labelShapes(drawing).filter((shape) => isShown(drawing, shape))

/** How far charts and pictures at the top of the sheet reach. */
function reachOfShapes(drawing: Xml | undefined): { columns: number; rows: number } {
  if (drawing === undefined) return { columns: 0, rows: 0 }
  const own = new Set(ownAnchors(drawing))
  const all = drawing.elements.flatMap((element, index) => {
    if (!anchorNames.test(localName(element.name)) || own.has(element)) return []
    const tree = drawing.elements.slice(index, element.last + 1)
    const numbers = (name: string) =>
      tree
        .filter((each) => localName(each.name) === name)
        .map((each) => Number(drawing.text.slice(each.openEnd, each.closeStart)) + 1 || 0)
    return [{ columns: Math.max(0, ...numbers('col')), rows: Math.max(0, ...numbers('row')) }]
  })
  return {
    columns: all.reduce((most, { columns }) => Math.max(most, columns), 0),
    rows: all.reduce((most, { rows }) => Math.max(most, rows), 0),
  }
}
