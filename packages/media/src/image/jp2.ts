/**
 * JPEG 2000 files (ISO/IEC 15444-1 annex I, 15444-2): the AIGC field and the IPTC properties in the XMP packet of a
 * `uuid` box (XMP specification part 3, 1.1.4). Labels go before the codestream, so that a reader of streams meets them
 * first; nothing in a JP2 counts from the beginning of the file. C2PA defines no place for a manifest.
 */
import {
  type Copy,
  copy,
  type Edit,
  type Found,
  limits,
  type MediaHandler,
  type Source,
  type Splice,
} from '@yinji/core'
import { type Box, fromHex, makeBox, walkBoxes } from '../carriers/bmff.ts'
import { isXmpBox, xmpUuid } from '../carriers/bmff-xmp.ts'
import { damagedInput, damageFindings } from '../carriers/faults.ts'
import { together } from '../carriers/found.ts'
import { partsOf, type Replacement, replace } from '../carriers/replacements.ts'
import { readXmp } from '../carriers/xmp.ts'
import { clearXmp, mergeXmp, saysAnything } from '../carriers/xmp-merge.ts'

const site = 'uuid XMP'
/** The signature box (I.5.1). */
const signature = makeBox('jP  ', Uint8Array.of(0x0d, 0x0a, 0x87, 0x0a))

export const jp2: MediaHandler = {
  id: 'jp2',
  medium: 'image',
  mediaTypes: ['image/jp2', 'image/jpx', 'image/jpm'],
  extensions: ['jp2', 'jpx', 'jpf', 'jpm'],
  slots: { aigc: site, xmp: site },
  matches: (head) => signature.every((byte, index) => head[index] === byte),
  read,
  splice,
  content,
}

interface Packet {
  readonly box: Box
  readonly data: Uint8Array
}

interface Jp2 {
  readonly boxes: readonly Box[]
  readonly packets: readonly Packet[]
  readonly damage: string | undefined
}

async function readJp2(source: Source): Promise<Jp2> {
  const { boxes, damage } = await walkBoxes(source)
  const packets: Packet[] = []
  let fault = damage
  let left: number = limits.metadataBytes
  for (const box of boxes.filter(isXmpBox)) {
    left -= box.end - box.content
    if (left < 0) fault ??= 'too much XMP'
    else packets.push({ box, data: await source.read(box.content, box.end) })
  }
  if (!boxes.some(({ type }) => type === 'jp2c' || type === 'ftbl')) fault ??= 'no codestream'
  return { boxes, packets, damage: fault }
}

async function read(source: Source): Promise<Found> {
  const { packets, damage } = await readJp2(source)
  return together([
    ...packets.map(({ data }, index) => readXmp(data, site, index === 0)),
    {
      findings: damageFindings(damage),
    },
  ])
}

/** Every box but those with XMP; they hold no offsets. */
async function content(source: Source): Promise<Copy[]> {
  const { boxes, damage } = await readJp2(source)
  if (damage !== undefined) throw damagedInput(source, damage)
  return boxes.filter((box) => !isXmpBox(box)).map(({ start, end }) => copy(start, end))
}

/** @throws InputError when the file is damaged, or points into itself with fragments (15444-2, M.11.3). */
async function splice(source: Source, edit: Edit): Promise<Splice> {
  const { boxes, packets, damage } = await readJp2(source)
  const fragments = boxes.some(({ type }) => type === 'ftbl') ? 'its codestream lies in fragments' : undefined
  const what = damage ?? fragments
  if (what !== undefined) throw damagedInput(source, what)
  if (!saysAnything(edit)) return { parts: partsOf(source.size, []) }
  const [main, ...others] = packets
  const packet = makeBox('uuid', fromHex(xmpUuid), mergeXmp(main?.data, edit))
  const place = boxes.find(({ type }) => type === 'jp2c')?.start ?? source.size
  const changes: Replacement[] = [
    main ? replace(main.box.start, main.box.end, packet) : replace(place, place, packet),
  ]
  for (const { box, data } of others) {
    const cleared = clearXmp(data, edit)
    if (cleared) changes.push(replace(box.start, box.end, makeBox('uuid', fromHex(xmpUuid), cleared)))
  }
  return { parts: partsOf(source.size, changes) }
}
