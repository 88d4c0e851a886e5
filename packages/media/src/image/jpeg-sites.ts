/** Tells the segments of a JPEG apart by what they can hold for us. */
import { type FoundProperty, limits } from '@yinji/core'
import { findAigc } from '../carriers/aigc-text.ts'
import { binaryText, decodeUtf8, hasAscii } from '../carriers/binary.ts'
import { readExif } from '../carriers/exif.ts'
import { exifProperties } from '../carriers/exif-texts.ts'
import { isMpf } from '../carriers/jpeg-mpf.ts'
import { app1, app2, app11, comment, type Segment } from '../carriers/jpeg-segments.ts'
import { extensionsOf, packetOf } from '../carriers/jpeg-xmp.ts'
import { type JumbfBox, readJumbf } from '../carriers/jumbf-app11.ts'

const exifName = 'Exif\0\0'

/** TIFF blocks with an AIGC field in them. */
export function exifSites(segments: readonly Segment[]) {
  return segments.filter(isExif).flatMap((segment) => {
    const found = readExif(segment.data.subarray(exifName.length))
    return found.length > 0 ? [{ segment, found, offset: exifName.length }] : []
  })
}

/** Comments and vendors' own application segments with an AIGC field in them. */
export function textSites(segments: readonly Segment[]) {
  return segments.flatMap((segment) => {
    const found = isVendors(segment) ? findAigc(segment.data) : []
    const name = segment.marker === comment ? 'COM' : `APP${segment.marker - 0xe0}`
    return found.length > 0 ? [{ segment, found, name }] : []
  })
}

/** Texts of Exif and comments, as raw material for the evidence table. */
export function textProperties(segments: readonly Segment[]): FoundProperty[] {
  return segments
    .flatMap((segment) => {
      if (isExif(segment)) return exifProperties(segment.data.subarray(exifName.length), 'APP1 Exif')
      if (segment.marker !== comment) return []
      const value = decodeUtf8(binaryText(segment.data.subarray(0, limits.evidenceBytes))).replace(/\0+$/, '')
      return [{ site: 'COM', name: 'Comment', value }]
    })
    .slice(0, limits.evidenceTexts)
}

/** XMP packets in file order; the first one is the one that counts. */
export function xmpSites(segments: readonly Segment[]) {
  return segments.flatMap((segment) => {
    const packet = packetOf(segment)
    return packet === undefined ? [] : [{ segment, packet }]
  })
}

export interface JpegManifest {
  readonly stores: readonly JumbfBox[]
  /** Other JUMBF: JPEG 360, JPEG Trust and the like. */
  readonly others: readonly JumbfBox[]
}

export function jumbfSites(segments: readonly Segment[]): JpegManifest {
  const boxes = readJumbf(segments)
  return { stores: boxes.filter((box) => box.isStore), others: boxes.filter((box) => !box.isStore) }
}

export function isExif({ marker, data }: Segment): boolean {
  return marker === app1 && hasAscii(data, exifName)
}

function isVendors(segment: Segment): boolean {
  if (segment.data.byteLength === 0 || isExif(segment) || packetOf(segment) !== undefined) return false
  if (segment.marker === app2 && isMpf(segment.data)) return false
  return segment.marker !== app11 && extensionsOf([segment]).length === 0
}
