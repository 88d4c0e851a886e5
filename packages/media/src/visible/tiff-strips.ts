/**
 * Draws the explicit label into the strips of a TIFF (TIFF 6.0) that it touches: they are decoded, drawn over, and put
 * back in the same compression. All other strips, all directories and all metadata stay where and as they are.
 */
import { deflateSync, inflateSync } from 'node:zlib'
import { InputError, limits, type Source, splicedSource } from '@yinji/core'
import { damagedInput } from '../carriers/faults.ts'
import { partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { numbersOf, readTiff, type TiffDirectory, type TiffEntry } from '../carriers/tiff.ts'
import { type TiffLayout, typeSize } from '../carriers/tiff-layout.ts'
import { type Orientation, orientationOf, storedPixel } from './orientation.ts'
import { drawOver, type Overlay, type Raster } from './raster.ts'
import { expandLzw, packLzw } from './tiff-lzw.ts'

type Compression = 'none' | 'lzw' | 'deflate'
const compressions: Readonly<Record<number, Compression>> = {
  1: 'none',
  5: 'lzw',
  8: 'deflate',
  32946: 'deflate',
}

/** One page, and how its samples stand in the file. */
export interface TiffPage {
  readonly width: number
  readonly height: number
  readonly orientation: Orientation
  readonly channels: number
  readonly wide: boolean
  readonly model: Raster['model']
  readonly alpha: boolean
  /** 0 is white. */
  readonly inverted: boolean
  readonly compression: Compression
  readonly predicted: boolean
  readonly rowsPerStrip: number
  readonly offsets: readonly number[]
  readonly lengths: readonly number[]
  readonly offsetEntry: TiffEntry
  readonly lengthEntry: TiffEntry
}

export interface TiffPicture {
  readonly layout: TiffLayout
  readonly pages: readonly TiffPage[]
}

/** @throws InputError `input.damaged`, `visible.content.unsupported` */
export async function tiffPicture(source: Source): Promise<TiffPicture> {
  const tiff = await readTiff(source)
  if (!('layout' in tiff) || tiff.damage !== undefined) throw damagedInput(source, tiff.damage ?? '')
  const pages: TiffPage[] = []
  for (const page of tiff.pages) pages.push(await pageOf(source, tiff.layout, page))
  return { layout: tiff.layout, pages }
}

function unsupported(what: string): InputError {
  return new InputError('visible.content.unsupported', { what: `TIFF ${what}` })
}

async function pageOf(source: Source, layout: TiffLayout, { entries }: TiffDirectory): Promise<TiffPage> {
  const entry = (tag: number) => entries.find((one) => one.tag === tag)
  const all = async (tag: number): Promise<readonly number[]> => {
    const found = entry(tag)
    return (found && (await numbersOf(source, layout, found))) ?? []
  }
  const one = async (tag: number, otherwise: number) => (await all(tag))[0] ?? otherwise
  const [offsetEntry, lengthEntry] = [entry(273), entry(279)]
  if (entry(50706)) throw unsupported('of a camera (DNG)')
  if (entry(322) || !offsetEntry || !lengthEntry) throw unsupported('in tiles')
  const channels = await one(277, 1)
  if (channels > 1 && (await one(284, 1)) !== 1) throw unsupported('in separate planes')
  const number = await one(259, 1)
  const compression = compressions[number]
  if (compression === undefined) throw unsupported(`of compression ${number}`)
  const photometric = await one(262, 1)
  const colours = photometric === 2 ? 3 : photometric === 5 ? 4 : 1
  // 338: only 2, alpha that colours have not been multiplied by.
  const extra = await all(338)
  const alpha = channels === colours + 1 && extra[0] === 2
  const depths = await all(258)
  const wide = depths[0] === 16
  const whole = depths.length === channels && depths.every((depth) => depth === (wide ? 16 : 8))
  const known = [0, 1, 2, 5].includes(photometric) && (channels === colours || alpha)
  const unsigned = (await all(339)).every((format) => format === 1) && (await one(266, 1)) === 1
  const predictor = await one(317, 1)
  if (!known || !whole || !unsigned || predictor > 2)
    throw unsupported(`of kind ${photometric} with ${depths.join(', ')} bits`)
  const [width, height] = [await one(256, 0), await one(257, 0)]
  if (width * height > limits.pixels) throw unsupported(`of ${width}×${height} pixels`)
  const page: TiffPage = {
    width,
    height,
    orientation: orientationOf(await one(274, 1)),
    channels,
    wide,
    model: colours === 4 ? 'cmyk' : colours === 3 ? 'rgb' : 'grey',
    alpha,
    inverted: photometric === 0,
    compression,
    predicted: compression !== 'none' && predictor === 2,
    rowsPerStrip: Math.min(height, await one(278, height)),
    offsets: await all(273),
    lengths: await all(279),
    offsetEntry,
    lengthEntry,
  }
  const strips = Math.ceil(height / page.rowsPerStrip)
  if (!(strips >= 1) || width < 1 || page.offsets.length !== strips || page.lengths.length !== strips)
    throw damagedInput(source, 'strips are missing')
  return page
}

/** @param overlays for each page, the label as it is shown on it */
export async function drawIntoTiff(
  source: Source,
  { layout, pages }: TiffPicture,
  overlays: readonly Overlay[],
): Promise<Source> {
  const changes: Replacement[] = []
  const tail = { at: source.size, parts: [] as Uint8Array[] }
  for (const [index, page] of pages.entries()) {
    const overlay = overlays[index] as Overlay
    const offsets = [...page.offsets]
    const lengths = [...page.lengths]
    for (const { strip, data } of await strips(source, layout, page, overlay)) {
      const [start = 0, room = 0] = [page.offsets[strip], page.lengths[strip]]
      lengths[strip] = data.byteLength
      const rest = new Uint8Array(Math.max(0, room - data.byteLength))
      if (data.byteLength <= room) changes.push(replace(start, start + room, data, rest))
      else {
        // The old strip must not show what the label covers.
        changes.push(replace(start, start + room, new Uint8Array(room)))
        const pad = tail.at % 2
        offsets[strip] = tail.at + pad
        tail.parts.push(new Uint8Array(pad), data)
        tail.at += pad + data.byteLength
      }
    }
    changes.push(rewritten(layout, page.offsetEntry, offsets), rewritten(layout, page.lengthEntry, lengths))
  }
  changes.push(replace(source.size, source.size, ...tail.parts))
  requireApart(source, changes)
  return splicedSource(source, partsOf(source.size, changes))
}

/** Hostile files, and thrifty ones, let two pages share a strip. */
function requireApart(source: Source, changes: readonly Replacement[]): void {
  let reached = 0
  for (const { start, end } of [...changes].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < reached || end > source.size) throw unsupported('whose parts lie over each other')
    reached = end
  }
}

function rewritten(layout: TiffLayout, entry: TiffEntry, values: readonly number[]): Replacement {
  const size = typeSize(entry.type)
  const most = 2 ** (size * 8) - 1
  const bytes = new Uint8Array(entry.end - entry.start)
  for (const [index, value] of values.entries()) {
    if (value > most) throw unsupported('whose offsets or lengths have too few bits')
    for (let byte = 0; byte < size; byte++) {
      const at = index * size + (layout.little ? byte : size - 1 - byte)
      bytes[at] = Math.floor(value / 256 ** byte) % 256
    }
  }
  return replace(entry.start, entry.end, bytes)
}

/** The strips that the label touches, with it drawn in, as they are to stand in the file. */
async function strips(source: Source, layout: TiffLayout, page: TiffPage, overlay: Overlay) {
  const { width, height, channels, wide, rowsPerStrip } = page
  const samples = width * channels
  const pixels = wide ? new Uint16Array(samples * height) : new Uint8Array(samples * height)
  const touched = touchedStrips(page, overlay)
  const range = (strip: number) => [
    strip * rowsPerStrip * samples,
    Math.min(height, (strip + 1) * rowsPerStrip) * samples,
  ]
  for (const strip of touched) {
    const [from = 0, to = 0] = range(strip)
    const start = page.offsets[strip] ?? 0
    const packed = await source.read(start, start + (page.lengths[strip] ?? 0))
    pixels.set(unpack(source, layout, page, packed, to - from), from)
  }
  drawOver({ pixels, ...page }, overlay, page.orientation)
  return touched.map((strip) => {
    const [from, to] = range(strip)
    return { strip, data: pack(layout, page, pixels.subarray(from, to)) }
  })
}

function touchedStrips(page: TiffPage, { left, top, width, height }: Overlay): number[] {
  const rows = [
    storedPixel(left, top, page, page.orientation)[1],
    storedPixel(left + width - 1, top + height - 1, page, page.orientation)[1],
  ]
  const first = Math.floor(Math.min(...rows) / page.rowsPerStrip)
  const last = Math.floor(Math.max(...rows) / page.rowsPerStrip)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

type Samples = Uint8Array | Uint16Array

function unpack(
  source: Source,
  { little }: TiffLayout,
  page: TiffPage,
  packed: Uint8Array,
  count: number,
): Samples {
  const length = count * (page.wide ? 2 : 1)
  const raw = expand(source, page.compression, packed, length)
  if (raw.byteLength < length) throw damagedInput(source, 'a strip is cut off')
  const samples = page.wide ? new Uint16Array(count) : new Uint8Array(count)
  for (let index = 0; index < count; index++)
    samples[index] = page.wide
      ? little
        ? raw.readUInt16LE(index * 2)
        : raw.readUInt16BE(index * 2)
      : (raw[index] as number)
  // Section 14: each sample less the one to its left.
  const row = page.width * page.channels
  if (page.predicted)
    for (let index = 0; index < count; index++)
      if (index % row >= page.channels)
        samples[index] = (samples[index] as number) + (samples[index - page.channels] as number)
  return page.inverted ? inverted(samples, page) : samples
}

function expand(source: Source, compression: Compression, packed: Uint8Array, length: number): Buffer {
  try {
    if (compression === 'none') return Buffer.from(packed)
    if (compression === 'lzw') return Buffer.from(expandLzw(packed, length))
    return inflateSync(packed, { maxOutputLength: length + 1024 })
  } catch (cause) {
    throw new InputError(
      'input.damaged',
      { what: 'a strip can’t be expanded', name: source.name ?? '' },
      { cause },
    )
  }
}

function pack({ little }: TiffLayout, page: TiffPage, drawn: Samples): Uint8Array {
  const samples = page.inverted ? inverted(drawn, page) : drawn.slice()
  const row = page.width * page.channels
  if (page.predicted)
    for (let index = samples.length - 1; index >= 0; index--)
      if (index % row >= page.channels)
        samples[index] = (samples[index] as number) - (samples[index - page.channels] as number)
  const raw = Buffer.alloc(samples.length * (page.wide ? 2 : 1))
  for (const [index, value] of samples.entries())
    if (!page.wide) raw[index] = value
    else if (little) raw.writeUInt16LE(value, index * 2)
    else raw.writeUInt16BE(value, index * 2)
  return page.compression === 'none' ? raw : page.compression === 'lzw' ? packLzw(raw) : deflateSync(raw)
}

/** Where 0 is white; alpha has one meaning only. */
function inverted(samples: Samples, { alpha }: TiffPage): Samples {
  const out = samples.slice()
  const most = out instanceof Uint16Array ? 65535 : 255
  for (let index = 0; index < out.length; index += alpha ? 2 : 1)
    out[index] = most - (samples[index] as number)
  return out
}
