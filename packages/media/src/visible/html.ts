/**
 * The explicit label of HTML (GB 45438-2025 5.1): an element first or last in the body. Black on white with a border, so
 * it can be read on any page, in print and in forced colours; the style is inline, so that no style sheet of the page
 * hides it. Everything else stays as it is, byte for byte.
 */
import { InputError, type Source, splicedSource, type VisibleLabel, type VisibleLabeller } from '@yinji/core'
import { binaryBytes } from '../carriers/binary.ts'
import { partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { labelAttribute } from '../document/html-body.ts'
import { requireHtml } from '../document/html-bytes.ts'
import { readHtml } from '../document/html-document.ts'
import { assertLine, type Edge, edgesOf, placeAt } from './edges.ts'

const style = [
  'all:initial',
  'display:block',
  'visibility:visible',
  'opacity:1',
  'position:relative',
  'z-index:2147483647',
  'width:fit-content',
  'margin:8px',
  'padding:4px 12px',
  'border:2px solid #000',
  'border-radius:4px',
  'background:#fff',
  'color:#000',
  'font:600 16px/1.5 sans-serif',
]
  .map((declaration) => `${declaration}!important`)
  .join(';')

export const htmlLabeller: VisibleLabeller = {
  how: 'element first in the body',
  place: placeAt('element first in the body', 'element last in the body'),
  apply: async (source, label) => ({
    source: await labelHtml(source, label, edgesOf(label)),
    label,
    path: 'spliced',
  }),
}

/**
 * The document with the label at these ends of its body, and nowhere else.
 * @param isXhtml whoever holds the document says so
 * @throws UsageError, InputError `visible.content.unsupported` where nothing that is put in would be shown
 */
export async function labelHtml(
  source: Source,
  label: VisibleLabel,
  moments: readonly Edge[],
  isXhtml = false,
): Promise<Source> {
  assertLine(label)
  const { body, xml } = await requireHtml(source, isXhtml)
  const changes = body.labels.map(({ start, end }): Replacement => replace(start, end))
  const { start, end, empty } = body
  if (start === undefined || (xml && start === source.size)) throw unsupported('it has no body')
  const markup = moments.map((each) => markupOf(label.text, each))
  if (empty) changes.push(replace(start - 2, start, binaryBytes(`>${markup.join('')}</body>`)))
  else
    moments.forEach((each, index) => {
      const at = each === 'start' ? start : Math.max(start, end)
      changes.push(replace(at, at, binaryBytes(markup[index] ?? '')))
    })
  const drawn = { ...splicedSource(source, partsOf(source.size, changes)), name: source.name }
  const found = readHtml(await drawn.read(0, drawn.size), isXhtml)
  if (found.damage !== undefined || found.body.labels.length !== moments.length)
    throw unsupported('what is put into its body would not be shown')
  return drawn
}

const unsupported = (what: string) => new InputError('visible.content.unsupported', { what })

function markupOf(text: string, moment: Edge): string {
  const language = /\p{Script=Han}/u.test(text) ? 'zh' : 'en'
  // References are good in any encoding.
  const words = text.replace(/[^ -~]|[<>&"]/gu, (character) => `&#${character.codePointAt(0)};`)
  return `<p role="note" lang="${language}" ${labelAttribute}="${moment}" style="${style}">${words}</p>`
}
