/**
 * JUMBF boxes in the APP11 segments of a JPEG (ISO/IEC 18477-3 annex B, ISO 19566-5 D.2; C2PA A.3.1). A box larger
 * than one segment is spread over several, each of which repeats the box header: `Lp JP En Z LBox TBox [XLBox] data`.
 */
import { concat, InternalError } from '@yinji/core'
import { binaryBytes, hasAscii, uint16, uint32 } from './binary.ts'
import { setUint16, setUint32 } from './integers.ts'
import { app11, type Segment } from './jpeg-segments.ts'

export interface JumbfBox {
  /** `En`, the box instance number. */
  readonly instance: number
  /** In file order. */
  readonly segments: readonly Segment[]
  /** The superbox, header included, as far as it is there. */
  readonly bytes: Uint8Array
  /** Whether it is a C2PA manifest store. */
  readonly isStore: boolean
  /** Whether the pieces are numbered without gaps and as long together as the box says. */
  readonly complete: boolean
  /** Whether the segments follow each other directly, as C2PA demands of a store. */
  readonly contiguous: boolean
}

/** Every JUMBF superbox among the segments. */
export function readJumbf(segments: readonly Segment[]): JumbfBox[] {
  const groups: Segment[][] = []
  const current = new Map<number, Segment[]>()
  for (const segment of segments) {
    if (segment.marker !== app11 || !hasAscii(segment.data, 'JP') || !hasAscii(segment.data, 'jumb', 12))
      continue
    const instance = uint16(segment.data, 2)
    const group = sequenceOf(segment) === 1 ? undefined : current.get(instance)
    if (group) group.push(segment)
    else {
      const begun = [segment]
      groups.push(begun)
      current.set(instance, begun)
    }
  }
  return groups.map(assemble)
}

function assemble(segments: readonly Segment[]): JumbfBox {
  const ordered = [...segments].sort((a, b) => sequenceOf(a) - sequenceOf(b))
  const first = ordered[0]?.data ?? new Uint8Array(0)
  const header = uint32(first, 8) === 1 ? 16 : 8
  const length = header === 16 ? uint32(first, 16) * 0x1_0000_0000 + uint32(first, 20) : uint32(first, 8)
  const pieces = ordered.map(({ data }, index) => data.subarray(index === 0 ? 8 : 8 + header))
  const bytes = concat(pieces)
  return {
    instance: uint16(first, 2),
    segments,
    bytes: bytes.subarray(0, length),
    isStore: hasAscii(bytes, 'jumd', header + 4) && hasAscii(bytes, storeType, header + 8),
    complete:
      bytes.byteLength === length && ordered.every((segment, index) => sequenceOf(segment) === index + 1),
    contiguous: segments.every(({ start }, index) => index === 0 || segments[index - 1]?.end === start),
  }
}

/** `Z`, the packet sequence number, from 1. */
function sequenceOf({ data }: Segment): number {
  return uint32(data, 4)
}

/** The type of a C2PA manifest store, 63327061-0011-0010-8000-00AA00389B71 (C2PA 11.1.4.2). */
const storeType = 'c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71'

/** Marker, Lp, JP, En, Z, LBox and TBox. */
const overhead = 20
/** Lp counts itself and is 16 bits wide. */
const mostData = 0xffff - (overhead - 2)

/** Length in bytes of the segments for a box of so many bytes. */
export function segmentsLength(boxLength: number): number {
  const data = boxLength - 8
  return data + Math.ceil(data / mostData) * overhead
}

/** A superbox in segments, ready to be put into a JPEG. */
export function writeSegments(box: Uint8Array, instance: number): Uint8Array {
  const out = new Uint8Array(segmentsLength(box.byteLength))
  let to = 0
  for (let from = 8, sequence = 1; from < box.byteLength; from += mostData, sequence++) {
    const data = box.subarray(from, from + mostData)
    out.set(binaryBytes('\xff\xeb..JP'), to)
    setUint16(out, to + 2, data.byteLength + overhead - 2)
    setUint16(out, to + 6, instance)
    setUint32(out, to + 8, sequence)
    out.set(box.subarray(0, 8), to + 12)
    out.set(data, to + overhead)
    to += overhead + data.byteLength
  }
  if (to !== out.byteLength) throw new InternalError('APP11 segments that do not fill their room')
  return out
}

/** An instance number no kept box uses; the first choice is what other writers of C2PA use. */
export function freeInstance(kept: readonly JumbfBox[]): number {
  const used = new Set(kept.map(({ instance }) => instance))
  let instance = 0x0211
  while (used.has(instance)) instance = (instance + 1) & 0xffff
  return instance
}
