/**
 * Where the samples of a fragment stand, and what helps to decode them (ISO/IEC 14496-12 8.8.7, 8.8.8, 8.7.9): runs go on for as long
 * as their samples are, into the next box too.
 */
import { limits, type Source } from '@yinji/core'
import { type Box, BoxError } from './bmff-boxes.ts'
import type { BoxPaths } from './bmff-path.ts'

/** Where something begins, and ends; undefined where that is not said. */
export interface Place {
  readonly start: number
  readonly end: number | undefined
}

/** @throws BoxError when a table is too large; RangeError when one breaks off */
export async function contentOf(source: Source, box: Box): Promise<Buffer> {
  if (box.end - box.start > limits.metadataBytes) throw new BoxError('a table beyond measure')
  return Buffer.from(await source.read(box.start + box.header, box.end))
}

/** Sizes of samples that fragments need not repeat, by track (`trex`). */
export type Defaults = ReadonlyMap<number, number>

export async function defaultsIn(source: Source, paths: BoxPaths, moov: Box): Promise<Defaults> {
  const sizes = new Map<number, number>()
  for (const extension of await paths.childrenOf(moov, 'mvex'))
    for (const box of await paths.childrenOf(extension, 'trex')) {
      const content = await contentOf(source, box)
      sizes.set(content.readUInt32BE(4), content.readUInt32BE(16))
    }
  return sizes
}

/** @param defaults of the film, where it is at hand */
export async function fragmentPlaces(
  source: Source,
  paths: BoxPaths,
  moof: Box,
  defaults: Defaults | undefined,
): Promise<Place[]> {
  const places: Place[] = []
  let last = moof.start
  for (const traf of await paths.childrenOf(moof, 'traf')) {
    const [header] = await paths.childrenOf(traf, 'tfhd')
    if (header === undefined) continue
    const { base = moof.start, size } = headOf(await contentOf(source, header), defaults)
    for (const run of await paths.childrenOf(traf, 'trun')) {
      const content = await contentOf(source, run)
      const start = content.readUInt8(3) & 1 ? base + content.readInt32BE(8) : last
      const length = lengthOf(content, size)
      places.push({ start, end: length === undefined ? undefined : start + length })
      last = start + (length ?? 0)
    }
    places.push(...(await auxiliaryPlaces(source, paths, traf, base)))
  }
  return places
}

/** `tfhd`: a base of its own, where it has one, and how long its samples are. */
function headOf(content: Buffer, defaults: Defaults | undefined) {
  const flags = content.readUInt32BE(0)
  const base = flags & 1 ? Number(content.readBigUInt64BE(8)) : undefined
  const before = [1, 2, 8].reduce((sum, bit) => sum + (flags & bit ? (bit === 1 ? 8 : 4) : 0), 8)
  const size = flags & 0x10 ? content.readUInt32BE(before) : defaults?.get(content.readUInt32BE(4))
  return { base, size }
}

/** `trun`: bytes of all samples; undefined where their size is said nowhere. */
function lengthOf(content: Buffer, size: number | undefined): number | undefined {
  const flags = content.readUInt32BE(0)
  const count = content.readUInt32BE(4)
  if ((flags & 0x200) === 0) return size === undefined ? undefined : size * count
  const width = 4 * [0x100, 0x200, 0x400, 0x800].filter((bit) => flags & bit).length
  let at = 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0) + (flags & 0x100 ? 4 : 0)
  let total = 0
  for (let left = count; left > 0; left--, at += width) total += content.readUInt32BE(at)
  return total
}

/** `saio`: initialization vectors and the like, without which nothing is what it was. */
export async function auxiliaryPlaces(
  source: Source,
  paths: BoxPaths,
  parent: Box,
  base: number,
): Promise<Place[]> {
  const places: Place[] = []
  for (const box of await paths.childrenOf(parent, 'saio')) {
    const content = await contentOf(source, box)
    const from = content.readUInt8(3) & 1 ? 12 : 4
    const wide = content.readUInt8(0) > 0
    const count = Math.min(content.readUInt32BE(from), (content.length - from - 4) / (wide ? 8 : 4))
    for (let index = 0; index + 1 <= count; index++) {
      const at = from + 4 + index * (wide ? 8 : 4)
      const start = base + (wide ? Number(content.readBigUInt64BE(at)) : content.readUInt32BE(at))
      places.push({ start, end: start })
    }
  }
  return places
}
