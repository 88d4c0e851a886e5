/** A new picture in an old PNG: chunks that do not depend on how the pixels are stored are taken over byte for byte. */
import { constants, createInflate } from 'node:zlib'
import { bytesSource, concat, InputError, type Source } from '@yinji/core'
import { uint32 } from '../carriers/binary.ts'
import { damagedInput } from '../carriers/faults.ts'
import { fourLetters } from '../carriers/integers.ts'
import { type Chunk, pngSignature, readPng, writeChunk } from '../carriers/png-chunks.ts'
import { withoutThumbnail } from './jpeg/thumbnail.ts'

export interface PngParts {
  /** Chunks before and after the picture data, whole. */
  readonly before: readonly Uint8Array[]
  readonly after: readonly Uint8Array[]
  /** What follows IEND. */
  readonly trailing: Uint8Array
  readonly animated: boolean
  /** Whether Exif had a thumbnail, which would show the picture without its label; it is left out. */
  readonly thumbnail: boolean
  /** Whether its rows are filtered, as photographs gain from: so will the new ones be. */
  readonly filtered: boolean
}

/** Chunks of the picture itself, and those that say how its pixels are stored. */
const pictures: ReadonlySet<string> = new Set([
  'IHDR',
  'PLTE',
  'IEND',
  'tRNS',
  'bKGD',
  'hIST',
  'sBIT',
  'iDOT',
  'CgBI',
])
/** Chunks that name the colours stay true as long as the samples do; a manifest is the splice's business. */
const colours: ReadonlySet<string> = new Set([
  'cHRM',
  'gAMA',
  'iCCP',
  'sRGB',
  'cICP',
  'mDCV',
  'mDCv',
  'cLLI',
  'cLLi',
])

/** @throws InputError `input.damaged`, `visible.content.unsupported` */
export async function pngParts(source: Source): Promise<PngParts> {
  const { chunks, trailing, damage } = await readPng(source)
  if (damage !== undefined) throw damagedInput(source, damage)
  if (chunks.some(({ type }) => type === 'CgBI'))
    throw new InputError('visible.content.unsupported', { what: 'PNG in the form of iOS apps' })
  const bare = new Map<Chunk, Uint8Array>(
    chunks.flatMap((chunk): [Chunk, Uint8Array][] => {
      const exif = chunk.type === 'eXIf' ? withoutThumbnail(chunk.data) : undefined
      return exif ? [[chunk, writeChunk('eXIf', exif)]] : []
    }),
  )
  const read = (wanted: readonly Chunk[]) =>
    Promise.all(wanted.map((chunk) => bare.get(chunk) ?? source.read(chunk.start, chunk.end)))
  const kept = chunks.filter(isKept)
  return {
    before: await read(kept.filter(({ late }) => !late)),
    after: await read(kept.filter(({ late }) => late)),
    trailing: await source.read(source.size - trailing, source.size),
    thumbnail: bare.size > 0,
    filtered: await isFiltered(source, chunks),
    animated: chunks.some(({ type }) => type === 'acTL'),
  }
}

const looked = 64 * 1024

/** ISO/IEC 15948 clause 9: every row begins with its filter. The first ones tell; interlaced ones count as filtered. */
async function isFiltered(source: Source, chunks: readonly Chunk[]): Promise<boolean> {
  const start = Math.max(...chunks.filter(({ late }) => !late).map(({ end }) => end))
  const header = await source.read(16, 29)
  if (header[12] !== 0) return true
  const first = await source.read(start, Math.min(source.size, start + looked))
  const data = first.subarray(8, 8 + uint32(first, 0))
  const [depth = 8, colour = 0] = header.subarray(8, 10)
  const channels = [1, 0, 3, 1, 2, 0, 4][colour] ?? 1
  const stride = 1 + Math.ceil((uint32(header, 0) * channels * depth) / 8)
  const rows = await beginning(data)
  for (let at = 0; at < rows.byteLength; at += stride) if (rows[at] !== 0) return true
  return rows.byteLength === 0
}

/** What can be had of a compressed stream that is cut off. */
async function beginning(data: Uint8Array): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  const inflate = createInflate({ finishFlush: constants.Z_SYNC_FLUSH })
  inflate.end(data)
  try {
    for await (const piece of inflate) {
      pieces.push(piece)
      if (pieces.length * 16 * 1024 > 4 * looked) break
    }
  } catch {
    // Damage is for the decoder to find.
  }
  return concat(pieces)
}

/** ISO/IEC 15948 14.2: a small fourth letter marks what may be copied when the picture has changed. */
function isKept({ type }: Chunk): boolean {
  if (pictures.has(type)) return false
  return colours.has(type) || type === 'caBX' || /^[a-z].{2}[a-z]$/.test(type) || type === 'eXIf'
}

export async function graftPng(old: PngParts, encoded: Uint8Array): Promise<Uint8Array> {
  const { chunks } = await readPng(bytesSource(encoded))
  const raw = (type: string) =>
    chunks.filter((chunk) => chunk.type === type).map(({ start, end }) => encoded.subarray(start, end))
  const ends = chunks.filter(({ late }) => !late).map(({ end }) => end)
  const firstLate = chunks.find(({ late }) => late)
  return concat([
    pngSignature,
    ...raw('IHDR'),
    ...old.before,
    ...raw('tRNS'),
    encoded.subarray(Math.max(...ends), firstLate?.start),
    ...old.after,
    ...raw('IEND'),
    old.trailing,
  ])
}

/** Content of IHDR. */
export const headOf = (png: Uint8Array): Uint8Array => png.subarray(16, 29)

/** The compressed picture data, in pieces. */
export function dataOf(png: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = pngSignature.byteLength; at < png.byteLength; at += 12 + uint32(png, at))
    if (fourLetters(png, at + 4) === 'IDAT') pieces.push(png.subarray(at + 8, at + 8 + uint32(png, at)))
  return pieces
}
