/** `onMetaData` of FLV (annex E.5): the AIGC field as a property, and the properties that lead to places in the file. */
import { concat, type FoundProperty, limits, readAigc } from '@yinji/core'
import { amf, type Properties, type Property, propertiesAt, stringAt } from './amf0.ts'
import { hasAscii, uint32 } from './binary.ts'
import { setUint16, setUint32 } from './integers.ts'

/** A script tag's data that holds `onMetaData`. */
export interface Metadata {
  readonly bytes: Uint8Array
  /** Offset of the marker of the object or array with the properties. */
  readonly at: number
  readonly properties: Properties
  /** Whether the event comes first, as readers expect it. */
  readonly plain: boolean
}

const name = '\u0002\0\u000aonMetaData'
/** What a recorder of streams puts before it. */
const recorded = '\u0002\0\u000d@setDataFrame'

/** Undefined when the script is about something else, or breaks off: `damage` tells which. */
export function readMetadata(bytes: Uint8Array): Metadata | { damage: string } | undefined {
  const from = hasAscii(bytes, recorded) ? recorded.length : 0
  if (!hasAscii(bytes, name, from)) return undefined
  const at = from + name.length
  const type = bytes[at]
  if (type !== amf.object && type !== amf.ecmaArray) return { damage: 'onMetaData is no object' }
  const properties = propertiesAt(bytes, at + (type === amf.object ? 1 : 5))
  return properties === undefined
    ? { damage: 'onMetaData breaks off' }
    : { bytes, at, properties, plain: from === 0 }
}

export interface FlvLabel {
  readonly property: Property
  readonly value: string
}

/** The properties that are labels; a comment is one only when it reads as one. */
export function labelsOf({ bytes, properties }: Metadata): FlvLabel[] {
  return properties.list.flatMap((property) => {
    const own = property.name.toUpperCase() === 'AIGC'
    if (!own && !/^(comment|description)$/i.test(property.name)) return []
    const value = stringAt(bytes, property)?.slice(0, limits.aigcBytes + 1)
    if (own) return [{ property, value: value ?? '' }]
    const reads = value?.includes('{') && readAigc(value, property.name).field !== undefined
    return reads && value !== undefined ? [{ property, value }] : []
  })
}

/** Its other texts: `encoder`, `comment` and what tools call theirs. */
export function textsOf(metadata: Metadata): FoundProperty[] {
  const labels = new Set(labelsOf(metadata).map(({ property }) => property))
  const { bytes, properties } = metadata
  return properties.list.slice(0, limits.evidenceTexts).flatMap((property) => {
    const value = labels.has(property) ? undefined : stringAt(bytes, property)
    if (value === undefined || value === '') return []
    return [{ site: 'onMetaData', name: property.name, value: value.slice(0, limits.evidenceBytes) }]
  })
}

/**
 * The data without its labels, and with a new one at the end: ffmpeg stops reading at a string of more than 1023 bytes.
 * Everything else stays byte for byte.
 */
export function relabel(metadata: Metadata, aigc: string | undefined): Uint8Array {
  const { bytes, at, properties } = metadata
  const labels = labelsOf(metadata)
  const kept: Uint8Array[] = []
  let from = 0
  for (const { property } of labels) {
    kept.push(bytes.subarray(from, property.start))
    from = property.end
  }
  const added = aigc === undefined ? [] : [property('AIGC', aigc)]
  const ended =
    aigc === undefined || properties.next > properties.end ? [] : [Uint8Array.of(0, 0, amf.objectEnd)]
  const out = concat([
    ...kept,
    bytes.subarray(from, properties.end),
    ...added,
    ...ended,
    bytes.subarray(properties.end),
  ])
  // Often 0, or wrong: the count is a hint for readers, so it changes as much as the list does.
  if (bytes[at] === amf.ecmaArray)
    setUint32(out, at + 1, Math.max(added.length, uint32(bytes, at + 1) - labels.length + added.length))
  return out
}

/** The data of a script that says nothing but the label. */
export function newMetadata(aigc: string): Uint8Array {
  const head = new TextEncoder().encode(`${name}\u0008\0\0\0\u0001`)
  return concat([head, property('AIGC', aigc), Uint8Array.of(0, 0, amf.objectEnd)])
}

function property(key: string, text: string): Uint8Array {
  const value = new TextEncoder().encode(text)
  const long = value.byteLength > 0xffff
  const head = new Uint8Array(2 + key.length + (long ? 5 : 3))
  setUint16(head, 0, key.length)
  head.set(new TextEncoder().encode(key), 2)
  head[2 + key.length] = long ? amf.longString : amf.string
  if (long) setUint32(head, 3 + key.length, value.byteLength)
  else setUint16(head, 3 + key.length, value.byteLength)
  return concat([head, value])
}

/** Offsets, within the bytes, of the numbers that are offsets of the file; and of the one that is its size. */
export function positionsOf({ bytes, properties }: Metadata): { places: number[]; size?: number } {
  const number = (key: string) =>
    properties.list.find((one) => one.name === key && one.type === amf.number)?.value
  const last = number('lastkeyframelocation')
  const size = number('filesize')
  const keyframes = properties.list.find((one) => one.name === 'keyframes' && one.type === amf.object)
  const inner = keyframes && propertiesAt(bytes.subarray(0, keyframes.end), keyframes.value + 1)
  const positions = inner?.list.find((one) => one.name === 'filepositions' && one.type === amf.strictArray)
  const places = last === undefined ? [] : [last + 1]
  if (positions !== undefined)
    for (let at = positions.value + 5; at + 9 <= positions.end && bytes[at] === amf.number; at += 9)
      places.push(at + 1)
  return { places, ...(size === undefined ? {} : { size: size + 1 }) }
}
