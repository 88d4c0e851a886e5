/**
 * The layout of a Matroska or WebM file (RFC 9559): the children of its Segment by their headers. Media is never read;
 * only where a live writer left the size of a Cluster open are the headers in it followed to its end.
 */
import { limits, type Source } from '@yinji/core'
import { crcId, type Element, ebmlId, longestHeader, readHeader, readUint, voidId } from './ebml.ts'
import { Window } from './window.ts'

export const ids = {
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  info: 0x1549a966,
  tracks: 0x1654ae6b,
  cluster: 0x1f43b675,
  cues: 0x1c53bb6b,
  attachments: 0x1941a469,
  chapters: 0x1043a770,
  tags: 0x1254c367,
} as const

export interface Matroska {
  readonly segment: Element
  /** Children of the Segment, in order. */
  readonly children: readonly Element[]
  /** Clusters that tell where they stand; few writers do that. */
  readonly positions: readonly ClusterPosition[]
  /** What follows the small elements at the beginning of each Cluster: the blocks. */
  readonly blocks: readonly { readonly start: number; readonly end: number }[]
  readonly damage?: string
}

export interface ClusterPosition {
  readonly cluster: Element
  /** The Position element. */
  readonly position: Element
  /** What it says: bytes from the beginning of the Segment's content. */
  readonly value: number
  /** The checksum of the cluster, if there is one. */
  readonly crc?: Element
}

const nowhere: Element = { id: 0, start: 0, content: 0, end: 0, sizeLength: 1, unknown: false }

/** `webm`, `matroska`, or another type of EBML document; undefined when it is none. */
export function docTypeOf(head: Uint8Array): string | undefined {
  const header = readHeader(head, 0)
  if (header?.id !== ebmlId || header.size === undefined) return undefined
  const end = Math.min(header.length + header.size, head.byteLength)
  for (let at = header.length; at < end; ) {
    const child = readHeader(head, at)
    if (child?.size === undefined) break
    const content = at + child.length
    if (child.id === 0x4282)
      return Buffer.from(head.subarray(content, Math.min(end, content + child.size)))
        .toString('latin1')
        .replace(/\0.*$/s, '')
    at = content + child.size
  }
  return undefined
}

/** Children that end a Cluster, and a Segment, of open size. */
const levelOne: ReadonlySet<number> = new Set([
  ids.seekHead,
  ids.info,
  ids.tracks,
  ids.cluster,
  ids.cues,
  ids.attachments,
  ids.chapters,
  ids.tags,
])
const topLevel: ReadonlySet<number> = new Set([ebmlId, ids.segment])

/** What is read at once: the small elements at the beginning stand together, clusters are far apart. */
const [near, far] = [4096, 256]

/** Walks the Segment. Damage does not throw: the elements before it are told as well. */
export async function readMatroska(source: Source): Promise<Matroska> {
  const window = new Window(source)
  const segment = await findSegment(source, window)
  if (segment === undefined)
    return { segment: nowhere, children: [], positions: [], blocks: [], damage: 'no Segment element' }
  const walk = new Walk(source, window, Math.min(segment.end, source.size))
  const { children, positions, blocks, damage, end } = await walk.run(segment)
  const cut = !segment.unknown && segment.end > source.size ? 'the Segment is cut off' : undefined
  const fault = damage ?? cut ?? missing(children)
  return {
    segment: segment.unknown ? { ...segment, end } : segment,
    children,
    positions,
    blocks,
    ...(fault === undefined ? {} : { damage: fault }),
  }
}

const missing = (children: readonly Element[]) =>
  children.some(({ id }) => id === ids.tracks) ? undefined : 'no Tracks element'

async function findSegment(source: Source, window: Window): Promise<Element | undefined> {
  for (let at = 0, count = 0; at < source.size && count < 8; count++) {
    const found = await elementAt(window, at, near)
    if (found === undefined) return undefined
    if (found.id === ids.segment) return found.unknown ? { ...found, end: source.size } : found
    if (found.unknown || (found.id !== ebmlId && found.id !== voidId && found.id !== crcId)) return undefined
    at = found.end
  }
  return undefined
}

/** The element whose header stands here; `end` is as declared, or that of the header when it is open. */
async function elementAt(window: Window, start: number, ahead: number): Promise<Element | undefined> {
  const bytes = window.peek(start, longestHeader) ?? (await window.load(start, longestHeader, ahead))
  const header = readHeader(bytes, 0)
  if (header === undefined) return undefined
  const { id, sizeLength, size } = header
  const content = start + header.length
  return { id, start, content, end: content + (size ?? 0), sizeLength, unknown: size === undefined }
}

class Walk {
  readonly #source: Source
  readonly #window: Window
  readonly #limit: number
  readonly #positions: ClusterPosition[] = []
  readonly #blocks: { readonly start: number; readonly end: number }[] = []
  #count = 0
  #damage: string | undefined

  constructor(source: Source, window: Window, limit: number) {
    this.#source = source
    this.#window = window
    this.#limit = limit
  }

  async run(segment: Element) {
    const children: Element[] = []
    let at = segment.content
    while (at < this.#limit && this.#damage === undefined) {
      const found = await elementAt(this.#window, at, children.at(-1)?.id === ids.cluster ? far : near)
      if (found !== undefined && segment.unknown && topLevel.has(found.id)) break
      const child = found && (await this.#closed(found))
      if (child === undefined) this.#damage ??= `no element at ${at}`
      else if (child.end > this.#limit) this.#damage ??= `the element at ${at} is cut off`
      else if (++this.#count > limits.items) this.#damage ??= 'elements without end'
      else {
        children.push(child)
        if (child.id === ids.cluster) await this.#readCluster(child)
        at = child.end
      }
    }
    return {
      children,
      positions: this.#positions,
      blocks: this.#blocks,
      damage: this.#damage,
      end: at,
    }
  }

  /** An element of open size with its end. */
  async #closed(found: Element): Promise<Element | undefined> {
    if (!found.unknown) return found
    if (found.id !== ids.cluster) return undefined
    let at = found.content
    while (at < this.#limit) {
      const child = await elementAt(this.#window, at, near)
      if (child !== undefined && (levelOne.has(child.id) || topLevel.has(child.id))) break
      if (child === undefined || child.unknown || child.end > this.#limit) {
        this.#damage = `the element at ${at} is cut off`
        return found
      }
      if (++this.#count > limits.items) {
        this.#damage = 'elements without end'
        return found
      }
      at = child.end
    }
    return { ...found, end: at }
  }

  /** Position stands before the media, as do the time, the checksum and the size of the cluster before. */
  async #readCluster(cluster: Element): Promise<void> {
    let crc: Element | undefined
    const length = Math.min(far - longestHeader, cluster.end - cluster.content)
    const head =
      this.#window.peek(cluster.content, length) ??
      (await this.#source.read(cluster.content, cluster.content + length))
    let at = 0
    while (at < head.byteLength) {
      const header = readHeader(head, at)
      if (header?.size === undefined || media.has(header.id)) break
      const { id, sizeLength, size } = header
      const [start, content] = [cluster.content + at, cluster.content + at + header.length]
      const element: Element = { id, start, content, end: content + size, sizeLength, unknown: false }
      if (element.end > cluster.content + head.byteLength) break
      at += header.length + size
      if (id === crcId && size === 4) crc = element
      if (id === positionId && size <= 8 && this.#positions.at(-1)?.cluster !== cluster) {
        const value = readUint(head, content - cluster.content, size)
        this.#positions.push({ cluster, position: element, value, ...(crc ? { crc } : {}) })
      }
    }
    this.#blocks.push({ start: cluster.content + at, end: cluster.end })
  }
}

const positionId = 0xa7
/** SimpleBlock, BlockGroup, EncryptedBlock. */
const media: ReadonlySet<number> = new Set([0xa3, 0xa0, 0xaf])
