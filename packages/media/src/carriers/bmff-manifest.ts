/**
 * The manifest in files made of boxes: a top-level `uuid` box right after `ftyp` (C2PA A.5). Its whole length is
 * left out of the hash.
 */
import { concat, type FoundManifest, limits, type Room, type Source } from '@yinji/core'
import { binaryBytes, binaryText, uint32 } from './binary.ts'
import { type Box, fromHex, makeBox, noFlags, setUint64 } from './bmff.ts'
import { setUint32 } from './integers.ts'

export const manifestUuid = 'd8fec3d61b0e483c92975828877ec481'
const id = fromHex(manifestUuid)

/** Version and flags, purpose `manifest` with its NUL, offset of the first Merkle box (none). */
const preamble = concat([id, noFlags, binaryBytes('manifest\0'), new Uint8Array(8)])
const offsetAt = preamble.byteLength - 8

/** Any C2PA box: manifest, original, update or merkle. */
export const isManifestBox = (box: Box) => box.type === 'uuid' && box.uuid === manifestUuid

/**
 * Room for a store of a size, the whole box included.
 * @param firstMerkle offset of the first Merkle box in the finished file; asked for once everything has its place
 */
export function manifestRoom(size: number, firstMerkle = () => 0): Room {
  return {
    kind: 'room',
    length: 8 + preamble.byteLength + size,
    embed(store) {
      const head = preamble.slice()
      setUint64(head, offsetAt, firstMerkle())
      return makeBox('uuid', head, store)
    },
  }
}

export interface Manifests {
  readonly manifest?: FoundManifest
  readonly damage?: string
}

/**
 * The part of a longer store that goes where the original one stands: as many boxes as that has, of which some may have lost
 * what was withheld. Undefined when the longer one has fewer, or would not fit.
 */
export function splitStore(original: Uint8Array, store: Uint8Array): Uint8Array | undefined {
  const count = boxEnds(original)?.length
  const end = count && boxEnds(store)?.[count - 1]
  if (!end || end > original.byteLength) return undefined
  const kept = store.slice(0, end)
  setUint32(kept, 0, end)
  return kept
}

/** Where the boxes of a store end, its description first; undefined when one breaks off. */
function boxEnds(store: Uint8Array): number[] | undefined {
  const ends: number[] = []
  for (let at = 8; at < store.byteLength; ) {
    const length = store.byteLength - at < 8 ? 0 : uint32(store, at)
    if (length < 8 || at + length > store.byteLength) return undefined
    at += length
    ends.push(at)
  }
  return ends
}

/** Room for what a longer store has more than the original one: a store that holds the updates only. */
export function updateRoom(original: Uint8Array, size: number): Room {
  const description = original.subarray(8, 8 + uint32(original, 8))
  const head = concat([id, noFlags, binaryBytes('update\0'), new Uint8Array(8)])
  return {
    kind: 'room',
    length: 8 + head.byteLength + 8 + description.byteLength + size - original.byteLength,
    embed: (store) =>
      makeBox('uuid', head, makeBox('jumb', description, store.subarray(original.byteLength))),
  }
}

interface StoreBox {
  readonly box: Box
  readonly purpose: 'manifest' | 'original' | 'update'
  readonly store: Uint8Array
}

export interface ManifestBoxes {
  /** Boxes with the purpose `manifest` or `original`; there should be one. */
  readonly stores: readonly StoreBox[]
  /** What was added since, at the end of the file. */
  readonly update: StoreBox | undefined
}

/** The boxes that hold manifests, or what is wrong with them. */
export async function readManifestBoxes(
  source: Source,
  boxes: readonly Box[],
): Promise<ManifestBoxes | string> {
  const stores: StoreBox[] = []
  let update: StoreBox | undefined
  for (const box of boxes) {
    if (!isManifestBox(box)) continue
    const purpose = purposeOf(await source.read(box.content, Math.min(box.end, box.content + 32)))
    if (purpose !== 'manifest' && purpose !== 'original' && purpose !== 'update') continue
    if (box.end - box.start > limits.manifestBytes) return `manifest of ${box.end - box.start} bytes`
    const store = storeIn(await source.read(box.content + 4 + purpose.length + 1, box.end), purpose)
    if (purpose === 'update') update = { box, purpose, store }
    else stores.push({ box, purpose, store })
  }
  return { stores, update }
}

/** The manifest store among the top-level boxes. An update manifest at the end of the file joins the original. */
export async function readManifests(source: Source, boxes: readonly Box[]): Promise<Manifests> {
  const found = await readManifestBoxes(source, boxes)
  if (typeof found === 'string') return { damage: found }
  const [first, second] = found.stores
  if (first === undefined) return {}
  if (second !== undefined) return { damage: 'more than one manifest store' }
  const { start, end } = first.box
  const { update } = found
  const lost = first.purpose === 'original' && update === undefined // what was stated later was taken out (A.5.3)
  const updated = update !== undefined && first.purpose === 'original' && updates(first.store, update.store)
  const store = updated ? joined(first.store, update.store) : first.store
  const manifest = {
    site: 'uuid C2PA',
    store,
    excluded: { start, length: end - start },
    binding: 'bmff',
  } as const
  const astray = update !== undefined && !updated
  const damage = lost
    ? 'an update that is not there'
    : astray
      ? 'an update that holds no manifest'
      : undefined
  return { manifest, ...(damage !== undefined && { damage }) }
}

/** Kinds of manifests that updates are: `c2um`, and `c2cm` for one under Brotli (C2PA 11.2.3, 11.2.4). */
const updateKinds = ['6332756d00110010800000aa00389b71', '6332636d00110010800000aa00389b71']

/**
 * Whether a store holds updates of another and nothing else (C2PA A.5.3): the hash leaves its box out, however long it is,
 * so that whatever else stood there could be anything.
 */
function updates(original: Uint8Array, update: Uint8Array): boolean {
  const description = 8 + uint32(update, 8)
  if (uint32(update, 0) !== update.byteLength || description >= update.byteLength) return false
  if (Buffer.compare(update.subarray(4, description), original.subarray(4, description)) !== 0) return false
  for (let at = description; at < update.byteLength; ) {
    const length = uint32(update, at)
    const kind = Buffer.from(update.subarray(at + 16, at + 32)).toString('hex')
    if (
      length < 32 ||
      at + length > update.byteLength ||
      binaryText(update.subarray(at + 4, at + 8)) !== 'jumb'
    )
      return false
    if (!updateKinds.includes(kind)) return false
    at += length
  }
  return true
}

/** Behind the offset of the first Merkle box. Writers do not agree whether an update has that offset as well. */
function storeIn(data: Uint8Array, purpose: string): Uint8Array {
  const bare = purpose === 'update' && binaryText(data.subarray(4, 8)) === 'jumb'
  return withoutPadding(bare ? data : data.subarray(8))
}

/** What a C2PA box is for, from the start of its content. */
export function purposeOf(head: Uint8Array): string {
  const text = Buffer.from(head.subarray(4)).toString('latin1')
  return text.slice(0, Math.max(0, text.indexOf('\0')))
}

/**
 * The box may be longer than the store in it; the store says how long it is. What is not zeros is no padding, and stays for
 * the validator to see: no hash covers it.
 */
function withoutPadding(store: Uint8Array): Uint8Array {
  const length = uint32(store, 0)
  const padded =
    length >= 8 && length < store.byteLength && store.subarray(length).every((byte) => byte === 0)
  return padded ? store.subarray(0, length) : store
}

/** Manifests of the update follow those of the original: both stores are one `jumb` box with a description first. */
function joined(original: Uint8Array, update: Uint8Array): Uint8Array {
  const description = 8 + uint32(update, 8)
  const store = concat([original, update.subarray(description)])
  setUint32(store, 0, store.byteLength)
  return store
}
