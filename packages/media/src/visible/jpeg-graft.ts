/**
 * A new picture in an old JPEG: everything that is not picture data (Exif with its maker notes, XMP, IPTC, colour
 * profile, resolution, comments, an old manifest, a motion photo behind the end) is taken over byte for byte.
 */
import { bytesSource, concat, InputError, type Source } from '@yinji/core'
import { hasAscii } from '../carriers/binary.ts'
import { isMpf } from '../carriers/jpeg-mpf.ts'
import { readJpeg, type Segment } from '../carriers/jpeg-segments.ts'

export interface JpegParts {
  /** APPn and COM segments in file order, with markers. */
  readonly metadata: readonly Uint8Array[]
  /** Contents of the DQT segments. */
  readonly quantisation: readonly Uint8Array[]
  /** Whether colour has half the resolution of brightness both ways, which is what the encoder calls 4:2:0. */
  readonly halvedColour: boolean
  /** What follows the end of the image. */
  readonly trailing: Uint8Array
}

const quantisationMarker = 0xdb
const gainMap = 'urn:iso:std:iso:ts:21496:-1\0'

/** @throws InputError `input.damaged`, `visible.content.unsupported` */
export async function jpegParts(source: Source): Promise<JpegParts> {
  const { segments, trailing, damage } = await readJpeg(source)
  if (damage !== undefined) throw new InputError('input.damaged', { what: damage, name: source.name ?? '' })
  const metadata: Uint8Array[] = []
  const quantisation: Uint8Array[] = []
  let halvedColour = false
  for (const segment of segments) {
    if (!isMetadata(segment) && segment.marker !== quantisationMarker && !isFrame(segment)) continue
    const bytes = await source.read(segment.start, segment.end)
    if (segment.marker === quantisationMarker) quantisation.push(bytes.subarray(4))
    else if (isFrame(segment)) halvedColour = samples(bytes, 0) === 0x22 && samples(bytes, 1) === 0x11
    else {
      if (isMpf(segment.data) || hasAscii(bytes, gainMap, 4))
        throw new InputError('visible.content.unsupported', {
          what: 'JPEG with a second picture or a gain map (MPF)',
        })
      metadata.push(bytes)
    }
  }
  return {
    metadata,
    quantisation,
    halvedColour,
    trailing: await source.read(source.size - trailing, source.size),
  }
}

/** Application segments and comments. */
const isMetadata = ({ marker }: Segment) => (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe

/** SOFn; C4, C8 and CC are something else. */
const isFrame = ({ marker }: Segment) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** Sampling factors of a component, horizontal and vertical (B.2.2). */
const samples = (frame: Uint8Array, component: number) => frame[4 + 6 + component * 3 + 1]

const isNamed = (segment: Uint8Array, name: string) => hasAscii(segment, name, 4)

/**
 * The old metadata around the new picture. How the new picture's channels are to be read is told by its own APP14,
 * or by there being none: then JFIF's way is meant, whether JFIF is named or not.
 */
export async function graftJpeg(old: JpegParts, encoded: Uint8Array): Promise<Uint8Array> {
  const { segments } = await readJpeg(bytesSource(encoded))
  const own = segments.filter(isMetadata).map(({ start, end }) => encoded.subarray(start, end))
  const adobe = own.filter((segment) => isNamed(segment, 'Adobe\0'))
  const kept = old.metadata.filter(
    (segment) => !isNamed(segment, 'Adobe\0') && (adobe.length === 0 || !isNamed(segment, 'JFIF\0')),
  )
  const picture = segments.filter((segment) => !isMetadata(segment))
  const scan = Math.max(...segments.map(({ end }) => end))
  return concat([
    encoded.subarray(0, 2),
    ...kept,
    ...adobe,
    ...picture.map(({ start, end }) => encoded.subarray(start, end)),
    encoded.subarray(scan),
    old.trailing,
  ])
}
