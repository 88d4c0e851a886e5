/** Where the Tags of a labelled Matroska file go: into padding where it fits, else before the media, which then moves. */
import { bytes, type Part } from '@yinji/core'
import { type Element, leastVoid, sizeLengthOf, voidId, writeVoid } from './ebml.ts'
import { type Master, master, nodeSize, writeNode } from './ebml-tree.ts'
import { ids, type Matroska } from './matroska.ts'
import { clearLabels, hasTags, labelTag } from './matroska-labels.ts'
import { type Replacement, replace } from './replacements.ts'

export interface TagsPlan {
  readonly changes: readonly Replacement[]
  /** Old offset at which the Tags with the label stand, or before which they are put. */
  readonly at: number
  /** Bytes put before that offset; 0 when the Tags take the place of something. */
  readonly inserted: number
  /** Old offsets of Tags that are gone. */
  readonly gone: ReadonlySet<number>
}

/** An element in memory. */
export interface Loaded {
  readonly element: Element
  readonly root: Master
}

/** Left behind new Tags before the media, so that the next label finds its place without moving it. */
const padding = 256
/** Larger padding is somebody's purpose. */
const mostPadding = 1024 * 1024

/** @param tags every Tags element of the file; they are changed */
export function placeTags(doc: Matroska, tags: readonly Loaded[], aigc: string): TagsPlan {
  const changed = new Set(tags.filter(({ root }) => clearLabels(root)))
  const home = homeOf(doc, tags)
  const others = [...changed].filter((one) => one !== home)
  const gone = new Set(others.filter(({ root }) => !hasTags(root)).map(({ element }) => element.start))
  const changes = others.map(shrunk)
  if (home !== undefined) {
    home.root.children.push(labelTag(aigc))
    const { element } = home
    const place = widened(doc, element)
    const spare = element.start < mediaStart(doc) ? padding : 0
    return { changes: [...changes, fill(home.root, place, spare)], at: element.start, inserted: 0, gone }
  }
  const root = master(ids.tags, labelTag(aigc))
  const hole = holes(doc).findLast((one) => restOf(root, one.end - one.start) !== undefined)
  const at = hole?.start ?? mediaStart(doc)
  const change = fill(root, hole ?? { start: at, end: at }, padding)
  const inserted = hole === undefined ? nodeSize(root) + padding : 0
  return { changes: [...changes, change], at, inserted, gone }
}

/** Offset of the first Cluster, or the end of the Segment. */
function mediaStart({ children, segment }: Matroska): number {
  return children.find(({ id }) => id === ids.cluster)?.start ?? segment.end
}

/** Tags before the media; those behind it only when a SeekHead can tell readers of them. */
function homeOf(doc: Matroska, tags: readonly Loaded[]): Loaded | undefined {
  const front = tags.find(({ element }) => element.start < mediaStart(doc))
  return front ?? (doc.children.some(({ id }) => id === ids.seekHead) ? tags[0] : undefined)
}

/** Padding before the media that is nobody else's: what follows an index is for more of its entries. */
function holes(doc: Matroska): readonly Element[] {
  const isIndex = (id: number | undefined) => id === ids.seekHead || id === ids.cues
  return doc.children.filter(
    (child, index) =>
      isPadding(child) && child.start < mediaStart(doc) && !isIndex(doc.children[index - 1]?.id),
  )
}

const isPadding = ({ id, start, end }: Element) => id === voidId && end - start <= mostPadding

/** An element and the padding behind it. */
export function widened(doc: Matroska, element: Element): { start: number; end: number } {
  const next = doc.children[doc.children.indexOf(element) + 1]
  return { start: element.start, end: next !== undefined && isPadding(next) ? next.end : element.end }
}

/** What is left of a place behind a node; undefined when it does not fit. A single byte goes into the node's size. */
export function restOf(node: Master, place: number): number | undefined {
  const rest = place - nodeSize(node)
  if (rest === 1) {
    const content = node.children.reduce((sum, child) => sum + nodeSize(child), 0)
    const longer = sizeLengthOf(content, node.sizeLength) + 1
    if (longer > 8) return undefined
    node.sizeLength = longer
    return 0
  }
  return rest < 0 ? undefined : rest
}

function fill(root: Master, { start, end }: { start: number; end: number }, spare: number): Replacement {
  const rest = restOf(root, end - start) ?? spare
  return replace(start, end, writeNode(root), ...voidOf(rest))
}

const voidOf = (length: number) => (length < leastVoid ? [] : [writeVoid(length)])
export const voidParts = (length: number): Part[] => voidOf(length).map(bytes)

/** Tags without their label, in the same place and size. */
function shrunk({ element: { start, end }, root }: Loaded): Replacement {
  if (!hasTags(root)) return replace(start, end, writeVoid(end - start))
  return fill(root, { start, end }, 0)
}
