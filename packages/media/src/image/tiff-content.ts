/** Where the pictures of a TIFF stand: strips and tiles of every page, and of the directories below it, which a DNG has. */
import { type Copy, copy, type Source } from '@yinji/core'
import { damagedInput } from '../carriers/faults.ts'
import {
  numbersOf,
  pieceTags,
  readDirectory,
  readTiff,
  type TiffDirectory,
  type TiffStructure,
} from '../carriers/tiff.ts'
import type { TiffLayout } from '../carriers/tiff-layout.ts'

const subdirectories = 330
/** Exif and GPS. */
const others = [34665, 34853]
/** Below one page; a DNG has four or five. */
const mostBelow = 64

/** In the order in which the directories name them, side by side as one. @throws InputError when the file is damaged. */
export async function tiffContent(source: Source): Promise<Copy[]> {
  const tiff = await readTiff(source)
  if (!('layout' in tiff) || tiff.damage !== undefined) throw damagedInput(source, tiff.damage ?? '')
  const { layout } = tiff
  const ranges: Copy[] = []
  for (const page of tiff.pages)
    for (const directory of [page, ...(await below(source, layout, page, [subdirectories]))])
      for await (const range of piecesOf(source, layout, directory)) {
        if (range.end > source.size) throw damagedInput(source, 'a part of the picture is cut off')
        // The head says where the directories begin, and they move.
        if (range.start < layout.word * 2 && range.end > range.start)
          throw damagedInput(source, 'its values lie over each other')
        const last = ranges.at(-1)
        if (last?.end === range.start) ranges[ranges.length - 1] = copy(last.start, range.end)
        else if (range.end > range.start) ranges.push(range)
      }
  return ranges
}

/** All directories: what stands in them says what is shown. */
export async function tiffDirectories(
  source: Source,
  { layout, pages }: Pick<TiffStructure, 'layout' | 'pages'>,
): Promise<TiffDirectory[]> {
  const found: TiffDirectory[] = []
  for (const page of pages)
    found.push(page, ...(await below(source, layout, page, [subdirectories, ...others])))
  return found
}

async function below(
  source: Source,
  layout: TiffLayout,
  page: TiffDirectory,
  tags: readonly number[],
): Promise<TiffDirectory[]> {
  const pointers = page.entries.filter(({ tag }) => tags.includes(tag))
  const lists = await Promise.all(pointers.map((entry) => numbersOf(source, layout, entry)))
  const offsets = lists.flatMap((list) => list ?? [])
  const found = offsets.slice(0, mostBelow).map((at) => readDirectory(source, layout, at))
  return (await Promise.all(found)).flatMap((directory) => directory ?? [])
}

async function* piecesOf(source: Source, layout: TiffLayout, { entries }: TiffDirectory) {
  for (const [offsetTag, lengthTag] of pieceTags) {
    const numbers = async (wanted: number) => {
      const entry = entries.find(({ tag }) => tag === wanted)
      return (entry && (await numbersOf(source, layout, entry))) ?? []
    }
    const lengths = await numbers(lengthTag)
    for (const [index, offset] of (await numbers(offsetTag)).entries())
      yield copy(offset, offset + (lengths[index] ?? 0))
  }
}
