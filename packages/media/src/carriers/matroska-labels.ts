/** The AIGC field in the Tags of Matroska and WebM (RFC 9559 5.1.8): a SimpleTag `AIGC` with Targets for the whole file. */
import { type FoundLabel, type FoundProperty, limits, readAigc } from '@yinji/core'
import { type Leaf, leaf, leafIn, type Master, master, mastersIn } from './ebml-tree.ts'
import { ids } from './matroska.ts'

const tagId = 0x7373
const targetsId = 0x63c0
const simpleTagId = 0x67c8
const tagNameId = 0x45a3
const tagStringId = 0x4487
const tagBinaryId = 0x4485

export const tagMasters: ReadonlySet<number> = new Set([ids.tags, tagId, targetsId, simpleTagId])

/** TagTrackUID and its like: what a Tag is about when it is not about the file. A 0 is about all of them. */
const targets: ReadonlyMap<number, string> = new Map([
  [0x63c5, 'TagTrackUID'],
  [0x63c9, 'TagEditionUID'],
  [0x63c4, 'TagChapterUID'],
  [0x63c6, 'TagAttachmentUID'],
])

const utf8 = new TextDecoder()
/** Strings may be padded with NULs (RFC 8794 7.4). */
const decode = (node: Leaf) => utf8.decode(node.data).replace(/\0.*$/s, '')

/** The labels in a Tags element, in order. */
export function labelsIn(tags: Master): FoundLabel[] {
  return mastersIn(tags, tagId).flatMap((tag) => {
    const target = targetOf(tag)
    return mastersIn(tag, simpleTagId).flatMap((simple) => labelsOf(simple, target, true))
  })
}

function targetOf(tag: Master): string | undefined {
  const [node] = mastersIn(tag, targetsId)
  const found = node?.children.find(
    (child) => child.kind === 'leaf' && targets.has(child.id) && child.data.some((byte) => byte !== 0),
  )
  return found && targets.get(found.id)
}

function labelsOf(simple: Master, target: string | undefined, top: boolean): FoundLabel[] {
  const { name, value } = labelOf(simple) ?? {}
  const site = `Tags ${target === undefined ? '' : `${target} `}SimpleTag ${name}`
  const standard = top && target === undefined && name === 'AIGC' && leafIn(simple, tagStringId) !== undefined
  const own = value === undefined ? [] : [{ site, standard, value }]
  return [...own, ...mastersIn(simple, simpleTagId).flatMap((child) => labelsOf(child, target, false))]
}

/** A comment is a label only when it reads as one. */
function labelOf(simple: Master): { name: string; value: string } | undefined {
  const named = leafIn(simple, tagNameId)
  const node = leafIn(simple, tagStringId) ?? leafIn(simple, tagBinaryId)
  if (named === undefined || named.data.byteLength > 64) return undefined
  const name = decode(named)
  if (name.toUpperCase() === 'AIGC')
    return { name, value: node === undefined ? '' : decode({ ...node, data: node.data.subarray(0, most) }) }
  if (!/^(COMMENTS?|DESCRIPTION)$/i.test(name) || node === undefined || node.data.byteLength > most)
    return undefined
  const value = decode(node)
  return value.includes('{') && readAigc(value, name).field !== undefined ? { name, value } : undefined
}

/** Texts that are no labels: `COMMENT`, `ENCODER`, whatever a tool calls them. */
export function textsIn(tags: Master): FoundProperty[] {
  const simples = mastersIn(tags, tagId).flatMap((tag) => mastersIn(tag, simpleTagId))
  return simples.flatMap((simple) => textOf(simple) ?? []).slice(0, limits.evidenceTexts)
}

function textOf(simple: Master): FoundProperty | undefined {
  const named = leafIn(simple, tagNameId)
  const node = leafIn(simple, tagStringId)
  if (named === undefined || node === undefined || named.data.byteLength > 64) return undefined
  if (labelOf(simple) !== undefined) return undefined
  const value = decode({ ...node, data: node.data.subarray(0, limits.evidenceBytes) })
  return { site: 'Tags SimpleTag', name: decode(named), value }
}

/** One byte more than is allowed shows that it is too much. */
const most = limits.aigcBytes + 1

/** Takes the labels out, and Tags that said nothing else. Tells whether there were any. */
export function clearLabels(tags: Master): boolean {
  if (labelsIn(tags).length === 0) return false
  for (const tag of mastersIn(tags, tagId)) {
    if (!clearSimple(tag)) continue
    if (mastersIn(tag, simpleTagId).length === 0)
      tags.children = tags.children.filter((child) => child !== tag)
  }
  return true
}

function clearSimple(parent: Master): boolean {
  const kept = parent.children.filter(
    (child) => child.kind === 'leaf' || child.id !== simpleTagId || labelOf(child) === undefined,
  )
  const gone = kept.length < parent.children.length
  parent.children = kept
  return mastersIn(parent, simpleTagId).reduce((changed, child) => clearSimple(child) || changed, gone)
}

/** Whether a Tags element says anything; an empty one is not allowed. */
export const hasTags = (tags: Master): boolean => mastersIn(tags, tagId).length > 0

/**
 * The label as a Tag of its own. Empty Targets mean the whole file; a TargetType would become part of the key that
 * ffmpeg shows.
 */
export function labelTag(aigc: string): Master {
  const encode = (text: string) => new TextEncoder().encode(text)
  const simple = master(simpleTagId, leaf(tagNameId, encode('AIGC')), leaf(tagStringId, encode(aigc)))
  return master(tagId, master(targetsId), simple)
}
