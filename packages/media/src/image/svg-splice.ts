/** Plans the labelled SVG: what is written into `<metadata>`, and how that element comes about where there is none. */
import {
  bytes,
  type Edit,
  InputError,
  limits,
  type Part,
  type Room,
  type Source,
  type Splice,
} from '@yinji/core'
import { blankAigc } from '../carriers/aigc-text.ts'
import { binaryBytes, binaryText, decodeUtf8 } from '../carriers/binary.ts'
import { partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { byteOrderMark, readSvg, type SvgDocument, type SvgFault } from '../carriers/svg-document.ts'
import type { XmlElement } from '../carriers/xml.ts'
import { clearXmp, mergeXmp, saysAnything } from '../carriers/xmp-merge.ts'
import { namespaces } from '../carriers/xmp-properties.ts'
import { manifestName, manifestNamespace, type SvgSites, sitesOf } from './svg-sites.ts'

/**
 * A packet that says nothing yet, without the optional `x:xmpmeta`: where that stands near the beginning, exiftool takes
 * the document for bare XMP.
 */
const emptyPacket = binaryBytes(
  `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><rdf:RDF xmlns:rdf="${namespaces.rdf}"/><?xpacket end="w"?>`,
)

/** @throws InputError when the document is not well-formed, too large, or in an encoding that can't be added to. */
export async function spliceSvg(source: Source, edit: Edit): Promise<Splice> {
  const document = await readSvg(source)
  if ('kind' in document) throw refusal(document, source)
  const sites = sitesOf(document)
  const changes: Replacement[] = sites.manifests.map(({ start, end }) => replace(start, end))
  const added: Part[] = []
  if (saysAnything(edit)) {
    const [main] = sites.packets.filter(({ standard }) => standard)
    const written = inEncoding(document, mergeXmp(main?.packet ?? emptyPacket, edit))
    if (main) changes.push(replace(main.start, main.end, written))
    else added.push(bytes(written))
    for (const { start, end, packet } of sites.packets.filter((site) => site !== main)) {
      const cleared = clearXmp(packet, edit)
      if (cleared) changes.push(replace(start, end, cleared))
    }
  }
  if (edit.aigc !== undefined)
    for (const { start, end, text, fields } of sites.texts)
      changes.push(...blanks(start, end, text, blankAigc(text, fields)))
  if (edit.room > 0) {
    added.push(...manifestParts(edit.room, sites))
    // c2pa-rs 0.91 counts offsets from behind the mark; in UTF-8 it says nothing.
    if (document.xml.text.startsWith(byteOrderMark)) changes.push(replace(0, byteOrderMark.length))
  }
  if (edit.room > 0 && sites.declared === undefined) changes.push(declaration(document.root))
  if (added.length > 0) changes.push(addition(document, sites, added))
  return {
    parts: partsOf(source.size, changes),
    ...(edit.room > 0 ? { binding: { kind: 'data' as const } } : {}),
  }
}

function refusal(fault: SvgFault, { name = '', size }: Source): InputError {
  switch (fault.kind) {
    case 'damage':
      return new InputError('input.damaged', { what: fault.what, name })
    case 'encoding':
      return new InputError('input.encoding', { name })
    case 'size':
      return new InputError('input.size', { what: name, bytes: size, most: limits.textBytes })
  }
}

/** A packet for a document in an old encoding: what is not ASCII is written as a reference. */
function inEncoding({ asciiOnly }: SvgDocument, packet: Uint8Array): Uint8Array {
  if (!asciiOnly) return packet
  const text = decodeUtf8(binaryText(packet))
  return binaryBytes(text.replace(/[^\p{ASCII}]/gu, (character) => `&#${character.codePointAt(0)};`))
}

/** Blanks one range at a time, so that packets in the same element can change as well. */
function blanks(start: number, end: number, before: Uint8Array, after: Uint8Array): Replacement[] {
  const changes: Replacement[] = []
  for (let at = 0; at < end - start; at++) {
    if (before[at] === after[at]) continue
    const from = at
    while (at < end - start && before[at] !== after[at]) at++
    changes.push(replace(start + from, start + at, after.subarray(from, at)))
  }
  return changes
}

/** The hash leaves out the Base64 text and nothing of the markup around it. */
function manifestParts(size: number, { declared }: SvgSites): Part[] {
  const room: Room = {
    kind: 'room',
    length: Math.ceil(size / 3) * 4,
    embed: (store) =>
      binaryBytes(Buffer.from(store.buffer, store.byteOffset, store.byteLength).toString('base64')),
  }
  const taken = declared !== undefined && declared !== manifestNamespace
  const own = taken ? ` xmlns:c2pa="${manifestNamespace}"` : ''
  return [bytes(binaryBytes(`<${manifestName}${own}>`)), room, bytes(binaryBytes(`</${manifestName}>`))]
}

/** On the root, where readers look for it. */
function declaration({ openEnd, empty }: XmlElement): Replacement {
  const at = openEnd - (empty ? 2 : 1)
  return replace(at, at, binaryBytes(` xmlns:c2pa="${manifestNamespace}"`))
}

/** Into the metadata there are; else into new ones, first in the document. */
function addition({ root }: SvgDocument, { metadata }: SvgSites, added: readonly Part[]): Replacement {
  if (metadata !== undefined) return inside(metadata, metadata.closeStart, added)
  const name = root.name.replace(/svg$/, 'metadata')
  const element = [bytes(binaryBytes(`<${name}>`)), ...added, bytes(binaryBytes(`</${name}>`))]
  return inside(root, root.openEnd, element)
}

/** Parts into an element; one written as `<name/>` is opened for them. */
function inside({ name, openEnd, empty }: XmlElement, at: number, parts: readonly Part[]): Replacement {
  if (!empty) return { start: at, end: at, parts }
  const opened = [bytes(binaryBytes('>')), ...parts, bytes(binaryBytes(`</${name}>`))]
  return { start: openEnd - 2, end: openEnd, parts: opened }
}
