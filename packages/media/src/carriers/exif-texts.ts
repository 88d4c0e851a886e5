/**
 * Texts in Exif that say which camera or program made a picture (Exif 3.0, 4.6.5 and 4.6.6): raw material for the
 * evidence table. Values are decoded, never interpreted.
 */
import { type FoundProperty, limits } from '@yinji/core'
import { binaryText, decodeUtf8, hasAscii } from './binary.ts'
import { type ExifEntry, exifEntries } from './exif.ts'

const userComment = 0x9286

/** By number. */
export const exifEvidence: ReadonlyMap<number, string> = new Map([
  [0x010e, 'ImageDescription'],
  [0x010f, 'Make'],
  [0x0110, 'Model'],
  [0x0131, 'Software'],
  [0x013b, 'Artist'],
  [userComment, 'UserComment'],
  [0x9c9b, 'XPTitle'],
  [0x9c9c, 'XPComment'],
])

/** @param site container path of the block, e.g. `APP1 Exif` */
export function exifProperties(tiff: Uint8Array, site: string): FoundProperty[] {
  return exifEntries(tiff, exifEvidence)
    .slice(0, limits.evidenceTexts)
    .flatMap((entry) => {
      const value = exifText(tiff.subarray(entry.start, entry.end), entry)
      return value === '' ? [] : [{ site, name: entry.name, value }]
    })
}

/** What the value of a tag says. */
export function exifText(value: Uint8Array, { tag, little }: Pick<ExifEntry, 'tag' | 'little'>): string {
  const bytes = value.subarray(0, limits.evidenceBytes)
  if (tag >= 0x9c9b) return trimmed(utf16(bytes, true))
  return trimmed(tag === userComment ? commentText(bytes, little) : decodeUtf8(binaryText(bytes)))
}

/**
 * Eight bytes name the character code (4.6.6, UserComment). Writers shorten them, leave them out, and take either byte
 * order for `UNICODE`: so the order is the one in which the zeros of Latin letters make sense.
 */
function commentText(bytes: Uint8Array, little: boolean): string {
  if (hasAscii(bytes, 'UNICODE\0')) {
    const text = bytes.subarray(8)
    const zeros = [0, 0]
    for (const [index, byte] of text.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
    const [even = 0, odd = 0] = zeros
    return utf16(text, even === odd ? little : odd > even)
  }
  return decodeUtf8(binaryText(bytes).replace(/^(?:ASCII|JIS|UNDEFINED)?\0{1,8}/, ''))
}

const little16 = new TextDecoder('utf-16le')
const big16 = new TextDecoder('utf-16be')

function utf16(bytes: Uint8Array, little: boolean): string {
  return (little ? little16 : big16).decode(bytes)
}

function trimmed(text: string): string {
  return text.replace(/\0+$/, '').trim()
}
