/**
 * The comment header of Vorbis (Vorbis I, section 5), which Opus (RFC 7845, 5.2) and FLAC (RFC 9639, 8.6) share: a vendor
 * string and `NAME=value` fields in UTF-8. The AIGC field is the one called `AIGC` (TC260-PG-202510A). Every other field
 * keeps its bytes.
 */
import { concat, type FoundLabel, type FoundProperty, limits } from '@yinji/core'
import { blankAigc, findAigc, isBlank } from './aigc-text.ts'
import { binaryText } from './binary.ts'
import { setUint32le, uint32le } from './integers.ts'

export interface VorbisComment {
  readonly vendor: Uint8Array
  /** `NAME=value`, as they stand. */
  readonly fields: readonly Uint8Array[]
  /** What follows the last field: the framing bit of Vorbis, the padding of Opus. */
  readonly rest: Uint8Array
}

/** The longest comment anybody has a use for is a few dozen fields; a reader must not drown in empty ones. */
const mostFields = 100_000
/** Pictures and lyrics stand in fields too; a label that is not in a field of its own stands in a short one. */
const mostFreeText = 64 * 1024

/** Takes a comment apart; undefined when a length leads beyond its end. */
export function parseVorbisComment(bytes: Uint8Array): VorbisComment | undefined {
  let at = 0
  const take = (): Uint8Array | undefined => {
    const size = uint32le(bytes, at)
    if (at + 4 > bytes.byteLength || at + 4 + size > bytes.byteLength) return undefined
    at += 4 + size
    return bytes.subarray(at - size, at)
  }
  const vendor = take()
  const count = uint32le(bytes, at)
  if (vendor === undefined || at + 4 > bytes.byteLength || count > mostFields) return undefined
  at += 4
  const fields: Uint8Array[] = []
  for (let index = 0; index < count; index++) {
    const field = take()
    if (field === undefined) return undefined
    fields.push(field)
  }
  return { vendor, fields, rest: bytes.subarray(at) }
}

/** A comment without what follows its last field. */
export function writeVorbisComment(vendor: Uint8Array, fields: readonly Uint8Array[]): Uint8Array {
  return concat([sized(vendor), uint32leBytes(fields.length), ...fields.map(sized)])
}

/** A comment with nothing in it, for files that have none. The vendor string says who encoded, which nobody knows. */
export const blankComment: VorbisComment = {
  vendor: new Uint8Array(0),
  fields: [],
  rest: new Uint8Array(0),
}

/** Every AIGC field, in order; one within another field is misplaced. */
export function commentLabels({ fields }: VorbisComment, site: string, standard: boolean): FoundLabel[] {
  return fields.flatMap((field): FoundLabel[] => {
    const name = nameOf(field)
    if (name === 'AIGC') return [{ site: `${site} AIGC`, standard, value: utf8.decode(field.subarray(5)) }]
    if (field.byteLength > mostFreeText) return []
    return findAigc(field).map(({ value }) => ({ site: `${site} ${name}`, standard: false, value }))
  })
}

/** Fields that may say what made the sound; pictures are left out, labels are told as such. */
export function commentTexts({ fields }: VorbisComment, site: string): FoundProperty[] {
  const texts = fields.flatMap((field): FoundProperty[] => {
    const name = nameOf(field)
    if (name === '' || name === 'AIGC' || name === 'METADATA_BLOCK_PICTURE') return []
    const value = field.subarray(name.length + 1, name.length + 1 + limits.evidenceBytes)
    return findAigc(value).length > 0 ? [] : [{ site, name, value: utf8.decode(value) }]
  })
  return texts.slice(0, limits.evidenceTexts)
}

/** The fields without any AIGC field; the very same array when there was none. */
export function withoutLabels(fields: readonly Uint8Array[]): readonly Uint8Array[] {
  const kept = fields.flatMap((field) => {
    const name = nameOf(field)
    if (name === 'AIGC') return []
    const found = field.byteLength > mostFreeText ? [] : findAigc(field)
    if (found.length === 0) return [field]
    const blanked = blankAigc(field, found)
    return isBlank(blanked.subarray(name.length + 1)) ? [] : [blanked]
  })
  return kept.length === fields.length && kept.every((field, index) => field === fields[index])
    ? fields
    : kept
}

export function aigcField(aigc: string): Uint8Array {
  return new TextEncoder().encode(`AIGC=${aigc}`)
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Names are ASCII and mean the same in any case; a field without `=` is nameless. */
function nameOf(field: Uint8Array): string {
  const end = field.subarray(0, 256).indexOf(0x3d)
  return end < 0 ? '' : binaryText(field.subarray(0, end)).toUpperCase()
}

function sized(bytes: Uint8Array): Uint8Array {
  return concat([uint32leBytes(bytes.byteLength), bytes])
}

function uint32leBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  setUint32le(bytes, 0, value)
  return bytes
}
