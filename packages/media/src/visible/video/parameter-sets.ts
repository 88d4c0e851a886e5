/**
 * Parameter sets of H.264 (ITU-T H.264 7.3.2) in `avcC` (ISO/IEC 14496-15 5.3.3). The pictures that are encoded again
 * bring their own sets under an identifier of their own, so both kinds live in one sample entry and the decoder takes up
 * the right one at each IDR picture. A second sample entry would say the same, but many players read only the first.
 */
import { concat } from '@yinji/core'
import { uint16 } from '../../carriers/binary.ts'
import { setUint16 } from '../../carriers/integers.ts'

interface AvcConfiguration {
  /** Version, profile, compatibility, level, length size. */
  readonly head: Uint8Array
  readonly sequence: readonly Uint8Array[]
  readonly picture: readonly Uint8Array[]
  /** What high profiles say in addition. */
  readonly rest: Uint8Array
}

function parseAvc(bytes: Uint8Array): AvcConfiguration | undefined {
  if (bytes[0] !== 1 || bytes.byteLength < 7) return undefined
  let at = 5
  const sets = (count: number): Uint8Array[] | undefined => {
    const out: Uint8Array[] = []
    for (let index = 0; index < count; index++) {
      const end = at + 2 + uint16(bytes, at)
      if (end > bytes.byteLength || end < at + 4) return undefined
      out.push(bytes.subarray(at + 2, end))
      at = end
    }
    return out
  }
  const sequence = sets((bytes[at++] ?? 0) & 0x1f)
  const picture = sets(bytes[at++] ?? 0)
  if (sequence === undefined || picture === undefined) return undefined
  return { head: bytes.subarray(0, 5), sequence, picture, rest: bytes.subarray(at) }
}

/** Bytes of the length before each unit. */
export const avcLengthSize = (configuration: Uint8Array): number => ((configuration[4] ?? 0) & 3) + 1

/** The largest identifier that neither a sequence nor a picture parameter set has; undefined when none is left. */
export function freeAvcId(configuration: Uint8Array): number | undefined {
  const parsed = parseAvc(configuration)
  if (parsed === undefined) return undefined
  const taken = new Set([
    ...parsed.sequence.map((unit) => golomb(unit, 4)),
    ...parsed.picture.map((unit) => golomb(unit, 1)),
  ])
  for (let id = 31; id > 0; id--) if (!taken.has(id)) return id
  return undefined
}

/** Both sets in one configuration. Or why they can't be, in words. */
export function joinAvc(source: Uint8Array, added: Uint8Array): Uint8Array | string {
  const [old, fresh] = [parseAvc(source), parseAvc(added)]
  if (old === undefined || fresh === undefined) return 'avcC is damaged'
  if (old.head[1] !== fresh.head[1]) return `profile ${old.head[1]} became ${fresh.head[1]}`
  const sequence = [...old.sequence, ...fresh.sequence]
  const picture = [...old.picture, ...fresh.picture]
  if (sequence.length > 31 || picture.length > 255) return 'avcC is full'
  return concat([
    old.head,
    new Uint8Array([0xe0 | sequence.length]),
    ...sequence.map(withLength),
    new Uint8Array([picture.length]),
    ...picture.map(withLength),
    old.rest,
  ])
}

function withLength(unit: Uint8Array): Uint8Array {
  const out = new Uint8Array(2 + unit.byteLength)
  setUint16(out, 0, unit.byteLength)
  out.set(unit, 2)
  return out
}

/** An Exp-Golomb number (9.1) that begins at a byte. */
function golomb(bytes: Uint8Array, from: number): number {
  const bit = (index: number) => ((bytes[from + (index >> 3)] ?? 0) >> (7 - (index & 7))) & 1
  let zeros = 0
  while (zeros < 16 && bit(zeros) === 0) zeros++
  let value = 0
  for (let index = 0; index <= zeros; index++) value = value * 2 + bit(zeros + index)
  return value - 1
}
