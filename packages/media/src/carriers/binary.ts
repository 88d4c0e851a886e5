/**
 * Bytes seen as text, one character a byte: markup can be searched and cut by byte offset, and whatever is not looked
 * at survives untouched, even where it is no valid UTF-8.
 */

export function binaryText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

export function binaryBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

/** What a piece of binary text says, read as UTF-8; invalid bytes become U+FFFD. */
export function decodeUtf8(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8')
}

/** Text as binary text: its UTF-8 bytes, one character each. */
export function encodeUtf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** Whether ASCII text stands at an offset. */
export function hasAscii(bytes: Uint8Array, text: string, at = 0): boolean {
  if (bytes.byteLength < at + text.length) return false
  for (let index = 0; index < text.length; index++)
    if (bytes[at + index] !== text.charCodeAt(index)) return false
  return true
}

/** Big-endian numbers; bytes beyond the end count as 0, so check lengths first where it matters. */
export function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

export function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2)
}
