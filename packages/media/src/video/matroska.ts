/**
 * Matroska (RFC 9559) and WebM: the AIGC field in `Tags/Tag/SimpleTag` (TC260-PG-20257A). C2PA defines no place for a
 * manifest.
 */
import {
  type Copy,
  copy,
  type Found,
  type FoundLabel,
  type FoundProperty,
  limits,
  type MediaHandler,
  type Source,
} from '@yinji/core'
import { type Element, readHeader } from '../carriers/ebml.ts'
import { isSound, parseTree } from '../carriers/ebml-tree.ts'
import { damagedInput, damageFindings, trailingFindings } from '../carriers/faults.ts'
import { docTypeOf, ids, readMatroska } from '../carriers/matroska.ts'
import { labelsIn, tagMasters, textsIn } from '../carriers/matroska-labels.ts'
import { spliceMatroska } from '../carriers/matroska-splice.ts'
import { videoLabeller } from '../visible/labellers.ts'

const shared = {
  medium: 'video',
  slots: { aigc: 'Tags SimpleTag AIGC' },
  read,
  splice: spliceMatroska,
  content,
  visible: videoLabeller,
} as const

export const matroska: MediaHandler = {
  ...shared,
  id: 'matroska',
  mediaTypes: [
    'video/matroska',
    'video/x-matroska',
    'audio/matroska',
    'audio/x-matroska',
    'video/matroska-3d',
  ],
  extensions: ['mkv', 'mka', 'mks', 'mk3d'],
  matches: (head) => docTypeOf(head) === 'matroska',
}

export const webm: MediaHandler = {
  ...shared,
  id: 'webm',
  mediaTypes: ['video/webm', 'audio/webm'],
  extensions: ['webm', 'weba'],
  matches: (head) => docTypeOf(head) === 'webm',
}

/** The blocks of every Cluster, without the time, the position and the sizes before them. */
async function content(source: Source): Promise<Copy[]> {
  const { blocks, damage } = await readMatroska(source)
  if (damage !== undefined) throw damagedInput(source, damage)
  return blocks.map(({ start, end }) => copy(start, end))
}

/** More labels or faults than this say nothing new. */
const most = 64

async function read(source: Source): Promise<Found> {
  const { children, segment, damage } = await readMatroska(source)
  const labels: FoundLabel[] = []
  const properties: FoundProperty[] = []
  const faults = new Set(damage === undefined ? [] : [damage])
  for (const element of children.filter(({ id }) => id === ids.tags)) {
    if (labels.length > most || faults.size > most) break
    const { found, texts, fault } = await readTags(source, element)
    labels.push(...found)
    properties.push(...texts)
    if (fault !== undefined) faults.add(fault)
  }
  const findings = damageFindings(...faults)
  const trailing = source.size - segment.end
  if (damage === undefined) findings.push(...trailingFindings(trailing))
  return {
    labels: labels.slice(0, most),
    properties: properties.slice(0, limits.evidenceTexts),
    findings,
  }
}

async function readTags(source: Source, { start, end }: Element) {
  if (end - start > limits.metadataBytes)
    return { found: [], texts: [], fault: `tags of ${end - start} bytes` }
  const bytes = await source.read(start, end)
  const { root, damage } = parseTree(bytes, tagMasters)
  const sound = isSound(bytes.subarray(readHeader(bytes, 0)?.length ?? 0))
  return {
    found: labelsIn(root),
    texts: textsIn(root),
    fault: damage ?? (sound ? undefined : 'the checksum of the tags is wrong'),
  }
}
