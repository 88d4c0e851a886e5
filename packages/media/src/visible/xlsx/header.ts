/**
 * The label in the header that is printed on every page of a sheet (ISO/IEC 29500-1 18.3.1.46, codes in 18.3.1.39). What
 * stands there already stays; where there is no room, the footer takes it.
 */
import { InputError } from '@yinji/core'
import { contentOf, escapeXml, type Xml, type XmlElement } from '../../carriers/xml.ts'
import { localName } from '../../carriers/xmp-properties.ts'
import { attributeOf, prefixOf } from '../../document/xml-edit.ts'
import { labelWords } from '../../text/label-line.ts'
import { isLabel } from '../package.ts'

/** In the order of the schema. */
const kinds = ['oddHeader', 'oddFooter', 'evenHeader', 'evenFooter', 'firstHeader', 'firstFooter'] as const
type Kind = (typeof kinds)[number]

/** Excel takes no more characters than this for one of them. */
const mostCharacters = 255
/** Size before font, so that no digit can follow. */
const look = '&12&"Arial,Bold"'
const ours = /\n?&12&"Arial,Bold"((?:[^&\n]|&&)*)/g

/** @param words undefined to take the label out. @param root whose prefix new elements take. @throws InputError */
export function headerMarkup(
  xml: Xml,
  root: XmlElement,
  old: XmlElement | undefined,
  words: string | undefined,
): string {
  const texts = textsOf(xml, old)
  for (const page of ['odd', 'even', 'first'] as const) {
    const flag = page === 'even' ? 'differentOddEven' : 'differentFirst'
    const used = page === 'odd' || (old && /^(?:1|true)$/.test(attributeOf(xml, old, flag) ?? ''))
    for (const part of ['Header', 'Footer'] as const) {
      const before = texts.get(`${page}${part}`)
      if (before) texts.set(`${page}${part}`, without(before))
    }
    if (used && words !== undefined) add(texts, page, words)
  }
  const prefix = prefixOf(root)
  const children = kinds.flatMap((kind) => {
    const text = texts.get(kind)
    return text ? [`<${prefix}${kind}>${written(text)}</${prefix}${kind}>`] : []
  })
  if (old === undefined) return `<${prefix}headerFooter>${children.join('')}</${prefix}headerFooter>`
  const open = xml.text.slice(old.start, old.openEnd).replace(/\s*\/?>$/, '')
  return `${open}>${children.join('')}</${old.name}>`
}

/** Our own label in one of the headers or footers. */
export function ownInHeader(xml: Xml, header: XmlElement | undefined): string | undefined {
  const found = [...textsOf(xml, header).values()].flatMap((text) => [...text.matchAll(ours)])
  return found.map(([, words = '']) => plain(words)).find(isLabel)
}

/** The label in one of the headers or footers, ours or anybody's. */
export function wordsInHeader(xml: Xml, header: XmlElement | undefined): string | undefined {
  const sections = [...textsOf(xml, header).values()].flatMap((text) => [...sectionsOf(text).values()])
  const lines = sections.flatMap((section) => section.split('\n'))
  const others = lines.map((line) => labelWords(plain(line.replace(codes, '')).trim()))
  return ownInHeader(xml, header) ?? others.find(Boolean)
}

function textsOf(xml: Xml, header: XmlElement | undefined): Map<Kind, string> {
  const texts = new Map<Kind, string>()
  if (header === undefined) return texts
  const index = xml.elements.indexOf(header)
  for (const element of xml.elements.slice(index + 1, header.last + 1)) {
    const kind = kinds.find((each) => each === localName(element.name))
    if (kind && element.parent === index)
      texts.set(kind, contentOf(xml.text, element).replaceAll('\r\n', '\n'))
  }
  return texts
}

function add(texts: Map<Kind, string>, page: 'odd' | 'even' | 'first', words: string): void {
  for (const part of ['Header', 'Footer'] as const) {
    const text = withLabel(texts.get(`${page}${part}`) ?? '', words)
    if (text.length > mostCharacters) continue
    texts.set(`${page}${part}`, text)
    return
  }
  throw new InputError('visible.content.unsupported', { what: 'its page headers and footers are full' })
}

/** On the right, or where nothing stands; at last below what stands on the right. */
function withLabel(text: string, words: string): string {
  const sections = sectionsOf(text)
  const free = (['R', 'L', 'C'] as const).find((side) => !sections.get(side)?.trim()) ?? 'R'
  const before = sections.get(free) ?? ''
  sections.set(free, `${before.trim() ? `${before}\n` : ''}${look}${words.replaceAll('&', '&&')}`)
  return join(sections)
}

function without(text: string): string {
  const rest = text.replace(ours, (whole, words: string) => (isLabel(plain(words)) ? '' : whole))
  return rest === text ? text : join(sectionsOf(rest))
}

/** Left, centre and right; what comes before all codes is in the centre. */
function sectionsOf(text: string): Map<'L' | 'C' | 'R', string> {
  const sections = new Map<'L' | 'C' | 'R', string>()
  let side: 'L' | 'C' | 'R' = 'C'
  for (const [piece] of text.matchAll(/&[\s\S]|[^&]+|&$/g))
    if (piece === '&L' || piece === '&C' || piece === '&R') side = piece[1] as typeof side
    else sections.set(side, (sections.get(side) ?? '') + piece)
  return sections
}

function join(sections: ReadonlyMap<'L' | 'C' | 'R', string>): string {
  return (['L', 'C', 'R'] as const)
    .map((side) => (sections.get(side) ? `&${side}${sections.get(side)}` : ''))
    .join('')
}

/** Sizes, fonts, colours, styles and fields; not what stands for `&` itself. */
const codes = /&(?:\d+|"[^"]*"|K[\dA-F]{6}|K\d\d[+-]\d{3}|[A-Z])/gi
const plain = (text: string) => text.replaceAll('&&', '&')
/** As binary text; line breaks by number, because parsers may take bare ones for spaces. */
const written = (text: string) => text.split('\n').map(escapeXml).join('&#10;')
