/** Tells text from other bytes, and one encoding from another. */
import { isUtf8 } from 'node:buffer'

/** What stands in the way of a text being read: nothing, another encoding, or damage. */
export type TextFault =
  | { readonly kind: 'encoding'; readonly encoding: string }
  | { readonly kind: 'damage'; readonly what: string }

/** Byte order mark of UTF-8; part of the file, not of the text. */
export const bomLength = (bytes: Uint8Array): number =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0

/**
 * Whether a file that begins like this can be a text: UTF-8 without control characters, or UTF-16 by its mark
 * (recognised, so that it can be refused by name). A head that ends inside a character is fine.
 */
export function looksLikeText(head: Uint8Array): boolean {
  if (head.byteLength === 0) return false
  const wide = utf16(head)
  if (wide !== undefined) return isWideText(head, wide)
  const whole = head.subarray(0, head.byteLength - brokenTail(head))
  return isUtf8(whole) && !hasControls(whole)
}

/** Undefined when the bytes are a whole text in UTF-8. */
export function textFault(bytes: Uint8Array): TextFault | undefined {
  const encoding = utf16(bytes)
  if (encoding !== undefined) return { kind: 'encoding', encoding }
  if (hasControls(bytes)) return { kind: 'damage', what: 'it holds control characters' }
  if (isUtf8(bytes)) return undefined
  const tail = brokenTail(bytes)
  if (tail > 0 && isUtf8(bytes.subarray(0, bytes.byteLength - tail)))
    return { kind: 'damage', what: 'it ends in the middle of a character' }
  return { kind: 'encoding', encoding: 'an encoding that could not be told' }
}

function utf16(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'UTF-16LE'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'UTF-16BE'
  return undefined
}

/** Other formats begin with these two bytes as well; a text has no control characters after them. */
function isWideText(head: Uint8Array, encoding: string): boolean {
  for (let at = 2; at + 1 < head.byteLength; at += 2) {
    const [low, high] = encoding === 'UTF-16LE' ? [head[at], head[at + 1]] : [head[at + 1], head[at]]
    if (high === 0 && hasControls(Uint8Array.of(low ?? 0))) return false
  }
  return true
}

/** Bytes at the end that begin a character and do not finish it; 0 to 3. */
function brokenTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.byteLength); back++) {
    const byte = bytes[bytes.byteLength - back] ?? 0
    if (byte < 0x80) return 0
    if (byte < 0xc0) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return length > back ? back : 0
  }
  return 0
}

/** C0 controls other than tab, LF, FF and CR, and DEL: no text has them, most other files do. */
function hasControls(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.byteLength; at++) {
    const byte = bytes[at] ?? 0
    if (byte === 0x7f || (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0c && byte !== 0x0d))
      return true
  }
  return false
}
