/** A writer for DER (ITU-T X.690 clause 10). Every function gives one whole value: tag, length, content. */
import { concat } from '@yinji/core'
import { tags } from './der.ts'

/** A value in DER. */
export type Der = Uint8Array

export const sequence = (...members: readonly Der[]): Der => sequenceOf(members)
/** As `sequence`, of members too many for a call. */
export const sequenceOf = (members: readonly Der[]): Der => value(tags.sequence, members)
/** Members of a SET OF have to be `ordered`. */
export const set = (...members: readonly Der[]): Der => value(tags.set, members)
export const boolean = (yes: boolean): Der => value(tags.boolean, [Uint8Array.of(yes ? 0xff : 0)])
export const utf8 = (text: string): Der => value(tags.utf8String, [Buffer.from(text)])
/** Letters, digits and a few signs (X.680 41.4); not checked. */
export const printable = (text: string): Der => value(0x13, [Buffer.from(text, 'latin1')])
export const nothing = (): Der => value(0x05, [])
export const octets = (bytes: Uint8Array): Der => value(tags.octetString, [bytes])

/** A bit string of whole bytes. */
export const bits = (bytes: Uint8Array): Der => value(tags.bitString, [Uint8Array.of(0), bytes])

/** Named bits, e.g. KeyUsage: DER leaves trailing zero bits out (X.690 11.2.2). */
export function flags(numbers: readonly number[]): Der {
  const last = Math.max(...numbers)
  const bytes = new Uint8Array((last >> 3) + 1)
  for (const number of numbers) bytes[number >> 3] = (bytes[number >> 3] ?? 0) | (0x80 >> (number & 7))
  return value(tags.bitString, [Uint8Array.of(7 - (last & 7)), bytes])
}

/** An integer from its big-endian bytes; the first bit must be 0, for it is the sign. */
export const integer = (bytes: Uint8Array): Der => value(tags.integer, [bytes])

/** A positive integer from its big-endian bytes. */
export const positive = (bytes: Uint8Array): Der => integer(integerBytes(bytes))

/** An integer from 0 up. */
export function number(count: number | bigint): Der {
  const text = count.toString(16)
  return positive(Buffer.from(text.padStart(text.length + (text.length % 2), '0'), 'hex'))
}

/** The content of a positive integer: no needless zeros, and one where the first bit would be a sign. */
export function integerBytes(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0)
  const digits = start < 0 ? Uint8Array.of(0) : bytes.subarray(start)
  return (digits[0] ?? 0) < 0x80 ? digits : concat([Uint8Array.of(0), digits])
}

export const enumerated = (code: number): Der => value(tags.enumerated, [Uint8Array.of(code)])

/** From its dotted form, arcs of any size (X.690 8.19). */
export function oid(dotted: string): Der {
  const [root = 0n, second = 0n, ...arcs] = dotted.split('.').map(BigInt)
  return value(tags.oid, [Uint8Array.from([root * 40n + second, ...arcs].flatMap(base128))])
}

function base128(arc: bigint): number[] {
  const out = [Number(arc & 0x7fn)]
  for (let left = arc >> 7n; left > 0n; left >>= 7n) out.unshift(Number(left & 0x7fn) | 0x80)
  return out
}

/** UTCTime up to 2049, GeneralizedTime from then on (RFC 5280 4.1.2.5). */
export function time(date: Date): Der {
  return date.getUTCFullYear() < 2050
    ? value(tags.utcTime, [Buffer.from(inSeconds(date).slice(2))])
    : generalizedTime(date)
}

/** GeneralizedTime whatever the year (RFC 3161, RFC 6960): whole seconds. */
export const generalizedTime = (date: Date): Der =>
  value(tags.generalizedTime, [Buffer.from(inSeconds(date))])

const inSeconds = (date: Date) => `${date.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`

/** `[number] EXPLICIT`. */
export const explicit = (number: number, content: Der): Der => value(0xa0 + number, [content])

/** `[number] IMPLICIT` of something primitive: an OCTET STRING, an IA5String, NULL. */
export const implicit = (number: number, bytes: Uint8Array): Der => value(0x80 + number, [bytes])

/** `[number] IMPLICIT` of a sequence or set. */
export const implicitMembers = (number: number, ...members: readonly Der[]): Der =>
  value(0xa0 + number, members)

/** Members of a SET OF, in its order (X.690 11.6). */
export const ordered = (members: readonly Der[]): Der[] => members.toSorted(Buffer.compare)

function value(tag: number, content: readonly Uint8Array[]): Der {
  const length = content.reduce((sum, { byteLength }) => sum + byteLength, 0)
  return concat([Uint8Array.of(tag, ...lengthBytes(length)), ...content])
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let left = length; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256)
  return [0x80 + bytes.length, ...bytes]
}
