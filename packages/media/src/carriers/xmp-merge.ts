/**
 * Writes a label into an XMP packet. The packet is edited in place: what is written is cut out wherever it stood and set
 * once more into a description of its own at the end, everything else survives byte for byte, and padding gives way.
 *
 * What becomes of statements from the file's earlier life depends on `digitalSourceType`. Generated content
 * (`trainedAlgorithmicMedia`) had none: `CreateDate`, `publisher`, `DocumentID` and the AI system are replaced.
 * Manipulated content had one: its `CreateDate` (the moment of capture) stays, its publishers stay beside the new one,
 * and its `DocumentID` becomes `OriginalDocumentID`, unless there is one, as for any derived document (ISO 16684-1 8.4).
 */
import type { Edit } from '@yinji/core'
import { binaryBytes } from './binary.ts'
import { attributesOf, scanXml, unescapeXml, type Xml, type XmlElement } from './xml.ts'
import { faultOf } from './xmp.ts'
import { type Statement, skeleton, writeDescription } from './xmp-description.ts'
import { findProperties, localName, type Occurrence, type PropertyName, valuesOf } from './xmp-properties.ts'
import { packetText } from './xmp-text.ts'

export type XmpChange = Pick<Edit, 'aigc' | 'xmp' | 'provenance'>

/** Whether there is anything for a packet to say. */
export function saysAnything({ aigc, xmp, provenance }: XmpChange): boolean {
  return (aigc ?? xmp ?? provenance) !== undefined
}

interface Cut {
  readonly start: number
  readonly end: number
}

/** The packet with the label in it; a whole new one where there was none, or none that can be read. */
export function mergeXmp(packet: Uint8Array | undefined, change: XmpChange): Uint8Array {
  const before = packet === undefined ? undefined : scanXml(packetText(packet))
  const xml = before && faultOf(before) === undefined ? before : scanXml(skeleton)
  const properties = findProperties(xml)
  const statements = statementsOf(xml, properties, change)
  const written = new Set(statements.map(({ name }) => name))
  if (speaksAnew(change)) written.add('provenance')
  if (isGenerated(change) || change.xmp?.systemUsed !== undefined)
    for (const name of ['AISystemUsed', 'AISystemVersionUsed'] as const) written.add(name)
  const cuts = cutsOf(
    xml,
    properties.filter(({ name }) => written.has(name)),
  )
  const text = insert(xml, cuts, statements)
  return binaryBytes(keepLength(text, xml.text.length))
}

/**
 * A packet beside the one that carries the label, with the label's own statements blanked out, so that exactly one is
 * left in the file; undefined when there is nothing to blank. The length stays, unless the packet was UTF-16.
 */
export function clearXmp(packet: Uint8Array, change: XmpChange): Uint8Array | undefined {
  const xml = scanXml(packetText(packet))
  const names: readonly PropertyName[] = [
    ...(change.aigc === undefined ? [] : (['AIGC'] as const)),
    ...(change.xmp === undefined
      ? []
      : (['DigitalSourceType', 'AISystemUsed', 'AISystemVersionUsed'] as const)),
    ...(speaksAnew(change) ? (['provenance'] as const) : []),
  ]
  const cuts = findProperties(xml)
    .filter(({ name }) => names.includes(name))
    .map(({ attribute, element }) => attribute ?? element)
  if (cuts.length === 0) return undefined
  return binaryBytes(withoutCuts(xml.text, cuts, 0, xml.text.length, (length) => ' '.repeat(length)))
}

/** A manifest elsewhere that an earlier label named is of what the file was then. */
function speaksAnew({ xmp, provenance }: XmpChange): boolean {
  return (xmp ?? provenance) !== undefined
}

function isGenerated({ xmp }: XmpChange): boolean {
  return xmp?.digitalSourceType.endsWith('/trainedAlgorithmicMedia') === true
}

/** What is to be written, in writing order. */
function statementsOf(xml: Xml, properties: readonly Occurrence[], change: XmpChange): Statement[] {
  const { aigc, xmp, provenance } = change
  const existing = (wanted: PropertyName) =>
    properties.filter(({ name }) => name === wanted).flatMap((occurrence) => valuesOf(xml, occurrence))
  const statements: Statement[] = []
  const state = (name: PropertyName, ...values: readonly string[]) =>
    statements.push({ name, values: [...new Set(values.map((value) => value.trim()))] }) // readers trim as well
  if (aigc !== undefined) state('AIGC', aigc)
  if (provenance !== undefined) state('provenance', provenance)
  if (xmp === undefined) return statements
  const earlier = isGenerated(change) ? () => [] : existing // stated anew rather than left, so that repeating changes nothing
  state('DigitalSourceType', xmp.digitalSourceType)
  if (xmp.systemUsed !== undefined) state('AISystemUsed', xmp.systemUsed)
  if (xmp.systemVersionUsed !== undefined) state('AISystemVersionUsed', xmp.systemVersionUsed)
  state('CreateDate', earlier('CreateDate')[0] ?? xmp.createDate)
  state('publisher', ...earlier('publisher'), xmp.publisher)
  const original =
    earlier('OriginalDocumentID')[0] ?? earlier('DocumentID').find((id) => id !== xmp.documentId.trim())
  if (original !== undefined) state('OriginalDocumentID', original)
  state('DocumentID', xmp.documentId)
  return statements
}

/** Ranges to cut: attributes, elements with the white space before them, descriptions that nothing is left of. */
function cutsOf(xml: Xml, occurrences: readonly Occurrence[]): Cut[] {
  const cuts: Cut[] = occurrences.map(({ attribute, element }) => attribute ?? withIndent(xml.text, element))
  const owners = new Set(
    occurrences.map(({ attribute, element, index }) => (attribute ? index : element.parent)),
  )
  for (const owner of owners) {
    const element = xml.elements[owner]
    if (element && localName(element.name) === 'Description' && isSpent(xml, element, cuts))
      cuts.push(withIndent(xml.text, element))
  }
  return cuts
}

/** Whether an element says nothing any more once the cuts are made. */
function isSpent(xml: Xml, element: XmlElement, cuts: readonly Cut[]): boolean {
  const within = cuts.filter(({ start, end }) => start >= element.start && end <= element.end)
  const speaks = ({ name, start }: { name: string; start: number }) =>
    !name.startsWith('xmlns') && localName(name) !== 'about' && !within.some((cut) => cut.start === start)
  if (attributesOf(xml.text, element).some(speaks)) return false
  const content = within.filter(({ start }) => start >= element.openEnd - 1)
  return withoutCuts(xml.text, content, element.openEnd, element.closeStart, () => '').trim() === ''
}

function withIndent(text: string, { start, end }: Cut): Cut {
  let from = start
  while (from > 0 && isSpace(text.charCodeAt(from - 1))) from--
  return { start: from, end }
}

/** A stretch of text without the cuts in it; `filler` says what stands in for each. Cuts may overlap. */
function withoutCuts(
  text: string,
  cuts: readonly Cut[],
  from: number,
  to: number,
  filler: (length: number) => string,
): string {
  const pieces: string[] = []
  let at = from
  for (const { start, end } of [...cuts].sort((a, b) => a.start - b.start)) {
    if (end <= at || start >= to) continue
    const begin = Math.max(start, at)
    pieces.push(text.slice(at, begin), filler(Math.min(end, to) - begin))
    at = Math.min(end, to)
  }
  return pieces.join('') + text.slice(at, to)
}

/** Makes the cuts and adds the description as the last one in `rdf:RDF`. */
function insert(xml: Xml, cuts: readonly Cut[], statements: readonly Statement[]): string {
  const { text, elements } = xml
  const cut = (from: number, to: number) => withoutCuts(text, cuts, from, to, () => '')
  const rdf = elements.find(({ name }) => localName(name) === 'RDF')
  if (rdf === undefined || statements.length === 0) return cut(0, text.length)
  const about = aboutOf(xml)
  const description = writeDescription(statements, about, rdf.name === 'rdf:RDF')
  if (rdf.empty)
    return `${cut(0, rdf.openEnd - 2)}>${description}\n </${rdf.name}>${cut(rdf.openEnd, text.length)}`
  let place = rdf.closeStart
  while (place > rdf.openEnd && isSpace(text.charCodeAt(place - 1))) place--
  return cut(0, place) + description + cut(place, text.length)
}

/** All descriptions of one packet are about the same resource (ISO 16684-1 7.4), so ours repeats what the others say. */
function aboutOf(xml: Xml): string {
  const first = xml.elements.find(({ name }) => localName(name) === 'Description')
  const about = first && attributesOf(xml.text, first).find(({ name }) => localName(name) === 'about')
  return about ? unescapeXml(about.raw) : ''
}

/** Takes growth out of the padding before the closing `<?xpacket end…?>`, and gives back what a shorter label leaves. */
function keepLength(text: string, length: number): string {
  const trailer = text.lastIndexOf('<?xpacket end')
  if (trailer < 0 || text.length === length) return text
  let start = trailer
  while (start > 0 && isSpace(text.charCodeAt(start - 1))) start--
  const padding = trailer - start
  const surplus = text.length - length
  if (surplus < 0 && padding < leastPadding) return text
  const regained = ' '.repeat(Math.max(0, -surplus))
  const kept = Math.max(Math.min(1, padding), padding - Math.max(0, surplus))
  return text.slice(0, start) + regained + text.slice(trailer - kept)
}

/** Less white space than this before the trailer is layout, not padding. */
const leastPadding = 32

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d && code !== 0x0b && code !== 0x0c)
}
