/** Walks the directories of a TIFF (TIFF 6.0 section 2): entries, and whether what they point at is there. */
import { limits, type Source } from '@yinji/core'
import { type TiffLayout, tiffLayout, typeSize } from './tiff-layout.ts'

export interface TiffEntry {
  readonly tag: number
  readonly type: number
  readonly count: number
  /** Offset of the entry. */
  readonly at: number
  readonly raw: Uint8Array
  /** Where its value stands, in the entry itself when it is short enough. */
  readonly start: number
  readonly end: number
  readonly inline: boolean
}

export interface TiffDirectory {
  readonly start: number
  readonly end: number
  readonly entries: readonly TiffEntry[]
  /** Offset of the pointer to the next directory, and what it says. */
  readonly nextAt: number
  readonly next: number
}

export interface TiffStructure {
  readonly layout: TiffLayout
  /** The chain of directories, one for each page. */
  readonly pages: readonly TiffDirectory[]
  readonly damage: string | undefined
}

/** More pages than in any book; c2pa-rs draws the line at 10,000. */
const mostPages = 10_000
const mostEntries = 0xffff

export async function readTiff(source: Source): Promise<TiffStructure | { readonly damage: string }> {
  const head = await source.read(0, 16)
  const layout = tiffLayout(head)
  if (layout === undefined) return { damage: 'its header is cut off' }
  const pages: TiffDirectory[] = []
  const broken = (damage: string): TiffStructure => ({ layout, pages, damage })
  const seen = new Set<number>()
  let held = 0
  for (let at = layout.size(head, layout.word); at !== 0; ) {
    if (seen.has(at)) return broken('its directories go round in a circle')
    if (pages.length >= mostPages || held > limits.metadataBytes) return broken('too many directories')
    seen.add(at)
    const page = await readDirectory(source, layout, at)
    if (page === undefined) return broken('a directory is cut off')
    held += page.end - page.start
    pages.push(page)
    at = page.next
  }
  return { layout, pages, damage: await damageOf(source, layout, pages) }
}

/** Undefined when it is not wholly in the file, or where no directory can be. */
export async function readDirectory(
  source: Source,
  layout: TiffLayout,
  start: number,
): Promise<TiffDirectory | undefined> {
  if (start < layout.word * 2 || start >= source.size) return undefined
  const head = await source.read(start, start + layout.countSize)
  if (head.byteLength < layout.countSize) return undefined
  const count = layout.big ? layout.size(head, 0) : layout.u16(head, 0)
  const nextAt = start + layout.countSize + count * layout.entrySize
  const end = nextAt + layout.word
  if (count > mostEntries || end > source.size) return undefined
  const bytes = await source.read(start, end)
  const entries = Array.from({ length: count }, (_, index) =>
    entryOf(layout, bytes, layout.countSize + index * layout.entrySize, start),
  )
  return { start, end, entries, nextAt, next: layout.size(bytes, nextAt - start) }
}

function entryOf(layout: TiffLayout, bytes: Uint8Array, from: number, base: number): TiffEntry {
  const raw = bytes.slice(from, from + layout.entrySize)
  const type = layout.u16(raw, 2)
  const count = layout.size(raw, 4)
  const length = count * typeSize(type)
  const inline = length <= layout.word
  const start = inline ? base + from + 4 + layout.word : layout.size(raw, 4 + layout.word)
  return { tag: layout.u16(raw, 0), type, count, at: base + from, raw, start, end: start + length, inline }
}

/** The numbers of an entry; undefined when they are of another kind, or too many. */
export async function numbersOf(
  source: Source,
  { u16, u32, u64 }: TiffLayout,
  { type, start, end }: TiffEntry,
): Promise<number[] | undefined> {
  const read =
    type === 3 ? u16 : type === 4 || type === 13 ? u32 : type === 16 || type === 18 ? u64 : undefined
  if (read === undefined || end - start > limits.metadataBytes) return undefined
  const bytes = await source.read(start, end)
  const width = typeSize(type)
  return Array.from({ length: Math.floor(bytes.byteLength / width) }, (_, index) =>
    read(bytes, index * width),
  )
}

const imageWidth = 256
/** Where the picture stands and how long each piece is: strips, tiles, JPEG of the old kind. */
export const pieceTags = [
  [273, 279],
  [324, 325],
  [513, 514],
] as const

async function damageOf(
  source: Source,
  layout: TiffLayout,
  pages: readonly TiffDirectory[],
): Promise<string | undefined> {
  if (!pages[0]?.entries.some(({ tag }) => tag === imageWidth)) return 'it holds no picture'
  for (const { entries } of pages) {
    const lost = entries.find(({ end, inline }) => !inline && end > source.size)
    if (lost) return `the value of tag ${lost.tag} is cut off`
    for (const [offsetTag, lengthTag] of pieceTags) {
      const numbers = async (wanted: number) => {
        const entry = entries.find(({ tag }) => tag === wanted)
        return entry && (await numbersOf(source, layout, entry))
      }
      const offsets = (await numbers(offsetTag)) ?? []
      const lengths = (await numbers(lengthTag)) ?? []
      if (offsets.some((offset, index) => offset + (lengths[index] ?? 0) > source.size))
        return 'a part of the picture is cut off'
    }
  }
  return undefined
}
