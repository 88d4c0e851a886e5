/** Opening and changing the content of OpenDocument packages, for their labels. */
import { InputError, type Source } from '@yinji/core'
import { binaryBytes } from '../../carriers/binary.ts'
import { contentOf, type Xml } from '../../carriers/xml.ts'
import { localName } from '../../carriers/xmp-properties.ts'
import { ZipDamage } from '../../carriers/zip.ts'
import { contentPart, protectionOf } from '../../document/odf-parts.ts'
import type { Parts } from '../../document/package.ts'
import { attributeOf, namespaceOf } from '../../document/xml-edit.ts'
import { editPackage } from '../package.ts'

const uris = {
  office: 'office:1.0',
  style: 'style:1.0',
  text: 'text:1.0',
  table: 'table:1.0',
  draw: 'drawing:1.0',
  fo: 'xsl-fo-compatible:1.0',
  svg: 'svg-compatible:1.0',
} as const
const uri = (prefix: keyof typeof uris) => `urn:oasis:names:tc:opendocument:xmlns:${uris[prefix]}`

/** Prefixes are declared on the spot, whatever the document around means by them. */
export const declare = (...prefixes: readonly (keyof typeof uris)[]): string =>
  prefixes.map((prefix) => ` xmlns:${prefix}="${uri(prefix)}"`).join('')

/**
 * The package with other content; all other parts are copied as they are.
 * @throws InputError `input.damaged`, `input.encrypted`, `input.signed`
 */
export async function editContent(
  source: Source,
  change: (parts: Parts) => Promise<string>,
): Promise<Source> {
  const name = source.name ?? ''
  return editPackage(source, async (parts) => {
    const { encrypted, signed } = await protectionOf(parts)
    if (encrypted) throw new InputError('input.encrypted', { name })
    if (signed) throw new InputError('input.signed', { name })
    return new Map([[contentPart, binaryBytes(await change(parts))]])
  })
}

/** Index of the element in the body that holds the content, such as `office:text`. @throws ZipDamage */
export function contentIn(xml: Xml, kind: string): number {
  const body = xml.elements.findIndex(({ name, parent }) => parent === 0 && localName(name) === 'body')
  const content = body < 0 ? undefined : childrenOf(xml, body).find((at) => named(xml, at) === kind)
  const element = xml.elements[content ?? -1]
  if (content === undefined || element === undefined || namespaceOf(xml, element) !== uri('office'))
    throw new ZipDamage(`${contentPart}: no ${kind}`)
  return content
}

/** Indices of the elements right below one. */
export function childrenOf({ elements }: Xml, parent: number): number[] {
  const children: number[] = []
  for (let at = parent + 1; at <= (elements[parent]?.last ?? 0); at = (elements[at]?.last ?? at) + 1)
    children.push(at)
  return children
}

/** Local name of an element. */
export const named = ({ elements }: Xml, at: number): string => localName(elements[at]?.name ?? '')

/** An attribute of an element, both by local name. */
export function attributeAt(xml: Xml, at: number, attribute: string): string | undefined {
  const element = xml.elements[at]
  return element && attributeOf(xml, element, attribute)
}

/** More were never seen, and labels on all of them would take more memory than there is. */
const mostPages = 10_000

/** @throws InputError `visible.content.unsupported` where there is no page to be labelled, or too many */
export function assertPages(pages: readonly unknown[], kind: string): void {
  if (pages.length > 0 && pages.length <= mostPages) return
  const what = pages.length === 0 ? 'without a page' : `with more than ${mostPages} pages`
  throw new InputError('visible.content.unsupported', { what: `a ${kind} ${what}` })
}

export const isParagraph = (xml: Xml, at: number): boolean => /^[ph]$/.test(named(xml, at))

/** What the paragraphs in an element say. */
export function wordsIn(xml: Xml, at: number): string {
  let words = ''
  for (let index = at; index <= (xml.elements[at]?.last ?? 0); index++) {
    const element = xml.elements[index]
    if (element === undefined || !isParagraph(xml, index)) continue
    words += contentOf(xml.text, element)
    index = element.last
  }
  return words.trim()
}
