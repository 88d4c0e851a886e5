/**
 * The explicit label of vector pictures (GB 45438-2025 5.2): outlines with a title for those who can't see, last in the
 * document and so on top. Everything else stays as it is, byte for byte.
 */
import {
  type Drawn,
  InputError,
  type Source,
  splicedSource,
  type VisibleContext,
  type VisibleLabel,
  type VisibleLabeller,
} from '@yinji/core'
import { binaryBytes } from '../carriers/binary.ts'
import { partsOf, replace } from '../carriers/replacements.ts'
import { readSvg, type SvgDocument } from '../carriers/svg-document.ts'
import { attributesOf } from '../carriers/xml.ts'

export const svgLabeller: VisibleLabeller = {
  how: 'outlines on a plate',
  placed: true,
  apply: labelSvg,
  look: async (source, context: VisibleContext) => (await import('./look.ts')).lookAtPicture(source, context),
}

/** Shortest side of the picture in units of the drawing. Where it is shown small, a unit is a pixel, so that words can be read. */
const unitsOf = (pixels: number) => (pixels < 240 ? pixels : 1000)

/** @throws InputError `input.damaged`, `visible.content.unsupported`, `visible.space.missing` */
async function labelSvg(source: Source, label: VisibleLabel): Promise<Drawn> {
  const document = await readSvg(source)
  const name = source.name ?? ''
  if ('kind' in document)
    throw new InputError('input.damaged', {
      what: document.kind === 'damage' ? document.what : document.kind,
      name,
    })
  const { root } = document
  const box = boxOf(document)
  if (box === undefined || root.empty)
    throw new InputError('visible.content.unsupported', {
      what: 'an SVG without a size, or with nothing in it',
    })
  const { outlineLabel, place } = await import('./render.ts')
  const scale = Math.min(box.width, box.height) / unitsOf(box.pixels)
  const space = { width: box.width / scale, height: box.height / scale }
  const drawing = await outlineLabel(label, space)
  const position = label.position === 'auto' ? 'bottom-right' : label.position
  const at = place(position, space, drawing)
  const [x, y] = [box.left + at.left * scale, box.top + at.top * scale]
  const move = `translate(${number(x)} ${number(y)}) scale(${number(scale)})`
  const title = `<title>${references(label.text)}</title>`
  const prefix = /^(.*:)?svg$/.exec(root.name)?.[1] ?? ''
  const group = `<g role="img" transform="${move}">${title}${drawing.markup}</g>`
  const markup = prefix === '' ? group : group.replace(/<(\/?)(?=[a-z])/g, `<$1${prefix}`)
  const added = replace(root.closeStart, root.closeStart, binaryBytes(markup))
  return {
    source: { ...splicedSource(source, partsOf(source.size, [added])), name: source.name },
    label: { ...label, position },
    path: 'spliced',
  }
}

/** What part of the plane the picture shows (SVG 2 8.6), in its own units. */
function boxOf({ xml, root }: SvgDocument) {
  const attributes = new Map(attributesOf(xml.text, root).map(({ name, raw }) => [name, raw]))
  const [left = 0, top = 0, width = 0, height = 0] = (attributes.get('viewBox') ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  const usable = (...sides: number[]) =>
    sides.every((side) => Number.isFinite(side) && side > 0 && side < 1e7)
  const pixels = (name: string) => Number(/^\s*([\d.]+)(?:px)?\s*$/.exec(attributes.get(name) ?? '')?.[1])
  const size = { width: pixels('width'), height: pixels('height') }
  const shown = usable(size.width, size.height)
  const least = shown ? Math.min(size.width, size.height) : Number.POSITIVE_INFINITY
  if (usable(width, height) && Number.isFinite(left) && Number.isFinite(top))
    return { left, top, width, height, pixels: least }
  return shown ? { left: 0, top: 0, ...size, pixels: least } : undefined
}

const number = (value: number) => Number(value.toPrecision(8)).toString()

/** Good in any encoding. */
function references(text: string): string {
  return text.replace(/[^ -~]|[<>&"]/gu, (character) => `&#${character.codePointAt(0)};`)
}
