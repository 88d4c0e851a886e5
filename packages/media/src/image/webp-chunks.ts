/** What the chunks of a WebP hold for us, and what is wrong with them (RFC 9649 chapter 2). */
import { type FoundProperty, limits, type Source } from '@yinji/core'
import { hasAscii } from '../carriers/binary.ts'
import { type ExifText, readExif } from '../carriers/exif.ts'
import { exifProperties } from '../carriers/exif-texts.ts'
import { type Riff, type RiffChunk, readRiff } from '../carriers/riff.ts'

export interface WebpStructure {
  readonly riff: Riff
  /** The extended header, if there is one. */
  readonly extended: RiffChunk | undefined
  /** The picture of a still, the first frame of an animation. */
  readonly image: RiffChunk | undefined
  /** XMP packets in file order. */
  readonly packets: readonly Held[]
  readonly stores: readonly Held[]
  readonly exif: readonly ExifSite[]
  /** Texts of Exif, for the evidence table. */
  readonly texts: readonly FoundProperty[]
  readonly damage: string | undefined
}

export interface Held {
  readonly chunk: RiffChunk
  readonly data: Uint8Array
}

/** An EXIF chunk with an AIGC field in it. */
export interface ExifSite extends Held {
  readonly found: readonly ExifText[]
  /** Where the TIFF block begins: some writers put the JPEG prefix before it. */
  readonly offset: number
}

const pictures: ReadonlySet<string> = new Set(['VP8 ', 'VP8L', 'ANMF'])
const exifPrefix = 'Exif\0\0'

export async function readWebp(source: Source): Promise<WebpStructure> {
  const riff = await readRiff(source)
  const held: Held[] = []
  let bytes = 0
  for (const chunk of riff.chunks) {
    if (!['XMP ', 'EXIF', 'C2PA'].includes(chunk.id)) continue
    bytes += chunk.end - chunk.start
    if (bytes > limits.metadataBytes) break
    held.push({ chunk, data: await source.read(chunk.start + 8, chunk.end) })
  }
  const image = riff.chunks.find(({ id }) => pictures.has(id))
  const [first] = riff.chunks
  return {
    riff,
    extended: first?.id === 'VP8X' ? first : undefined,
    image,
    packets: held.filter(({ chunk }) => chunk.id === 'XMP '),
    stores: held.filter(({ chunk }) => chunk.id === 'C2PA'),
    exif: held.filter(({ chunk }) => chunk.id === 'EXIF').flatMap(exifSite),
    texts: held.filter(({ chunk }) => chunk.id === 'EXIF').flatMap(exifTexts),
    damage: riff.damage ?? (bytes > limits.metadataBytes ? 'too much metadata' : faultOf(first, image)),
  }
}

/** A WebP begins with its picture, or with a header of ten bytes and has one. */
function faultOf(first: RiffChunk | undefined, image: RiffChunk | undefined): string | undefined {
  if (image === undefined) return 'it holds no picture'
  if (first?.id === 'VP8X') return first.end - first.start < 18 ? 'its header is too short' : undefined
  return first === image && image.id !== 'ANMF' ? undefined : 'it begins with neither header nor picture'
}

const tiffAt = ({ data }: Held) => (hasAscii(data, exifPrefix) ? exifPrefix.length : 0)

function exifTexts(held: Held): FoundProperty[] {
  return exifProperties(held.data.subarray(tiffAt(held)), 'RIFF EXIF')
}

function exifSite(held: Held): ExifSite[] {
  const offset = tiffAt(held)
  const found = readExif(held.data.subarray(offset))
  return found.length > 0 ? [{ found, offset, ...held }] : []
}
