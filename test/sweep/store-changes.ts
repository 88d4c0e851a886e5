/** Changes to a manifest store: boxes, what describes them, and the CBOR in them, its spelling and its meaning. */
import { allBoxes, type Box, copyOf, labelOf, leaf, relabel } from './boxes.ts'
import {
  allItems,
  bytesItem,
  copyItem,
  type Item,
  listItem,
  numberItem,
  readItems,
  textItem,
  writeItems,
} from './cbor-items.ts'
import type { Chance } from './chance.ts'
import { activeIn } from './seal.ts'
import { keys, words } from './words.ts'

/** Says what it did; undefined where it can’t be done here. */
export type StoreChange = (store: Box, chance: Chance) => string | undefined

const isSuper = ({ description }: Box) => description !== undefined
const superBoxes = (store: Box) => allBoxes(store).filter(isSuper)
/** A superbox with something in it, and one of its children. */
function oneChild(store: Box, chance: Chance) {
  const parent = chance.of(superBoxes(store).filter(({ children }) => children.length > 0))
  const index = chance.below(parent.children.length)
  return { parent, index, child: parent.children[index] as Box }
}
const nameOf = (box: Box) => labelOf(box) || box.type

const removed: StoreChange = (store, chance) => {
  const { parent, index, child } = oneChild(store, chance)
  parent.children.splice(index, 1)
  return `${nameOf(child)} removed`
}
const doubled: StoreChange = (store, chance) => {
  const { parent, child } = oneChild(store, chance)
  parent.children.splice(chance.below(parent.children.length + 1), 0, copyOf(child))
  return `${nameOf(child)} doubled`
}
const swapped: StoreChange = (store, chance) => {
  const { parent, index, child } = oneChild(store, chance)
  const other = chance.below(parent.children.length)
  parent.children[index] = parent.children[other] as Box
  parent.children[other] = child
  return `${nameOf(child)} swapped with a neighbour`
}
const moved: StoreChange = (store, chance) => {
  const { parent, index, child } = oneChild(store, chance)
  const inside = new Set(allBoxes(child))
  const target = chance.of(superBoxes(store).filter((box) => !inside.has(box)))
  parent.children.splice(index, 1)
  target.children.splice(chance.below(target.children.length + 1), 0, child)
  return `${nameOf(child)} moved to ${nameOf(target)}`
}
const joined: StoreChange = (store, chance) => {
  const parent = chance.of(superBoxes(store))
  const type = chance.of(['free', 'skip', 'cbor', 'json', 'jp2c', 'bidb', 'uuid', 'xxxx'])
  parent.children.splice(
    chance.below(parent.children.length + 1),
    0,
    leaf(type, chance.bytes(chance.below(24))),
  )
  return `a ${type} box in ${nameOf(parent)}`
}
const renamed: StoreChange = (store, chance) => {
  const box = chance.of(superBoxes(store))
  const label = labelOf(box)
  const at = chance.below(label.length + 1)
  const ways = [
    `${label}__1`,
    `${label.slice(0, at)}${chance.of([' ', '.', '/', 'x', '\u0000', 'é', '%41'])}${label.slice(at)}`,
    label.slice(0, at) + label.slice(at + 1),
    label.toUpperCase(),
    label.replace(/v(\d)$/, (_, digit) => `v${Number(digit) + 1}`),
    label.replace(/\.v\d$/, ''),
    chance.of(superBoxes(store).map(labelOf)),
  ]
  const now = chance.of(ways)
  relabel(box, now)
  return `${label} called ${JSON.stringify(now)}`
}
const described: StoreChange = (store, chance) => {
  const box = chance.of(superBoxes(store))
  const description = Buffer.from(box.description ?? '')
  const at = chance.happens(0.5) ? 16 : chance.below(description.length)
  description[at] = (description[at] ?? 0) ^ (1 << chance.below(8))
  box.description = description
  return `byte ${at} in the description of ${labelOf(box)}`
}
const longDescription: StoreChange = (store, chance) => {
  const box = chance.of(superBoxes(store))
  box.description = Buffer.concat([box.description ?? Buffer.alloc(0), chance.bytes(chance.between(1, 12))])
  return `bytes behind the description of ${labelOf(box)}`
}
const ofKind: StoreChange = (store, chance) => {
  const kinds = ['c2ma', 'c2um', 'c2cm', 'c2md', 'c2as', 'c2cl', 'c2cs', 'c2vc', 'c2db', 'cbor', 'json']
  const box = chance.of(superBoxes(store))
  const kind = chance.of(kinds)
  const description = Buffer.from(box.description ?? '')
  description.write(kind, 0, 'latin1')
  box.description = description
  return `${labelOf(box)} made ${kind}`
}
const widened: StoreChange = (store, chance) => {
  const box = chance.of(allBoxes(store))
  box.wide = true
  return `64-bit length of ${nameOf(box)}`
}
const again: StoreChange = (store, chance) => {
  const active = activeIn(store)
  if (active === undefined) return undefined
  const copy = copyOf(active)
  relabel(copy, `urn:c2pa:00000000-0000-4000-8000-${String(chance.below(1e9)).padStart(12, '0')}`)
  store.children.splice(chance.below(store.children.length + 1), 0, copy)
  return 'the manifest a second time, under another label'
}

export const boxChanges: readonly StoreChange[] = [
  removed,
  doubled,
  swapped,
  moved,
  joined,
  renamed,
  described,
  longDescription,
  ofKind,
  widened,
  again,
]

/** The CBOR of one box, taken apart and put together again. */
function cborChange(
  change: (item: Item, all: readonly Item[], chance: Chance) => string | undefined,
): StoreChange {
  return (store, chance) => {
    const owner = chance.of(
      superBoxes(store).filter(({ children }) => children.some(({ type }) => type === 'cbor')),
    )
    const content = owner.children.find(({ type }) => type === 'cbor')
    const root = content && readItems(content.data)
    if (content === undefined || root === undefined) return undefined
    const all = allItems(root)
    const what = change(chance.of(all), all, chance)
    if (what === undefined) return undefined
    content.data = writeItems(root)
    return `${labelOf(owner)}: ${what}`
  }
}

const maps = (all: readonly Item[]) => all.filter(({ major, items }) => major === 5 && items.length > 0)
const drawn = (chance: Chance): Item =>
  chance.of<() => Item>([
    () => textItem(chance.of(words)),
    () => numberItem(BigInt(chance.of([0, 1, -1, 23, 256, 65536, 2 ** 32, Number.MAX_SAFE_INTEGER]))),
    () => numberItem(2n ** 63n),
    () => bytesItem(chance.bytes(chance.of([0, 1, 16, 32]))),
    () => listItem([]),
    () => ({ ...listItem([]), major: 5 }),
    () => ({ ...numberItem(0n), major: 7, argument: BigInt(chance.of([20, 21, 22, 23])) }),
    () => ({ ...numberItem(0n), major: 7, argument: 0x7e00n, width: 2 }),
    () => ({
      ...numberItem(0n),
      major: 6,
      argument: BigInt(chance.of([0, 1, 18, 55799])),
      items: [textItem('x')],
    }),
  ])()

/** Spelt otherwise, the same in meaning. */
const spellings: readonly StoreChange[] = [
  cborChange((item, _, chance) => {
    item.width = chance.of([1, 2, 4, 8])
    return item.major === 7 ? undefined : 'a number or length wider than needed'
  }),
  cborChange((_, all, chance) => {
    const many = all.filter(({ major }) => major === 4 || major === 5)
    if (many.length === 0) return undefined
    chance.of(many).indefinite = true
    return 'a list or map without length'
  }),
  cborChange((_, all, chance) => {
    const [map] = [chance.of(maps(all).length > 0 ? maps(all) : [listItem([])])]
    if (map === undefined || map.items.length < 4) return undefined
    const at = 2 * chance.below(map.items.length / 2)
    map.items.push(...map.items.splice(at, 2))
    return 'keys in another order'
  }),
]

/** Another meaning, or none. */
const meanings: readonly StoreChange[] = [
  cborChange((item, _, chance) => {
    Object.assign(item, drawn(chance))
    return `a value replaced by ${inWords(item)}`
  }),
  cborChange((_, all, chance) => {
    const map = maps(all).length > 0 ? chance.of(maps(all)) : undefined
    if (map === undefined) return undefined
    const [key] = map.items.splice(2 * chance.below(map.items.length / 2), 2)
    return `${inWords(key)} left out`
  }),
  cborChange((_, all, chance) => {
    const map = maps(all).length > 0 ? chance.of(maps(all)) : undefined
    if (map === undefined) return undefined
    const at = 2 * chance.below(map.items.length / 2)
    const key = map.items[at] as Item
    map.items.push(copyItem(key), chance.happens(0.5) ? copyItem(map.items[at + 1] as Item) : drawn(chance))
    return `${inWords(key)} twice`
  }),
  cborChange((_, all, chance) => {
    const map = maps(all).length > 0 ? chance.of(maps(all)) : undefined
    if (map === undefined) return undefined
    const key = chance.of(keys)
    const value = chance.happens(0.5) ? drawn(chance) : copyItem(chance.of(all))
    map.items.push(textItem(key), value)
    return `${key} added: ${inWords(value)}`
  }),
  cborChange((item, _, chance) => {
    if (item.major !== 3 || item.bytes.length === 0) return undefined
    const bytes = Buffer.from(item.bytes)
    const before = bytes.toString()
    bytes[chance.below(bytes.length)] = chance.below(256)
    item.bytes = bytes
    return `${before.slice(0, 60)} became ${JSON.stringify(bytes.toString().slice(0, 60))}`
  }),
  cborChange((item, _, chance) => {
    if (item.major > 1) return undefined
    item.argument += BigInt(chance.of([1, 2, 255, 2 ** 31]))
    return `a number became ${item.argument}`
  }),
  cborChange((_, all, chance) => {
    const lists = all.filter(({ major, items }) => major === 4 && items.length > 0)
    if (lists.length === 0) return undefined
    const list = chance.of(lists)
    const at = chance.below(list.items.length)
    if (chance.happens(0.5)) list.items.splice(at, 1)
    else list.items.push(copyItem(list.items[at] as Item))
    return 'an entry of a list left out or twice'
  }),
]

function inWords(item: Item | undefined): string {
  if (item === undefined) return '—'
  const { major, argument, bytes, items } = item
  if (major === 3) return JSON.stringify(bytes.toString().slice(0, 40))
  if (major === 2) return `${bytes.length} bytes`
  if (major === 4 || major === 5) return `${major === 4 ? 'list' : 'map'} of ${items.length}`
  return `${['number', 'negative', '', '', '', '', 'tag', 'simple'][major]} ${argument}`
}

export const cborChanges: readonly StoreChange[] = [...spellings, ...meanings, ...meanings]
