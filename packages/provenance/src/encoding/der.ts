/**
 * A reader for DER (ITU-T X.690 clause 10): one tag, one length, one value at a time, and never deeper than it is asked
 * to go. Strict on purpose, because two readers that disagree about a certificate are a way in.
 */

import { limits } from '@yinji/core'

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const

export interface DerNode {
  /** The identifier octet: class, constructed bit and number. */
  readonly tag: number
  /** The value alone. */
  readonly value: Uint8Array
  /** Tag, length and value, as they stand. */
  readonly bytes: Uint8Array
}

/** Not DER. The message names what was wrong with it. */
export class DerError extends Error {
  override readonly name = 'DerError'
}

/** The one value these bytes hold, and nothing after it. */
export function readDer(bytes: Uint8Array, tag?: number): DerNode {
  const node = readNode(bytes, 0)
  if (node.bytes.byteLength !== bytes.byteLength) throw new DerError('bytes after the value')
  return tag === undefined ? node : expectTag(node, tag)
}

/** The values inside a constructed one, in order: at most a million, which the longest revocation lists stay far below. */
export function childrenOf(node: DerNode): DerNode[] {
  if ((node.tag & 0x20) === 0) throw new DerError('a primitive value has no members')
  const children: DerNode[] = []
  for (let at = 0; at < node.value.byteLength; ) {
    if (children.length >= limits.items) throw new DerError('too many members')
    const child = readNode(node.value, at)
    children.push(child)
    at += child.bytes.byteLength
  }
  return children
}

export function expectTag(node: DerNode | undefined, tag: number): DerNode {
  if (node?.tag !== tag) throw new DerError(`tag ${node?.tag ?? 'none'} where ${tag} belongs`)
  return node
}

/** The one member of a constructed value. */
export function onlyChild(node: DerNode): DerNode {
  const [child, ...others] = childrenOf(node)
  if (child === undefined || others.length > 0) throw new DerError('one value expected')
  return child
}

function readNode(bytes: Uint8Array, at: number): DerNode {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined) throw new DerError('cut off')
  if ((tag & 0x1f) === 0x1f) throw new DerError('a tag of several bytes')
  const width = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || width > 4) throw new DerError('a length without end')
  let length = first < 0x80 ? first : 0
  for (let index = 0; index < width; index++) length = length * 256 + (bytes[at + 2 + index] ?? Number.NaN)
  const start = at + 2 + width
  if (!(start + length <= bytes.byteLength)) throw new DerError('longer than what holds it')
  if (width > 0 && (length < 0x80 || bytes[at + 2] === 0)) throw new DerError('a length longer than needed')
  return { tag, value: bytes.subarray(start, start + length), bytes: bytes.subarray(at, start + length) }
}

/** Dotted form. */
export function readOid(node: DerNode | undefined): string {
  const { value } = expectTag(node, tags.oid)
  const arcs: number[] = []
  let arc = 0
  for (const [index, byte] of value.entries()) {
    if (arc === 0 && byte === 0x80) throw new DerError('an object identifier with padding')
    arc = arc * 128 + (byte & 0x7f)
    if (arc > Number.MAX_SAFE_INTEGER / 128) throw new DerError('an object identifier too large')
    if (byte >= 0x80) {
      if (index === value.byteLength - 1) throw new DerError('an object identifier cut off')
      continue
    }
    arcs.push(arc)
    arc = 0
  }
  const first = arcs.shift()
  if (first === undefined) throw new DerError('an empty object identifier')
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...arcs].join('.')
}

/** Which algorithm an AlgorithmIdentifier names (RFC 5280 4.1.1.2), its parameters aside. */
export function readAlgorithm(node: DerNode | undefined): string {
  return readOid(childrenOf(expectTag(node, tags.sequence))[0])
}

export function readBoolean(node: DerNode): boolean {
  const { value } = expectTag(node, tags.boolean)
  if (value.byteLength !== 1 || (value[0] !== 0 && value[0] !== 0xff)) throw new DerError('no DER boolean')
  return value[0] === 0xff
}

/** A small, non-negative integer. */
export function readSmallInteger(node: DerNode | undefined): number {
  const { value } = expectTag(node, tags.integer)
  if (value.byteLength < 1 || value.byteLength > 4 || (value[0] ?? 0) >= 0x80)
    throw new DerError('no small integer')
  return value.reduce((total, byte) => total * 256 + byte, 0)
}

/** An integer of any size, such as a serial number: its bytes as they stand, in hexadecimal digits. */
export function readSerial(node: DerNode | undefined): string {
  return Buffer.from(expectTag(node, tags.integer).value).toString('hex')
}

/** The bits of a bit string that are set, by number; bit 0 is the first. */
export function readBits(node: DerNode): ReadonlySet<number> {
  const { value } = expectTag(node, tags.bitString)
  const unused = value[0] ?? 8
  if (unused > 7 || (unused > 0 && value.byteLength === 1) || value.byteLength > 9)
    throw new DerError('no flags')
  const set = new Set<number>()
  for (let bit = 0; bit < (value.byteLength - 1) * 8 - unused; bit++)
    if (((value[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0) set.add(bit)
  return set
}

/** A bit string of whole bytes, as signatures and keys are. */
export function readBitBytes(node: DerNode | undefined): Uint8Array {
  const { value } = expectTag(node, tags.bitString)
  if (value[0] !== 0) throw new DerError('a bit string that does not end with a byte')
  return value.subarray(1)
}

/** UTCTime or GeneralizedTime as RFC 5280 4.1.2.5 allows them: seconds, and `Z`. */
export function readTime(node: DerNode | undefined): Date {
  const text = node ? Buffer.from(node.value).toString('latin1') : ''
  const utc = node?.tag === tags.utcTime && /^\d{12}Z$/.test(text)
  if (!utc && !(node?.tag === tags.generalizedTime && /^\d{14}Z$/.test(text))) throw new DerError('no time')
  const full = utc ? (Number(text.slice(0, 2)) < 50 ? '20' : '19') + text : text
  const iso = full.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) throw new DerError('no such time')
  return time
}

/** A directory string of any of the kinds certificates use. */
export function readText(node: DerNode | undefined): string {
  if (node === undefined) throw new DerError('no text')
  const bytes = Buffer.from(node.value)
  switch (node.tag) {
    case 0x0c: // UTF8String
    case 0x12: // NumericString
    case 0x13: // PrintableString
    case 0x16: // IA5String
      return bytes.toString('utf8')
    case 0x14: // TeletexString, in practice Latin-1
      return bytes.toString('latin1')
    case 0x1e: // BMPString
      return new TextDecoder('utf-16be').decode(bytes)
    default:
      return `#${bytes.toString('hex')}`
  }
}
