/** The bytes of an XMP packet as binary text in UTF-8 (ISO 16684-1 7.3: UTF-8, UTF-16 or UTF-32). */
import { binaryText, encodeUtf8 } from './binary.ts'

/** UTF-16 becomes UTF-8, its declarations of encoding fall; everything else is left byte for byte. */
export function packetText(packet: Uint8Array): string {
  const encoding = utf16Of(packet)
  if (encoding === undefined) return binaryText(packet)
  const text = new TextDecoder(encoding).decode(packet)
  return encodeUtf8(
    text.replace(/^\s*<\?xml\s[^>]*\?>\s*/, '').replace(/(<\?xpacket\s[^>]*?)\s+encoding=(["']).*?\2/, '$1'),
  )
}

/** UTF-16 shows in a byte order mark or in the NUL beside the first `<`; UTF-32 has two more and is not meant. */
function utf16Of([first, second, third, fourth]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (first === 0x3c && second === 0 && third !== 0) return 'utf-16le'
  return first === 0 && second === 0x3c && fourth !== 0x3c ? 'utf-16be' : undefined
}
