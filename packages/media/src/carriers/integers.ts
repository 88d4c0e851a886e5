/** Numbers and four-letter names of RIFF and ID3: little-endian reads, writes of both kinds. A missing byte reads as 0. */
import { uint16 } from './binary.ts'

/** Unsigned, little-endian. */
export function uint16le(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0)
}

export function uint32le(bytes: Uint8Array, at: number): number {
  return uint16le(bytes, at + 2) * 0x10000 + uint16le(bytes, at)
}

/** Exact up to 2^53, beyond any file. */
export function uint64le(bytes: Uint8Array, at: number): number {
  return uint32le(bytes, at + 4) * 0x1_0000_0000 + uint32le(bytes, at)
}

export function uint24(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | uint16(bytes, at + 1)
}

export function setUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = (value >>> 8) & 0xff
  bytes[at + 1] = value & 0xff
}

export function setUint32(bytes: Uint8Array, at: number, value: number): void {
  setUint16(bytes, at, value >>> 16)
  setUint16(bytes, at + 2, value)
}

export function setUint16le(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 0xff
  bytes[at + 1] = (value >>> 8) & 0xff
}

export function setUint32le(bytes: Uint8Array, at: number, value: number): void {
  setUint16le(bytes, at, value)
  setUint16le(bytes, at + 2, value >>> 16)
}

export function setUint64le(bytes: Uint8Array, at: number, value: number): void {
  setUint32le(bytes, at, value % 0x1_0000_0000)
  setUint32le(bytes, at + 4, Math.floor(value / 0x1_0000_0000))
}

/** Four ASCII letters. */
export function fourLetters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0)
}
