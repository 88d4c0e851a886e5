/** Styles of OpenDocument (ISO/IEC 26300): what those of the document say, and our own, told by their names. */
import { scanXml, type Xml, type XmlElement } from '../../carriers/xml.ts'
import { localName } from '../../carriers/xmp-properties.ts'
import { contentPart, stylesPart } from '../../document/odf-parts.ts'
import type { Parts } from '../../document/package.ts'
import { append, applyEdits, attributeOf, cut, elementsOf, type TextEdit } from '../../document/xml-edit.ts'
import { attributeAt, childrenOf, declare } from './package.ts'

/** Styles inherit from one another; real ones not this far. */
const mostParents = 32

interface Style {
  readonly xml: Xml
  /** Index of its element. */
  readonly at: number
}

/** The styles of a document, those of its content before those that it shares. */
export class Styles {
  readonly #byName = new Map<string, Style>()

  constructor(...from: readonly (Xml | undefined)[]) {
    for (const xml of from)
      for (const [at, element] of xml?.elements.entries() ?? []) {
        if (xml === undefined || localName(element.name) !== 'style') continue
        const key = `${attributeOf(xml, element, 'family')} ${attributeOf(xml, element, 'name')}`
        if (!this.#byName.has(key)) this.#byName.set(key, { xml, at })
      }
  }

  /** What a style says by an attribute of its own or of its properties, or those that it inherits from. */
  valueOf(family: string, name: string | undefined, attribute: string): string | undefined {
    for (let next = name, step = 0; next !== undefined && step < mostParents; step++) {
      const style = this.#byName.get(`${family} ${next}`)
      if (style === undefined) return undefined
      const { xml, at } = style
      for (const index of [at, ...childrenOf(xml, at)]) {
        const value = attributeAt(xml, index, attribute)
        if (value !== undefined) return value
      }
      next = attributeAt(xml, at, 'parent-style-name')
    }
    return undefined
  }
}

/** @throws ZipDamage */
export async function stylesOf(parts: Parts): Promise<Styles> {
  return new Styles(await parts.xml(contentPart), await parts.xml(stylesPart))
}

const ownNames = /["']AILabel(\d{1,6})["']/g

/** Takes out our own labels, and styles of ours that nothing else uses. */
export function removal(xml: Xml, own: readonly XmlElement[]): TextEdit[] {
  const styles = elementsOf(xml, 'style').filter((element) =>
    /^AILabel\d/.test(attributeOf(xml, element, 'name') ?? ''),
  )
  const without = applyEdits(xml.text, [...own, ...styles].map(cut))
  const used = new Set([...without.matchAll(ownNames)].map(([, number]) => number))
  const stale = styles.filter(
    (element) => !used.has(/\d+/.exec(attributeOf(xml, element, 'name') ?? '')?.[0] ?? ''),
  )
  return [...own, ...stale].map(cut)
}

/** The content without our own labels and what belongs to them. */
export function withoutLabels(xml: Xml, own: readonly XmlElement[]): Xml {
  const edits = removal(xml, own)
  return edits.length === 0 ? xml : scanXml(applyEdits(xml.text, edits))
}

/** A number for names of styles that nothing in the document has. */
export function freeNumber({ text }: Xml): number {
  const taken = new Set([...text.matchAll(ownNames)].map(([, number]) => Number(number)))
  let number = 1
  while (taken.has(number)) number++
  return number
}

/** Puts styles where those of the content stand, before the body. */
export function addStyles(xml: Xml, markup: string): TextEdit {
  const top = (name: string) =>
    xml.elements.find((element) => element.parent === 0 && localName(element.name) === name)
  const list = top('automatic-styles')
  if (list) return append(xml, list, markup)
  const at = top('body')?.start ?? 0
  const text = `<office:automatic-styles${declare('office')}>${markup}</office:automatic-styles>`
  return { start: at, end: at, text }
}

/** All that words could inherit and that would change how they look. */
export function textProperties(
  text: string,
  look: {
    readonly points: number
    readonly ink: string
    readonly weight: 'bold' | 'normal'
    readonly more?: string
  },
): string {
  const each = (name: string, value: string) =>
    ['fo:', 'style:', 'style:']
      .map((prefix, at) => `${prefix}${name}${['', '-asian', '-complex'][at]}="${value}"`)
      .join(' ')
  const [language, country] = /\p{Script=Han}/u.test(text) ? ['zh', 'CN'] : ['en', 'US']
  return (
    `<style:text-properties fo:color="${look.ink}" ${each('font-size', `${look.points}pt`)} ` +
    `${each('font-weight', look.weight)} ${each('font-style', 'normal')} ${look.more ?? ''}` +
    'style:text-underline-style="none" style:text-line-through-style="none" style:text-outline="false" ' +
    'fo:text-shadow="none" fo:text-transform="none" style:text-position="0% 100%" style:text-scale="100%" ' +
    'fo:letter-spacing="normal" text:display="true" fo:language="en" fo:country="US" ' +
    `style:language-asian="${language}" style:country-asian="${country}"/>`
  )
}
