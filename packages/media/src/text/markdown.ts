/**
 * Markdown: the AIGC field as a mapping in the YAML front matter (TC260-PG-20258A), the manifest as a block between
 * delimiters (C2PA A.9), inside the front matter where there is one. Front matter that exists is kept byte for byte.
 */
import {
  copy,
  type Edit,
  type Found,
  type FoundLabel,
  type MediaHandler,
  type Part,
  type Source,
  type Splice,
} from '@yinji/core'
import { damagedInput } from '../carriers/faults.ts'
import { together } from '../carriers/found.ts'
import { partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { updateInPlace } from '../carriers/update-in-place.ts'
import { markdownLabeller } from '../visible/text.ts'
import { readAigcYaml, writeAigcYaml } from './aigc-yaml.ts'
import { armourRoom, begin, end } from './armour.ts'
import {
  foundInText,
  isStructured,
  mergeRanges,
  type Range,
  readText,
  requireText,
  without,
} from './document.ts'
import { bomLength, looksLikeText } from './encoding.ts'
import { type FrontMatter, frontMatter } from './front-matter.ts'
import { firstLine, labelIn, lastLine, lineBreak } from './label-line.ts'
import { armourSite, findManifests } from './manifests.ts'

const site = 'front matter AIGC'
/** The key that holds the manifest block: as a literal scalar it keeps the front matter valid YAML. */
const manifestKey = 'c2pa'

export const markdown: MediaHandler = {
  id: 'markdown',
  medium: 'text',
  mediaTypes: ['text/markdown', 'text/x-markdown'],
  extensions: ['md', 'markdown'],
  slots: { aigc: site, manifest: { place: armourSite, binding: 'data' } },
  matches,
  read,
  splice,
  update: (source, store) => updateInPlace(markdown, source, store.byteLength),
  visible: markdownLabeller,
}

/** By name; else by front matter that holds the field, which nothing else has. */
function matches(head: Uint8Array, name = ''): boolean {
  if (!looksLikeText(head)) return false
  if (/\.(?:md|markdown)$/i.test(name)) return true
  const matter = isStructured(head, name) ? undefined : frontMatter(Buffer.from(head))
  return matter?.closed === true && matter.sections.some(({ key }) => key === 'AIGC')
}

async function read(source: Source): Promise<Found> {
  const whole = await readText(source)
  const { text } = whole
  if (text === undefined) return together([whole])
  const matter = frontMatter(text)
  const manifests = findManifests(text)
  const visible = visibleLabel(text, matter, manifests.ranges)
  return foundInText(whole, manifests, visible, await labelsIn(text, matter))
}

function labelsIn(text: Buffer, matter: FrontMatter | undefined): Promise<FoundLabel[]> {
  const labels = aigcSections(matter).map(async ({ start, end: stop }) => ({
    site: matter?.closed ? site : 'unfinished front matter',
    standard: matter?.closed === true,
    value: await readAigcYaml(text.toString('utf8', start, stop)),
  }))
  return Promise.all(labels)
}

const aigcSections = (matter: FrontMatter | undefined) =>
  (matter?.sections ?? []).filter(({ key }) => key === 'AIGC')

function visibleLabel(
  text: Buffer,
  matter: FrontMatter | undefined,
  manifests: readonly Range[],
): string | undefined {
  const start = matter?.closed ? matter.end : bomLength(text)
  const bare = without(
    text,
    mergeRanges([{ start: 0, end: start }, ...manifests.filter((range) => range.end > start)]),
  )
  return (
    labelIn(bare, firstLine(bare, 0, bare.byteLength)) ?? labelIn(bare, lastLine(bare, 0, bare.byteLength))
  )
}

async function splice(source: Source, edit: Edit): Promise<Splice> {
  const text = await requireText(source)
  const eol = lineBreak(text)
  const found = frontMatter(text)
  const matter = found?.closed ? found : undefined
  if (matter !== undefined ? !matter.isBlock : /^\ufeff?\+\+\+[ \t]*\r?\n/.test(text.toString('utf8', 0, 64)))
    throw damagedInput(source, 'its front matter is not a list of YAML keys')
  const dropped = droppedRanges(text, found, edit)
  const room: Part[] =
    edit.room === 0
      ? []
      : matter || edit.aigc !== undefined
        ? scalar(edit.room, eol)
        : comment(edit.room, eol, bomLength(text) > 0)
  const added = additions(text, matter, edit, room, eol).map((addition) => {
    const inside = dropped.find((range) => range.start < addition.start && addition.start < range.end)
    return inside ? { ...addition, start: inside.start, end: inside.start } : addition
  })
  const parts = partsOf(text.byteLength, [
    ...dropped.map((range) => replace(range.start, range.end)),
    ...added,
  ])
  return {
    parts: parts.length === 0 ? [copy(0, 0)] : parts,
    ...(edit.room === 0 ? {} : { binding: { kind: 'data' } }),
  }
}

/** Old manifests with the key above them, and old fields if there is a new one. Ranges that touch become one. */
function droppedRanges(text: Buffer, matter: FrontMatter | undefined, edit: Edit): Range[] {
  const sections = matter?.sections ?? []
  const manifests = findManifests(text).ranges.map((range) => {
    const holder = sections.find((section) => section.start < range.start && section.end >= range.end)
    const alone = holder?.key === manifestKey && holder.end === range.end
    return alone && /^[^:]*:\s*\|[^\n]*\n$/.test(text.toString('utf8', holder.start, range.start))
      ? holder
      : { start: Math.max(range.start, bomLength(text)), end: range.end }
  })
  const fields = edit.aigc === undefined ? [] : aigcSections(matter)
  return mergeRanges([...manifests, ...fields])
}

/** The new field first in the front matter, where a look at the head finds it; the manifest last. */
function additions(
  text: Buffer,
  matter: FrontMatter | undefined,
  edit: Edit,
  room: readonly Part[],
  eol: string,
): Replacement[] {
  const at = (offset: number, ...parts: Part[]): Replacement => ({ start: offset, end: offset, parts })
  const words = (value: string): Part => ({ kind: 'bytes', bytes: Buffer.from(value) })
  const field = edit.aigc === undefined ? [] : [words(writeAigcYaml(edit.aigc, eol))]
  if (matter) {
    const old = edit.aigc === undefined ? undefined : aigcSections(matter)[0]
    return [at(old?.start ?? matter.bodyStart, ...field), at(matter.bodyEnd, ...room)]
  }
  const start = bomLength(text)
  // The comment is the first line, and a byte order mark belongs to that line.
  if (edit.aigc === undefined) return room.length === 0 ? [] : [{ start: 0, end: start, parts: room }]
  const gap = /^\s*\n/.test(text.toString('latin1', start, start + 64)) ? '' : eol
  return [at(start, words(`---${eol}`), ...field, ...room, words(`---${eol}${gap}`))]
}

/** A.9.3.2: the block inside front matter. */
function scalar(size: number, eol: string): Part[] {
  const key: Part = { kind: 'bytes', bytes: Buffer.from(`${manifestKey}: |${eol}`) }
  return [key, armourRoom(size, `  ${begin}${eol}  `, `${eol}  ${end}${eol}`)]
}

/** A.9.3.1: one line of comment. */
function comment(size: number, eol: string, marked: boolean): Part[] {
  return [armourRoom(size, `${marked ? '\ufeff' : ''}<!-- ${begin} `, ` ${end} -->${eol}`)]
}
