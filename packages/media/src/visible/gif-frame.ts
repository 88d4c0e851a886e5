/** The frames of a GIF taken apart and put together (GIF89a 18 to 23): place, colours, indices, and how they are shown. */
import { concat, limits, type Source } from '@yinji/core'
import { damagedInput } from '../carriers/faults.ts'
import { cutSubBlocks, type GifBlock, type GifStructure, joinSubBlocks } from '../carriers/gif-blocks.ts'
import { setUint16le, uint16le } from '../carriers/integers.ts'
import { expandGif, packGif } from './gif-lzw.ts'

/** Red, green and blue of each index. */
export type Colours = Uint8Array

export interface GifFrame {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** Row by row as they are shown. */
  readonly indices: Uint8Array
  /** Of the frame itself, else of the file. */
  readonly colours: Colours
  readonly local: boolean
  readonly interlaced: boolean
  readonly transparent: number | undefined
  /** What becomes of the frame's place before the next. */
  readonly dispose: 'none' | 'background' | 'previous'
  readonly control: GifBlock | undefined
  readonly block: GifBlock
}

/** Pictures with the control block before each, in file order. */
export function picturesOf({ blocks }: GifStructure) {
  const pictures: { readonly block: GifBlock; readonly control: GifBlock | undefined }[] = []
  let control: GifBlock | undefined
  for (const block of blocks) {
    if (block.kind === 'control') control = block
    if (block.kind !== 'picture') continue
    pictures.push({ block, control })
    control = undefined
  }
  return pictures
}

/** The colours for frames that have none of their own. */
export const globalColours = async (source: Source, { first }: GifStructure): Promise<Colours> =>
  Uint8Array.from(await source.read(13, first))

/** @throws InputError `input.damaged` */
export async function readFrame(
  source: Source,
  { block, control }: ReturnType<typeof picturesOf>[number],
  global: Colours,
): Promise<GifFrame> {
  const bytes = await source.read(block.start, block.end)
  const [left = 0, top = 0, width = 0, height = 0] = [1, 3, 5, 7].map((at) => uint16le(bytes, at))
  const packed = bytes[9] ?? 0
  const local = (packed & 0x80) !== 0
  const table = local ? 3 * 2 ** ((packed & 7) + 1) : 0
  const size = bytes[10 + table] ?? 0
  if (size < 1 || size > 8) throw damagedInput(source, 'a frame with an unknown code size')
  if (width * height > limits.pixels) throw damagedInput(source, 'a frame of too many pixels')
  const stored = expand(joinSubBlocks(bytes.subarray(11 + table)), size, width * height)
  if (stored === undefined || stored.byteLength < width * height)
    throw damagedInput(source, 'a frame that ends early')
  const interlaced = (packed & 0x40) !== 0
  const flags = control && (await source.read(control.start + 3, control.start + 7))
  return {
    left,
    top,
    width,
    height,
    indices: interlaced ? reordered(stored, width, height, 'shown') : stored,
    colours: local ? Uint8Array.from(bytes.subarray(10, 10 + table)) : global,
    local,
    interlaced,
    transparent: flags && ((flags[0] ?? 0) & 1) === 1 ? flags[3] : undefined,
    dispose: disposalOf(((flags?.[0] ?? 0) >> 2) & 7),
    control,
    block,
  }
}

function expand(data: Uint8Array, size: number, length: number): Uint8Array | undefined {
  try {
    return expandGif(data, size, length)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** 4 is an old mistake for 3. */
const disposalOf = (value: number) =>
  value === 2 ? 'background' : value === 3 || value === 4 ? 'previous' : 'none'

/** Rows in the order of appendix E, or back. */
function reordered(rows: Uint8Array, width: number, height: number, as: 'stored' | 'shown'): Uint8Array {
  const out = new Uint8Array(rows.byteLength)
  let stored = 0
  for (const [first, step] of [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ] as const)
    for (let shown = first; shown < height; shown += step, stored++) {
      const [from, to] = as === 'shown' ? [stored, shown] : [shown, stored]
      out.set(rows.subarray(from * width, (from + 1) * width), to * width)
    }
  return out
}

/** The picture block. */
export function writePicture(frame: Omit<GifFrame, 'control' | 'block'>): Uint8Array {
  const { width, height, colours, local, interlaced, indices } = frame
  const bits = Math.max(1, Math.ceil(Math.log2(colours.length / 3)))
  // Indices without a colour are wrong, and there.
  let most = 0
  for (const index of indices) if (index > most) most = index
  const head = new Uint8Array(10)
  head[0] = 0x2c
  for (const [index, value] of [frame.left, frame.top, width, height].entries())
    setUint16le(head, 1 + index * 2, value)
  head[9] = (local ? 0x80 | (bits - 1) : 0) | (interlaced ? 0x40 : 0)
  const table = new Uint8Array(local ? 3 * 2 ** bits : 0)
  if (local) table.set(colours)
  const size = Math.max(2, bits, Math.ceil(Math.log2(most + 1)))
  const rows = interlaced ? reordered(indices, width, height, 'stored') : indices
  return concat([head, table, Uint8Array.of(size), cutSubBlocks(packGif(rows, size))])
}

/** The control block with another transparent colour; a new one for a frame without. */
export async function writeControl(
  source: Source,
  control: GifBlock | undefined,
  transparent: number,
): Promise<Uint8Array> {
  const bytes = Uint8Array.from(
    control ? await source.read(control.start, control.end) : [0x21, 0xf9, 4, 0, 0, 0, 0, 0],
  )
  bytes[3] = (bytes[3] ?? 0) | 1
  bytes[6] = transparent
  return bytes
}
