/**
 * The AIGC field in a movie: `moov/udta/meta` with a key `AIGC` (TC260-PG-20257A), and where else it was seen:
 * `meta` directly in `moov` or in a track, iTunes items, comments, an `aigc` box.
 */
import { type FoundLabel, limits } from '@yinji/core'
import { blankAigc, findAigc, isBlank } from './aigc-text.ts'
import { uint32 } from './binary.ts'
import { type Box, parseBoxes } from './bmff.ts'
import { classicText, type Fate, parseTags, type Tag, tagDamage } from './bmff-tags.ts'
import { isXmpBox } from './bmff-xmp.ts'
import { readXmp } from './xmp.ts'

const utf8 = new TextDecoder()

/** Whether tags can stand in a box or further down in it. Bounds the depth as well: `moov/trak/udta`. */
export function isHolder(parent: Box, child: Box): boolean {
  if (child.type === 'trak') return parent.type === 'moov'
  return child.type === 'udta' && (parent.type === 'moov' || parent.type === 'trak')
}

/** A field in a tag, and whether the tag says nothing else. */
interface Label {
  readonly value: string
  readonly whole: boolean
}

/** A comment holds a label only when it reads as one; most are just comments. */
export function labelIn({ name, text }: Tag): Label | undefined {
  if (name.trim().toUpperCase() === 'AIGC') return { value: text, whole: true }
  return comments.has(name.toLowerCase()) ? labelInText(new TextEncoder().encode(text)) : undefined
}

const comments: ReadonlySet<string> = new Set(
  ['©cmt', '©des', 'desc', 'ldes', 'comment', 'description'].flatMap((name) => [
    name,
    `com.apple.quicktime.${name}`,
  ]),
)

function labelInText(text: Uint8Array): Label | undefined {
  const found = findAigc(text)
  const [first] = found
  return first && { value: first.value, whole: isBlank(blankAigc(text, found)) }
}

export function fateOf(tag: Tag): Fate {
  const label = labelIn(tag)
  if (label === undefined) return 'keep'
  return label.whole ? 'drop' : 'blank'
}

/** Every field in `parent`, in file order. `site` is the path of `parent`. */
export function findLabels(bytes: Uint8Array, parent: Box, site: string): FoundLabel[] {
  return childrenOf(bytes, parent).flatMap((child) => {
    const path = `${site}/${child.type}`
    if (isHolder(parent, child)) return findLabels(bytes, child, path)
    if (child.type === 'meta') return labelsOfTags(bytes, child, path)
    if (isXmpBox(child)) return readXmp(bytes.subarray(child.content, child.end), path, false).labels
    const label = labelInBox(bytes, child)
    return label === undefined ? [] : [{ site: path, standard: false, value: label.value }]
  })
}

function labelsOfTags(bytes: Uint8Array, meta: Box, path: string): FoundLabel[] {
  const { handler, items } = parseTags(bytes, meta)
  return items.flatMap((item) => {
    const label = labelIn(item)
    if (label === undefined) return []
    const standard = path === standardPath && handler === 'mdta' && item.key > 0 && item.name === 'AIGC'
    return [{ site: standard ? path : `${path} ${item.name}`, standard, value: label.value }]
  })
}

const standardPath = 'moov/udta/meta'

/** The field in a box of its own, or in a classic QuickTime comment. */
export function labelInBox(bytes: Uint8Array, box: Box): Label | undefined {
  if (isAigcBox(box)) return { value: aigcBoxText(bytes.subarray(box.content, box.end)), whole: true }
  return box.type === '©cmt' || box.type === '©des' ? labelInText(classicText(bytes, box)) : undefined
}

export const isAigcBox = (box: Box) => box.type.toLowerCase() === 'aigc'

/** JSON, perhaps after the version and flags of a FullBox. */
export function aigcBoxText(content: Uint8Array): string {
  return utf8.decode(content.subarray(0, limits.aigcBytes + 8)).replace(/^\0+|\0+$/g, '')
}

/** QuickTime ends `udta` with four zero bytes. */
export function childrenOf(bytes: Uint8Array, parent: Box): readonly Box[] {
  return parseBoxes(bytes, parent.content, contentEnd(bytes, parent)).boxes
}

export function contentEnd(bytes: Uint8Array, parent: Box): number {
  const { boxes } = parseBoxes(bytes, parent.content, parent.end)
  const end = boxes.at(-1)?.end ?? parent.content
  const ended =
    parent.type === 'udta' &&
    parent.end - end === 4 &&
    bytes.subarray(end, parent.end).every((byte) => byte === 0)
  return ended ? end : parent.end
}

/** What is wrong with the boxes that would have to be rewritten, if anything. */
export function movieDamage(bytes: Uint8Array, parent: Box): string | undefined {
  const { boxes, damage } = parseBoxes(bytes, parent.content, contentEnd(bytes, parent))
  if (damage !== undefined) return `${parent.type}: ${damage}`
  // Only the last box of a file may do without a size (ISO/IEC 14496-12 4.2): in another, it would swallow what is added.
  if (boxes.some(({ start }) => uint32(bytes, start) === 0)) return `${parent.type}: a box without a size`
  if (boxes.some(({ type }) => type === 'cmov')) return 'a compressed moov'
  for (const child of boxes) {
    const inner = isHolder(parent, child)
      ? movieDamage(bytes, child)
      : child.type === 'meta'
        ? tagDamage(bytes, child)
        : undefined
    if (inner !== undefined) return inner
  }
  return undefined
}
