/** Small changes to XML in place: everything that is not changed keeps its spelling. Texts are binary texts. */

import { attributesOf, contentOf, unescapeXml, type Xml, type XmlElement } from '../carriers/xml.ts'
import { localName } from '../carriers/xmp-properties.ts'
import { ZipDamage } from '../carriers/zip.ts'

export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let out = ''
  let at = 0
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.start < at) continue // inside something that was cut out already
    out += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return out + text.slice(at)
}

export function cut({ start, end }: XmlElement): TextEdit {
  return { start, end, text: '' }
}

/** Puts markup at the end of an element, which may be written as an empty tag. */
export function append({ text }: Xml, element: XmlElement, markup: string): TextEdit {
  if (!element.empty) return { start: element.closeStart, end: element.closeStart, text: markup }
  const open = text.slice(element.start, element.openEnd - 2)
  return { start: element.start, end: element.end, text: `${open}>${markup}</${element.name}>` }
}

/** The elements of a local name, whatever their prefix. */
export function elementsOf(xml: Xml | undefined, name: string): XmlElement[] {
  return xml?.elements.filter((element) => localName(element.name) === name) ?? []
}

/** @throws ZipDamage when there is none */
export function requireElement(xml: Xml, name: string): XmlElement {
  const element = xml.elements.find((candidate) => localName(candidate.name) === name)
  if (element === undefined) throw new ZipDamage(`no ${name} element`)
  return element
}

/** An attribute by local name. */
export function attributeOf({ text }: Xml, element: XmlElement, name: string): string | undefined {
  const attribute = attributesOf(text, element).find((candidate) => localName(candidate.name) === name)
  return attribute && unescapeXml(attribute.raw)
}

/** The elements of a local name with all that is in them, themselves first. */
export function treesOf(xml: Xml, name: string): XmlElement[][] {
  return xml.elements.flatMap((element, index) =>
    localName(element.name) === name ? [xml.elements.slice(index, element.last + 1)] : [],
  )
}

/** What the texts in a tree say, such as `w:t`, `a:t` or `t`. */
export function wordsOf(xml: Xml, tree: readonly XmlElement[]): string {
  return tree
    .filter(({ name }) => localName(name) === 't')
    .map((text) => contentOf(xml.text, text))
    .join('')
    .trim()
}

/** The namespace that an element is in. @throws ZipDamage when nothing declares it */
export function namespaceOf(xml: Xml, element: XmlElement): string {
  const prefix = prefixOf(element).slice(0, -1)
  const declaration = prefix === '' ? 'xmlns' : `xmlns:${prefix}`
  for (let at: XmlElement | undefined = element; at; at = xml.elements[at.parent])
    for (const { name, raw } of attributesOf(xml.text, at)) if (name === declaration) return raw
  throw new ZipDamage(`${element.name.slice(0, 64)} has no namespace`)
}

/** The prefix of an element with its colon, so that a new one can stand in the same namespace. */
export function prefixOf({ name }: XmlElement): string {
  return name.slice(0, name.indexOf(':') + 1)
}

export const isAigc = (value: string | undefined): boolean => /^AIGC$/i.test(value?.trim() ?? '')
