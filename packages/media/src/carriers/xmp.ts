/**
 * Reads an XMP packet (ISO 16684-1): the AIGC field of GB 45438-2025 as `TC260:AIGC`, and the IPTC and XMP properties
 * that say how content came to be. Knows nothing of the file the packet came from.
 */
import { aigcKeys, type Finding, type FoundLabel, type FoundProperty, finding } from '@yinji/core'
import type { FoundHere } from './found.ts'
import { attributesOf, contentOf, scanXml, unescapeXml, type Xml } from './xml.ts'
import { findProperties, localName, type Occurrence, valuesOf } from './xmp-properties.ts'
import { packetText } from './xmp-text.ts'

/** More than these in one packet are an attack on the reader, not a statement. */
const mostLabels = 16
const mostProperties = 1024

/**
 * @param site container path of the packet, e.g. `APP1 XMP`
 * @param standard whether that is the slot the standard names for the format
 */
export function readXmp(packet: Uint8Array, site: string, standard: boolean): FoundHere {
  const xml = scanXml(packetText(packet))
  const labels: FoundLabel[] = []
  const properties: FoundProperty[] = []
  for (const occurrence of findProperties(xml)) {
    const { name, written, proper } = occurrence
    if (name === 'AIGC') {
      if (labels.length < mostLabels)
        labels.push({
          site: proper ? site : `${site} ${written.slice(0, 64)}`,
          standard: standard && proper,
          value: labelOf(xml, occurrence),
        })
    } else if (name !== 'HasExtendedXMP')
      for (const value of valuesOf(xml, occurrence))
        if (properties.length < mostProperties) properties.push({ site, name, value })
  }
  return { labels, properties, findings: faults(xml, site) }
}

/** The GUID under which the rest of this packet is stored elsewhere (XMP part 3, 1.1.3.1), if it is split. */
export function extendedXmpOf(packet: Uint8Array): string | undefined {
  const text = packetText(packet)
  if (!text.includes('HasExtendedXMP')) return undefined
  const xml = scanXml(text)
  const note = findProperties(xml).find(({ name }) => name === 'HasExtendedXMP')
  return note && valuesOf(xml, note)[0]
}

/** What makes a packet one that can't be edited in place. */
export function faultOf(xml: Xml): string | undefined {
  if (xml.fault !== undefined) return xml.fault
  return xml.elements.some(({ name }) => localName(name) === 'RDF') ? undefined : 'it holds no rdf:RDF'
}

function faults(xml: Xml, site: string): Finding[] {
  const what = faultOf(xml)
  return what === undefined ? [] : [finding('metadata.xmp.malformed', { at: site, data: { what } })]
}

/** JSON in text or attribute, as the standard asks; or the keys as fields of an RDF structure. */
function labelOf(xml: Xml, occurrence: Occurrence): FoundLabel['value'] {
  const { attribute, element, index } = occurrence
  if (attribute) return unescapeXml(attribute.raw)
  const text = contentOf(xml.text, element).trim()
  if (text.includes('{')) return text
  const fields = new Map<string, string>()
  for (let at = index; at <= element.last && fields.size < 16; at++) {
    const child = xml.elements[at]
    if (child === undefined) break
    if (isKey(localName(child.name))) fields.set(localName(child.name), contentOf(xml.text, child).trim())
    for (const { name, raw } of attributesOf(xml.text, child))
      if (isKey(localName(name))) fields.set(localName(name), unescapeXml(raw))
  }
  return fields.size > 0 ? Object.fromEntries(fields) : text
}

function isKey(name: string): boolean {
  return aigcKeys.some((key) => key === name)
}
