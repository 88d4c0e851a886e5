/**
 * `c2pa.hash.multi-asset` (C2PA 15.12.4, 18.9): a file of several parts, such as a picture with a film behind it, each with a
 * hash of its own. It is asked when the hash of the whole does not hold, because parts may have been taken out.
 */
import { copy, limits, splicedSource } from '@yinji/core'
import type { Assertion, CheckedManifest } from '../checked-manifest.ts'
import { readReference } from '../claim.ts'
import { type Fields, fieldsOf, isFields, isNatural, isText } from '../fields.ts'
import type { StatusCode } from '../status.ts'
import { assertionUri, ownLabel } from '../uri.ts'
import type { Compared, Content } from './binding.ts'
import { type Box, BoxError } from './bmff-boxes.ts'
import { BoxPaths } from './bmff-path.ts'

export const isMultiAsset = ({ base }: Assertion): boolean => base === 'c2pa.hash.multi-asset'

/** Compares one part with the assertion that has its hash; undefined where the algorithm of that can't be used. */
export type ComparePart = (
  assertion: Assertion,
  method: string,
  part: Content,
) => Promise<Compared | undefined>

export interface PartsCompared {
  readonly outcome: Compared['outcome']
  /** URI of the assertion. */
  readonly at: string
  readonly status: StatusCode
  /** What is wrong with the assertion; empty where it is the content, undefined where the reason is in the log. */
  readonly what: string | undefined
  /** How many parts are not there that did not have to be. */
  readonly removed: number
}

interface Part {
  /** Where it begins in the file: with the header, where it is a box. */
  readonly from: number
  /** What of it is hashed: of a box, its payload. */
  readonly start: number
  readonly end: number
  readonly optional: boolean
  readonly assertion: Assertion
}

const partLabel = /^(c2pa\.hash\.(?:data|boxes|bmff\.v3))\.part(?:__\d+)?$/

export async function compareParts(
  bound: CheckedManifest,
  content: Content,
  compare: ComparePart,
): Promise<PartsCompared> {
  const [assertion, ...others] = bound.assertions.filter(isMultiAsset)
  const at = assertionUri(bound.manifest.label, assertion?.label ?? '')
  const say = (kind: 'match' | 'malformed' | 'mismatch' | 'missingPart', what = '', removed = 0) => {
    const outcome = kind === 'match' ? 'match' : kind === 'malformed' ? 'unchecked' : 'mismatch'
    return { outcome, at, status: `assertion.multiAssetHash.${kind}`, what, removed } as const
  }
  if (others.length > 0) return say('malformed', 'more than one')
  const parts = await readParts(assertion?.fields, bound, new BoxPaths(content.source))
  if (isText(parts)) return say('malformed', parts)
  const { size } = content.source
  const there = parts.filter(({ from }) => from < size)
  if (parts.some((part) => !part.optional && !there.includes(part))) return say('missingPart')
  const end = there.at(-1)?.end ?? 0
  if (!there.every((part, index) => follows(part, there[index - 1]?.end ?? 0)) || end < size)
    return say('malformed', 'parts that do not cover the file')
  if (end > size) return say('mismatch') // a part is cut short
  for (const part of there) {
    const method = part.assertion.label.replace(partLabel, '$1')
    const compared = await compare(part.assertion, method, partOf(content, part))
    if (compared === undefined) return { ...say('malformed'), what: undefined }
    if (compared.outcome !== 'match')
      return say(compared.outcome === 'mismatch' ? 'mismatch' : 'malformed', part.assertion.label)
  }
  return say('match', '', parts.length - there.length)
}

/** The part before a box may reach up to the box, or include its header. */
function follows({ from, start }: Part, end: number): boolean {
  return end === from || end === start
}

/** In the order of the file, or what is wrong with them. */
async function readParts(
  fields: Fields | undefined,
  bound: CheckedManifest,
  boxes: BoxPaths,
): Promise<Part[] | string> {
  const list = fields?.get('parts')
  if (!Array.isArray(list) || list.length === 0 || list.length > limits.assertions) return 'parts'
  const parts: Part[] = []
  for (const entry of list) {
    const place = await locate(isFields(entry) ? fieldsOf(entry, 'location') : undefined, boxes)
    const assertion = isFields(entry) ? assertionAt(entry.get('hashAssertion'), bound) : undefined
    if (isText(place) || !assertion) return isText(place) ? place : 'hashAssertion'
    const optional = isFields(entry) && entry.get('optional') === true
    parts.push({ optional, assertion, ...place })
  }
  return parts
}

/**
 * Where it is, or what is wrong with that. A box that is not there is, even of a part that may be taken out: the standard
 * has no other word for it.
 */
async function locate(
  location: Fields | undefined,
  boxes: BoxPaths,
): Promise<Pick<Part, 'from' | 'start' | 'end'> | string> {
  const [start, length, path] = ['byteOffset', 'length', 'bmffBox'].map((key) => location?.get(key))
  if (path === undefined)
    return isNatural(start) && isNatural(length)
      ? { from: start, start, end: start + length }
      : 'byteOffset or length'
  if (!isText(path) || start !== undefined || length !== undefined) return 'location'
  const box = await boxAt(path, boxes)
  if (box === undefined) return `bmffBox ${path.slice(0, 50)}`
  return { from: box.start, start: Math.min(box.end, box.start + box.header), end: box.end }
}

/** The text of the standard names a box at the top by its type alone, its schema by an XPath. */
async function boxAt(path: string, boxes: BoxPaths): Promise<Box | undefined> {
  try {
    return await boxes.boxAt(path.startsWith('/') ? path : `/${path}`)
  } catch (error) {
    if (error instanceof BoxError) return undefined
    throw error
  }
}

/** The example of the standard has a bare URI where its schema has a hashed one. */
function assertionAt(value: unknown, { manifest, assertions }: CheckedManifest): Assertion | undefined {
  const url = isText(value) ? value : readReference(value)?.url
  const label = ownLabel(url ?? '', manifest.label)
  if (label === undefined || !partLabel.test(label)) return undefined
  return assertions.find((assertion) => assertion.label === label)
}

/** A part as a file of its own; the manifest stands in one of them. */
function partOf(content: Content, { start, end }: Part): Content {
  const { source, found } = content
  const inside = found.excluded.start >= start && found.excluded.start + found.excluded.length <= end
  const excluded = inside
    ? { start: found.excluded.start - start, length: found.excluded.length }
    : { start: 0, length: 0 }
  const part = splicedSource(source, [copy(start, end)])
  return { ...content, source: part, found: { ...found, excluded, alsoExcluded: [] }, assetSha256: false }
}
