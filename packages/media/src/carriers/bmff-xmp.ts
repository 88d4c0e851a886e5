/**
 * XMP in files made of boxes: a `uuid` box at the top level, or `XMP_` in `moov/udta` of QuickTime (XMP specification
 * part 3, 1.2.7.1). It is read; an AIGC field in it is blanked out when the file is labelled.
 */
import { type Edit, type Found, finding, limits, type Source } from '@yinji/core'
import { type Box, boxesAt, fromHex, makeBox } from './bmff.ts'
import { type FoundHere, together } from './found.ts'
import { type Replacement, replace } from './replacements.ts'
import { readXmp } from './xmp.ts'
import { clearXmp } from './xmp-merge.ts'

/** Extended type of the box. */
export const xmpUuid = 'be7acfcb97a942e89c71999491e3afac'

export const isXmpBox = ({ type, uuid }: Box) => type === 'XMP_' || uuid === xmpUuid

/** What the packet in a top-level box says. */
export async function readXmpBox(source: Source, box: Box): Promise<FoundHere> {
  const size = box.end - box.start
  if (size > limits.metadataBytes)
    return together([
      {
        findings: [finding('asset.part.unreadable', { data: { what: `XMP of ${size} bytes` } })],
      },
    ])
  return readXmp(await source.read(box.content, box.end), 'uuid XMP', false)
}

/** Properties and faults of the packets in `moov/udta`; their labels are found together with the other tags. */
export function readMovieXmp(bytes: Uint8Array, moov: Box): Pick<Found, 'properties' | 'findings'> {
  const packets = ['XMP_', 'uuid'].flatMap((type) => boxesAt(bytes, moov, ['udta', type])).filter(isXmpBox)
  const found = packets.map((box) =>
    readXmp(bytes.subarray(box.content, box.end), `moov/udta/${box.type}`, false),
  )
  return together(found)
}

/** XMP boxes at the top level, without the AIGC field in them. */
export async function clearXmpBoxes(
  source: Source,
  boxes: readonly Box[],
  edit: Edit,
): Promise<Replacement[]> {
  const changes: Replacement[] = []
  for (const box of boxes) {
    if (!isXmpBox(box) || edit.aigc === undefined || box.end - box.start > limits.metadataBytes) continue
    const whole = await source.read(box.start, box.end)
    const packet = clearXmp(whole.subarray(box.content - box.start), { aigc: edit.aigc })
    if (packet !== undefined)
      changes.push(replace(box.start, box.end, makeBox('uuid', fromHex(xmpUuid), packet)))
  }
  return changes
}

/** The box of a movie with its packet less an AIGC field; undefined when there is none in it. */
export function clearedXmpBox(bytes: Uint8Array, box: Box): Uint8Array | undefined {
  const packet = clearXmp(bytes.subarray(box.content, box.end), { aigc: '' })
  return packet && makeBox(box.type, box.uuid === undefined ? new Uint8Array(0) : fromHex(box.uuid), packet)
}
