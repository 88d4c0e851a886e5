/** Distinguished names of certificates: as text for people (after RFC 4514) and attribute by attribute. */
import { childrenOf, type DerNode, expectTag, readOid, readText, tags } from '../encoding/der.ts'

export interface DistinguishedName {
  /** `CN=Signer, O=Acme AI, C=CN`: most specific first, special characters escaped. */
  readonly text: string
  /** DER in hex: names are equal when this is. */
  readonly key: string
  readonly commonName: string | null
  readonly organization: string | null
  /** organizationIdentifier (X.520 6.4.7, OID 2.5.4.97): holds the provider code where there is one. */
  readonly organizationIdentifier: string | null
  readonly country: string | null
  /** description (X.520 6.5.1, OID 2.5.4.13): our authorities put the filing number (算法备案号) there. */
  readonly description: string | null
}

/** What people know them by. */
export function shownName({ organization, commonName, text }: DistinguishedName): string {
  return organization ?? commonName ?? text
}

const shortNames: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.13', 'description'],
  ['2.5.4.97', 'organizationIdentifier'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
])

export function readName(node: DerNode): DistinguishedName {
  const parts = childrenOf(expectTag(node, tags.sequence)).map((set) =>
    childrenOf(expectTag(set, tags.set)).map((attribute) => {
      const [type, value] = childrenOf(expectTag(attribute, tags.sequence))
      const oid = readOid(type)
      return { oid, name: shortNames.get(oid) ?? oid, value: readText(value) }
    }),
  )
  const attributeOf = (oid: string) => parts.flat().findLast((part) => part.oid === oid)?.value ?? null
  return {
    text: parts
      .toReversed()
      .map((part) => part.map(({ name, value }) => `${name}=${escapeValue(value)}`).join('+'))
      .join(', '),
    key: Buffer.from(node.bytes).toString('hex'),
    commonName: attributeOf('2.5.4.3'),
    organization: attributeOf('2.5.4.10'),
    organizationIdentifier: attributeOf('2.5.4.97'),
    country: attributeOf('2.5.4.6'),
    description: attributeOf('2.5.4.13'),
  }
}

/** RFC 4514 2.4. Control characters as well: the text ends up on terminals. */
function escapeValue(value: string): string {
  return value
    .replace(/[\\"+,;<>]/g, '\\$&')
    .replace(/^[ #]|(?<!^) $/g, '\\$&')
    .replace(/\p{Cc}/gu, (character) => `\\${Buffer.from(character).toString('hex')}`)
}
