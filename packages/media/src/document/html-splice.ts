/** Plans the labelled HTML: old labels and manifests out, new ones before `</head>`, which is written out if it wasn't. */
import { bytes, type Edit, type Part, type Room, type Splice } from '@yinji/core'
import { binaryBytes } from '../carriers/binary.ts'
import { partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { escapeXml } from '../carriers/xml.ts'
import type { HtmlDocument, HtmlSite } from './html-document.ts'

export function spliceHtml(document: HtmlDocument, edit: Edit): Splice {
  const { text, metas, scripts, links, head } = document
  const eol = /\r\n/.test(text.slice(0, 4096)) ? '\r\n' : '\n'
  const dropped = [...(edit.aigc === undefined ? [] : metas), ...scripts, ...links]
  const changes: Replacement[] = dropped.map((site) => drop(text, site))
  const inserted = [...metaParts(edit.aigc, document.xml, eol), ...manifestParts(edit.room, eol)]
  if (inserted.length > 0) {
    if (!head.hasStartTag) changes.push(replace(head.start, head.start, binaryBytes(`<head>${eol}`)))
    const close = head.hasEndTag ? [] : [bytes(binaryBytes(`</head>${eol}`))]
    // Where a dropped tag ends at this very place, the order of the list puts it first.
    changes.push({ start: head.end, end: head.end, parts: [...inserted, ...close] })
  }
  return { parts: partsOf(text.length, changes), ...(edit.room > 0 ? { binding: { kind: 'data' } } : {}) }
}

/** A tag with the line break behind it: ours leave no empty lines. */
function drop(text: string, { tag }: HtmlSite): Replacement {
  const eol = text.startsWith('\r\n', tag.elementEnd) ? 2 : text[tag.elementEnd] === '\n' ? 1 : 0
  return replace(tag.start, tag.elementEnd + eol)
}

function metaParts(aigc: string | undefined, xml: boolean, eol: string): Part[] {
  if (aigc === undefined) return []
  const content = escapeXml(aigc).replaceAll("'", '&#39;')
  return [bytes(binaryBytes(`<meta name="AIGC" content='${content}'${xml ? '/' : ''}>${eol}`))]
}

const open = '<script type="application/c2pa">'
const close = '</script>'

/** The hash leaves out the element from `<script` through `</script>`. */
function manifestParts(size: number, eol: string): Part[] {
  if (size === 0) return []
  const room: Room = {
    kind: 'room',
    length: open.length + Math.ceil(size / 3) * 4 + close.length,
    embed: (store) => binaryBytes(`${open}${Buffer.from(store).toString('base64')}${close}`),
  }
  return [room, bytes(binaryBytes(eol))]
}
