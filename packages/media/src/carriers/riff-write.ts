/**
 * Writing a RIFF again: chunks around payloads, and the sizes in the headers once chunks have changed (RIFF header,
 * `ds64` of RF64 and BW64, `data` of a streamed file). Missing pad bytes are put in.
 */
import { bytes, InputError, type Part, partLength, type Source } from '@yinji/core'
import { binaryBytes } from './binary.ts'
import { setUint32le, setUint64le } from './integers.ts'
import { growth, type Replacement, replace } from './replacements.ts'
import type { Riff, RiffChunk } from './riff.ts'

/** The size field of a plain RIFF has 32 bits; the last value is a mark. */
const mostRiff = 0xfffffffe
const mark32 = 0xffffffff

export function chunkHeader(id: string, size: number): Uint8Array {
  const header = binaryBytes(`${id}\0\0\0\0`)
  setUint32le(header, 4, size)
  return header
}

/** A chunk around parts; none at all around nothing. */
export function chunkParts(id: string, payload: readonly Part[]): Part[] {
  const size = payload.reduce((sum, part) => sum + partLength(part), 0)
  if (size === 0) return []
  return [bytes(chunkHeader(id, size)), ...payload, ...(size % 2 === 0 ? [] : [bytes(new Uint8Array(1))])]
}

/** The changes, and those to the sizes that follow from them. `data` says by how much the audio itself grows. */
export function resized(
  source: Source,
  riff: Riff,
  changes: readonly Replacement[],
  data = 0,
): Replacement[] {
  const pads = missingPads(riff, changes)
  // Insertions at one offset keep their order: a pad byte goes before what is put after the last chunk.
  const all = [...pads, ...changes]
  const size = riff.end + growth(all) - 8
  const audio = riff.chunks.find((chunk) => chunk.id === 'data')
  const audioSize = audio === undefined ? 0 : audio.end - audio.start - 8 + data
  const stale = riff.streamed || data !== 0
  if (riff.form !== 'RIFF') {
    const mark = audio !== undefined && stale ? [sizeField(audio.start + 4, mark32)] : []
    return [...largeSizes(size, stale ? audioSize : undefined), ...mark, ...all]
  }
  if (size > mostRiff)
    throw new InputError('input.size', { what: source.name ?? 'RIFF', bytes: size, most: mostRiff })
  const audioField = audio !== undefined && stale ? [sizeField(audio.start + 4, audioSize)] : []
  return [sizeField(4, size), ...audioField, ...all]
}

function sizeField(at: number, size: number): Replacement {
  const field = new Uint8Array(4)
  setUint32le(field, 0, size)
  return replace(at, at + 4, field)
}

/** EBU Tech 3306: 32 ones in the header, the sizes in `ds64`, which is always the first chunk. */
function largeSizes(size: number, audio: number | undefined): Replacement[] {
  const fields = new Uint8Array(audio === undefined ? 8 : 16)
  setUint64le(fields, 0, size)
  if (audio !== undefined) setUint64le(fields, 8, audio)
  return [sizeField(4, mark32), replace(20, 20 + fields.byteLength, fields)]
}

function missingPads(riff: Riff, changes: readonly Replacement[]): Replacement[] {
  const gone = new Set(changes.map((change) => change.start))
  const lacks = (chunk: RiffChunk) => !chunk.padded && !gone.has(chunk.start)
  return riff.chunks.filter(lacks).map((chunk) => replace(chunk.end, chunk.end, new Uint8Array(1)))
}
