/** Writes the `rdf:Description` of a label (ISO 16684-1 7.4), each property in the form its own standard gives it. */
import { encodeUtf8 } from './binary.ts'
import { escapeXml } from './xml.ts'
import { homes, namespaces, type Prefix, type PropertyName } from './xmp-properties.ts'

export interface Statement {
  readonly name: PropertyName
  readonly values: readonly string[]
}

/** A packet that says nothing yet. The wrapper lets readers find the packet in a file they don't know. */
export const skeleton = [
  `<?xpacket begin="${encodeUtf8('\u{feff}')}" id="W5M0MpCehiHzreSzNTczkc9d"?>`,
  `<x:xmpmeta xmlns:x="${namespaces.x}">`,
  ` <rdf:RDF xmlns:rdf="${namespaces.rdf}"/>`,
  '</x:xmpmeta>',
  '<?xpacket end="w"?>',
].join('\n')

/**
 * Binary text, led by a line break. Every prefix is declared on the spot, whatever the packet around means by it.
 * @param about text of `rdf:about`
 * @param rdfIsDeclared whether `rdf` is bound already, as it is by an element named `rdf:RDF`
 */
export function writeDescription(
  statements: readonly Statement[],
  about: string,
  rdfIsDeclared: boolean,
): string {
  const prefixes: Prefix[] = [...new Set(statements.map(({ name }) => homes[name]))]
  if (!rdfIsDeclared) prefixes.unshift('rdf')
  const declarations = prefixes.map((prefix) => `\n    xmlns:${prefix}="${namespaces[prefix]}"`)
  const properties = statements.map((statement) => `\n   ${writeProperty(statement)}`)
  const subject = escapeXml(about).replaceAll('"', '&quot;')
  return `\n  <rdf:Description rdf:about="${subject}"${declarations.join('')}>${properties.join('')}\n  </rdf:Description>`
}

function writeProperty({ name, values }: Statement): string {
  const tag = `${homes[name]}:${name}`
  const [first = ''] = values
  // Dublin Core publisher is an unordered array (ISO 16684-1 8.3); all the others are simple values.
  const content =
    name === 'publisher'
      ? `<rdf:Bag>${values.map((value) => `<rdf:li>${escapeXml(value)}</rdf:li>`).join('')}</rdf:Bag>`
      : escapeXml(first)
  return `<${tag}>${content}</${tag}>`
}
