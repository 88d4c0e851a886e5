/** Plans the labelled JPEG: which segments go, which come, and what has to follow suit. */
import type { Edit, Part, Room, Source, Splice } from '@yinji/core'
import { blankAigc, isBlank } from '../carriers/aigc-text.ts'
import { blankExif } from '../carriers/exif.ts'
import { damagedInput } from '../carriers/faults.ts'
import { setUint16 } from '../carriers/integers.ts'
import { mpfReplacements } from '../carriers/jpeg-mpf.ts'
import { app2, readJpeg, type Segment } from '../carriers/jpeg-segments.ts'
import { extensionsOf, packetSegment, renameExtension, rewriteExtension } from '../carriers/jpeg-xmp.ts'
import { freeInstance, segmentsLength, writeSegments } from '../carriers/jumbf-app11.ts'
import { partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { clearXmp, mergeXmp, saysAnything } from '../carriers/xmp-merge.ts'
import { exifSites, isExif, jumbfSites, textSites, xmpSites } from './jpeg-sites.ts'

/** @throws InputError when the file is damaged, or the XMP packet outgrows its segment. */
export async function spliceJpeg(source: Source, edit: Edit): Promise<Splice> {
  const { segments, damage } = await readJpeg(source)
  if (damage !== undefined) throw damagedInput(source, damage)
  const place = placeFor(segments)
  const { stores, others } = jumbfSites(segments)
  const replacements: Replacement[] = stores.flatMap((store) => store.segments).map(drop)
  if (edit.room > 0) replacements.push(insertion(place, roomFor(edit.room, freeInstance(others))))
  if (saysAnything(edit)) replacements.push(...xmpReplacements(segments, edit, place))
  if (edit.aigc !== undefined) replacements.push(...clearances(segments))
  // The index of further pictures behind this one counts bytes that the other replacements move.
  const further = segments.filter(({ marker }) => marker === app2)
  replacements.push(...mpfReplacements(further, replacements))
  return {
    parts: partsOf(source.size, replacements),
    ...(edit.room > 0 ? { binding: { kind: 'data' as const } } : {}),
  }
}

/** Behind JFIF and Exif, each of which wants to stand first. */
function placeFor(segments: readonly Segment[]): number {
  let place = 2
  let exif = false
  for (const segment of segments) {
    if (segment.start !== place || exif) break
    exif = isExif(segment)
    if (segment.marker !== app0 && !exif) break
    place = segment.end
  }
  return place
}

const app0 = 0xe0

const roomFor = (size: number, instance: number): Room => ({
  kind: 'room',
  length: segmentsLength(size),
  embed: (store) => writeSegments(store, instance),
})

/** The label goes into the first packet; what other packets and extensions say of the same is blanked. */
function xmpReplacements(segments: readonly Segment[], edit: Edit, place: number): Replacement[] {
  const replacements: Replacement[] = []
  const [main, ...others] = xmpSites(segments)
  let packet = mergeXmp(main?.packet, edit)
  for (const extension of extensionsOf(segments)) {
    const cleared = extension.packet && clearXmp(extension.packet, edit)
    if (cleared === undefined) continue
    const { guid, segments: rewritten } = rewriteExtension(extension, cleared)
    packet = renameExtension(packet, extension.guid, guid)
    for (const [index, { start, end }] of extension.segments.entries())
      replacements.push(replace(start, end, rewritten[index] ?? new Uint8Array(0)))
  }
  for (const { segment, packet: other } of others) {
    const cleared = clearXmp(other, edit)
    if (cleared) replacements.push(replace(segment.start, segment.end, packetSegment(cleared)))
  }
  const written = packetSegment(packet)
  if (main === undefined) return [...replacements, replace(place, place, written)]
  if (precedesFrame(segments, main.segment))
    return [...replacements, replace(main.segment.start, main.segment.end, written)]
  return [...replacements, drop(main.segment), replace(place, place, written)]
}

/** XMP belongs before the frame header (XMP specification part 3, 1.1.3); readers need not look behind it. */
function precedesFrame(segments: readonly Segment[], packet: Segment): boolean {
  const frame = segments.find(
    ({ marker }) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker),
  )
  return frame === undefined || packet.start < frame.start
}

/** Labels outside XMP: own segments go, values in Exif and mixed texts are blanked where they stand. */
function clearances(segments: readonly Segment[]): Replacement[] {
  const exif = exifSites(segments).map(({ segment, found, offset }) => {
    const data = Uint8Array.from(segment.data)
    data.set(blankExif(data.subarray(offset), found), offset)
    return rebuilt(segment, data)
  })
  const texts = textSites(segments).map(({ segment, found }) => {
    const data = blankAigc(segment.data, found)
    return isBlank(data) ? drop(segment) : rebuilt(segment, data)
  })
  return [...exif, ...texts]
}

function rebuilt({ marker, start, end }: Segment, data: Uint8Array): Replacement {
  const header = Uint8Array.of(0xff, marker, 0, 0)
  setUint16(header, 2, data.byteLength + 2)
  return replace(start, end, header, data)
}

function drop({ start, end }: Segment): Replacement {
  return replace(start, end)
}

function insertion(at: number, part: Part): Replacement {
  return { start: at, end: at, parts: [part] }
}
