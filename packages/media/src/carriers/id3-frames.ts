/**
 * What stands in the ID3v2 frames that can hold a label (id3v2.3.0 sections 4.2.2, 4.16 and 4.28, and their v2.2 and
 * v2.4 forms): user text (TXXX), encapsulated objects (GEOB, the place of a C2PA manifest by C2PA A.3.4), private
 * data (PRIV, where Adobe keeps XMP).
 */
import { inflateSync } from 'node:zlib'
import { concat, limits } from '@yinji/core'
import { binaryBytes, binaryText } from './binary.ts'
import {
  frameUnsynchronised,
  type Id3Frame,
  type Id3Version,
  resynchronise,
  synchsafe,
  writeSynchsafe,
} from './id3.ts'
import { setUint32 } from './integers.ts'

export interface FrameContent {
  readonly data: Uint8Array
  /** Where `data` starts within the frame's bytes; absent when it had to be inflated or resynchronised. */
  readonly offset?: number
}

/** The content of a frame, its wrappings taken off; undefined when it is encrypted or can't be inflated. */
export function frameContent(version: Id3Version, frame: Id3Frame): FrameContent | undefined {
  if (version === 2) return { data: frame.bytes.subarray(6), offset: 6 }
  const bits = version === 3 ? wrappingsV3(frame) : wrappingsV4(frame)
  if (bits.encrypted) return undefined
  const stored = frame.bytes.subarray(bits.offset)
  const data = bits.unsynchronised ? resynchronise(stored) : stored
  if (!bits.compressed) return bits.unsynchronised ? { data } : { data, offset: bits.offset }
  try {
    return { data: inflateSync(data, { maxOutputLength: limits.metadataBytes }) }
  } catch {
    return undefined
  }
}

function wrappingsV3({ flags }: Id3Frame) {
  const compressed = (flags & 0x80) !== 0
  const encrypted = (flags & 0x40) !== 0
  const offset = 10 + (compressed ? 4 : 0) + ((flags & 0x20) !== 0 ? 1 : 0)
  return { compressed, encrypted, unsynchronised: false, offset }
}

function wrappingsV4({ flags, bytes }: Id3Frame) {
  const compressed = (flags & 0x08) !== 0
  const encrypted = (flags & 0x04) !== 0
  const group = (flags & 0x40) !== 0 ? 1 : 0
  // Some taggers set the flag of the length indicator and leave the indicator out.
  const indicated = (flags & 0x01) !== 0 && synchsafe(bytes, 10 + group) !== undefined ? 4 : 0
  const unsynchronised = (flags & frameUnsynchronised) !== 0
  return { compressed, encrypted, unsynchronised, offset: 10 + group + indicated }
}

export interface UserText {
  readonly description: string
  readonly value: string
}

/** A TXXX (TXX) frame, whatever its text encoding. */
export function userText(version: Id3Version, frame: Id3Frame): UserText | undefined {
  if (frame.id !== 'TXXX' && frame.id !== 'TXX') return undefined
  const data = frameContent(version, frame)?.data
  if (data === undefined || data.byteLength < 2) return undefined
  const encoding = data[0] ?? 0
  const end = terminator(data, 1, encoding)
  if (end === undefined) return undefined
  return {
    description: decodeText(data.subarray(1, end.at), encoding),
    value: decodeText(data.subarray(end.next), encoding).replace(/\0+$/, ''),
  }
}

export interface EncapsulatedObject {
  readonly mimeType: string
  readonly object: Uint8Array
  /** Where the object starts within the frame's bytes, if it stands there verbatim. */
  readonly offset?: number
}

/** A GEOB (GEO) frame. */
export function encapsulatedObject(version: Id3Version, frame: Id3Frame): EncapsulatedObject | undefined {
  if (frame.id !== 'GEOB' && frame.id !== 'GEO') return undefined
  const found = frameContent(version, frame)
  if (found === undefined) return undefined
  const { data } = found
  const encoding = data[0] ?? 0
  const mimeType = terminator(data, 1, 0)
  const filename = mimeType && terminator(data, mimeType.next, encoding)
  const description = filename && terminator(data, filename.next, encoding)
  if (mimeType === undefined || description === undefined) return undefined
  return {
    mimeType: decodeText(data.subarray(1, mimeType.at), 0),
    object: data.subarray(description.next),
    ...(found.offset === undefined ? {} : { offset: found.offset + description.next }),
  }
}

/** The data of a PRIV frame of the given owner. */
export function privateData(version: Id3Version, frame: Id3Frame, owner: string): Uint8Array | undefined {
  if (frame.id !== 'PRIV') return undefined
  const data = frameContent(version, frame)?.data
  if (data === undefined) return undefined
  const end = terminator(data, 0, 0)
  if (end === undefined || decodeText(data.subarray(0, end.at), 0) !== owner) return undefined
  return data.subarray(end.next)
}

/** The zero (two in UTF-16, on an even offset) that ends a string. */
export function terminator(
  data: Uint8Array,
  from: number,
  encoding: number,
): { at: number; next: number } | undefined {
  if (encoding !== 1 && encoding !== 2) {
    const at = data.indexOf(0, from)
    return at < 0 ? undefined : { at, next: at + 1 }
  }
  for (let at = from; at + 1 < data.byteLength; at += 2) {
    if (data[at] === 0 && data[at + 1] === 0) return { at, next: at + 2 }
  }
  return undefined
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const utf16le = new TextDecoder('utf-16le')
const utf16be = new TextDecoder('utf-16be')

/** Text in one of the four encodings, read as leniently as it is written. */
export function decodeText(bytes: Uint8Array, encoding: number): string {
  // Encoding 1 asks for a byte order mark; writers that leave it out are little-endian. Encoding 2 is big-endian.
  if (encoding === 1 && !(bytes[0] === 0xfe && bytes[1] === 0xff)) return utf16le.decode(bytes)
  if (encoding === 1 || encoding === 2) return utf16be.decode(bytes)
  try {
    // Many taggers write UTF-8 and call it ISO 8859-1. Text of the latter is hardly ever valid as the former.
    return utf8.decode(bytes)
  } catch {
    return binaryText(bytes)
  }
}

/** A user text frame. The text must be ASCII, which ISO 8859-1 (encoding 0) holds in every version. */
export function writeUserText(version: Id3Version, description: string, value: string): Uint8Array {
  const data = concat([Uint8Array.of(0), binaryBytes(description), Uint8Array.of(0), binaryBytes(value)])
  return concat([frameHeader(version, version === 2 ? 'TXX' : 'TXXX', data.byteLength), data])
}

/** Everything of an encapsulated object frame that stands before the object of the given length. */
export function objectPrefix(
  version: Id3Version,
  names: { mimeType: string; filename: string; description: string },
  length: number,
): Uint8Array {
  const text = binaryBytes(`\0${names.mimeType}\0${names.filename}\0${names.description}\0`)
  return concat([frameHeader(version, version === 2 ? 'GEO' : 'GEOB', text.byteLength + length), text])
}

/** A private frame. */
export function writePrivate(version: Id3Version, owner: string, data: Uint8Array): Uint8Array {
  const name = binaryBytes(`${owner}\0`)
  return concat([frameHeader(version, 'PRIV', name.byteLength + data.byteLength), name, data])
}

function frameHeader(version: Id3Version, id: string, size: number): Uint8Array {
  const header = new Uint8Array(version === 2 ? 6 : 10)
  header.set(binaryBytes(id))
  if (version === 4) writeSynchsafe(header, 4, size)
  else if (version === 3) setUint32(header, 4, size)
  else header.set([size >> 16, (size >> 8) & 0xff, size & 0xff], 3)
  return header
}
