/** Writes sample tables (ISO/IEC 14496-12 8.6, 8.7) from columns. */
import { concat } from '@yinji/core'
import { makeBox, noFlags, u32 } from '../../carriers/bmff.ts'
import { setUint32 } from '../../carriers/integers.ts'

/** Version 1 of a full box. */
const versionOne = new Uint8Array([1, 0, 0, 0])

function words(values: ArrayLike<number>): Uint8Array {
  const out = new Uint8Array(values.length * 4)
  for (let index = 0; index < values.length; index++) setUint32(out, index * 4, values[index] ?? 0)
  return out
}

export const sizeTable = (sizes: Uint32Array): Uint8Array =>
  makeBox('stsz', noFlags, u32(0), u32(sizes.length), words(sizes))

export const timeTable = (durations: Uint32Array): Uint8Array => makeBox('stts', noFlags, runsOf(durations))

/** Signed offsets need version 1, which every reader of the last fifteen years knows. */
export function delayTable(delays: Int32Array, signed: boolean): Uint8Array {
  return makeBox('ctts', signed || delays.some((delay) => delay < 0) ? versionOne : noFlags, runsOf(delays))
}

export function syncTable(sync: Uint8Array): Uint8Array {
  const numbers: number[] = []
  for (let index = 0; index < sync.length; index++) if (sync[index] === 1) numbers.push(index + 1)
  return makeBox('stss', noFlags, u32(numbers.length), words(numbers))
}

/** Runs of equal values: how many runs, and each as `number, value`. */
function runsOf(values: Uint32Array | Int32Array): Uint8Array {
  const runs: number[] = []
  for (let index = 0; index < values.length; ) {
    const value = values[index] ?? 0
    let end = index + 1
    while (end < values.length && values[end] === value) end++
    runs.push(end - index, value)
    index = end
  }
  return concat([u32(runs.length / 2), words(runs)])
}

/** A chunk: samples side by side that one sample entry describes. */
export interface Chunk {
  readonly position: number
  readonly samples: number
  /** From 1. */
  readonly entry: number
}

/** `stsc` and `stco`, or `co64` where an offset asks for it. */
export function chunkTables(chunks: readonly Chunk[]): Uint8Array[] {
  const runs: number[] = []
  chunks.forEach(({ samples, entry }, index) => {
    const before = chunks[index - 1]
    if (before?.samples !== samples || before.entry !== entry) runs.push(index + 1, samples, entry)
  })
  const toChunk = makeBox('stsc', noFlags, u32(runs.length / 3), words(runs))
  const wide = chunks.some(({ position }) => position > 0xffff_ffff)
  const offsets = wide
    ? chunks.flatMap(({ position }) => [Math.floor(position / 0x1_0000_0000), position % 0x1_0000_0000])
    : chunks.map(({ position }) => position)
  return [toChunk, makeBox(wide ? 'co64' : 'stco', noFlags, u32(chunks.length), words(offsets))]
}
