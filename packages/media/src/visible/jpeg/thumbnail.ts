/**
 * The thumbnail inside Exif (CIPA DC-008 4.5.8, the second directory): programs show it in place of the picture, so it
 * bears the label too, in miniature. Where that can't be, the thumbnail goes: a directory that nothing points at.
 */
import { concat, type Finding, finding } from '@yinji/core'
import { hasAscii, uint16, uint32 } from '../../carriers/binary.ts'
import { setUint16, setUint32, setUint32le, uint16le, uint32le } from '../../carriers/integers.ts'
import { partsOf, type Replacement, replace } from '../../carriers/replacements.ts'
import { type Orientation, shownSize } from '../orientation.ts'
import type { Overlay } from '../raster.ts'
import { type Application, type Frame, readFrame } from './frame.ts'
import { pictureReplacements } from './picture.ts'
import { NotSpliceable } from './refusal.ts'
import { shrunk } from './shrink.ts'

const name = 'Exif\0\0'
const [offsetTag, lengthTag] = [0x0201, 0x0202]
const mostSegment = 0xffff + 2

export interface ThumbnailChange {
  readonly replacements: readonly Replacement[]
  readonly findings: readonly Finding[]
}

/** @param frame of the picture that the thumbnail stands for */
export function thumbnailReplacements(
  frame: Frame,
  overlay: Overlay,
  orientation: Orientation,
): ThumbnailChange {
  const changes = frame.applications.flatMap((segment) => {
    const tiff =
      segment.marker === 0xe1 && hasAscii(segment.data, name) ? segment.data.subarray(name.length) : undefined
    const place = tiff && thumbnailIn(tiff)
    if (!place) return []
    const bytes = withLabel(tiff, place, frame, overlay, orientation)
    const labelled = bytes && exif(segment, tiff, place, bytes)
    return [{ replacement: labelled ?? removed(segment, tiff, place), removed: labelled === undefined }]
  })
  return {
    replacements: changes.map(({ replacement }) => replacement),
    findings: aboutThumbnail(changes.some((change) => change.removed)),
  }
}

/** What the receipt says of a thumbnail that was taken out. */
export const aboutThumbnail = (removed: boolean): Finding[] =>
  removed ? [finding('visible.thumbnail.removed')] : []

interface Place {
  readonly little: boolean
  /** Offset of the pointer to the second directory. */
  readonly pointer: number
  /** Of the thumbnail, in the TIFF block; empty when it is not a JPEG, or not there. */
  readonly start: number
  readonly end: number
  /** Offset of the value that tells its length. */
  readonly length: number
}

/** Undefined when there is no second directory. */
function thumbnailIn(tiff: Uint8Array): Place | undefined {
  const order = uint16(tiff, 0)
  if (order !== 0x4949 && order !== 0x4d4d) return undefined
  const little = order === 0x4949
  const u16 = little ? uint16le : uint16
  const u32 = little ? uint32le : uint32
  const main = u32(tiff, 4)
  const pointer = main + 2 + u16(tiff, main) * 12
  const directory = u32(tiff, pointer)
  if (pointer + 4 > tiff.byteLength || directory === 0) return undefined
  const values = new Map<number, number>()
  for (
    let n = 0, entry = directory + 2;
    n < u16(tiff, directory) && entry + 12 <= tiff.byteLength;
    n++, entry += 12
  )
    values.set(u16(tiff, entry), entry + 8)
  const tagged = (tag: number) => u32(tiff, values.get(tag) ?? tiff.byteLength)
  const start = tagged(offsetTag)
  const end = start + tagged(lengthTag)
  const whole = start > 0 && end > start && end <= tiff.byteLength
  return {
    little,
    pointer,
    ...(whole ? { start, end } : { start: 0, end: 0 }),
    length: values.get(lengthTag) ?? 0,
  }
}

function withLabel(
  tiff: Uint8Array,
  { start, end }: Place,
  picture: Frame,
  overlay: Overlay,
  orientation: Orientation,
): Uint8Array | undefined {
  const thumbnail = tiff.subarray(start, end)
  if (uint16(thumbnail, 0) !== 0xffd8) return undefined
  try {
    const frame = readFrame(thumbnail)
    const small = shrunk(overlay, shownSize(picture, orientation), shownSize(frame, orientation))
    const replacements = pictureReplacements(thumbnail, frame, small, orientation)
    if (replacements.length === 0) return undefined
    return concat(
      partsOf(thumbnail.byteLength, replacements).flatMap((part) =>
        part.kind === 'copy'
          ? [thumbnail.subarray(part.start, part.end)]
          : part.kind === 'bytes'
            ? [part.bytes]
            : [],
      ),
    )
  } catch (error) {
    if (error instanceof NotSpliceable) return undefined
    throw error
  }
}

/** In the old one's place, or longer where nothing stands behind it: what else is in Exif can't move. */
function exif(
  segment: Application,
  tiff: Uint8Array,
  place: Place,
  thumbnail: Uint8Array,
): Replacement | undefined {
  const room = place.end - place.start
  const more = Math.max(0, thumbnail.byteLength - room)
  const last = tiff.byteLength === place.end
  if (more > 0 && (!last || segment.end - segment.start + more > mostSegment)) return undefined
  const out = new Uint8Array(tiff.byteLength + more)
  out.set(tiff)
  out.fill(0, place.start, place.end)
  out.set(thumbnail, place.start)
  const set = place.little ? setUint32le : setUint32
  set(out, place.length, thumbnail.byteLength)
  return rebuilt(segment, out)
}

const removed = (segment: Application, tiff: Uint8Array, place: Place): Replacement =>
  rebuilt(segment, erased(tiff, place))

function erased(tiff: Uint8Array, place: Place): Uint8Array {
  const out = Uint8Array.from(tiff)
  out.fill(0, place.pointer, place.pointer + 4)
  out.fill(0, place.start, place.end)
  return out
}

/**
 * Exif of another format without its thumbnail; undefined when it has none.
 * @param exif with or without the words that a JPEG has before it
 */
export function withoutThumbnail(exif: Uint8Array): Uint8Array | undefined {
  const from = hasAscii(exif, name) ? name.length : 0
  const tiff = exif.subarray(from)
  const place = thumbnailIn(tiff)
  return place && concat([exif.subarray(0, from), erased(tiff, place)])
}

function rebuilt({ marker, start, end }: Application, tiff: Uint8Array): Replacement {
  const header = Uint8Array.of(0xff, marker, 0, 0)
  setUint16(header, 2, tiff.byteLength + name.length + 2)
  return replace(start, end, header, new TextEncoder().encode(name), tiff)
}
