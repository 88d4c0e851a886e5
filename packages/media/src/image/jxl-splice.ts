/** Plans the labelled JPEG XL file: metadata and manifest go before the codestream; a naked codestream gets boxes. */
import {
  bytes,
  type Edit,
  InputError,
  limits,
  type Part,
  type Room,
  type Source,
  type Splice,
} from '@yinji/core'
import { type Box, makeBox, setUint64 } from '../carriers/bmff.ts'
import { isAigcBox } from '../carriers/bmff-labels.ts'
import { clearXmpBoxes } from '../carriers/bmff-xmp.ts'
import { blankExif } from '../carriers/exif.ts'
import { damagedInput } from '../carriers/faults.ts'
import { exifOf } from '../carriers/heif-metadata.ts'
import { fileType, type Jxl, type JxlBox, readJxl, signature } from '../carriers/jxl-boxes.ts'
import { partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { clearXmp, mergeXmp, saysAnything } from '../carriers/xmp-merge.ts'

/** @throws InputError when the file is damaged, or the XMP packet is too large. */
export async function spliceJxl(source: Source, edit: Edit): Promise<Splice> {
  const jxl = await readJxl(source)
  if (jxl.damage !== undefined) throw damagedInput(source, jxl.damage)
  const says = saysAnything(edit)
  const binding = edit.room === 0 ? {} : { binding: { kind: 'data' as const } }
  const room = edit.room === 0 ? [] : [roomFor(edit.room)]
  if (jxl.boxes.length === 0) {
    if (!says && edit.room === 0) return { parts: partsOf(source.size, []) }
    const label = says ? [bytes(makeBox('xml ', packetFor(undefined, edit)))] : []
    const head = [bytes(signature), bytes(fileType), ...room, ...label, bytes(codestreamHeader(source.size))]
    return { parts: partsOf(source.size, [{ start: 0, end: 0, parts: head }]), ...binding }
  }
  const changes: Replacement[] = [
    { start: placeOf(jxl.boxes), end: placeOf(jxl.boxes), parts: room },
    ...jxl.stores.map(({ start, end }) => replace(start, end)),
    ...(says ? xmpChanges(jxl, edit) : []),
    ...(edit.aigc === undefined ? [] : exifChanges(jxl.exif)),
    ...(edit.aigc === undefined
      ? []
      : jxl.boxes.filter(isAigcBox).map(({ start, end }) => replace(start, end))),
    ...(await clearXmpBoxes(source, jxl.boxes, edit)),
  ]
  return { parts: partsOf(source.size, changes), ...binding }
}

/** Behind `ftyp` and the level, which wants to be next to it. */
function placeOf(boxes: readonly Box[]): number {
  const level = boxes[2]?.type === 'jxll' ? boxes[2] : undefined
  return (level ?? boxes[1])?.end ?? 0
}

/** The store is a box of the top level by itself. */
const roomFor = (size: number): Room => ({ kind: 'room', length: size, embed: (store) => store })

/** Header of a `jxlc` box around so many bytes. */
function codestreamHeader(size: number): Uint8Array {
  if (size + 8 <= 0xffff_ffff) {
    const header = makeBox('jxlc', new Uint8Array(0))
    new DataView(header.buffer).setUint32(0, size + 8)
    return header
  }
  const header = new Uint8Array(16)
  header.set([0, 0, 0, 1, ...makeBox('jxlc').subarray(4)])
  setUint64(header, 8, size + 16)
  return header
}

/**
 * The label goes into the first packet; other packets lose theirs. Where a JPEG can be restored from the file (`jbrd`),
 * the first packet is part of that JPEG and has to keep its length, so the label gets a packet of its own.
 */
function xmpChanges({ boxes, xmp }: Jxl, edit: Edit): Replacement[] {
  const restores = boxes.some(({ type }) => type === 'jbrd')
  const main = restores ? xmp[1] : xmp[0]
  const written = makeBox('xml ', packetFor(main?.content, edit))
  const cleared = xmp
    .filter((site) => site !== main)
    .flatMap(({ box, content }) => {
      const packet = clearXmp(content, edit)
      return packet === undefined ? [] : [replace(box.start, box.end, makeBox('xml ', packet))]
    })
  if (main !== undefined) return [...cleared, replace(main.box.start, main.box.end, written)]
  const place = xmp[0]?.box.end ?? placeOf(boxes)
  return [...cleared, replace(place, place, written)]
}

function packetFor(packet: Uint8Array | undefined, edit: Edit): Uint8Array {
  const merged = mergeXmp(packet, edit)
  if (merged.byteLength <= limits.metadataBytes) return merged
  const most = limits.metadataBytes
  throw new InputError('input.size', { what: 'The XMP packet', bytes: merged.byteLength, most })
}

function exifChanges(boxes: readonly JxlBox[]): Replacement[] {
  return boxes.flatMap(({ box, content }) => {
    const { start, found } = exifOf(content)
    if (found.length === 0) return []
    const parts: Part[] = [
      bytes(makeBox('Exif', content.subarray(0, start), blankExif(content.subarray(start), found))),
    ]
    return [{ start: box.start, end: box.end, parts }]
  })
}
