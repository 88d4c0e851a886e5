/** Finds what an SVG document holds for us: XMP packets, the manifest, AIGC fields in descriptions. */
import { type AigcInText, findAigc } from '../carriers/aigc-text.ts'
import { binaryBytes } from '../carriers/binary.ts'
import type { SvgDocument } from '../carriers/svg-document.ts'
import { attributesOf, type Xml, type XmlElement } from '../carriers/xml.ts'
import { localName } from '../carriers/xmp-properties.ts'

export const manifestName = 'c2pa:manifest'
export const manifestNamespace = 'http://c2pa.org/manifest'

interface Span {
  readonly start: number
  readonly end: number
}

export interface PacketSite extends Span {
  readonly packet: Uint8Array
  /** Whether it stands in the metadata of the document itself. */
  readonly standard: boolean
}

/** A description or other metadata with an AIGC field in it; offsets of the fields are those of `text`. */
export interface TextSite extends Span {
  readonly name: string
  readonly text: Uint8Array
  readonly fields: readonly AigcInText[]
}

export interface SvgSites {
  /** Where the metadata of the document stand; the first such element. */
  readonly metadata: XmlElement | undefined
  /** The one that counts comes first, the others in document order. */
  readonly packets: readonly PacketSite[]
  readonly manifests: readonly XmlElement[]
  readonly texts: readonly TextSite[]
  /** What `c2pa` stands for in the document, if it was declared. */
  readonly declared: string | undefined
}

export function sitesOf({ xml, root }: SvgDocument): SvgSites {
  const { elements, text } = xml
  const isMetadata = ({ name, parent }: XmlElement) => localName(name) === 'metadata' && parent === 0
  const inMetadata = ({ parent }: XmlElement) => {
    const owner = elements[parent]
    return owner !== undefined && isMetadata(owner)
  }
  const manifests = elements.filter((element) => element.name === manifestName && inMetadata(element))
  const packets = packetSites(xml)
  return {
    metadata: elements.find(isMetadata),
    packets: [...packets.filter(({ standard }) => standard), ...packets.filter(({ standard }) => !standard)],
    manifests,
    texts: textSites(xml, [...packets, ...manifests]),
    declared: attributesOf(text, root).find(({ name }) => name === 'xmlns:c2pa')?.raw,
  }
}

/** Every outermost `rdf:RDF`, with what wraps it as a packet. */
function packetSites(xml: Xml): PacketSite[] {
  const sites: PacketSite[] = []
  for (let index = 0; index < xml.elements.length; index++) {
    const element = xml.elements[index]
    if (element === undefined || localName(element.name) !== 'RDF') continue
    const parent = xml.elements[element.parent]
    const wrapper = parent && /^(?:xmpmeta|xapmeta)$/.test(localName(parent.name)) ? parent : undefined
    const { start, end } = withInstructions(xml, wrapper ?? element)
    const packet = binaryBytes(xml.text.slice(start, end))
    sites.push({ start, end, packet, standard: isInMetadata(xml, element) })
    index = wrapper?.last ?? element.last
  }
  return sites
}

function isInMetadata({ elements }: Xml, element: XmlElement): boolean {
  for (let at = element.parent; at > 0; ) {
    const owner = elements[at]
    if (owner === undefined) return false
    if (owner.parent === 0) return localName(owner.name) === 'metadata'
    at = owner.parent
  }
  return false
}

/** The packet with the processing instructions around it, which hold its padding. */
function withInstructions({ text, elements }: Xml, { start, end, parent }: XmlElement): Span {
  const before = text.slice(elements[parent]?.openEnd ?? 0, start)
  const after = text.slice(end, elements[parent]?.closeStart)
  const lead = /<\?xpacket begin[^<>]{0,200}\?>\s*$/.exec(before.slice(-1024))
  const tail = /^\s*<\?xpacket end[^<>]{0,40}\?>/.exec(after)
  if (lead === null || tail === null) return { start, end }
  return { start: start - lead[0].length, end: end + tail[0].length }
}

const described: ReadonlySet<string> = new Set(['metadata', 'desc', 'title'])
/** Whether an element says something about the picture, and is none of it. */
export const isDescribed = (name: string) => described.has(localName(name))

/** Fields outside packets. Only where text is about the picture: other text is part of it. */
function textSites({ text, elements }: Xml, taken: readonly Span[]): TextSite[] {
  const sites: TextSite[] = []
  for (let index = 0; index < elements.length; index++) {
    const element = elements[index]
    if (element === undefined || !isDescribed(element.name)) continue
    const { openEnd: start, closeStart: end, last } = element
    index = last
    const bytes = binaryBytes(text.slice(start, end))
    for (const span of taken)
      if (span.start >= start && span.end <= end) bytes.fill(0x20, span.start - start, span.end - start)
    const fields = findAigc(bytes)
    const original = binaryBytes(text.slice(start, end))
    if (fields.length > 0) sites.push({ name: localName(element.name), start, end, text: original, fields })
  }
  return sites
}
