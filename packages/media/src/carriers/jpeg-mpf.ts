/**
 * Keeps a Multi-Picture Format index right (CIPA DC-007 5.2.3) when bytes before the further pictures move: gain maps,
 * stereo pairs and previews behind the main picture are found through it.
 */
import { hasAscii, uint16, uint32 } from './binary.ts'
import { setUint32, setUint32le, uint16le, uint32le } from './integers.ts'
import { growth, type Replacement, replace } from './replacements.ts'

const entryTag = 0xb002
const entryBytes = 16
/** `MPF\0`; offsets count from the byte after it. */
export const mpfHeader = 4

export function isMpf(data: Uint8Array): boolean {
  return hasAscii(data, 'MPF\0')
}

/**
 * What keeps the indexes right when other replacements move the pictures they count to. An index is written again even
 * where it stays as it is, so that it never counts as a part of the file that labelling leaves alone.
 */
export function mpfReplacements(
  segments: readonly { readonly start: number; readonly end: number; readonly data: Uint8Array }[],
  others: readonly Replacement[],
): Replacement[] {
  return segments
    .filter(({ data }) => isMpf(data))
    .map(({ start, end, data }) =>
      replace(start + 4, end, shiftMpf(data, growth(others), growth(others, end)) ?? data),
    )
}

/**
 * The payload of an MPF segment after the change, of the same length; undefined when nothing in it has to change.
 * @param primaryGrowth by how many bytes the main picture grows
 * @param offsetGrowth by how many bytes it grows behind this segment, which is what offsets are relative to
 */
function shiftMpf(data: Uint8Array, primaryGrowth: number, offsetGrowth: number): Uint8Array | undefined {
  const entries = entriesOf(data)
  if (entries === undefined || (primaryGrowth === 0 && offsetGrowth === 0)) return undefined
  const { start, count, little } = entries
  const out = Uint8Array.from(data)
  const u32 = little ? uint32le : uint32
  const set = little ? setUint32le : setUint32
  for (let entry = start; entry < start + count * entryBytes; entry += entryBytes) {
    const offset = u32(data, entry + 8)
    if (offset === 0)
      set(out, entry + 4, u32(data, entry + 4) + primaryGrowth) // the main picture: its size
    else set(out, entry + 8, offset + offsetGrowth)
  }
  return out
}

/** Where the pictures stand that an index tells, counted from behind its name; the main one is none. */
export function mpfPictures(data: Uint8Array): { start: number; end: number }[] {
  const entries = entriesOf(data)
  if (entries === undefined) return []
  const { start, count, little } = entries
  const u32 = little ? uint32le : uint32
  return Array.from({ length: count }, (_, index) => {
    const entry = start + index * entryBytes
    const offset = u32(data, entry + 8)
    return { start: offset, end: offset + u32(data, entry + 4) }
  }).filter((picture) => picture.start !== 0)
}

/** Where the MP entries stand in the payload; undefined when the index can't be read, and so is left alone. */
function entriesOf(data: Uint8Array): { start: number; count: number; little: boolean } | undefined {
  const order = uint16(data, mpfHeader)
  if (order !== 0x4949 && order !== 0x4d4d) return undefined
  const little = order === 0x4949
  const u16 = little ? uint16le : uint16
  const u32 = little ? uint32le : uint32
  const directory = mpfHeader + u32(data, mpfHeader + 4)
  const tags = u16(data, directory)
  for (let tag = 0; tag < tags && directory + 2 + tag * 12 + 12 <= data.byteLength; tag++) {
    const at = directory + 2 + tag * 12
    if (u16(data, at) !== entryTag) continue
    const length = u32(data, at + 4)
    const start = mpfHeader + u32(data, at + 8)
    if (length === 0 || length % entryBytes !== 0 || start + length > data.byteLength) return undefined
    return { start, count: length / entryBytes, little }
  }
  return undefined
}
