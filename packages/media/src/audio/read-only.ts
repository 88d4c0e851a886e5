/**
 * Sounds without a place for labels: AAC in ADTS (ISO/IEC 13818-7, 6.2) and AMR (RFC 4867, section 5). Some services put
 * an ID3v2 tag before them, which is read; writing one would disturb players, so they are to be converted to M4A.
 */
import { type Found, InputError, type MediaHandler, type Source } from '@yinji/core'
import { hasAscii } from '../carriers/binary.ts'
import { damageFindings } from '../carriers/faults.ts'
import { id3Header } from '../carriers/id3.ts'
import { leadingTags } from '../carriers/id3-find.ts'
import { readTags } from './id3-labels.ts'
import { remuxToM4a } from './remux.ts'

export const adts: MediaHandler = {
  ...readOnly('adts', ['audio/aac'], ['aac', 'adts'], twoAdtsFrames),
  remux: remuxToM4a,
}
export const amr: MediaHandler = readOnly('amr', ['audio/amr', 'audio/amr-wb'], ['amr', 'awb'], isAmr)

function readOnly(
  id: string,
  mediaTypes: MediaHandler['mediaTypes'],
  extensions: MediaHandler['extensions'],
  begins: (head: Uint8Array, at: number) => boolean,
): MediaHandler {
  return {
    id,
    medium: 'audio',
    mediaTypes,
    extensions,
    slots: {},
    instead: 'M4A',
    matches(head) {
      let at = 0
      for (let tag = id3Header(head); tag !== undefined; tag = id3Header(head, at)) at += tag.size
      return begins(head, at)
    },
    read,
    async splice(source) {
      throw new InputError('input.format.readonly', { name: source.name ?? '', format: id, instead: 'M4A' })
    },
  }
}

async function read(source: Source): Promise<Found> {
  const { tags } = await leadingTags(source)
  const found = readTags(tags)
  const damage = tags.find((tag) => tag.damage !== undefined)?.damage
  const labels = found.labels.map((label) => ({ ...label, standard: false }))
  return { ...found, labels, findings: [...found.findings, ...damageFindings(damage)] }
}

/** The second frame must stand where the first one says, unless that is beyond the head. */
function twoAdtsFrames(head: Uint8Array, at: number): boolean {
  const size = adtsFrame(head, at)
  if (size === undefined) return false
  return at + size + 7 > head.byteLength || adtsFrame(head, at + size) !== undefined
}

/** Length in bytes of the frame that begins here. */
function adtsFrame(head: Uint8Array, at: number): number | undefined {
  if (head[at] !== 0xff || ((head[at + 1] ?? 0) & 0xf6) !== 0xf0) return undefined
  const rate = ((head[at + 2] ?? 0) >> 2) & 0x0f
  const size = (((head[at + 3] ?? 0) & 3) << 11) | ((head[at + 4] ?? 0) << 3) | ((head[at + 5] ?? 0) >> 5)
  return rate > 12 || size < 7 ? undefined : size
}

/** Narrow and wide band, one channel or several. */
function isAmr(head: Uint8Array, at: number): boolean {
  return ['#!AMR\n', '#!AMR-WB\n', '#!AMR_MC1.0\n', '#!AMR-WB_MC1.0\n'].some((magic) =>
    hasAscii(head, magic, at),
  )
}
