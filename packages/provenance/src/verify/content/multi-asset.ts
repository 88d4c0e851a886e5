/**
 * `c2pa.hash.multi-asset` (C2PA 15.12.4, 18.9): a file of several parts, such as a picture with a film behind it, each with a
 * hash of its own. It is asked when the hash of the whole does not hold, because parts may have been taken out.
 */
import { copy, limits, splicedSource } from '@yinji/core'
import { readReference } from '../claim.ts'
import { type Fields, fieldsOf, isFields, isNatural, isText } from '../fields.ts'
import type { Assertion, Statements } from '../statements.ts'
import type { StatusCode } from '../status.ts'
import { assertionUri, ownLabel } from '../uri.ts'
import type { Compared, Content } from './binding.ts'

export const isMultiAsset = ({ base }: Assertion): boolean => base === 'c2pa.hash.multi-asset'

/** Compares one part with the assertion that has its hash. */
export type ComparePart = (assertion: Assertion, method: string, part: Content) => Promise<Compared>

export interface PartsCompared {
  readonly outcome: Compared['outcome']
  /** URI of the assertion. */
  readonly at: string
  readonly status: StatusCode
  /** What is wrong with the assertion, or can't be checked; empty where it is the content. */
  readonly what: string
  /** How many parts are not there that did not have to be. */
  readonly removed: number
}

interface Part {
  readonly start: number
  readonly end: number
  readonly optional: boolean
  readonly assertion: Assertion
}

const partLabel = /^(c2pa\.hash\.(?:data|boxes|bmff\.v3))\.part(?:__\d+)?$/

export async function compareParts(
  bound: Statements,
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
  const parts = readParts(assertion?.fields, bound)
  if (isText(parts)) return say('malformed', parts)
  const { size } = content.source
  const there = parts.filter(({ start }) => start < size)
  if (parts.some((part) => !part.optional && !there.includes(part))) return say('missingPart')
  const end = there.at(-1)?.end ?? 0
  if (there.some(({ start }, index) => start !== (there[index - 1]?.end ?? 0)) || end < size)
    return say('malformed', 'parts that do not cover the file')
  if (end > size) return say('mismatch') // a part is cut short
  for (const part of there) {
    const method = part.assertion.label.replace(partLabel, '$1')
    const { outcome } = await compare(part.assertion, method, partOf(content, part))
    if (outcome !== 'match')
      return say(outcome === 'mismatch' ? 'mismatch' : 'malformed', part.assertion.label)
  }
  return say('match', '', parts.length - there.length)
}

/** In the order of the file, or what is wrong with them. */
function readParts(fields: Fields | undefined, bound: Statements): Part[] | string {
  const list = fields?.get('parts')
  if (!Array.isArray(list) || list.length === 0 || list.length > limits.assertions) return 'parts'
  const parts: Part[] = []
  for (const entry of list) {
    const location = isFields(entry) ? fieldsOf(entry, 'location') : undefined
    if (location?.has('bmffBox')) return 'bmffBox'
    const [start, length] = [location?.get('byteOffset'), location?.get('length')]
    const assertion = isFields(entry) ? assertionAt(entry.get('hashAssertion'), bound) : undefined
    if (!isNatural(start) || !isNatural(length) || !assertion) return 'location or hashAssertion'
    const optional = isFields(entry) && entry.get('optional') === true
    parts.push({ start, end: start + length, optional, assertion })
  }
  return parts
}

/** The example of the standard has a bare URI where its schema has a hashed one. */
function assertionAt(value: unknown, { manifest, assertions }: Statements): Assertion | undefined {
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
