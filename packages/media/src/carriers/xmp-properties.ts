/**
 * Finds the properties this software cares about in the RDF of an XMP packet (ISO 16684-1, chapter 7), with the exact
 * place of each, so that one can be read or cut out. Names are told apart by namespace; a prefix nobody declared counts
 * as what it is customarily bound to.
 */
import { attributesOf, contentOf, unescapeXml, type Xml, type XmlAttribute, type XmlElement } from './xml.ts'

export const namespaces = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  x: 'adobe:ns:meta/',
  TC260: 'http://www.tc260.org.cn/ns/AIGC/1.0/',
  Iptc4xmpExt: 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  dc: 'http://purl.org/dc/elements/1.1/',
  dcterms: 'http://purl.org/dc/terms/',
  xmpMM: 'http://ns.adobe.com/xap/1.0/mm/',
  xmpNote: 'http://ns.adobe.com/xmp/note/',
  photoshop: 'http://ns.adobe.com/photoshop/1.0/',
} as const
export type Prefix = keyof typeof namespaces

/** Every property that is looked for, by local name. */
export const homes = {
  AIGC: 'TC260',
  DigitalSourceType: 'Iptc4xmpExt',
  AISystemUsed: 'Iptc4xmpExt',
  AISystemVersionUsed: 'Iptc4xmpExt',
  CreateDate: 'xmp',
  CreatorTool: 'xmp',
  publisher: 'dc',
  provenance: 'dcterms',
  DocumentID: 'xmpMM',
  OriginalDocumentID: 'xmpMM',
  Credit: 'photoshop',
  HasExtendedXMP: 'xmpNote',
} as const satisfies Record<string, Prefix>
export type PropertyName = keyof typeof homes

/** One occurrence of a property. */
export interface Occurrence {
  readonly name: PropertyName
  /** Qualified name as written. */
  readonly written: string
  /** Whether it stands in the namespace the standard names. */
  readonly proper: boolean
  /** The property element, or the element that has it as an attribute. */
  readonly index: number
  readonly element: XmlElement
  /** Present when the property is written as an attribute. */
  readonly attribute?: XmlAttribute
}

export function findProperties(xml: Xml): Occurrence[] {
  const scopes = new Scopes(xml)
  const found: Occurrence[] = []
  const add = (written: string, index: number, element: XmlElement, attribute?: XmlAttribute) => {
    const name = localName(written)
    if (!isPropertyName(name)) return
    const owner = attribute ? index : element.parent
    if (name !== 'AIGC' && !isDescription(xml, owner)) return
    const match = matches(name, written, () => scopes.uriOf(written, index))
    if (match === 'no') return
    found.push({
      name,
      written,
      proper: match === 'proper',
      index,
      element,
      ...(attribute ? { attribute } : {}),
    })
  }
  for (const [index, element] of xml.elements.entries()) {
    add(element.name, index, element)
    if (element.openEnd - element.start > element.name.length + 3)
      for (const attribute of attributesOf(xml.text, element)) add(attribute.name, index, element, attribute)
  }
  return found
}

function matches(
  name: PropertyName,
  written: string,
  uriOf: () => string | undefined,
): 'proper' | 'tolerated' | 'no' {
  const home: Prefix = homes[name]
  const prefix = prefixOf(written)
  const uri = uriOf()
  if (uri === namespaces[home]) return 'proper'
  if (name === 'AIGC') return /tc260/i.test(uri ?? '') || /^tc260$/i.test(prefix) ? 'tolerated' : 'no'
  return uri === undefined && prefix === home ? 'tolerated' : 'no'
}

/** A property of the resource itself hangs on a description right below `rdf:RDF`, not inside another value. */
function isDescription(xml: Xml, index: number): boolean {
  const element = xml.elements[index]
  if (element === undefined || localName(element.name) !== 'Description') return false
  const parent = xml.elements[element.parent]
  return parent !== undefined && localName(parent.name) === 'RDF'
}

/** The values of a property: the items of an array, else its one value. */
export function valuesOf(xml: Xml, { attribute, element, index }: Occurrence): string[] {
  if (attribute) return [unescapeXml(attribute.raw)]
  const items: string[] = []
  for (let at = index + 1; at <= element.last; at++) {
    const child = xml.elements[at]
    if (child && localName(child.name) === 'li') items.push(contentOf(xml.text, child).trim())
  }
  if (items.length > 0) return items
  const text = contentOf(xml.text, element).trim()
  if (text !== '') return [text]
  const resource = attributesOf(xml.text, element).find(({ name }) => name === 'rdf:resource')
  return resource ? [unescapeXml(resource.raw)] : []
}

/** Resolves prefixes, each element's declarations read once. */
class Scopes {
  readonly #xml: Xml
  readonly #declared = new Map<number, ReadonlyMap<string, string>>()

  constructor(xml: Xml) {
    this.#xml = xml
  }

  /** Attributes without a prefix are in no namespace; whoever asks for those gets the default one, which does no harm. */
  uriOf(written: string, index: number): string | undefined {
    const key = prefixOf(written) === '' ? 'xmlns' : `xmlns:${prefixOf(written)}`
    for (let at = index; at >= 0; at = this.#xml.elements[at]?.parent ?? -1) {
      const uri = this.#declarations(at).get(key)
      if (uri !== undefined) return uri
    }
    return undefined
  }

  #declarations(index: number): ReadonlyMap<string, string> {
    const known = this.#declared.get(index)
    if (known) return known
    const element = this.#xml.elements[index]
    const attributes = element ? attributesOf(this.#xml.text, element) : []
    const map = new Map(
      attributes
        .filter(({ name }) => name.startsWith('xmlns'))
        .map(({ name, raw }) => [name, unescapeXml(raw)]),
    )
    this.#declared.set(index, map)
    return map
  }
}

export function localName(written: string): string {
  return written.slice(written.indexOf(':') + 1)
}

function prefixOf(written: string): string {
  return written.slice(0, Math.max(0, written.indexOf(':')))
}

function isPropertyName(name: string): name is PropertyName {
  return Object.hasOwn(homes, name)
}
