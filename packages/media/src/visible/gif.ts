/**
 * Draws the explicit label into a GIF (GIF89a): every frame as the player shows it, encoded again with palettes of its
 * own colours, between the old file's extensions; order, times and repetition stay.
 */
import { bytesSource, concat, InputError, type Source } from '@yinji/core'
import sharp from 'sharp'
import { type GifBlock, type GifStructure, readGif } from '../carriers/gif-blocks.ts'
import type { Raster } from './raster.ts'

/** @throws InputError `input.damaged`, `visible.content.unsupported` */
export async function gifParts(source: Source): Promise<GifStructure> {
  const structure = await readGif(source)
  const { damage, blocks } = structure
  if (damage !== undefined) throw new InputError('input.damaged', { what: damage, name: source.name ?? '' })
  // Players do not show it, and decoders skip it: what it would look like with a label nobody can say.
  if (blocks.some(({ kind }) => kind === 'other'))
    throw new InputError('visible.content.unsupported', { what: 'GIF with a plain text extension' })
  return structure
}

/** @param frames the canvas after each frame, as the player shows it, label drawn */
export async function graftGif(
  source: Source,
  old: GifStructure,
  frames: readonly Raster[],
): Promise<Source> {
  const encoded = await encode(frames)
  const fresh = await readGif(bytesSource(encoded))
  const times = timesOf(old.blocks)
  if (times.length !== frames.length || timesOf(fresh.blocks).length !== frames.length)
    throw new InputError('input.damaged', { what: 'frames that can’t be decoded', name: source.name ?? '' })
  const extensions = await Promise.all(
    old.blocks
      .filter(({ kind }) => kind === 'application' || kind === 'comment')
      .map(({ start, end }) => source.read(start, end)),
  )
  // Shape of the pixels.
  encoded.set(await source.read(12, 13), 12)
  for (const [index, block] of timesOf(fresh.blocks).entries()) {
    const time = times[index]
    if (block && time) encoded.set(await source.read(time.start + 4, time.start + 6), block.start + 4)
    else if (block) encoded.set([0, 0], block.start + 4)
  }
  const pictures = fresh.blocks
    .filter(({ kind }) => kind === 'control' || kind === 'picture')
    .map(({ start, end }) => encoded.subarray(start, end))
  const trailing = await source.read(source.size - old.trailing, source.size)
  const head = encoded.subarray(0, fresh.first)
  return bytesSource(concat([head, ...extensions, ...pictures, Uint8Array.of(0x3b), trailing]))
}

/** For each picture the block that says how long it is shown, if there is one. */
function timesOf(blocks: readonly GifBlock[]): (GifBlock | undefined)[] {
  const times: (GifBlock | undefined)[] = []
  let control: GifBlock | undefined
  for (const block of blocks) {
    if (block.kind === 'control') control = block
    if (block.kind !== 'picture') continue
    times.push(control)
    control = undefined
  }
  return times
}

function encode(frames: readonly Raster[]): Promise<Buffer> {
  const [{ width, height, channels }] = frames as [Raster]
  const raw = {
    width,
    height: height * frames.length,
    channels: channels as 3 | 4,
    ...(frames.length > 1 ? { pageHeight: height } : {}),
  }
  return sharp(concat(frames.map(({ pixels }) => pixels as Uint8Array)), { raw, limitInputPixels: false })
    .gif({ dither: 0, interFrameMaxError: 0, interPaletteMaxError: 0, keepDuplicateFrames: true, effort: 7 })
    .toBuffer()
}
