/**
 * Texts in the tags of a movie that may say what made it: QuickTime and iTunes metadata and classic QuickTime texts, in
 * `moov`, in `udta` and in tracks. Raw material for the evidence table.
 */
import { type FoundProperty, limits } from '@yinji/core'
import { type Box, parseBoxes } from './bmff.ts'
import { childrenOf, isAigcBox, isHolder, labelIn } from './bmff-labels.ts'
import { classicText, parseTags } from './bmff-tags.ts'
import { isXmpBox } from './bmff-xmp.ts'

const utf8 = new TextDecoder()
/** Classic texts and the items of iTunes that are worth a look; others are titles, genres and pictures. */
const classic: ReadonlySet<string> = new Set(['©cmt', '©des', '©inf', '©too', '©swr', '©enc', '©req'])
const longestName = 64

/** @param site path of `parent` */
export function movieTexts(bytes: Uint8Array, parent: Box, site: string): FoundProperty[] {
  const found: FoundProperty[] = []
  for (const child of childrenOf(bytes, parent)) {
    if (found.length >= limits.evidenceTexts) break
    const path = `${site}/${child.type}`
    if (isHolder(parent, child)) found.push(...movieTexts(bytes, child, path))
    else if (child.type === 'meta') found.push(...tagTexts(bytes, child, path))
    else if (classic.has(child.type) && !isXmpBox(child) && !isAigcBox(child))
      found.push(property(path, child.type, utf8.decode(classicText(bytes, child))))
  }
  return found.filter(({ value }) => value !== '').slice(0, limits.evidenceTexts)
}

/** A tag that is all label is told as one. */
function tagTexts(bytes: Uint8Array, meta: Box, path: string): FoundProperty[] {
  if (parseBoxes(bytes, meta.content, meta.end).boxes.length === 0) return []
  return parseTags(bytes, meta)
    .items.filter((item) => labelIn(item)?.whole !== true)
    .slice(0, limits.evidenceTexts)
    .map(({ name, text }) => property(path, name, text))
}

function property(site: string, name: string, text: string): FoundProperty {
  return { site, name: name.slice(0, longestName), value: text.slice(0, limits.evidenceBytes) }
}
