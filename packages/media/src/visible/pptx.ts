/**
 * The explicit label of PowerPoint presentations (GB 45438-2025 5.1): a text box at the corner of a slide, in front of
 * everything else on it. Slides are looked at from afar, so its words have the size that 5.2 asks of pictures.
 */
import { type Drawn, InputError, type Position, type Seen, type Source, type VisibleLabel } from '@yinji/core'
import { attributesOf, type Xml, type XmlElement } from '../carriers/xml.ts'
import { localName } from '../carriers/xmp-properties.ts'
import { ZipDamage } from '../carriers/zip.ts'
import { mainPart, relationshipsOf } from '../document/ooxml-parts.ts'
import type { Parts } from '../document/package.ts'
import {
  append,
  applyEdits,
  attributeOf,
  cut,
  elementsOf,
  namespaceOf,
  requireElement,
  treesOf,
  wordsOf,
} from '../document/xml-edit.ts'
import { labelWords } from '../text/label-line.ts'
import { assertBacked } from './check-label.ts'
import { assertLine, atMoment } from './edges.ts'
import { editOffice, lookInPackage } from './package.ts'
import { drawingml, emu, freeId, isShown, labelShapes, shapeBody, shapeHead } from './text-box.ts'

export const look = (source: Source): Promise<Seen> => lookInPackage(source, wordsIn)

export async function apply(source: Source, label: VisibleLabel): Promise<Drawn> {
  assertLine(label)
  assertBacked(label)
  const placed = { ...label, position: label.position === 'auto' ? 'bottom-right' : label.position } as const
  const drawn = await editOffice(source, (parts) => withLabel(parts, placed))
  return { source: drawn, label: placed, path: 'spliced' }
}

interface Slides {
  /** Of every slide, in points. */
  readonly size: { readonly width: number; readonly height: number }
  /** The parts of those that are shown, in order. */
  readonly shown: readonly string[]
  readonly hidden: readonly string[]
}

/** @throws ZipDamage */
async function open(parts: Parts): Promise<Slides> {
  const main = await mainPart(parts, 'ppt/presentation.xml')
  const xml = await parts.sound(main)
  const relationships = await relationshipsOf(parts, main)
  const slides: string[] = []
  for (const element of elementsOf(xml, 'sldId')) {
    const id = relationshipId(xml, element)
    const slide = relationships.find((each) => each.id === id)?.target
    if (slide === undefined || !parts.has(slide)) throw new ZipDamage('a slide is missing')
    slides.push(slide)
  }
  const hidden = new Set<string>()
  for (const slide of slides) {
    const root = (await parts.sound(slide)).elements[0]
    if (root && /^(?:0|false)$/.test(attributeOf(await parts.sound(slide), root, 'show') ?? ''))
      hidden.add(slide)
  }
  // A presentation of hidden slides only is a store of them, and all are as good as shown.
  const all = hidden.size === slides.length
  const size = elementsOf(xml, 'sldSz')[0]
  const side = (name: string, usual: number) => {
    const given = size && Number(attributeOf(xml, size, name))
    return (given !== undefined && given > 0 && given < 1e9 ? given : usual) / emu
  }
  return {
    size: { width: side('cx', 9_144_000), height: side('cy', 6_858_000) },
    shown: slides.filter((slide) => all || !hidden.has(slide)),
    hidden: slides.filter((slide) => !all && hidden.has(slide)),
  }
}

/** `r:id`, beside the `id` of the slide itself (19.2.1.33). */
function relationshipId(xml: Xml, element: XmlElement): string | undefined {
  return attributesOf(xml.text, element).find(({ name }) => name.endsWith(':id'))?.raw
}

type Placed = VisibleLabel & { readonly position: Position }

async function withLabel(parts: Parts, label: Placed): Promise<Map<string, string>> {
  const { size, shown, hidden } = await open(parts)
  const targets = new Set(atMoment(label, shown))
  if (targets.size === 0)
    throw new InputError('visible.content.unsupported', { what: 'a presentation without slides' })
  const { layOutLabel, place } = await import('./render.ts')
  const layout = await layOutLabel(label, { bright: true, ...size })
  const at = place(label.position, size, { margin: layout.margin, ...layout.plate })
  const changed = new Map<string, string>()
  for (const slide of [...shown, ...hidden]) {
    const xml = await parts.sound(slide)
    const edits = ownLabels(xml).map(cut)
    if (targets.has(slide)) {
      // Transitional or Strict: whichever the slide is written in.
      const namespace = namespaceOf(xml, requireElement(xml, 'spTree'))
      const a = drawingml(namespace.startsWith('http://purl.oclc.org/'))
      const head = `<p:nvSpPr>${shapeHead('p', freeId(xml, labelShapes(xml)), label)}<p:nvPr/></p:nvSpPr>`
      const shape = `<p:sp xmlns:p="${namespace}" xmlns:a="${a}">${head}${shapeBody('p', label, layout, at)}</p:sp>`
      edits.push(inFront(xml, shape))
    }
    if (edits.length > 0) changed.set(slide, applyEdits(xml.text, edits))
  }
  return changed
}

/** Last in the tree of shapes is in front; only what extends the tree comes behind (19.3.1.45). */
function inFront(xml: Xml, shape: string) {
  const tree = requireElement(xml, 'spTree')
  const index = xml.elements.indexOf(tree)
  const extension = xml.elements.find(
    ({ name, parent }) => parent === index && /^extLst(?:Mod)?$/.test(localName(name)),
  )
  return extension ? { start: extension.start, end: extension.start, text: shape } : append(xml, tree, shape)
}

const ownLabels = (xml: Xml) => labelShapes(xml).flatMap(([shape]) => shape ?? [])

/** What the first or the last slide says in a line of its own, whoever put it there. */
async function wordsIn(parts: Parts): Promise<string | undefined> {
  const { shown } = await open(parts)
  for (const slide of atMoment({ moment: 'both' }, shown)) {
    const xml = await parts.sound(slide)
    const [own] = labelShapes(xml).filter((shape) => isShown(xml, shape))
    if (own) return wordsOf(xml, own)
    for (const shape of treesOf(xml, 'sp').filter((each) => isShown(xml, each)))
      for (const line of treesOf({ ...xml, elements: shape }, 'p')) {
        const words = labelWords(wordsOf(xml, line))
        if (words !== undefined) return words
      }
  }
  return undefined
}
