/** Where the drawing of an SVG stands: the markup without metadata, titles and descriptions, and what they need. */
import { type Copy, copy, type Source } from '@yinji/core'
import { damagedInput } from '../carriers/faults.ts'
import { byteOrderMark, readSvg, type SvgDocument } from '../carriers/svg-document.ts'
import { localName } from '../carriers/xmp-properties.ts'
import { isDescribed, sitesOf } from './svg-sites.ts'

/** @throws InputError when the document can't be read. */
export async function svgContent(source: Source): Promise<Copy[]> {
  const document = await readSvg(source)
  if ('kind' in document) throw damagedInput(source, document.kind)
  const ranges: Copy[] = []
  let at = 0
  for (const [start, end] of leftOut(document).sort(([a], [b]) => a - b)) {
    if (start > at) ranges.push(copy(at, start))
    at = Math.max(at, end)
  }
  return at < source.size ? [...ranges, copy(at, source.size)] : ranges
}

/** Found also where attributes before it are malformed, which readers of the others give up on. */
const declarations = /\s+xmlns:c2pa\s*=\s*(?:"[^"<]*"|'[^'<]*')/g

/** What labelling writes: metadata, packets elsewhere, a name space of the root, and, to hold them, an end of the root. */
function leftOut(document: SvgDocument): [number, number][] {
  const { xml, root } = document
  const spans: [number, number][] = xml.elements.flatMap(
    ({ name, parent, start, openEnd, closeStart, end }) =>
      localName(name) === 'metadata' && parent === 0
        ? [[start, end]]
        : isDescribed(name)
          ? [[openEnd, closeStart]]
          : [],
  )
  for (const { start, end } of sitesOf(document).packets) spans.push([start, end])
  const tag = xml.text.slice(root.start, root.openEnd)
  for (const { index, 0: declared } of tag.matchAll(declarations))
    spans.push([root.start + index, root.start + index + declared.length])
  if (xml.text.startsWith(byteOrderMark)) spans.push([0, byteOrderMark.length])
  spans.push(root.empty ? [root.openEnd - 2, root.openEnd] : [root.openEnd - 1, root.openEnd])
  spans.push([root.closeStart, root.end])
  return spans
}
