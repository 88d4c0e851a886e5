/** The explicit label of texts (GB 45438-2025 5.1): the first line says it, in words. Replaced, never stacked. */
import { bytesSource, type Drawn, type Source, type VisibleLabel, type VisibleLabeller } from '@yinji/core'
import { requireText, without } from '../text/document.ts'
import { bomLength } from '../text/encoding.ts'
import { frontMatter } from '../text/front-matter.ts'
import { firstLine, type Line, labelIn, lineBreak } from '../text/label-line.ts'
import { findManifests } from '../text/manifests.ts'
import { findWrappers } from '../text/wrapper.ts'
import { assertLine } from './edges.ts'

export const plainTextLabeller: VisibleLabeller = {
  how: 'first line',
  apply: async (source, label, { previous }) => {
    const text = await labelledText(source, label)
    // An old manifest is no content; it goes now, so that it can't hide in the line that is replaced.
    const bare = without(text, findManifests(text).ranges)
    const start = bomLength(bare)
    const line = labelLine(bare, start, previous)
    const words = Buffer.from(line ? label.text : label.text + lineBreak(bare))
    return drawn(label, replaced(source, bare, line ?? { start, end: start }, words))
  },
}

export const markdownLabeller: VisibleLabeller = {
  how: 'first line after the front matter',
  apply: async (source, label, { previous }) => {
    const text = await labelledText(source, label)
    const bare = without(text, findWrappers(text))
    const matter = frontMatter(bare)
    const start = matter?.closed ? matter.end : bomLength(bare)
    const block = findManifests(bare).ranges.find((range) => range.start <= start && range.end > start)
    const from = block?.end ?? start
    const eol = lineBreak(bare)
    const line = labelLine(bare, from, previous)
    const first = line ?? firstLine(bare, from, bare.byteLength)
    // A quotation goes on through the next line unless a blank one ends it.
    const ended = line !== undefined && /^(?:\r?\n|$)/.test(bare.toString('latin1', line.next, line.next + 2))
    const words = `> ${label.text}`
    if (line) return drawn(label, replaced(source, bare, line, Buffer.from(ended ? words : words + eol)))
    const at = first?.start ?? bare.byteLength
    const open = at > 0 && bare[at - 1] !== 0x0a && at > bomLength(bare) ? eol : ''
    return drawn(label, replaced(source, bare, { start: at, end: at }, Buffer.from(open + words + eol + eol)))
  },
}

async function labelledText(source: Source, label: VisibleLabel): Promise<Buffer> {
  assertLine(label)
  return requireText(source)
}

/** The first line, if it is a label already: by its words, or because a manifest that holds says so. */
function labelLine(text: Buffer, start: number, previous: VisibleLabel | undefined): Line | undefined {
  const line = firstLine(text, start, text.byteLength)
  if (line === undefined) return undefined
  if (labelIn(text, line) !== undefined) return line
  const words = text.toString('utf8', line.start, Math.min(line.end, line.start + 4096)).replace(/^>\s*/, '')
  return previous !== undefined && words.trim() === previous.text.trim() ? line : undefined
}

const drawn = (label: VisibleLabel, source: Source): Drawn => ({ source, label, path: 'spliced' })

function replaced(
  source: Source,
  text: Buffer,
  range: { readonly start: number; readonly end: number },
  words: Buffer,
): Source {
  return bytesSource(
    Buffer.concat([text.subarray(0, range.start), words, text.subarray(range.end)]),
    source.name,
  )
}
