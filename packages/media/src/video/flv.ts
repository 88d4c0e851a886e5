/**
 * FLV (Adobe Flash Video File Format 10.1, annex E): the AIGC field as a string of `onMetaData` (TC260-PG-20257A). C2PA
 * defines no place for a manifest.
 */
import {
  type Edit,
  type Found,
  type FoundLabel,
  InputError,
  limits,
  type MediaHandler,
  type Source,
  type Splice,
} from '@yinji/core'
import { damagedInput, damageFindings } from '../carriers/faults.ts'
import {
  labelsOf,
  type Metadata,
  newMetadata,
  positionsOf,
  readMetadata,
  relabel,
  textsOf,
} from '../carriers/flv-metadata.ts'
import { type FlvTag, isFlv, readFlv, tagHeader } from '../carriers/flv-tags.ts'
import { setUint16, setUint32 } from '../carriers/integers.ts'
import { OffsetMap } from '../carriers/offset-map.ts'
import { growth, partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { videoLabeller } from '../visible/labellers.ts'

const site = 'onMetaData AIGC'

export const flv: MediaHandler = {
  id: 'flv',
  medium: 'video',
  mediaTypes: ['video/x-flv'],
  extensions: ['flv'],
  slots: { aigc: site },
  visible: videoLabeller,
  matches: isFlv,
  read,
  splice,
}

/** One is right, a few are a fault; more are an attack on the reader. */
const most = 64

interface Script {
  readonly tag: FlvTag
  readonly metadata: Metadata
}

/** The metadata in the scripts, and what is wrong with them. */
async function readScripts(source: Source, tags: readonly FlvTag[]) {
  const scripts: Script[] = []
  const faults = new Set<string>()
  let total = 0
  for (const tag of tags) {
    total += tag.end - tag.data
    if (total > limits.metadataBytes) {
      faults.add(`scripts of more than ${limits.metadataBytes} bytes`)
      break
    }
    const metadata = readMetadata(await source.read(tag.data, tag.end))
    if (metadata === undefined) continue
    if ('damage' in metadata) faults.add(metadata.damage)
    else scripts.push({ tag, metadata })
  }
  return { scripts, faults }
}

async function read(source: Source): Promise<Found> {
  const { scripts: tags, damage } = await readFlv(source)
  const { scripts, faults } = await readScripts(source, tags)
  const home = homeOf(scripts)
  const labels = scripts.flatMap(({ metadata }, index) =>
    labelsOf(metadata).map(
      ({ property: { name }, value }): FoundLabel => ({
        site: `onMetaData ${name}`,
        standard: index === home && name === 'AIGC',
        value,
      }),
    ),
  )
  const what = damage ?? [...faults][0]
  const properties = scripts.flatMap(({ metadata }) => textsOf(metadata)).slice(0, limits.evidenceTexts)
  return { labels: labels.slice(0, most), properties, findings: damageFindings(what) }
}

/** Index of the metadata that the label belongs into; negative when there is none. */
const homeOf = (scripts: readonly Script[]) => scripts.findIndex(({ metadata }) => metadata.plain)

/** The size of a tag's data has 24 bits. */
const mostData = 0xffffff

async function splice(source: Source, edit: Edit): Promise<Splice> {
  const { scripts: tags, first, damage } = await readFlv(source)
  const { scripts, faults } = await readScripts(source, tags)
  const what = damage ?? [...faults][0]
  if (what !== undefined) throw damagedInput(source, what)
  const { aigc } = edit
  if (aigc === undefined) return { parts: partsOf(source.size, []) }
  const home = homeOf(scripts)
  const fresh = scripts.map(({ tag, metadata }, index) => ({
    tag,
    data: relabel(metadata, index === home ? aigc : undefined),
  }))
  const changes = fresh.map(({ tag, data }) => replace(tag.start, tag.end + 4, new Uint8Array(framed(data))))
  const added = home < 0 ? [replace(first, first, tagOf(newMetadata(aigc), new Uint8Array(tagHeader)))] : []
  changes.push(...added)
  const map = new OffsetMap(changes)
  const written: Replacement[] = [...added]
  for (const { tag, data } of fresh) {
    if (data.byteLength > mostData)
      throw new InputError('input.size', { what: 'onMetaData', bytes: data.byteLength, most: mostData })
    correct(data, map, source.size, growth(changes))
    const header = await source.read(tag.start, tag.data)
    written.push(replace(tag.start, tag.end + 4, tagOf(data, header)))
  }
  return { parts: partsOf(source.size, written) }
}

/** Bytes of a tag around data, with the size behind it. */
const framed = (data: Uint8Array) => tagHeader + data.byteLength + 4

/** @param header of the old tag: type, time and stream stay; zeros for a new script */
function tagOf(data: Uint8Array, header: Uint8Array): Uint8Array {
  const out = new Uint8Array(framed(data))
  out.set(header)
  out[0] = header[0] || 18
  out[1] = data.byteLength >>> 16
  setUint16(out, 2, data.byteLength & 0xffff)
  out.set(data, tagHeader)
  setUint32(out, tagHeader + data.byteLength, tagHeader + data.byteLength)
  return out
}

/** Moves the offsets in the metadata, and the size of the file where it was right. */
function correct(data: Uint8Array, map: OffsetMap, size: number, grown: number): void {
  const metadata = readMetadata(data)
  if (metadata === undefined || 'damage' in metadata) return
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const positions = positionsOf(metadata)
  for (const at of positions.places) {
    const old = view.getFloat64(at)
    if (old > 0 && old <= size) view.setFloat64(at, map.move(old))
  }
  if (positions.size !== undefined && view.getFloat64(positions.size) === size)
    view.setFloat64(positions.size, size + grown)
}
