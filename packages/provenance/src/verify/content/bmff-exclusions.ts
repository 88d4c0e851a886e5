/** Exclusions of a BMFF hash as the assertion states them (C2PA 18.6.2, 18.6.3): boxes, or parts of them. */
import { type Fields, isBytes, isFields, isNatural } from '../fields.ts'
import { isSchemeAt } from '../live/event-box.ts'
import { readSteps, type Step } from './bmff-path.ts'

export interface Exclusion {
  readonly xpath: string
  readonly steps: readonly Step[]
  readonly length: number | undefined
  readonly version: number | undefined
  readonly flags: Uint8Array | undefined
  readonly exact: boolean
  readonly data: readonly { readonly offset: number; readonly value: Uint8Array }[]
  readonly subset: readonly { readonly offset: number; readonly length: number }[] | undefined
}

/** The exclusions, or what is wrong with them. */
export function readExclusions(value: unknown): readonly Exclusion[] | string {
  if (!Array.isArray(value) || value.length === 0 || value.length > 100) return 'exclusions'
  const exclusions: Exclusion[] = []
  for (const entry of value) {
    const exclusion = isFields(entry) ? readExclusion(entry) : undefined
    if (exclusion === undefined) return 'exclusions'
    exclusions.push(exclusion)
  }
  return exclusions
}

function readExclusion(fields: Fields): Exclusion | undefined {
  const xpath = fields.get('xpath')
  const steps = typeof xpath === 'string' ? readSteps(xpath) : undefined
  if (typeof xpath !== 'string' || steps === undefined) return undefined
  const length = optional(fields.get('length'), isNatural)
  const version = optional(fields.get('version'), isNatural)
  const flags = optional(fields.get('flags'), isBytes)
  const exact = optional(fields.get('exact'), (value) => typeof value === 'boolean')
  const data = list(fields.get('data'), (item) => {
    const [offset, bytes] = [item.get('offset'), item.get('value')]
    return isNatural(offset) && isBytes(bytes) ? { offset, value: bytes } : undefined
  })
  const subset = list(fields.get('subset'), (item) => {
    const [offset, size] = [item.get('offset'), item.get('length')]
    return isNatural(offset) && isNatural(size) ? { offset, length: size } : undefined
  })
  const bad = [length, version, flags, exact, data, subset].includes(null)
  if (bad || (flags && flags.byteLength !== 3) || (subset && !ascends(subset))) return undefined
  return {
    xpath,
    steps,
    length: length ?? undefined,
    version: version ?? undefined,
    flags: flags ?? undefined,
    exact: exact ?? true,
    data: data ?? [],
    subset: subset ?? undefined,
  }
}

/** Undefined when absent (or null, as some writers spell absence), null when of the wrong type. */
function optional<T>(value: unknown, is: (value: unknown) => value is T): T | undefined | null {
  if (value === undefined || value === null) return undefined
  return is(value) ? value : null
}

function list<T>(value: unknown, read: (item: Fields) => T | undefined): T[] | undefined | null {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || value.length > 100) return null
  const items = value.map((item) => (isFields(item) ? read(item) : undefined))
  return items.some((item) => item === undefined) ? null : items.filter((item) => item !== undefined)
}

/** Sorted, not overlapping; a length of 0 means "to the end" and must be the last. */
function ascends(subset: NonNullable<Exclusion['subset']>): boolean {
  return subset.every((part, index) => {
    const next = subset[index + 1]
    return next === undefined || (part.length > 0 && part.offset + part.length <= next.offset)
  })
}

/** Extended type of the boxes of C2PA (A.5.1). */
export const c2paBox = 'd8fec3d61b0e483c92975828877ec481'

/**
 * Exclusions beyond those the standard asks for, or that leave out nothing but unused space: they may hide content.
 * @param live of a segment, whose segment info is read elsewhere
 */
export function unexpected(used: ReadonlySet<Exclusion>, hashedPiecewise: boolean, live = false): string[] {
  return [...used]
    .filter((exclusion) => !isExpected(exclusion, hashedPiecewise, live))
    .map(({ xpath }) => xpath)
}

function isExpected({ xpath, data, subset }: Exclusion, hashedPiecewise: boolean, live: boolean): boolean {
  const path = xpath.replace(/\[\d+\]/g, '')
  if (path === '/uuid')
    return data.some(({ offset, value }) => offset === 8 && Buffer.from(value).toString('hex') === c2paBox)
  if (path === '/emsg') return live && data.some(isSchemeAt)
  if (path === '/mdat') return hashedPiecewise && subset?.[0]?.offset === 16
  return ['/ftyp', '/mfra', '/free', '/skip'].includes(path)
}
