/** The end of a labelled TIFF: packet, directories and manifest in their places, and the pointers that lead to them. */
import { bytes, type Part, type Room } from '@yinji/core'
import { type Replacement, replace } from '../carriers/replacements.ts'
import type { TiffDirectory } from '../carriers/tiff.ts'
import {
  directoryLength,
  offsetBytes,
  type TiffLayout,
  writeDirectory,
  writeEntry,
} from '../carriers/tiff-layout.ts'
import { manifestTag, undefinedType, xmpTag } from './tiff-sites.ts'

export interface TiffPlan {
  /** The pages that show something. */
  readonly pages: readonly TiffDirectory[]
  /** Numbers of the pages whose directory is written anew, ascending. */
  readonly rewritten: ReadonlySet<number>
  /** A new packet for the first page; undefined when the old one stays or changes in place. */
  readonly packet: Uint8Array | undefined
  readonly room: number
  readonly inPlace: readonly Replacement[]
  /** What nothing will point at any more. */
  readonly released: readonly Span[]
}

interface Span {
  readonly start: number
  readonly end: number
}

/** Directories begin on an even offset; eight suits every value. */
export const alignment = 8
const aligned = (at: number) => Math.ceil(at / alignment) * alignment

/** Where everything goes. */
interface Places {
  readonly packet: number
  /** Of every page, old or new. */
  readonly directories: readonly number[]
  readonly store: number
}

/** @param tail what is replaced: the end of the file, from where on nothing of it is needed */
export function tailOf(layout: TiffLayout, plan: TiffPlan, tail: Span): Replacement[] {
  const { pages, rewritten, packet, room } = plan
  const places = placesOf(layout, plan, aligned(tail.start))
  const next = (index: number) => places.directories[index + 1] ?? 0
  const written: Part[] = packet ? padded(packet) : []
  for (const index of rewritten)
    written.push(...padded(writeDirectory(layout, entriesOf(layout, plan, places, index), next(index))))
  if (room > 0) written.push(roomFor(room))
  const lead = written.length > 0 ? [bytes(new Uint8Array(aligned(tail.start) - tail.start))] : []
  const pointers = pages.flatMap((page, index) =>
    rewritten.has(index) || page.next === next(index)
      ? []
      : [replace(page.nextAt, page.nextAt + layout.word, offsetBytes(layout, next(index)))],
  )
  const [first = 0] = places.directories
  const header = rewritten.has(0) ? [replace(layout.word, layout.word * 2, offsetBytes(layout, first))] : []
  return [...header, ...pointers, { parts: [...lead, ...written], ...tail }]
}

function placesOf(layout: TiffLayout, plan: TiffPlan, start: number): Places {
  const directories = plan.pages.map((page) => page.start)
  let at = aligned(start + (plan.packet?.byteLength ?? 0))
  for (const index of plan.rewritten) {
    directories[index] = at
    const count =
      keptEntries(plan, index).length + (hasPacket(plan, index) ? 1 : 0) + (hasStore(plan, index) ? 1 : 0)
    at = aligned(at + directoryLength(layout, count))
  }
  return { packet: start, directories, store: at }
}

const hasPacket = ({ packet }: TiffPlan, index: number) => packet !== undefined && index === 0
/** The last page, not one that shows nothing: image libraries refuse files with such a page. */
const hasStore = ({ room, pages }: TiffPlan, index: number) => room > 0 && index === pages.length - 1

function entriesOf(layout: TiffLayout, plan: TiffPlan, places: Places, index: number): Uint8Array[] {
  const entry = (tag: number, count: number, offset: number) =>
    writeEntry(layout, { tag, type: undefinedType, count, offset })
  return [
    ...keptEntries(plan, index),
    ...(hasPacket(plan, index) ? [entry(xmpTag, plan.packet?.byteLength ?? 0, places.packet)] : []),
    ...(hasStore(plan, index) ? [entry(manifestTag, plan.room, places.store)] : []),
  ]
}

function keptEntries(plan: TiffPlan, index: number): Uint8Array[] {
  const entries = plan.pages[index]?.entries ?? []
  return entries
    .filter(({ tag }) => tag !== manifestTag && !(tag === xmpTag && hasPacket(plan, index)))
    .map(({ raw }) => raw)
}

function padded(value: Uint8Array): Part[] {
  return [bytes(value), bytes(new Uint8Array(aligned(value.byteLength) - value.byteLength))]
}

/** The hash leaves out the store alone: its length and place are known beforehand, and are signed. */
const roomFor = (size: number): Room => ({ kind: 'room', length: size, embed: (store) => store })
