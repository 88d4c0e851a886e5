/** The drawing of a sheet: the part that holds its shapes, found or made, and what leads to it (ISO/IEC 29500-1 12.3.8). */
import { attributesOf, scanXml, type Xml } from '../../carriers/xml.ts'
import { ZipDamage } from '../../carriers/zip.ts'
import {
  type Relationship,
  relationshipsOf,
  relationshipsPart,
  withRelationship,
} from '../../document/ooxml-parts.ts'
import { withType } from '../../document/ooxml-properties.ts'
import type { Parts } from '../../document/package.ts'
import { spreadsheetDrawing } from './box.ts'
import { type Sheet, topElement } from './sheet.ts'

/** Parts as they are going to be. */
export class Changes {
  readonly parts: Parts
  readonly texts = new Map<string, string>()

  constructor(parts: Parts) {
    this.parts = parts
  }

  /** @throws ZipDamage */
  async sound(name: string): Promise<Xml> {
    const text = this.texts.get(name)
    return text === undefined ? this.parts.sound(name) : scanXml(text)
  }

  has(name: string): boolean {
    return this.texts.has(name) || this.parts.has(name)
  }
}

/** Namespace of relationship ids, and what types of relationships begin with. */
export const relations = (strict: boolean) =>
  strict
    ? 'http://purl.oclc.org/ooxml/officeDocument/relationships'
    : 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** The drawing that a sheet has. @throws ZipDamage */
export async function drawingOf(parts: Parts, sheet: Sheet): Promise<Relationship | undefined> {
  const element = topElement(sheet, 'drawing')
  if (element === undefined) return undefined
  const id = attributesOf(sheet.outline.text, element).find(({ name }) => name.endsWith(':id'))?.raw
  const found = (await relationshipsOf(parts, sheet.part)).find((each) => each.id === id)
  if (found === undefined) throw new ZipDamage('a drawing is missing')
  return found
}

/** An empty drawing for a sheet that has none: the part, its type, the way to it. */
export async function newDrawing(
  changes: Changes,
  { part }: Sheet,
  strict: boolean,
): Promise<{ id: string; target: string }> {
  let number = 1
  while (changes.has(`xl/drawings/drawing${number}.xml`)) number++
  const target = `xl/drawings/drawing${number}.xml`
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
  changes.texts.set(target, `${head}<xdr:wsDr xmlns:xdr="${spreadsheetDrawing(strict)}"></xdr:wsDr>`)
  const types = await changes.sound('[Content_Types].xml')
  const type = 'application/vnd.openxmlformats-officedocument.drawing+xml'
  changes.texts.set('[Content_Types].xml', withType(types, target, type))
  const links = relationshipsPart(part)
  const namespace = 'http://schemas.openxmlformats.org/package/2006/relationships'
  const xml = changes.has(links)
    ? await changes.sound(links)
    : scanXml(`${head}<Relationships xmlns="${namespace}"></Relationships>`)
  const { id, text } = withRelationship(xml, `${relations(strict)}/drawing`, target)
  changes.texts.set(links, text)
  return { id, target }
}
