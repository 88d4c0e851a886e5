/** DER (ITU-T X.690) for writing certificates and all that belongs to them: a thin layer over node-forge, which speaks in binary strings. */
import forge from 'node-forge'
import { integerBytes } from '../timestamp/request.ts'

const { asn1, util } = forge
export type Node = forge.asn1.Asn1

export const sequence = (...members: Node[]): Node => constructed(asn1.Type.SEQUENCE, members)
/** As `sequence`, of members too many for a call. */
export const sequenceOf = (members: Node[]): Node => constructed(asn1.Type.SEQUENCE, members)
export const set = (...members: Node[]): Node => constructed(asn1.Type.SET, members)
export const boolean = (value: boolean): Node => primitive(asn1.Type.BOOLEAN, value ? '\xff' : '\0')
export const oid = (dotted: string): Node => primitive(asn1.Type.OID, asn1.oidToDer(dotted).getBytes())
export const utf8 = (text: string): Node => primitive(asn1.Type.UTF8, util.encodeUtf8(text))
export const printable = (text: string): Node => primitive(asn1.Type.PRINTABLESTRING, text)
export const nothing = (): Node => primitive(asn1.Type.NULL, '')
export const octets = (bytes: Uint8Array): Node => primitive(asn1.Type.OCTETSTRING, binary(bytes))

/** A bit string of whole bytes. */
export const bits = (bytes: Uint8Array): Node => primitive(asn1.Type.BITSTRING, `\0${binary(bytes)}`)

/** Named bits, e.g. KeyUsage: DER leaves trailing zero bits out (X.690 11.2.2). */
export function flags(numbers: readonly number[]): Node {
  const last = Math.max(...numbers)
  const bytes = new Uint8Array((last >> 3) + 1)
  for (const number of numbers) bytes[number >> 3] = (bytes[number >> 3] ?? 0) | (0x80 >> (number & 7))
  return primitive(asn1.Type.BITSTRING, String.fromCharCode(7 - (last & 7)) + binary(bytes))
}

/** An integer from its big-endian bytes; the first bit must be 0, for it is the sign. */
export const integer = (bytes: Uint8Array): Node => primitive(asn1.Type.INTEGER, binary(bytes))

/** A positive integer from its big-endian bytes. */
export const positive = (bytes: Uint8Array): Node => integer(integerBytes(bytes))

/** A positive integer. */
export function number(value: number | bigint): Node {
  const text = value.toString(16)
  return positive(Buffer.from(text.padStart(text.length + (text.length % 2), '0'), 'hex'))
}

export const enumerated = (value: number): Node => primitive(asn1.Type.ENUMERATED, String.fromCharCode(value))

/** UTCTime up to 2049, GeneralizedTime from then on (RFC 5280 4.1.2.5). */
export function time(date: Date): Node {
  return date.getUTCFullYear() < 2050
    ? primitive(asn1.Type.UTCTIME, asn1.dateToUtcTime(date).toString())
    : primitive(asn1.Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date).toString())
}

/** GeneralizedTime whatever the year (RFC 3161, RFC 6960): whole seconds. */
export function generalizedTime(date: Date): Node {
  return primitive(asn1.Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date).toString())
}

/** `[number] EXPLICIT`. */
export function explicit(number: number, content: Node): Node {
  return asn1.create(asn1.Class.CONTEXT_SPECIFIC, number, true, [content])
}

/** `[number] IMPLICIT` of something primitive: an OCTET STRING, an IA5String, NULL. */
export function implicit(number: number, bytes: Uint8Array): Node {
  return asn1.create(asn1.Class.CONTEXT_SPECIFIC, number, false, binary(bytes))
}

/** `[number] IMPLICIT` of a sequence or set. */
export function implicitMembers(number: number, ...members: Node[]): Node {
  return asn1.create(asn1.Class.CONTEXT_SPECIFIC, number, true, members)
}

/** A value that is DER already. */
export function encoded(der: Uint8Array): Node {
  return asn1.fromDer(binary(der))
}

export function toDer(node: Node): Uint8Array {
  return Buffer.from(asn1.toDer(node).getBytes(), 'binary')
}

function primitive(type: forge.asn1.Type, value: string): Node {
  return asn1.create(asn1.Class.UNIVERSAL, type, false, value)
}

function constructed(type: forge.asn1.Type, members: Node[]): Node {
  return asn1.create(asn1.Class.UNIVERSAL, type, true, members)
}

function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('binary')
}
