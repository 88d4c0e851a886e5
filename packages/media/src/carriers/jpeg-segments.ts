/** Walks the marker segments of a JPEG up to the first scan (ITU-T T.81 annex B) and finds out whether it is whole. */
import { limits, type Source } from '@yinji/core'
import { hasAscii, uint16 } from './binary.ts'
import { endOfImage } from './jpeg-end.ts'
import { Window } from './window.ts'

export const app1 = 0xe1
export const app2 = 0xe2
export const app11 = 0xeb
export const comment = 0xfe

export interface Segment {
  /** Second byte of the marker. */
  readonly marker: number
  /** Offset of the marker's 0xFF. */
  readonly start: number
  readonly end: number
  /** What follows marker and length; empty where no label or manifest can stand. */
  readonly data: Uint8Array
}

export interface JpegStructure {
  /** Everything before the first scan. */
  readonly segments: readonly Segment[]
  /** Bytes after the end of the image: further pictures, a motion photo, rubbish. Unknown counts as 0. */
  readonly trailing: number
  /** What is broken, in words; what stands before it was read. */
  readonly damage: string | undefined
}

const startOfScan = 0xda
const endMarker = 0xd9

export async function readJpeg(source: Source): Promise<JpegStructure> {
  const window = new Window(source, { reuse: true })
  const segments: Segment[] = []
  const broken = (damage: string): JpegStructure => ({ segments, trailing: 0, damage })
  let held = 0
  for (let at = 2; segments.length < limits.items; ) {
    const header = window.peek(at, headerBytes) ?? (await window.load(at, headerBytes))
    const skip = markerAt(header)
    if (skip < 0)
      return broken(
        header.byteLength < headerBytes ? 'it ends before the picture' : 'no marker where one must be',
      )
    const start = at + skip
    const marker = header[skip + 1] ?? 0
    if (marker === endMarker) return broken('it ends before the picture')
    if (isStandalone(marker)) {
      at = start + 2
      continue
    }
    const length = uint16(header, skip + 2)
    const end = start + 2 + length
    if (length < 2 || end > source.size) return broken('a segment is longer than the file')
    if (marker === startOfScan) {
      const tail = await endOfImage(source, end)
      return tail === undefined
        ? broken('the end of the picture is missing')
        : { segments, damage: undefined, trailing: source.size - tail }
    }
    const wanted = isOfInterest(marker, header.subarray(skip + 4))
    if (wanted) held += length
    if (held > limits.metadataBytes) return broken('too much metadata')
    const whole = wanted ? (window.peek(start, length + 2) ?? (await window.load(start, length + 2))) : none
    // A copy, so that a few bytes don't hold on to everything that was read with them.
    segments.push({ marker, start, end, data: wanted ? new Uint8Array(whole.subarray(4)) : none })
    at = end
  }
  return broken('too many segments')
}

const none = new Uint8Array(0)
/** Enough for a marker with some fill bytes before it, its length, and the name in an application segment. */
const headerBytes = 64

/** Offset of the first marker: any number of 0xFF may precede one, and readers pass over stray bytes as well. */
function markerAt(header: Uint8Array): number {
  for (let at = 0; at + 3 < header.byteLength; at++) {
    const next = header[at + 1]
    if (header[at] === 0xff && next !== 0xff && next !== 0) return at
  }
  return -1
}

/** TEM, RSTn and SOI have no length. */
function isStandalone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)
}

/** Colour profiles, thumbnails and Photoshop resources can be large and hold no label. */
function isOfInterest(marker: number, head: Uint8Array): boolean {
  if (marker === comment) return true
  if (marker < 0xe0 || marker > 0xef) return false
  return !['JFIF\0', 'JFXX\0', 'ICC_PROFILE\0', 'Photoshop 3.0\0', 'Adobe\0'].some((name) =>
    hasAscii(head, name),
  )
}
