/**
 * The trailer that Samsung's camera and photo editor put behind a picture (SEF; as ExifTool's Samsung.pm describes it):
 * named blocks, then a directory that counts back to them, then its length and `SEFT`. Read from the end, a few ranges.
 */
import { type FoundProperty, limits, type Source } from '@yinji/core'
import { binaryText, decodeUtf8, hasAscii } from './binary.ts'
import { uint32le } from './integers.ts'

/** What the photo editor writes down about itself; others are pictures, sounds and capture modes. */
const wanted: ReadonlySet<string> = new Set(['PEg_Info', 'PhotoEditor_Re_Edit_Data'])
const mostDirectory = 64 * 1024
const longestName = 64

export async function sefProperties(source: Source): Promise<FoundProperty[]> {
  const tail = await source.read(Math.max(0, source.size - 8), source.size)
  if (!hasAscii(tail, 'SEFT', 4)) return []
  const length = uint32le(tail, 0)
  const start = source.size - 8 - length
  if (length < 12 || length > mostDirectory || start < 0) return []
  const directory = await source.read(start, source.size - 8)
  if (!hasAscii(directory, 'SEFH')) return []
  const count = Math.min(uint32le(directory, 8), Math.floor((length - 12) / 12), limits.evidenceTexts)
  const found: FoundProperty[] = []
  for (let entry = 12; entry < 12 + count * 12; entry += 12) {
    const at = start - uint32le(directory, entry + 4)
    const property = at < 0 ? undefined : await readBlock(source, at, uint32le(directory, entry + 8))
    if (property) found.push(property)
  }
  return found
}

/** Type, length of the name, name, content. */
async function readBlock(source: Source, at: number, size: number): Promise<FoundProperty | undefined> {
  const head = await source.read(at, at + 8 + longestName)
  const nameLength = uint32le(head, 4)
  if (nameLength > longestName) return undefined
  const name = binaryText(head.subarray(8, 8 + nameLength))
  if (!wanted.has(name)) return undefined
  const start = at + 8 + nameLength
  const bytes = await source.read(start, Math.min(at + size, start + limits.evidenceBytes))
  return { site: 'SEF trailer', name, value: decodeUtf8(binaryText(bytes)) }
}
