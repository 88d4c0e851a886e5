/**
 * JUMBF (ISO 19566-5), the boxes a manifest store is made of: superboxes (`jumb`), each described by a UUID and a label
 * (`jumd`), hold superboxes and content boxes. Big-endian throughout.
 */
import { limits } from '@yinji/core'

/** Types of superboxes (C2PA 11.1.4; ISO 19566-5 for the last four), as lower-case hex. */
export const uuids = {
  store: '6332706100110010800000aa00389b71',
  manifest: '63326d6100110010800000aa00389b71',
  /** `c2md`, an early name (C2PA 11.2.2). */
  earlyManifest: '63326d6400110010800000aa00389b71',
  updateManifest: '6332756d00110010800000aa00389b71',
  compressedManifest: '6332636d00110010800000aa00389b71',
  assertionStore: '6332617300110010800000aa00389b71',
  claim: '6332636c00110010800000aa00389b71',
  signature: '6332637300110010800000aa00389b71',
  credentialStore: '6332766300110010800000aa00389b71',
  dataBoxes: '6332646200110010800000aa00389b71',
  cbor: '63626f7200110010800000aa00389b71',
  json: '6a736f6e00110010800000aa00389b71',
  uuid: '7575696400110010800000aa00389b71',
  embeddedFile: '40cb0c32bb8a489da70b2ad6f47f4369',
} as const

export interface SuperBox {
  /** Type of the contents, 32 lower-case hex digits; see `uuids`. */
  readonly uuid: string
  /** Empty when the box has none. */
  readonly label: string
  readonly toggles: number
  /** Random bytes that keep a redacted box from being guessed from its hash (C2PA 8.4.2.3, `c2sh`). */
  readonly salt?: Uint8Array | undefined
  readonly children: readonly (SuperBox | ContentBox)[]
  /** The whole box with its header, as it stands: a view. */
  readonly bytes: Uint8Array
  /** Bytes before the description box: 8, or 16 with a 64-bit length. Hashed URIs leave them out. */
  readonly headerLength: number
  /** Where the box starts, in the bytes that were parsed. */
  readonly offset: number
}

export interface ContentBox {
  /** Four characters: `cbor`, `json`, `bidb`, … */
  readonly type: string
  /** A view. */
  readonly payload: Uint8Array
  readonly offset: number
}

/** Not JUMBF, or not within bounds. The message names what was wrong with it. */
export class JumbfError extends Error {
  override readonly name = 'JumbfError'
}

export function isSuperBox(box: SuperBox | ContentBox): box is SuperBox {
  return 'children' in box
}

/** What a hashed URI to this box is the hash of: everything but the header (C2PA 8.4.2.3). */
export function hashedPart(box: SuperBox): Uint8Array {
  return box.bytes.subarray(box.headerLength)
}

/**
 * The superbox at the start of these bytes. What follows it is the caller's to judge: compare `bytes.byteLength`.
 * @throws JumbfError when it breaks off, contradicts itself or goes beyond `limits`.
 */
export function parseJumbf(bytes: Uint8Array): SuperBox {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const header = readHeader(buffer, 0, bytes.byteLength)
  if (header.type !== 'jumb') throw new JumbfError('there is no superbox')
  return parseSuperBox({ bytes, buffer, boxes: 0 }, header, 1)
}

interface Walk {
  /** What boxes are views of. */
  readonly bytes: Uint8Array
  /** The same bytes, for reading. */
  readonly buffer: Buffer
  boxes: number
}

interface Header {
  readonly type: string
  readonly start: number
  readonly body: number
  readonly end: number
}

function readHeader(buffer: Buffer, start: number, limit: number): Header {
  if (limit - start < 8) throw new JumbfError('a box header is cut off')
  const short = buffer.readUInt32BE(start)
  if (short === 1 && limit - start < 16) throw new JumbfError('a box header is cut off')
  const body = short === 1 ? start + 16 : start + 8
  const length = short === 1 ? Number(buffer.readBigUInt64BE(start + 8)) : short
  if (length < body - start) throw new JumbfError('a box is shorter than its header')
  if (length > limit - start) throw new JumbfError('a box is longer than what holds it')
  return { type: buffer.toString('latin1', start + 4, start + 8), start, body, end: start + length }
}

function parseSuperBox(walk: Walk, header: Header, depth: number): SuperBox {
  if (depth > limits.depth) throw new JumbfError('boxes are nested too deeply')
  const { bytes, buffer } = walk
  if (header.body >= header.end) throw new JumbfError('a superbox without description')
  const description = readHeader(buffer, header.body, header.end)
  if (description.type !== 'jumd') throw new JumbfError('a superbox without description')
  const children: (SuperBox | ContentBox)[] = []
  for (let at = description.end; at < header.end; ) {
    walk.boxes += 1
    if (walk.boxes > limits.items) throw new JumbfError('too many boxes')
    const child = readHeader(buffer, at, header.end)
    if (child.type === 'jumb') children.push(parseSuperBox(walk, child, depth + 1))
    else children.push({ type: child.type, payload: bytes.subarray(child.body, child.end), offset: at })
    at = child.end
  }
  const { uuid, label, toggles, salt } = parseDescription(walk, description)
  return {
    uuid,
    label,
    toggles,
    ...(salt && { salt }),
    children,
    bytes: bytes.subarray(header.start, header.end),
    headerLength: header.body - header.start,
    offset: header.start,
  }
}

/** The fields after the UUID and the toggles, each there when its toggle says so (ISO 19566-5 5.3). */
const toggle = { label: 0x02, id: 0x04, signature: 0x08, private: 0x10 } as const
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function parseDescription(walk: Walk, { body, end }: Header) {
  const { bytes, buffer } = walk
  const toggles = bytes[body + 16]
  if (toggles === undefined || end - body < 17) throw new JumbfError('a description is cut off')
  let at = body + 17
  let label = ''
  if (toggles & toggle.label) {
    const stop = buffer.indexOf(0, at)
    if (stop < 0 || stop >= end) throw new JumbfError('a label without end')
    label = decodeLabel(bytes.subarray(at, stop))
    at = stop + 1
  }
  if (toggles & toggle.id) at += 4
  if (toggles & toggle.signature) at += 32
  if (at > end) throw new JumbfError('a description is cut off')
  const own = toggles & toggle.private ? readHeader(buffer, at, end) : undefined
  // No hash covers descriptions of boxes that hold others: nothing may hide there.
  if ((own?.end ?? at) < end) throw new JumbfError('a description with something behind it')
  const salt = own?.type === 'c2sh' ? bytes.subarray(own.body, own.end) : undefined
  return { uuid: buffer.toString('hex', body, body + 16), label, toggles, salt }
}

function decodeLabel(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    throw new JumbfError('a label that is not UTF-8', { cause: error })
  }
}

/** A superbox to be written; its children are boxes, finished or not. */
export interface NewSuperBox {
  readonly uuid: string
  readonly label: string
  readonly salt?: Uint8Array | undefined
  readonly children: readonly (Uint8Array | NewBox)[]
}

/** A box that has not been written yet: its size is known, and what is in it is copied once, when the outermost is written. */
export interface NewBox {
  readonly type: string
  /** With its header. */
  readonly size: number
  readonly contents: readonly (Uint8Array | NewBox)[]
}

/** A box of any type, to be written. */
export function newBox(type: string, ...contents: readonly (Uint8Array | NewBox)[]): NewBox {
  let size = headerBytes
  for (const content of contents) size += content instanceof Uint8Array ? content.byteLength : content.size
  return { type, size, contents }
}

/** A superbox, requestable and labelled as C2PA asks (11.1.4), to be written. */
export function newSuperBox({ uuid, label, salt, children }: NewSuperBox): NewBox {
  const toggles = Uint8Array.of(0x03 | (salt === undefined ? 0 : toggle.private))
  const described = [uuidBytes(uuid), toggles, Buffer.from(`${label}\0`, 'utf8')]
  const description =
    salt === undefined ? newBox('jumd', ...described) : newBox('jumd', ...described, newBox('c2sh', salt))
  return newBox('jumb', description, ...children)
}

/** The bytes of a box with all that is in it. */
export function writeBox(box: NewBox): Uint8Array {
  const { buffer, byteOffset } = Buffer.allocUnsafe(box.size)
  const bytes = new Uint8Array(buffer, byteOffset, box.size)
  writeInto(bytes, 0, box)
  return bytes
}

/** The bytes of a superbox. */
export function encodeSuperBox(box: NewSuperBox): Uint8Array {
  return writeBox(newSuperBox(box))
}

/** The bytes of a box of any type. */
export function encodeBox(type: string, ...contents: readonly Uint8Array[]): Uint8Array {
  return writeBox(newBox(type, ...contents))
}

/** Bytes of length and type. */
const headerBytes = 8

function writeInto(bytes: Uint8Array, start: number, { type, size, contents }: NewBox): number {
  for (let index = 0; index < 4; index++) {
    bytes[start + index] = size >>> (24 - 8 * index)
    bytes[start + 4 + index] = type.charCodeAt(index)
  }
  let at = start + headerBytes
  for (const content of contents) {
    if (content instanceof Uint8Array) {
      bytes.set(content, at)
      at += content.byteLength
    } else at = writeInto(bytes, at, content)
  }
  return at
}

const knownUuids = new Map(Object.values(uuids).map((uuid) => [uuid as string, Buffer.from(uuid, 'hex')]))
const uuidBytes = (uuid: string) => knownUuids.get(uuid) ?? Buffer.from(uuid, 'hex')
