/**
 * Chunks of a WAV file that count samples from the start of the data, moved along when something is put before it:
 * `fact` and the sample count of `ds64` (lengths), `cue ` and `smpl` loops (marks), `PEAK` (where the loudest sample
 * is), and the time reference of `bext` (EBU Tech 3285), which goes back so that the content keeps its time of day.
 * Not moved: `levl` (a picture of the waveform that editors draw anew), times within XML (`iXML`, `axml`), which
 * describe the take rather than the file.
 */
import { limits, type Source } from '@yinji/core'
import { hasAscii } from '../carriers/binary.ts'
import { setUint32le, setUint64le, uint32le, uint64le } from '../carriers/integers.ts'
import { type Replacement, replace } from '../carriers/replacements.ts'
import type { Riff } from '../carriers/riff.ts'

/** Changes a chunk's payload in place: `frames` more samples per channel come before the content. */
type Shift = (payload: Uint8Array, frames: number) => void

const shifts: ReadonlyMap<string, Shift> = new Map<string, Shift>([
  ['fact', (payload, frames) => add32(payload, 0, frames)],
  [
    'ds64',
    (payload, frames) => payload.byteLength >= 24 && uint64le(payload, 16) > 0 && add64(payload, 16, frames),
  ],
  ['cue ', shiftCues],
  ['smpl', shiftLoops],
  ['PEAK', shiftPeaks],
  ['bext', shiftTimeReference],
])

/** The changed chunks. Sizes stay the same; only fields within the payload change. */
export async function shiftedPositions(source: Source, riff: Riff, frames: number): Promise<Replacement[]> {
  const changes: Replacement[] = []
  for (const { id, start, end } of riff.chunks) {
    const shift = shifts.get(id)
    if (shift === undefined || end - start > limits.metadataBytes) continue
    const old = await source.read(start + 8, end)
    const payload = old.slice()
    shift(payload, frames)
    // `ds64` also holds the sizes, which are somebody else's to change: touch no more than the sample count.
    const [from, to] = id === 'ds64' ? [16, Math.min(24, payload.byteLength)] : [0, payload.byteLength]
    if (to > from) changes.push(replace(start + 8 + from, start + 8 + to, payload.subarray(from, to)))
  }
  return changes
}

function shiftCues(payload: Uint8Array, frames: number): void {
  const count = Math.min(uint32le(payload, 0), Math.floor((payload.byteLength - 4) / 24))
  for (let at = 4; at < 4 + count * 24; at += 24) {
    if (!hasAscii(payload, 'data', at + 8)) continue
    add32(payload, at + 4, frames)
    add32(payload, at + 20, frames)
  }
}

function shiftLoops(payload: Uint8Array, frames: number): void {
  const count = Math.min(uint32le(payload, 28), Math.floor((payload.byteLength - 36) / 24))
  for (let at = 36; at < 36 + count * 24; at += 24) {
    add32(payload, at + 8, frames)
    add32(payload, at + 12, frames)
  }
}

function shiftPeaks(payload: Uint8Array, frames: number): void {
  for (let at = 8; at + 8 <= payload.byteLength; at += 8) add32(payload, at + 4, frames)
}

/** A recording that starts at the very beginning of the day has nowhere to go back to. */
function shiftTimeReference(payload: Uint8Array, frames: number): void {
  const at = 338
  if (payload.byteLength < at + 8) return
  const reference = uint64le(payload, at)
  if (reference >= frames) setUint64le(payload, at, reference - frames)
}

/** A field that would overflow says "unknown" already, or soon would be wrong: it is left. */
function add32(payload: Uint8Array, at: number, value: number): void {
  const sum = uint32le(payload, at) + value
  if (at + 4 <= payload.byteLength && sum < 0xffffffff) setUint32le(payload, at, sum)
}

function add64(payload: Uint8Array, at: number, value: number): void {
  setUint64le(payload, at, uint64le(payload, at) + value)
}
