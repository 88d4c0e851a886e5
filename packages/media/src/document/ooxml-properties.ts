/** The custom properties of an Office document, found by relationship (ECMA-376 part 2, 8.3), and made where missing. */
import type { FoundLabel } from '@yinji/core'
import { contentOf, escapeXml, scanXml, type Xml } from '../carriers/xml.ts'
import { manifestEntry } from '../carriers/zip-manifest.ts'
import type { Labelling, Parts } from './package.ts'
import {
  append,
  applyEdits,
  attributeOf,
  cut,
  elementsOf,
  isAigc,
  prefixOf,
  requireElement,
  type TextEdit,
} from './xml-edit.ts'

const relationshipsPart = '_rels/.rels'
const typesPart = '[Content_Types].xml'
const defaultPart = 'docProps/custom.xml'
/** User-defined properties, as Office itself marks them. */
const formatId = '{D5CDD505-2E9C-101B-9397-08002B2CF9AE}'
const contentType = 'application/vnd.openxmlformats-officedocument.custom-properties+xml'

/** Transitional and Strict have different namespaces for the same things. */
const transitional = {
  relationship: 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties',
  properties: 'http://schemas.openxmlformats.org/officeDocument/2006/custom-properties',
  types: 'http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes',
}
const strict = {
  relationship: 'http://purl.oclc.org/ooxml/officeDocument/relationships/customProperties',
  properties: 'http://purl.oclc.org/ooxml/officeDocument/customProperties',
  types: 'http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes',
}

/** @throws ZipDamage */
export async function openOffice(parts: Parts): Promise<Labelling> {
  const relationships = await parts.sound(relationshipsPart)
  const types = await parts.sound(typesPart)
  const kinds = elementsOf(relationships, 'Relationship').map((element) => ({
    type: attributeOf(relationships, element, 'Type') ?? '',
    target: attributeOf(relationships, element, 'Target') ?? '',
    id: attributeOf(relationships, element, 'Id') ?? '',
  }))
  const known = kinds.find(({ type }) => type === transitional.relationship || type === strict.relationship)
  const named = known?.target.replace(/^(?:\.?\/)+/, '')
  const linked = named !== undefined && parts.has(named) ? named : undefined
  const part = linked ?? defaultPart
  const properties = parts.has(part) ? await parts.sound(part) : undefined
  const words = kinds.some(({ type }) => type.startsWith('http://purl.oclc.org/')) ? strict : transitional
  return {
    labels: labelsIn(properties, part, linked !== undefined),
    signed: kinds.some(({ type }) => type.endsWith('/digital-signature/origin')),
    changing: new Set([part, relationshipsPart, typesPart]),
    write: async (aigc) => {
      const written = new Map([[part, withProperty(properties ?? skeleton(words), aigc, words.types)]])
      if (linked === undefined) {
        const ids = new Set(kinds.map(({ id }) => id))
        written.set(relationshipsPart, withRelationship(relationships, words.relationship, ids))
      }
      if (!declares(types, part)) written.set(typesPart, withType(types, part, contentType))
      return written
    },
    declare: async (written) => {
      const text = written.get(typesPart)
      const known = text === undefined ? types : scanXml(text)
      return new Map([...written, [typesPart, withManifestType(known)]])
    },
  }
}

function labelsIn(properties: Xml | undefined, part: string, linked: boolean): FoundLabel[] {
  return labelled(properties).map((element) => ({
    site: `${part.slice(0, 128)} AIGC`,
    standard: linked && properties !== undefined && attributeOf(properties, element, 'name') === 'AIGC',
    value: contentOf(properties?.text ?? '', element).trim(),
  }))
}

function labelled(properties: Xml | undefined) {
  return elementsOf(properties, 'property').filter(
    (element) => properties && isAigc(attributeOf(properties, element, 'name')),
  )
}

function skeleton(words: typeof transitional): Xml {
  return scanXml(
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="${words.properties}" xmlns:vt="${words.types}"></Properties>`,
  )
}

/** Property ids begin at 2 and are unique; the label takes the next one. */
function withProperty(properties: Xml, aigc: string, types: string): string {
  const root = requireElement(properties, 'Properties')
  const old = new Set(labelled(properties))
  const ids = elementsOf(properties, 'property')
    .filter((element) => !old.has(element))
    .map((element) => Number.parseInt(attributeOf(properties, element, 'pid') ?? '', 10) || 1)
  const id = ids.reduce((highest, each) => Math.max(highest, each), 1) + 1
  const tag = `${prefixOf(root)}property`
  const value = `<vt:lpwstr xmlns:vt="${types}">${escapeXml(aigc)}</vt:lpwstr>`
  const markup = `<${tag} fmtid="${formatId}" pid="${id}" name="AIGC">${value}</${tag}>`
  return applyEdits(properties.text, [...[...old].map(cut), append(properties, root, markup)])
}

function withRelationship(relationships: Xml, type: string, ids: ReadonlySet<string>): string {
  const root = requireElement(relationships, 'Relationships')
  let id = 'rIdAIGC'
  for (let next = 2; ids.has(id); next++) id = `rIdAIGC${next}`
  const stale: TextEdit[] = elementsOf(relationships, 'Relationship')
    .filter((element) =>
      [transitional.relationship, strict.relationship].includes(
        attributeOf(relationships, element, 'Type') ?? '',
      ),
    )
    .map(cut)
  const markup = `<${prefixOf(root)}Relationship Id="${id}" Type="${type}" Target="${defaultPart}"/>`
  return applyEdits(relationships.text, [...stale, append(relationships, root, markup)])
}

/** Names of parts are compared without regard to case (ECMA-376 part 2, 6.3.5). */
function declares(types: Xml, part: string): boolean {
  return elementsOf(types, 'Override').some(
    (element) => attributeOf(types, element, 'PartName')?.toLowerCase() === `/${part}`.toLowerCase(),
  )
}

/** Without a type for every part, Office offers to repair the package, and takes the manifest out (C2PA A.6.3). */
function withManifestType(types: Xml): string {
  const known = elementsOf(types, 'Default').some(
    (element) => attributeOf(types, element, 'Extension')?.toLowerCase() === 'c2pa',
  )
  if (known || declares(types, manifestEntry)) return types.text
  const root = requireElement(types, 'Types')
  const markup = `<${prefixOf(root)}Default Extension="c2pa" ContentType="application/c2pa"/>`
  const first = elementsOf(types, 'Default')[0] ?? elementsOf(types, 'Override')[0]
  const place = first ? { start: first.start, end: first.start, text: markup } : append(types, root, markup)
  return applyEdits(types.text, [place])
}

/** The content types with one for a part. */
export function withType(types: Xml, part: string, type: string): string {
  const root = requireElement(types, 'Types')
  const markup = `<${prefixOf(root)}Override PartName="/${escapeXml(part).replaceAll('"', '&quot;')}" ContentType="${type}"/>`
  return applyEdits(types.text, [append(types, root, markup)])
}
