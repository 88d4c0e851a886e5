/**
 * ID3v2 tags (id3.org: id3v2-00, id3v2.3.0, id3v2.4.0-structure): finding one, and taking it apart into frames.
 * Frames keep their bytes, so that a tag can be written again with everything else in it unchanged. Whole-tag
 * unsynchronisation is undone here, because a tag is never written with it: C2PA readers look for plain bytes.
 */
import { limits } from '@yinji/core'
import { uint32 } from './binary.ts'
import { uint24 } from './integers.ts'

export type Id3Version = 2 | 3 | 4

export interface Id3Header {
  readonly version: Id3Version
  readonly flags: number
  /** Bytes after the ten of the header: extended header, frames, padding. */
  readonly bodySize: number
  /** Bytes of the whole tag: header, body and footer. */
  readonly size: number
}

export interface Id3Frame {
  /** Three letters in v2.2, four later. */
  readonly id: string
  /** Both flag bytes; 0 in v2.2. */
  readonly flags: number
  /** The frame as it is to be written again, header included. */
  readonly bytes: Uint8Array
  /** Offset in the file of the same bytes; absent when unsynchronisation or a wrong size had to be undone. */
  readonly at?: number
}

export interface Id3Tag extends Id3Header {
  /** Offset of the tag in the file. */
  readonly at: number
  readonly frames: readonly Id3Frame[]
  /** Bytes of zeros after the last frame. */
  readonly padding: number
  /** Why the tag can't be read to its end. */
  readonly damage?: string
}

export const id3HeaderSize = 10
const unsynchronised = 0x80
const extended = 0x40
const footer = 0x10
/** v2.4: this frame is unsynchronised. */
export const frameUnsynchronised = 0x02

/** A tag header at the start of the bytes, or undefined. Versions later than 2.4 do not exist. */
export function id3Header(bytes: Uint8Array, at = 0): Id3Header | undefined {
  const version = bytes[at + 3] ?? 0
  if (bytes.byteLength < at + id3HeaderSize) return undefined
  if (bytes[at] !== 0x49 || bytes[at + 1] !== 0x44 || bytes[at + 2] !== 0x33) return undefined
  const bodySize = synchsafe(bytes, at + 6)
  if ((version !== 2 && version !== 3 && version !== 4) || bytes[at + 4] === 0xff || bodySize === undefined)
    return undefined
  const flags = bytes[at + 5] ?? 0
  const foot = version === 4 && (flags & footer) !== 0 ? id3HeaderSize : 0
  return { version, flags, bodySize, size: id3HeaderSize + bodySize + foot }
}

/** Takes a tag apart. `bytes` start with its header and may be cut off; `at` is where they stand in the file. */
export function parseId3(bytes: Uint8Array, at: number): Id3Tag | undefined {
  const header = id3Header(bytes)
  if (header === undefined) return undefined
  const stored = bytes.subarray(id3HeaderSize, id3HeaderSize + header.bodySize)
  const whole = header.version < 4 && (header.flags & unsynchronised) !== 0
  const body = whole ? resynchronise(stored) : stored
  const start = extendedHeaderSize(header, body)
  if (start === undefined) return { at, frames: [], padding: 0, damage: 'ID3v2 extended header', ...header }
  const walk = walkFrames(header, body, start, whole ? undefined : at + id3HeaderSize)
  const cut = bytes.byteLength < header.size
  const damage = cut ? 'ID3v2 tag is cut off' : walk.damage
  return {
    at,
    frames: walk.frames,
    padding: walk.padding,
    ...header,
    ...(damage === undefined ? {} : { damage }),
  }
}

/** Bytes of the extended header, 0 without one, undefined when it does not fit. */
function extendedHeaderSize(header: Id3Header, body: Uint8Array): number | undefined {
  if ((header.flags & extended) === 0) return 0
  // In v2.2 this bit says that the tag is compressed, in a way that was never defined.
  if (header.version === 2 || body.byteLength < 6) return undefined
  const size = header.version === 3 ? uint32(body, 0) + 4 : synchsafe(body, 0)
  return size === undefined || size < 6 || size > body.byteLength ? undefined : size
}

interface Walk {
  readonly frames: Id3Frame[]
  readonly padding: number
  readonly damage?: string
}

/** Walks the frames; `base` is the offset of the body in the file, unless the body was changed. */
function walkFrames(header: Id3Header, body: Uint8Array, start: number, base: number | undefined): Walk {
  const headerSize = header.version === 2 ? 6 : 10
  const frames: Id3Frame[] = []
  let at = start
  while (at + headerSize <= body.byteLength && body[at] !== 0) {
    const id = frameId(header.version, body, at)
    if (id === undefined) return { frames, padding: 0, damage: 'ID3v2 frame name' }
    if (frames.length >= limits.items) return { frames, padding: 0, damage: 'ID3v2 frames without end' }
    const size = frameSize(header.version, body, at)
    const end = at + headerSize + size
    if (end > body.byteLength) return { frames, padding: 0, damage: `ID3v2 frame ${id} is cut off` }
    frames.push(frame(header, id, body.subarray(at, end), base === undefined ? undefined : base + at))
    at = end
  }
  return { frames, padding: body.byteLength - at }
}

function frame(header: Id3Header, id: string, bytes: Uint8Array, at: number | undefined): Id3Frame {
  if (header.version === 2) return { id, flags: 0, bytes, ...(at === undefined ? {} : { at }) }
  const flags = ((bytes[8] ?? 0) << 8) | (bytes[9] ?? 0)
  const size = bytes.byteLength - 10
  if (header.version === 4) {
    // The tag's flag promises that every frame is unsynchronised, even one that does not say so itself.
    const silent = (header.flags & unsynchronised) !== 0 && (flags & frameUnsynchronised) === 0
    const data = silent ? resynchronise(bytes.subarray(10)) : bytes.subarray(10)
    if (data.byteLength !== size || synchsafe(bytes, 4) !== size)
      return { id, flags, bytes: resized(bytes, data) }
  }
  return { id, flags, bytes, ...(at === undefined ? {} : { at }) }
}

/** A v2.4 frame with the same name and flags, other data, and the size that belongs to them. */
function resized(old: Uint8Array, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(10 + data.byteLength)
  out.set(old.subarray(0, 10))
  writeSynchsafe(out, 4, data.byteLength)
  out.set(data, 10)
  return out
}

function frameSize(version: Id3Version, body: Uint8Array, at: number): number {
  if (version === 2) return uint24(body, at + 3)
  const plain = uint32(body, at + 4)
  if (version === 3) return plain
  const safe = synchsafe(body, at + 4)
  if (safe === undefined) return plain
  // Early iTunes wrote plain sizes into v2.4 tags: believe the one that leads to another frame or to the end.
  if (safe > 0x7f && !leadsOn(body, at + 10 + safe) && leadsOn(body, at + 10 + plain)) return plain
  return safe
}

function leadsOn(body: Uint8Array, at: number): boolean {
  if (at >= body.byteLength) return at === body.byteLength
  return body[at] === 0 || frameId(4, body, at) !== undefined
}

/** Capital letters and digits; old taggers put three-letter names into v2.3 and filled up with a space or NUL. */
function frameId(version: Id3Version, body: Uint8Array, at: number): string | undefined {
  const length = version === 2 ? 3 : 4
  let id = ''
  for (let index = 0; index < length; index++) {
    const byte = body[at + index] ?? 0
    const letter = (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x30 && byte <= 0x39)
    if (!letter && !(index === 3 && (byte === 0 || byte === 0x20))) return undefined
    id += String.fromCharCode(byte)
  }
  return id
}

/** Undoes unsynchronisation: the zero that was put after every 0xFF goes. */
export function resynchronise(bytes: Uint8Array): Uint8Array {
  if (bytes.indexOf(0xff) < 0) return bytes
  const out = new Uint8Array(bytes.byteLength)
  let length = 0
  let before = 0
  for (const byte of bytes) {
    if (byte !== 0 || before !== 0xff) out[length++] = byte
    before = byte
  }
  return out.subarray(0, length)
}

/** 28 bits in four bytes of seven; undefined when a high bit is set or a byte is missing. */
export function synchsafe(bytes: Uint8Array, at: number): number | undefined {
  let value = 0
  for (let index = 0; index < 4; index++) {
    const byte = bytes[at + index] ?? 0xff
    if (byte > 0x7f) return undefined
    value = value * 128 + byte
  }
  return value
}

export function writeSynchsafe(bytes: Uint8Array, at: number, value: number): void {
  for (let index = 0; index < 4; index++) bytes[at + index] = (value >> (7 * (3 - index))) & 0x7f
}
