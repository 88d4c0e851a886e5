/**
 * The explicit label of EPUB (GB 45438-2025 5.1): the element of HTML, first in the first document that is read, or last
 * in the last.
 */
import {
  bytesSource,
  InputError,
  limits,
  type Source,
  type VisibleLabel,
  type VisibleLabeller,
} from '@yinji/core'
import { binaryText } from '../carriers/binary.ts'
import { readEntry, ZipDamage } from '../carriers/zip.ts'
import { protectionOf, spineOf } from '../document/epub-parts.ts'
import { labelAttribute } from '../document/html-body.ts'
import { readHtml } from '../document/html-document.ts'
import type { Parts } from '../document/package.ts'
import { assertLine, atMoment, type Edge, placeAt } from './edges.ts'
import { labelHtml } from './html.ts'
import { editPackage, lookInPackage } from './package.ts'

export const epubLabeller: VisibleLabeller = {
  how: 'element first in the first chapter',
  place: placeAt(
    'element first in the first chapter',
    'in the last chapter',
    'element first in every chapter',
  ),
  async apply(source, label) {
    assertLine(label)
    const drawn = await editPackage(source, (parts) => withLabel(source, parts, label))
    return { source: drawn, label, path: 'spliced' }
  },
  look: (source) => lookInPackage(source, (parts) => wordsIn(source, parts)),
}

async function withLabel(
  source: Source,
  parts: Parts,
  label: VisibleLabel,
): Promise<Map<string, Uint8Array>> {
  const { encrypted, signed } = await protectionOf(parts)
  const name = source.name ?? ''
  if (encrypted) throw new InputError('input.encrypted', { name })
  if (signed) throw new InputError('input.signed', { name })
  const chapters = await spineOf(parts)
  if (chapters.length === 0)
    throw new InputError('visible.content.unsupported', { what: 'a book without a chapter of text' })
  const changed = new Map<string, Uint8Array>()
  for (const chapter of chapters) {
    const content = await chapterOf(source, parts, chapter)
    const edges = edgesIn(chapter, chapters, label)
    if (edges.length === 0 && !binaryText(content).includes(labelAttribute)) continue
    const drawn = await labelHtml(bytesSource(content, name), label, edges, true)
    changed.set(chapter, await drawn.read(0, drawn.size))
  }
  return changed
}

/** Where in a chapter the label belongs: at the start of the first, at the end of the last. */
function edgesIn(chapter: string, chapters: readonly string[], { moment = 'start' }: VisibleLabel): Edge[] {
  if (moment === 'throughout') return ['start']
  const starts = moment !== 'end' && chapter === chapters[0]
  const ends = moment !== 'start' && chapter === chapters.at(-1)
  return [...(starts ? (['start'] as const) : []), ...(ends ? (['end'] as const) : [])]
}

async function wordsIn(source: Source, parts: Parts): Promise<string | undefined> {
  if ((await protectionOf(parts)).encrypted) throw new ZipDamage('it is encrypted')
  for (const chapter of atMoment({ moment: 'both' }, await spineOf(parts))) {
    const words = readHtml(await chapterOf(source, parts, chapter), true).body.visible
    if (words !== undefined) return words
  }
  return undefined
}

async function chapterOf(source: Source, parts: Parts, chapter: string): Promise<Uint8Array> {
  const entry = parts.zip.entries.get(chapter)
  if (entry === undefined) throw new ZipDamage('a chapter is missing')
  return readEntry(source, entry, limits.textBytes)
}
