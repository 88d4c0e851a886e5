/** A page of OFD (GB/T 33190-2016 7.7): where a layer goes, our own layers on it, and what its texts say. */
import { contentOf, scanXml, type Xml, type XmlElement } from '../../carriers/xml.ts'
import { localName } from '../../carriers/xmp-properties.ts'
import { append, applyEdits, attributeOf, cut, prefixOf, treesOf } from '../../document/xml-edit.ts'
import { labelWords } from '../../text/label-line.ts'
import { isLabel } from '../package.ts'
import { pathName } from './paths.ts'

/** One of our own layers, and what its letters say. */
interface OwnLayer {
  readonly layer: XmlElement
  readonly tree: readonly XmlElement[]
  readonly words: string
  readonly isShown: boolean
}

/** Layers with nothing on them but what we draw; what somebody added to one is content. */
export function ownLayers(page: Xml): OwnLayer[] {
  return page.elements.flatMap((element, index) => {
    if (localName(element.name) !== 'Layer') return []
    const tree = page.elements.slice(index, element.last + 1)
    const objects = tree.filter(({ parent }) => parent === index)
    const names = objects.map((object) => attributeOf(page, object, 'Name') ?? '')
    const words = names.map((name) => name.split(`${pathName}: `)[1] ?? '').find(isLabel)
    const isOwn = objects.every(
      ({ name }, at) => localName(name) === 'PathObject' && names[at]?.startsWith(pathName),
    )
    const isShown = objects.every((object) => attributeOf(page, object, 'Visible') !== 'false')
    return isOwn && words !== undefined ? [{ layer: element, tree, words, isShown }] : []
  })
}

/** The page without our own layers; and what they are numbered with. */
export function withoutLayers(page: Xml): { xml: Xml; ids: number[] } {
  const own = ownLayers(page)
  if (own.length === 0) return { xml: page, ids: [] }
  const cuts = own.map(({ layer }) => cut(layer))
  return { xml: scanXml(applyEdits(page.text, cuts)), ids: own.flatMap(({ tree }) => idsIn(page, tree)) }
}

/** Numbers of objects (table 2, ST_ID). */
export function idsIn(xml: Xml, elements: readonly XmlElement[]): number[] {
  return elements.flatMap((element) => {
    const id = Number(attributeOf(xml, element, 'ID'))
    return Number.isSafeInteger(id) && id > 0 ? [id] : []
  })
}

/** Puts a layer in front of all others: last in the content, which comes before the actions. */
export function withLayer(page: Xml, root: XmlElement, layer: string): string {
  const child = (name: string) =>
    page.elements.find((element) => element.parent === 0 && localName(element.name) === name)
  const content = child('Content')
  if (content) return applyEdits(page.text, [append(page, content, layer)])
  const text = `<${prefixOf(root)}Content>${layer}</${prefixOf(root)}Content>`
  const actions = child('Actions')
  const at = actions ? { start: actions.start, end: actions.start, text } : append(page, root, text)
  return applyEdits(page.text, [at])
}

/** What a text on the page says by itself, whoever put it there. */
export function wordsInTexts(page: Xml): string | undefined {
  for (const tree of treesOf(page, 'TextObject')) {
    const [object] = tree
    if (object === undefined || attributeOf(page, object, 'Visible') === 'false') continue
    const codes = tree.filter(({ name }) => localName(name) === 'TextCode')
    const words = labelWords(
      codes
        .map((code) => contentOf(page.text, code))
        .join('')
        .trim(),
    )
    if (words !== undefined) return words
  }
  return undefined
}
