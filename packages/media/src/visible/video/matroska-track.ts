/** The picture track of a Matroska or WebM file (RFC 9559 5.1.3, 5.1.4): its blocks, as the samples of a movie would be. */
import { limits, type Source } from '@yinji/core'
import { binaryText, uint16 } from '../../carriers/binary.ts'
import { makeBox } from '../../carriers/bmff.ts'
import { type Element, longestHeader, readHeader, readUint } from '../../carriers/ebml.ts'
import { leafIn, type Master, mastersIn, parseTree } from '../../carriers/ebml-tree.ts'
import { setUint16 } from '../../carriers/integers.ts'
import { ids, type Matroska } from '../../carriers/matroska.ts'
import { Window } from '../../carriers/window.ts'
import type { MovieTrack } from './movie-track.ts'
import { emptySamples, type Samples } from './samples.ts'

const [trackId, videoId, numberId, typeId, codecId] = [0xae, 0xe0, 0xd7, 0x83, 0x86]
const [encodingsId, alphaId, scaleId] = [0x6d80, 0x53c0, 0x2ad7b1]
export const privateId = 0x63a2
export const trackMasters: ReadonlySet<number> = new Set([ids.tracks, trackId, videoId])

export const blockIds = { simple: 0xa3, group: 0xa0, block: 0xa1, reference: 0xfb, duration: 0x9b } as const
const [timeId, previousSizeId, checksumId] = [0xe7, 0xab, 0xbf]

/** A frame and the element it is in. */
export interface Block {
  /** The SimpleBlock, or the BlockGroup around the Block. */
  readonly element: { readonly start: number; readonly end: number }
  /** Index of its cluster. */
  readonly cluster: number
  /** When it is shown, in ticks. */
  readonly time: number
  readonly key: boolean
  /** The frame. */
  readonly position: number
  readonly size: number
  /** BlockDuration, in ticks. */
  readonly duration?: number
}

export interface Cluster {
  readonly element: Element
  readonly time: number
  /** Whole elements that speak of bytes: how long the cluster before is, what the checksum of this one is. */
  readonly previousSize?: Element
  readonly checksum?: Element
}

export interface MatroskaTrack extends Pick<MovieTrack, 'ticks' | 'samples' | 'entries' | 'shown'> {
  readonly number: number
  readonly blocks: readonly Block[]
  readonly clusters: readonly Cluster[]
}

/** Or why it can't be taken apart, in words. @param size of the picture, in stored pixels */
export async function matroskaTrack(
  source: Source,
  doc: Matroska,
  size: { readonly width: number; readonly height: number },
): Promise<MatroskaTrack | string> {
  const entry = await pictureEntry(source, doc)
  if (typeof entry === 'string') return entry
  const scale = await timestampScale(source, doc)
  const walk = await walkClusters(source, doc, entry.number)
  if (typeof walk === 'string') return walk
  if (walk.blocks.length === 0) return 'its picture track is empty'
  if (!Number.isInteger(1e9 / scale)) return 'its clock does not divide a second'
  const described = sampleEntry(entry.codec, entry.configuration, size)
  if (described === undefined) return `its pictures are ${entry.codec}`
  return {
    ticks: 1e9 / scale,
    samples: samplesOf(walk.blocks),
    entries: [described],
    shown: { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY },
    number: entry.number,
    ...walk,
  }
}

async function load(source: Source, doc: Matroska, id: number, masters: ReadonlySet<number>) {
  const element = doc.children.find((child) => child.id === id)
  if (element === undefined || element.end - element.start > limits.metadataBytes) return undefined
  return parseTree(await source.read(element.start, element.end), masters).root
}

const uintOf = (parent: Master, id: number): number | undefined => {
  const found = leafIn(parent, id)
  return found && readUint(found.data, 0, Math.min(8, found.data.byteLength))
}

async function pictureEntry(source: Source, doc: Matroska) {
  const tracks = await load(source, doc, ids.tracks, trackMasters)
  const pictures = (tracks ? mastersIn(tracks, trackId) : []).filter((track) => uintOf(track, typeId) === 1)
  const [picture, another] = pictures
  if (picture === undefined || another !== undefined) return 'it has not just one picture track'
  const codec = binaryText(leafIn(picture, codecId)?.data ?? new Uint8Array(0))
  const number = uintOf(picture, numberId)
  if (picture.children.some(({ id }) => id === encodingsId)) return 'its blocks are packed'
  if (mastersIn(picture, videoId).some((video) => uintOf(video, alphaId) === 1)) return 'it is see-through'
  if (number === undefined || number > 126) return 'its picture track has no short number'
  return { codec, number, configuration: leafIn(picture, privateId)?.data ?? new Uint8Array(0) }
}

async function timestampScale(source: Source, doc: Matroska): Promise<number> {
  const info = await load(source, doc, ids.info, new Set([ids.info]))
  return (info && uintOf(info, scaleId)) || 1_000_000
}

/** The frame is described as it would be in a movie, so that one way of decoding serves both. */
function sampleEntry(
  codec: string,
  configuration: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array | undefined {
  const [type, box] = sampleEntries.get(codec.replace(/\0.*$/, '')) ?? []
  if (type === undefined || box === undefined) return undefined
  const fixed = new Uint8Array(78)
  fixed[7] = 1
  setUint16(fixed, 24, width)
  setUint16(fixed, 26, height)
  setUint16(fixed, 40, 1)
  setUint16(fixed, 74, 24)
  setUint16(fixed, 76, 0xffff)
  return makeBox(type, fixed, ...(box === '' ? [] : [makeBox(box, configuration)]))
}

const sampleEntries: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['V_MPEG4/ISO/AVC', ['avc1', 'avcC']],
  ['V_MPEGH/ISO/HEVC', ['hvc1', 'hvcC']],
  ['V_AV1', ['av01', 'av1C']],
  ['V_VP9', ['vp09', '']],
  ['V_VP8', ['vp08', '']],
] as const)

/** Blocks say when they are shown; when they are decoded follows from their order. */
function samplesOf(blocks: readonly Block[]): Samples {
  const samples = emptySamples(blocks.length, !blocks.every(({ key }) => key))
  const times = Float64Array.from(blocks, ({ time }) => time).sort()
  const lag = blocks.reduce((most, { time }, index) => Math.max(most, (times[index] ?? 0) - time), 0)
  const origin = times[0] ?? 0
  for (const [index, block] of blocks.entries()) {
    const decoded = (times[index] ?? 0) - origin
    samples.decoded[index] = decoded
    samples.duration[index] = (times[index + 1] ?? (times[index] ?? 0) + 1) - (times[index] ?? 0)
    samples.delay[index] = block.time - origin - decoded + lag
    samples.size[index] = block.size
    samples.position[index] = block.position
    samples.sync[index] = block.key ? 1 : 0
    samples.entry[index] = 1
    samples.chunk[index] = index
  }
  return samples
}

const near = 4096

async function walkClusters(source: Source, doc: Matroska, track: number) {
  const window = new Window(source)
  const blocks: Block[] = []
  const clusters: Cluster[] = []
  for (const element of doc.children.filter(({ id }) => id === ids.cluster)) {
    let time = 0
    let extra: Pick<Cluster, 'previousSize' | 'checksum'> = {}
    for (let at = element.content; at < element.end; ) {
      const found = readHeader(
        window.peek(at, longestHeader) ?? (await window.load(at, longestHeader, near)),
        0,
      )
      if (found?.size === undefined) return 'a cluster is damaged'
      const content = at + found.length
      const child = { unknown: false, start: at, content, end: content + found.size, ...found }
      if (child.end > element.end) return 'a cluster is damaged'
      if (found.id === timeId)
        time = readUint(await window.load(content, found.size), 0, Math.min(8, found.size))
      if (found.id === previousSizeId) extra = { ...extra, previousSize: child }
      if (found.id === checksumId) extra = { ...extra, checksum: child }
      if (found.id === blockIds.simple || found.id === blockIds.group) {
        const block = await readBlock(window, child, track)
        if (typeof block === 'string') return block
        if (block) blocks.push({ cluster: clusters.length, ...block, time: time + block.time })
      }
      if (blocks.length > limits.items) return 'frames without end'
      at = child.end
    }
    clusters.push({ element, time, ...extra })
  }
  return { blocks, clusters }
}

/** The block, its time from that of its cluster; undefined when it is of another track. */
async function readBlock(
  window: Window,
  element: Element,
  track: number,
): Promise<Omit<Block, 'cluster'> | string | undefined> {
  const place = { start: element.start, end: element.end }
  if (element.id === blockIds.simple) {
    const head = window.peek(element.content, 4) ?? (await window.load(element.content, 4, near))
    return blockOf(head, element, track, place, ((head[3] ?? 0) & 0x80) !== 0)
  }
  let inner: Element | undefined
  let key = true
  let duration: number | undefined
  for (let at = element.content; at < element.end; ) {
    const found = readHeader(
      window.peek(at, longestHeader) ?? (await window.load(at, longestHeader, near)),
      0,
    )
    if (found?.size === undefined) return 'a block is damaged'
    const content = at + found.length
    if (found.id === blockIds.block)
      inner = { unknown: false, start: at, content, end: content + found.size, ...found }
    else if (found.id === blockIds.reference) key = false
    else if (found.id === blockIds.duration)
      duration = readUint(await window.load(content, found.size), 0, Math.min(8, found.size))
    else if (inner === undefined || (await isOurs(window, inner, track))) return 'its blocks have additions'
    at = content + found.size
  }
  if (inner === undefined) return undefined
  const head = window.peek(inner.content, 4) ?? (await window.load(inner.content, 4, near))
  const block = blockOf(head, inner, track, place, key)
  return typeof block === 'object' && duration !== undefined ? { duration, ...block } : block
}

const isOurs = async (window: Window, { content }: Element, track: number) =>
  (await window.load(content, 4, near))[0] === (0x80 | track)

function blockOf(
  head: Uint8Array,
  { content, end }: Element,
  track: number,
  element: Block['element'],
  key: boolean,
): Omit<Block, 'cluster'> | string | undefined {
  if (head[0] !== (0x80 | track)) return undefined
  if (((head[3] ?? 0) & 0x06) !== 0) return 'several frames share a block'
  const time = (uint16(head, 1) << 16) >> 16
  return { element, time, key, position: content + 4, size: end - content - 4 }
}
