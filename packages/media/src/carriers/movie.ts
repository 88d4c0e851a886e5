/**
 * Reading and labelling files with a `moov` box (ISO/IEC 14496-12, -14; QuickTime): MP4, MOV and M4A differ in their
 * brands only. Media is never read: only the headers of the top level, `moov`, and what holds offsets.
 */
import {
  type Copy,
  copy,
  type Edit,
  type Found,
  type FoundLabel,
  limits,
  type Source,
  type Splice,
} from '@yinji/core'
import { type Box, boxesAt, findBox, walkBoxes } from './bmff.ts'
import { patchFragments } from './bmff-fragments.ts'
import { aigcBoxText, findLabels, isAigcBox, movieDamage } from './bmff-labels.ts'
import { readManifests } from './bmff-manifest.ts'
import { firstTrack, withMerkleBoxes } from './bmff-merkle.ts'
import { chunkFault } from './bmff-offsets.ts'
import { relabelled } from './bmff-relabel.ts'
import { movieTexts } from './bmff-texts.ts'
import { clearXmpBoxes, isXmpBox, readMovieXmp, readXmpBox } from './bmff-xmp.ts'
import { damagedInput, damageFindings } from './faults.ts'
import { type FoundHere, together } from './found.ts'
import { layOut, topLevel } from './movie-layout.ts'
import type { Fail } from './offset-map.ts'
import { partsOf } from './replacements.ts'
import { seiTexts } from './sei.ts'

export const movieSlots = {
  aigc: 'moov/udta/meta AIGC',
  manifest: { place: 'uuid C2PA', binding: 'bmff' },
} as const

/** More labels, packets or faults than this say nothing new; a hostile file could hold a million. */
const most = 64

export async function readMovie(source: Source): Promise<Found> {
  const { boxes, damage } = await walkBoxes(source)
  const { manifest, damage: unreadable } = await readManifests(source, boxes)
  const places: Partial<FoundHere>[] = [{ findings: damageFindings(damage, ...missing(boxes), unreadable) }]
  const carriers = boxes.filter((box) => box.type === 'moov' || isXmpBox(box) || isAigcBox(box))
  for (const box of carriers.slice(0, most)) {
    if (isXmpBox(box)) places.push(await readXmpBox(source, box))
    else if (isAigcBox(box)) places.push(await readAigcBox(source, box))
    else places.push(await readMoov(source, box))
  }
  const { labels, properties, findings } = together(places)
  return {
    labels: labels.slice(0, most),
    properties,
    findings: findings.slice(0, most),
    ...(manifest === undefined ? {} : { manifest }),
    ...(findBox(boxes, 'moof') && { fragmented: true }),
    ...((await isBeginning(source, boxes)) && { initialization: true }),
  }
}

/** There are no media, but `mvex` announces fragments (ISO/IEC 14496-12 8.8.1). */
async function isBeginning(source: Source, boxes: readonly Box[]): Promise<boolean> {
  if (boxes.some(({ type, content, end }) => type === 'moof' || (type === 'mdat' && end > content)))
    return false
  const box = findBox(boxes, 'moov')
  const moov = box && (await loadBox(source, box))
  return typeof moov === 'object' && boxesAt(moov.bytes, moov.box, ['mvex']).length > 0
}

/** What a `moov` says, and whether it can be rewritten safely. */
export async function readMoov(source: Source, box: Box): Promise<FoundHere> {
  const moov = await loadBox(source, box)
  if (typeof moov === 'string') return together([{ findings: damageFindings(moov) }])
  const labels = findLabels(moov.bytes, moov.box, 'moov')
  const xmp = readMovieXmp(moov.bytes, moov.box)
  const texts = movieTexts(moov.bytes, moov.box, 'moov')
  const properties = [...xmp.properties, ...texts, ...(await seiTexts(source, moov.bytes, moov.box))]
  return { labels, properties, findings: [...xmp.findings, ...damageFindings(faultOf(moov, source))] }
}

/** A field in a box of its own. */
export async function readAigcBox(source: Source, box: Box): Promise<FoundHere> {
  const content = await source.read(box.content, Math.min(box.end, box.content + limits.aigcBytes + 8))
  const label: FoundLabel = { site: box.type, standard: false, value: aigcBoxText(content) }
  return { labels: [label], properties: [], findings: [] }
}

export async function spliceMovie(source: Source, edit: Edit): Promise<Splice> {
  const fail: Fail = (what) => {
    throw damagedInput(source, what)
  }
  const { boxes, damage } = await walkBoxes(source)
  const fault = damage ?? missing(boxes)[0]
  if (fault !== undefined) fail(fault)
  const box = findBox(boxes, 'moov') ?? fail('no moov box')
  const loaded = await loadBox(source, box)
  const moov = typeof loaded === 'string' ? fail(loaded) : loaded
  const broken = faultOf(moov, source)
  if (broken !== undefined) fail(broken)
  const fresh = edit.aigc === undefined ? moov.bytes : relabelled(moov.bytes, moov.box, edit.aigc)
  const cleared = await clearXmpBoxes(source, boxes, edit)
  const fragmented = findBox(boxes, 'moof') !== undefined
  if (edit.leaves && fragmented) fail('it has fragments of its own')
  const track = edit.leaves || (edit.fragments && fragmented) ? firstTrack(moov.bytes, moov.box) : undefined
  if (edit.leaves && track === undefined) fail('no track')
  const layout = layOut(boxes, box, fresh, { cleared, track, ...edit }, fail)
  const patches = layout.map.still ? [] : await patchFragments(source, boxes, layout.map, fail)
  const parts = partsOf(source.size, [...layout.changes, ...patches])
  if (edit.room === 0) return { parts }
  const placed = topLevel(boxes, layout)
  if (track === undefined) return { parts, binding: { kind: 'bmff', boxes: placed } }
  const fragments = { track, leaves: edit.leaves }
  return { parts, binding: { kind: 'bmff', boxes: withMerkleBoxes(placed), fragments } }
}

/** What is in the `mdat` boxes: the samples, whole or in fragments. */
export async function movieContent(source: Source): Promise<Copy[]> {
  const { boxes, damage } = await walkBoxes(source)
  if (damage !== undefined) throw damagedInput(source, damage)
  return boxes.filter(({ type }) => type === 'mdat').map(({ content, end }) => copy(content, end))
}

function missing(boxes: readonly Box[]): string[] {
  const movies = boxes.filter(({ type }) => type === 'moov').length
  if (boxes[0]?.type !== 'ftyp') return ['no ftyp box at the start']
  return movies === 1 ? [] : [movies === 0 ? 'no moov box' : 'more than one moov box']
}

/** What makes a movie one that can't be rewritten safely. */
export function faultOf({ bytes, box }: LoadedBox, source: Source): string | undefined {
  return movieDamage(bytes, box) ?? chunkFault(bytes, source.size)
}

/** A box in memory, with its offsets inside those bytes. */
export interface LoadedBox {
  readonly bytes: Uint8Array
  readonly box: Box
}

/** Or what is wrong with it. */
export async function loadBox(source: Source, box: Box): Promise<LoadedBox | string> {
  const size = box.end - box.start
  if (size > limits.metadataBytes) return `${box.type} of ${size} bytes`
  const content = await source.read(box.start, box.end)
  if (content.byteLength !== size) return `${box.type} is cut off`
  return { bytes: content, box: { ...box, start: 0, content: box.content - box.start, end: size } }
}
