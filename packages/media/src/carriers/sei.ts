/**
 * User data that an encoder put into the video stream itself (SEI `user_data_unregistered`: ITU-T H.264 D.1.7, H.265
 * D.2.7), in the first frames of the first AVC or HEVC track. It survives a new container. Only the beginnings of those
 * frames are read, up to the first coded slice.
 */
import type { FoundProperty, Source } from '@yinji/core'
import { binaryText, uint16, uint32 } from './binary.ts'
import { type Box, boxesAt, parseBoxes, uint64 } from './bmff.ts'

const mostFrames = 3
const headBytes = 4096
const mostUnits = 16
const longestText = 64

/** @param moov the whole box in memory */
export async function seiTexts(source: Source, moov: Uint8Array, box: Box): Promise<FoundProperty[]> {
  for (const table of boxesAt(moov, box, ['trak', 'mdia', 'minf', 'stbl'])) {
    const codec = codecOf(moov, table)
    if (codec === undefined) continue
    const texts = new Set<string>()
    for (const { start, size } of firstSamples(moov, table)) {
      const head = await source.read(start, Math.min(start + size, start + headBytes))
      for (const text of unitTexts(head, codec)) texts.add(text)
    }
    return [...texts].map((value) => ({ site: 'moov/trak SEI', name: 'SEI', value }))
  }
  return []
}

interface Codec {
  readonly hevc: boolean
  /** Bytes of the length before each unit. */
  readonly lengthSize: number
}

const sampleEntryHeader = 78

/** From the decoder configuration in the sample description; undefined for other codecs and sound. */
function codecOf(moov: Uint8Array, table: Box): Codec | undefined {
  const [description] = boxesAt(moov, table, ['stsd'])
  if (description === undefined) return undefined
  const [entry] = parseBoxes(moov, description.content + 8, description.end).boxes
  if (entry === undefined || !/^(?:avc[1-4]|hvc1|hev1)$/.test(entry.type)) return undefined
  const inside = parseBoxes(moov, entry.content + sampleEntryHeader, entry.end).boxes
  const configuration = inside.find(({ type }) => type === 'avcC' || type === 'hvcC')
  if (configuration === undefined) return undefined
  const hevc = configuration.type === 'hvcC'
  const lengthSize = ((moov[configuration.content + (hevc ? 21 : 4)] ?? 0) & 3) + 1
  return { hevc, lengthSize }
}

/** The first samples of the first chunk, which stand one behind the other. */
function firstSamples(moov: Uint8Array, table: Box): { start: number; size: number }[] {
  const children = parseBoxes(moov, table.content, table.end).boxes
  const at = (type: string) => children.find((child) => child.type === type)?.content
  const offsets = at('stco')
  const wide = at('co64')
  const sizes = at('stsz')
  const count = offsets ?? wide
  if (count === undefined || sizes === undefined || uint32(moov, count + 4) === 0) return []
  let start = offsets === undefined ? uint64(moov, count + 8) : uint32(moov, count + 8)
  const same = uint32(moov, sizes + 4)
  const samples: { start: number; size: number }[] = []
  for (let index = 0; index < Math.min(mostFrames, uint32(moov, sizes + 8)); index++) {
    const size = same || uint32(moov, sizes + 12 + index * 4)
    samples.push({ start, size })
    start += size
  }
  return samples
}

/** The texts in the units before the first slice. */
function unitTexts(head: Uint8Array, { hevc, lengthSize }: Codec): string[] {
  const texts: string[] = []
  for (let at = 0, units = 0; at + lengthSize < head.byteLength && units < mostUnits; units++) {
    let length = 0
    for (let index = 0; index < lengthSize; index++) length = length * 256 + (head[at + index] ?? 0)
    const start = at + lengthSize
    const type = hevc ? ((head[start] ?? 0) >> 1) & 0x3f : (head[start] ?? 0) & 0x1f
    const slice = hevc ? type < 32 : type >= 1 && type <= 5
    if (slice || length === 0) break
    if (hevc ? type === 39 : type === 6)
      texts.push(...messageTexts(unescaped(head.subarray(start + (hevc ? 2 : 1), start + length))))
    at = start + length
  }
  return texts
}

/** Payload type and size are written as many 255s and a rest; type 5 is a UUID and what its owner likes. */
function messageTexts(unit: Uint8Array): string[] {
  const texts: string[] = []
  let at = 0
  const number = () => {
    let value = 0
    while (unit[at] === 0xff) value += unit[at++] ?? 0
    return value + (unit[at++] ?? 0)
  }
  while (at + 2 < unit.byteLength) {
    const type = number()
    const size = number()
    if (type === 5) {
      const text = printable(unit.subarray(at + 16, Math.min(at + size, at + 16 + longestText)))
      if (text !== '') texts.push(text)
    }
    at += size
  }
  return texts
}

function printable(bytes: Uint8Array): string {
  return /[\x20-\x7e]{4,}/.exec(binaryText(bytes))?.[0] ?? ''
}

/** Takes out the byte that keeps a start code from appearing (emulation prevention, H.264 7.4.1). */
function unescaped(unit: Uint8Array): Uint8Array {
  return unit.filter((byte, index) => byte !== 3 || index < 2 || uint16(unit, index - 2) !== 0)
}
