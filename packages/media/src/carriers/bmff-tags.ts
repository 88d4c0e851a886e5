/**
 * Tags in a `meta` box: QuickTime metadata (`hdlr` `mdta`: names in `keys`, values in `ilst` by number) and iTunes
 * metadata (`hdlr` `mdir`: four-letter items and `----` with a name of its own).
 */
import { concat, limits } from '@yinji/core'
import { blankAigc, findAigc } from './aigc-text.ts'
import { binaryBytes, hasAscii, uint32 } from './binary.ts'
import { type Box, type Boxes, findBox, makeBox, noFlags, parseBoxes, u32 } from './bmff.ts'
import { isFullMeta, metaChildren } from './bmff-items.ts'
import { fourLetters, setUint32 } from './integers.ts'

export interface Tag {
  readonly name: string
  readonly text: string
}

/** One entry of `ilst`. */
interface Item extends Tag {
  readonly box: Box
  /** Position in `keys`, from 1; 0 for an item that is named otherwise. */
  readonly key: number
}

export interface TagBox {
  readonly box: Box
  readonly full: boolean
  /** `mdta`, `mdir`, … */
  readonly handler: string
  readonly children: readonly Box[]
  /** Entries of `keys` as they stand, each with its size and namespace. */
  readonly keys: readonly { readonly name: string; readonly raw: Uint8Array }[]
  readonly items: readonly Item[]
}

const utf8 = new TextDecoder()
const utf16 = new TextDecoder('utf-16be')

export function parseTags(bytes: Uint8Array, box: Box): TagBox {
  const children = metaChildren(bytes, box)
  const hdlr = findBox(children, 'hdlr')
  const handler = hdlr === undefined ? '' : fourLetters(bytes, hdlr.content + 8)
  const keys = parseKeys(bytes, findBox(children, 'keys'))
  const list = findBox(children, 'ilst')
  const boxes = list === undefined ? [] : parseBoxes(bytes, list.content, list.end).boxes
  const items = boxes.map((item) => parseItem(bytes, item, keys))
  return { box, full: isFullMeta(bytes, box), handler, children, keys, items }
}

/** What would make tags written beside these unreadable, if anything. */
export function tagDamage(bytes: Uint8Array, box: Box): string | undefined {
  const { children, handler, keys, items } = parseTags(bytes, box)
  for (const [type, header] of [
    ['keys', 8],
    ['ilst', 0],
  ] as const) {
    const list = findBox(children, type)
    const { boxes, damage }: Boxes =
      list === undefined ? { boxes: children } : parseBoxes(bytes, list.content + header, list.end)
    if (damage !== undefined) return `${type}: ${damage}`
    // What comes behind such a box would be part of it.
    if (handler === 'mdta' && boxes.some(({ start }) => uint32(bytes, start) === 0))
      return `${type}: a box without a size`
  }
  const nameless = items.some(({ key, box: { start } }) => key === 0 && uint32(bytes, start + 4) <= mostKeys)
  return handler === 'mdta' && nameless ? `${keys.length} keys are too few` : undefined
}

/** Items are numbers or four letters; a number is below every letter. */
const mostKeys = 0xff_ffff

function parseKeys(bytes: Uint8Array, box: Box | undefined): TagBox['keys'] {
  if (box === undefined) return []
  return parseBoxes(bytes, box.content + 8, box.end).boxes.map(({ start, end }) => ({
    name: utf8.decode(bytes.subarray(start + 8, end)),
    raw: bytes.subarray(start, end),
  }))
}

function parseItem(bytes: Uint8Array, box: Box, keys: TagBox['keys']): Item {
  const number = uint32(bytes, box.start + 4)
  const children = parseBoxes(bytes, box.content, box.end).boxes
  const data = findBox(children, 'data')
  const text = data === undefined ? '' : decode(bytes, data)
  const name = findBox(children, 'name')
  if (box.type === '----' && name !== undefined)
    return { box, key: 0, text, name: utf8.decode(bytes.subarray(name.content + 4, name.end)) }
  const key = keys[number - 1]
  return key === undefined
    ? { box, key: 0, text, name: box.type }
    : { box, key: number, text, name: key.name }
}

/** Type indicator, locale, value. Type 2 is UTF-16, everything else that is text is UTF-8. */
function decode(bytes: Uint8Array, data: Box): string {
  const value = bytes.subarray(data.content + 8, Math.min(data.end, data.content + 8 + limits.aigcBytes + 1))
  return ((uint32(bytes, data.content) & 0xff_ffff) === 2 ? utf16 : utf8).decode(value).replace(/\0+$/, '')
}

/** What becomes of a tag; `blank` takes the AIGC field out of a longer text. */
export type Fate = 'keep' | 'drop' | 'blank'

/**
 * The box without some of its tags and with one more; undefined when nothing is left in it.
 * Everything else stays byte for byte, but for the numbers of the keys.
 */
export function rewriteTags(
  bytes: Uint8Array,
  tags: TagBox,
  fateOf: (tag: Tag) => Fate,
  added?: Tag,
): Uint8Array | undefined {
  // A key without items would still be a name in the list: it goes with its items.
  const named = tags.keys.map((key) => fateOf({ name: key.name, text: '' }) === 'keep')
  const numbers = new Map<number, number>()
  for (const [index, kept] of named.entries()) if (kept) numbers.set(index + 1, numbers.size + 1)
  const names = tags.keys.flatMap((key, index) => (named[index] ? [key.raw] : []))
  const list = tags.items.flatMap((item) => {
    const fate = fateOf(item)
    if (fate === 'drop') return []
    const raw = renumbered(bytes, item, numbers)
    return [fate === 'blank' ? blankAigc(raw, findAigc(raw)) : raw]
  })
  const onlyTags = tags.children.every(({ type }) => /^(hdlr|keys|ilst)$/.test(type))
  if (added === undefined && list.length === 0 && onlyTags) return undefined
  if (added !== undefined) {
    names.push(keyEntry(added.name))
    list.push(textItem(u32(names.length), added.text))
  }
  return rebuilt(bytes, tags, names.length > 0 ? keysBox(names) : undefined, makeBox('ilst', ...list))
}

function renumbered(bytes: Uint8Array, { box, key }: Item, numbers: ReadonlyMap<number, number>): Uint8Array {
  const raw = bytes.slice(box.start, box.end)
  if (key > 0) setUint32(raw, 4, numbers.get(key) ?? 0)
  return raw
}

function rebuilt(
  bytes: Uint8Array,
  { box, full, children }: TagBox,
  keys: Uint8Array | undefined,
  list: Uint8Array,
): Uint8Array {
  const others = children.map((child) => {
    if (child.type === 'keys') return keys ?? new Uint8Array(0)
    return child.type === 'ilst' ? list : bytes.subarray(child.start, child.end)
  })
  if (!findBox(children, 'ilst')) others.push(list)
  if (keys && !findBox(children, 'keys')) others.splice(children[0]?.type === 'hdlr' ? 1 : 0, 0, keys)
  const flags = full ? bytes.subarray(box.content, box.content + 4) : new Uint8Array(0)
  return makeBox('meta', flags, ...others)
}

/** A `meta` of QuickTime metadata with one tag (QuickTime File Format, "Metadata"). `earlier` keys have no values here. */
export function makeTags({ name, text }: Tag, earlier: TagBox['keys'] = []): Uint8Array {
  const handler = concat([noFlags, new Uint8Array(4), binaryBytes('mdta'), new Uint8Array(13)])
  const names = [...earlier.map((key) => key.raw), keyEntry(name)]
  const list = makeBox('ilst', textItem(u32(names.length), text))
  return makeBox('meta', noFlags, makeBox('hdlr', handler), keysBox(names), list)
}

const keyEntry = (name: string) => makeBox('mdta', new TextEncoder().encode(name))

function keysBox(names: readonly Uint8Array[]): Uint8Array {
  return makeBox('keys', noFlags, u32(names.length), ...names)
}

/** Type 1: UTF-8 without a terminating NUL. */
function textItem(type: Uint8Array, text: string): Uint8Array {
  const value = makeBox('data', u32(1), new Uint8Array(4), new TextEncoder().encode(text))
  return makeBox(Buffer.from(type).toString('latin1'), value)
}

/** Classic QuickTime text in `udta`: 16-bit length and language before it; iTunes has a `data` box there. */
export function classicText(bytes: Uint8Array, box: Box): Uint8Array {
  const start = box.content + (hasAscii(bytes, 'data', box.content + 4) ? 16 : 4)
  return bytes.subarray(Math.min(start, box.end), Math.min(box.end, start + limits.aigcBytes))
}
