/**
 * Properties of items (ISO/IEC 14496-12 8.11.14): the boxes in `ipco`, and which item has which of them (`ipma`). Taken
 * apart, and put together with others.
 */
import { concat, limits } from '@yinji/core'
import { uint16, uint32 } from './binary.ts'
import { type Box, findBox, makeBox, parseBoxes, u32 } from './bmff.ts'
import { setUint16 } from './integers.ts'

/** One property of one item. */
export interface Association {
  /** Position in `ipco`, from 1; 0 for none. */
  readonly index: number
  readonly essential: boolean
}

export interface Properties {
  /** Whole boxes, in order. */
  readonly boxes: readonly Uint8Array[]
  readonly types: readonly string[]
  readonly items: ReadonlyMap<number, readonly Association[]>
}

/** Or what is wrong with them. */
export function parseProperties(bytes: Uint8Array, iprp: Box): Properties | string {
  const { boxes: parts, damage } = parseBoxes(bytes, iprp.content, iprp.end)
  const ipco = findBox(parts, 'ipco')
  if (damage !== undefined || ipco === undefined) return `iprp: ${damage ?? 'no ipco'}`
  const inside = parseBoxes(bytes, ipco.content, ipco.end)
  if (inside.damage !== undefined) return `ipco: ${inside.damage}`
  const items = new Map<number, Association[]>()
  for (const ipma of parts.filter(({ type }) => type === 'ipma'))
    if (!readAssociations(bytes, ipma, items)) return 'ipma is cut off'
  return {
    boxes: inside.boxes.map(({ start, end }) => bytes.subarray(start, end)),
    types: inside.boxes.map(({ type }) => type),
    items,
  }
}

function readAssociations(
  bytes: Uint8Array,
  { content, end }: Box,
  items: Map<number, Association[]>,
): boolean {
  const wideId = (bytes[content] ?? 0) > 0
  const wideIndex = ((bytes[content + 3] ?? 0) & 1) === 1
  let at = content + 8
  for (let left = uint32(bytes, content + 4); left > 0; left--) {
    if (at + (wideId ? 5 : 3) > end || items.size > limits.items) return false
    const id = wideId ? uint32(bytes, at) : uint16(bytes, at)
    at += wideId ? 4 : 2
    const list = items.get(id) ?? []
    items.set(id, list)
    for (let count = bytes[at++] ?? 0; count > 0; count--) {
      const value = wideIndex ? uint16(bytes, at) : (bytes[at] ?? 0)
      at += wideIndex ? 2 : 1
      const bits = wideIndex ? 15 : 7
      list.push({ index: value & ((1 << bits) - 1), essential: value >> bits === 1 })
    }
    if (at > end) return false
  }
  return true
}

/** The box `iprp`. Item numbers have to ascend. */
export function writeProperties({ boxes, items }: Properties): Uint8Array {
  const sorted = [...items].sort(([a], [b]) => a - b)
  const wideId = sorted.some(([id]) => id > 0xffff)
  const wideIndex = boxes.length > 127
  const entries = sorted.map(([id, list]) => {
    const values = list.map(({ index, essential }) =>
      wideIndex ? u16((essential ? 0x8000 : 0) | index) : Uint8Array.of((essential ? 0x80 : 0) | index),
    )
    return concat([wideId ? u32(id) : u16(id), Uint8Array.of(list.length), ...values])
  })
  const head = Uint8Array.of(wideId ? 1 : 0, 0, 0, wideIndex ? 1 : 0)
  return makeBox('iprp', makeBox('ipco', ...boxes), makeBox('ipma', head, u32(entries.length), ...entries))
}

/** The properties of one item. */
export function propertiesOf({ boxes, types, items }: Properties, id: number) {
  return (items.get(id) ?? []).flatMap(({ index, essential }) => {
    const [box, type] = [boxes[index - 1], types[index - 1]]
    return box && type !== undefined ? [{ type, box, content: box.subarray(8), index, essential }] : []
  })
}

/** One item without its properties of some kinds, and with others instead. */
export function exchanged(
  { boxes, types, items }: Properties,
  id: number,
  unwanted: (type: string, content: Uint8Array) => boolean,
  fresh: readonly { readonly type: string; readonly box: Uint8Array; readonly essential: boolean }[],
): Properties {
  const kept = (items.get(id) ?? []).filter(
    ({ index }) => !unwanted(types[index - 1] ?? '', (boxes[index - 1] ?? new Uint8Array(8)).subarray(8)),
  )
  const added = fresh.map(({ essential }, at) => ({ index: boxes.length + 1 + at, essential }))
  return {
    boxes: [...boxes, ...fresh.map(({ box }) => box)],
    types: [...types, ...fresh.map(({ type }) => type)],
    // What describes the picture stands before what transforms it (ISO/IEC 23008-12 6.5.1).
    items: new Map([...items, [id, [...added, ...kept]]]),
  }
}

function u16(value: number): Uint8Array {
  const bytes = new Uint8Array(2)
  setUint16(bytes, 0, value)
  return bytes
}
