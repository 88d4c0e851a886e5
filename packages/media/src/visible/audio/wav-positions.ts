/**
 * Chunks of a WAV file that count samples from the start of the data, moved along when labels are put between them:
 * `fact` and the sample count of `ds64` (lengths), `cue ` and `smpl` loops (marks), `PEAK` (where the loudest sample
 * is), and the time reference of `bext` (EBU Tech 3285), which goes back so that the content keeps its time of day.
 * Not moved: `levl` (a picture of the waveform that editors draw anew), times within XML (`iXML`, `axml`), which
 * describe the take rather than the file.
 */
import { limits, type Source } from '@yinji/core'
import { hasAscii } from '../../carriers/binary.ts'
import { setUint32le, setUint64le, uint32le, uint64le } from '../../carriers/integers.ts'
import { type Replacement, replace } from '../../carriers/replacements.ts'
import type { Riff } from '../../carriers/riff.ts'

/** Samples per channel that come before a sample of the content, and in all. */
export interface Moves {
  /** Where the sample that was at a position is now. */
  move(position: number): number
  readonly total: number
}

/** Changes a chunk's payload in place. */
type Shift = (payload: Uint8Array, moves: Moves) => void

const shifts: ReadonlyMap<string, Shift> = new Map<string, Shift>([
  ['fact', (payload, { total }) => set32(payload, 0, uint32le(payload, 0) + total)],
  [
    'ds64',
    (payload, { total }) =>
      payload.byteLength >= 24 &&
      uint64le(payload, 16) > 0 &&
      setUint64le(payload, 16, uint64le(payload, 16) + total),
  ],
  ['cue ', shiftCues],
  ['smpl', shiftLoops],
  ['PEAK', shiftPeaks],
  ['bext', shiftTimeReference],
])

/** The changed chunks. Sizes stay the same; only fields within the payload change. */
export async function shiftedPositions(source: Source, riff: Riff, moves: Moves): Promise<Replacement[]> {
  const changes: Replacement[] = []
  for (const { id, start, end } of riff.chunks) {
    const shift = shifts.get(id)
    if (shift === undefined || end - start > limits.metadataBytes) continue
    const old = await source.read(start + 8, end)
    const payload = old.slice()
    shift(payload, moves)
    // `ds64` also holds the sizes, which are somebody else's to change: touch no more than the sample count.
    const [from, to] = id === 'ds64' ? [16, Math.min(24, payload.byteLength)] : [0, payload.byteLength]
    if (to > from) changes.push(replace(start + 8 + from, start + 8 + to, payload.subarray(from, to)))
  }
  return changes
}

function shiftCues(payload: Uint8Array, moves: Moves): void {
  const count = Math.min(uint32le(payload, 0), Math.floor((payload.byteLength - 4) / 24))
  for (let at = 4; at < 4 + count * 24; at += 24) {
    if (!hasAscii(payload, 'data', at + 8)) continue
    move32(payload, at + 4, moves)
    move32(payload, at + 20, moves)
  }
}

function shiftLoops(payload: Uint8Array, moves: Moves): void {
  const count = Math.min(uint32le(payload, 28), Math.floor((payload.byteLength - 36) / 24))
  for (let at = 36; at < 36 + count * 24; at += 24) {
    move32(payload, at + 8, moves)
    move32(payload, at + 12, moves)
  }
}

function shiftPeaks(payload: Uint8Array, moves: Moves): void {
  for (let at = 8; at + 8 <= payload.byteLength; at += 8) move32(payload, at + 4, moves)
}

/** A recording that starts at the very beginning of the day has nowhere to go back to. */
function shiftTimeReference(payload: Uint8Array, moves: Moves): void {
  const at = 338
  if (payload.byteLength < at + 8) return
  const reference = uint64le(payload, at)
  const frames = moves.move(0)
  if (reference >= frames) setUint64le(payload, at, reference - frames)
}

const move32 = (payload: Uint8Array, at: number, moves: Moves) =>
  set32(payload, at, moves.move(uint32le(payload, at)))

/** A field that would overflow says "unknown" already, or soon would be wrong: it is left. */
function set32(payload: Uint8Array, at: number, value: number): void {
  if (at + 4 <= payload.byteLength && value < 0xffffffff) setUint32le(payload, at, value)
}
