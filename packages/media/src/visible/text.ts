/**
 * The explicit label of texts (GB 45438-2025 5.1): the first line says it, or the last, in words. Replaced,
 * never stacked.
 */
import { bytesSource, type Source, type VisibleLabel, type VisibleLabeller } from '@yinji/core'
import { FenceFollower } from '../text/code-fence.ts'
import { requireText, without } from '../text/document.ts'
import { bomLength } from '../text/encoding.ts'
import { frontMatter } from '../text/front-matter.ts'
import { firstLine, type Line, labelIn, lastLine, lineBreak } from '../text/label-line.ts'
import { findManifests } from '../text/manifests.ts'
import { findWrappers } from '../text/wrapper.ts'
import { assertLine, edgesOf, placeAt } from './edges.ts'

export const plainTextLabeller: VisibleLabeller = {
  how: 'first line',
  place: placeAt('first line', 'last line'),
  apply: async (source, label, { previous }) => {
    const text = await labelledText(source, label)
    // An old manifest is no content; it goes now, so that it can't hide in the line that is replaced.
    const bare = without(text, findManifests(text).ranges)
    const edges = edgesOf(label)
    const first = edges.includes('start') ? firstPlain(bare, label, previous) : bare
    const both = edges.includes('end') ? lastPlain(first, label, previous, edges.length > 1) : first
    return { source: bytesSource(both, source.name), label, path: 'spliced' }
  },
}

function firstPlain(bare: Buffer, label: VisibleLabel, previous: VisibleLabel | undefined): Buffer {
  const start = bomLength(bare)
  const line = labelLine(bare, firstLine(bare, start, bare.byteLength), previous)
  const words = line ? label.text : label.text + lineBreak(bare)
  return replaced(bare, line ?? { start, end: start }, words)
}

/** @param isBelow whether the first line is a label of its own, which is not the one that is replaced */
function lastPlain(
  bare: Buffer,
  label: VisibleLabel,
  previous: VisibleLabel | undefined,
  isBelow: boolean,
): Buffer {
  const size = bare.byteLength
  const start = isBelow ? (firstLine(bare, bomLength(bare), size)?.next ?? size) : bomLength(bare)
  const line = labelLine(bare, lastLine(bare, start, size), previous)
  if (line) return replaced(bare, line, label.text)
  const eol = lineBreak(bare)
  const ended = size === bomLength(bare) || bare[size - 1] === 0x0a
  return replaced(bare, { start: size, end: size }, ended ? label.text + eol : eol + label.text)
}

export const markdownLabeller: VisibleLabeller = {
  how: 'first line after the front matter',
  place: placeAt('first line after the front matter', 'last line'),
  apply: async (source, label, { previous }) => {
    const text = await labelledText(source, label)
    const bare = without(text, findWrappers(text))
    const matter = frontMatter(bare)
    const start = matter?.closed ? matter.end : bomLength(bare)
    const block = findManifests(bare).ranges.find((range) => range.start <= start && range.end > start)
    const from = block?.end ?? start
    const edges = edgesOf(label)
    const first = edges.includes('start') ? firstMarkdown(bare, from, label, previous) : bare
    const both = edges.includes('end') ? lastMarkdown(first, from, label, previous, edges.length > 1) : first
    return { source: bytesSource(both, source.name), label, path: 'spliced' }
  },
}

function firstMarkdown(
  bare: Buffer,
  from: number,
  label: VisibleLabel,
  previous: VisibleLabel | undefined,
): Buffer {
  const eol = lineBreak(bare)
  const first = firstLine(bare, from, bare.byteLength)
  const line = labelLine(bare, first, previous)
  // A quotation goes on through the next line unless a blank one ends it.
  const ended = line !== undefined && /^(?:\r?\n|$)/.test(bare.toString('latin1', line.next, line.next + 2))
  const words = `> ${label.text}`
  if (line) return replaced(bare, line, ended ? words : words + eol)
  const at = first?.start ?? bare.byteLength
  const open = at > 0 && bare[at - 1] !== 0x0a && at > bomLength(bare) ? eol : ''
  return replaced(bare, { start: at, end: at }, open + words + eol + eol)
}

/** Behind the last block, and never inside a code fence that was left open. */
function lastMarkdown(
  bare: Buffer,
  from: number,
  label: VisibleLabel,
  previous: VisibleLabel | undefined,
  isBelow: boolean,
): Buffer {
  const manifest = findManifests(bare).ranges.at(-1)
  const end =
    manifest && manifest.start > from && manifest.end === bare.byteLength ? manifest.start : bare.byteLength
  const start = isBelow ? (firstLine(bare, from, end)?.next ?? end) : from
  const line = labelLine(bare, lastLine(bare, start, end), previous)
  if (line) return replaced(bare, line, `> ${label.text}`)
  const follower = new FenceFollower()
  follower.push(bare.toString('utf8', from, end))
  const eol = lineBreak(bare)
  const close = end === from && bare[end - 1] !== 0x0a && end > bomLength(bare) ? eol : follower.close()
  const ended = bare[end - 1] === 0x0a || end < bare.byteLength
  return replaced(bare, { start: end, end }, `${close}> ${label.text}${ended ? eol : ''}`)
}

async function labelledText(source: Source, label: VisibleLabel): Promise<Buffer> {
  assertLine(label)
  return requireText(source)
}

/** A line, if it is a label already: by its words, or because a manifest that holds says so. */
function labelLine(
  text: Buffer,
  line: Line | undefined,
  previous: VisibleLabel | undefined,
): Line | undefined {
  if (line === undefined) return undefined
  if (labelIn(text, line) !== undefined) return line
  const words = text.toString('utf8', line.start, Math.min(line.end, line.start + 4096)).replace(/^>\s*/, '')
  return previous !== undefined && words.trim() === previous.text.trim() ? line : undefined
}

function replaced(
  text: Buffer,
  range: { readonly start: number; readonly end: number },
  words: string,
): Buffer {
  return Buffer.concat([text.subarray(0, range.start), Buffer.from(words), text.subarray(range.end)])
}
