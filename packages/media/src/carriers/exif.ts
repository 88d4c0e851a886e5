/**
 * Finds AIGC fields in Exif: `UserComment` and the text tags, as several services write them (GB 45438-2025 has no
 * Exif slot; its guides and the field know one). Exif is never rebuilt: offsets inside it belong to its maker.
 */
import { type AigcInText, blankAigc, findAigc } from './aigc-text.ts'
import { uint16, uint32 } from './binary.ts'
import { uint16le, uint32le } from './integers.ts'

export interface ExifText {
  /** Name of the tag: `UserComment`. */
  readonly tag: string
  /** Fields in its value; offsets are those of the TIFF block. */
  readonly fields: readonly AigcInText[]
}

/** Tags whose text can hold a field, by number. */
export const exifTexts: ReadonlyMap<number, string> = new Map([
  [0x010e, 'ImageDescription'],
  [0x0131, 'Software'],
  [0x013b, 'Artist'],
  [0x8298, 'Copyright'],
  [0x9286, 'UserComment'],
  [0x9c9b, 'XPTitle'],
  [0x9c9c, 'XPComment'],
  [0x9c9e, 'XPKeywords'],
  [0x9c9f, 'XPSubject'],
])
const exifDirectory = 0x8769
/** Real directories have some fifty entries. */
const mostEntries = 1024

/** A text of a TIFF block; offsets are those of the block. */
export interface ExifEntry {
  readonly tag: number
  readonly name: string
  readonly start: number
  readonly end: number
  /** Whether the block is little-endian. */
  readonly little: boolean
}

/** Every AIGC field in a TIFF block, as it stands after `Exif\0\0` or in an `eXIf` chunk. Damage ends the search. */
export function readExif(tiff: Uint8Array): ExifText[] {
  return exifEntries(tiff, exifTexts).flatMap(({ name, start, end }) => {
    const fields = findAigc(tiff.subarray(start, end))
    const shift = (field: AigcInText) => ({ ...field, start: field.start + start, end: field.end + start })
    return fields.length > 0 ? [{ tag: name, fields: fields.map(shift) }] : []
  })
}

/** The texts with these tags, in the first directory and the one of Exif. */
export function exifEntries(tiff: Uint8Array, names: ReadonlyMap<number, string>): ExifEntry[] {
  const order = uint16(tiff, 0)
  if (order !== 0x4949 && order !== 0x4d4d) return []
  const little = order === 0x4949
  const u16 = little ? uint16le : uint16
  const u32 = little ? uint32le : uint32
  if (u16(tiff, 2) !== 42) return []
  const found: ExifEntry[] = []
  const directories = [u32(tiff, 4)]
  for (const [index, directory] of directories.entries()) {
    const count = Math.min(u16(tiff, directory), mostEntries)
    for (
      let entry = directory + 2;
      entry < directory + 2 + count * 12 && entry + 12 <= tiff.byteLength;
      entry += 12
    ) {
      const tag = u16(tiff, entry)
      if (tag === exifDirectory && index === 0) directories.push(u32(tiff, entry + 8))
      const name = names.get(tag)
      const length = u32(tiff, entry + 4)
      const bytewise = [1, 2, 7].includes(u16(tiff, entry + 2))
      if (name === undefined || !bytewise) continue
      const start = length <= 4 ? entry + 8 : u32(tiff, entry + 8)
      found.push({ tag, name, start, end: Math.min(start + length, tiff.byteLength), little })
    }
  }
  return found
}

/** The block with the fields blanked, of the same length. */
export function blankExif(tiff: Uint8Array, found: readonly ExifText[]): Uint8Array {
  return blankAigc(
    tiff,
    found.flatMap(({ fields }) => fields),
  )
}
