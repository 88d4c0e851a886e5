/** Distinguished names of certificates: as text for people (after RFC 4514), attribute by attribute, and for comparison. */
import { childrenOf, type DerNode, expectTag, readOid, readText, tags } from '../encoding/der.ts'

export interface DistinguishedName {
  /** `CN=Signer, O=Acme AI, C=CN`: most specific first, special characters escaped. */
  readonly text: string
  readonly der: Uint8Array
  /** Names are equal when this is, whatever their case, spaces and types of text (RFC 5280 7.1). */
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

interface Attribute {
  readonly oid: string
  readonly value: string
}

/** From the root down; mostly of one attribute each. */
function relativeNames(node: DerNode | undefined): readonly (readonly Attribute[])[] {
  return childrenOf(expectTag(node, tags.sequence)).map((set) =>
    childrenOf(expectTag(set, tags.set)).map((attribute) => {
      const [type, value] = childrenOf(expectTag(attribute, tags.sequence))
      return { oid: readOid(type), value: readText(value) }
    }),
  )
}

/** Relative names from the root down, in the form in which they are compared (RFC 5280 7.1). @throws DerError */
export function readDirectoryName(node: DerNode | undefined): readonly string[] {
  return relativeNames(node).map(comparable)
}

const comparable = (attributes: readonly Attribute[]) =>
  attributes
    .map(({ oid, value }) => JSON.stringify([oid, prepared(value)]))
    .sort()
    .join('+')

/** Spaces of other kinds, then characters that nobody sees (RFC 4518 2.2). */
const spaces = /[\t-\r\u0085]|\p{Z}/gu
const unseen = /\p{Cc}|\p{Cf}|\p{Variation_Selector}|\u034f|\u1806|\ufffc/gu

/** As strings are prepared for comparison (RFC 4518 2): case, compatible forms and spaces make no difference. */
function prepared(value: string): string {
  const plain = value.replace(spaces, ' ').replace(unseen, '').normalize('NFKC').toUpperCase()
  return plain.normalize('NFKC').trim().replace(/ +/g, ' ')
}

/** @throws DerError */
export function readName(node: DerNode): DistinguishedName {
  const parts = relativeNames(node)
  const attributeOf = (oid: string) => parts.flat().findLast((part) => part.oid === oid)?.value ?? null
  return {
    text: parts
      .toReversed()
      .map((part) =>
        part.map(({ oid, value }) => `${shortNames.get(oid) ?? oid}=${escapeValue(value)}`).join('+'),
      )
      .join(', '),
    der: node.bytes,
    key: parts.map(comparable).join(),
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
