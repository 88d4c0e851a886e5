/** A film in one file is checked by the ranges of it that a player has (C2PA 18.6.3): everything but the media first, then its pieces. */
import { type Finding, finding, judge, type Source, UsageError, type Verdict } from '@yinji/core'
import type { ByteRange, MediaPieces } from '@yinji/provenance'
import { type Examination, type ExamineOptions, reportOf } from './examine.ts'
import { openInput } from './input.ts'
import type { RangeSource, RangeWatcher, WatchedPiece } from './watch-types.ts'
import { Workspace } from './workspace.ts'

interface Setting {
  readonly input: string | Blob | RangeSource
  readonly name: string | undefined
  readonly examining: ExamineOptions
  readonly examineOnline: (source: Source, examining: ExamineOptions) => Promise<Examination>
}

export async function startRanges({ input, name, examining, examineOnline }: Setting): Promise<RangeWatcher> {
  await using workspace = new Workspace()
  await using source = isRanges(input) ? sourceOf(input, name) : await openInput(input, name, workspace)
  let pieces: MediaPieces | undefined
  const later = (found: MediaPieces) => {
    pieces = found
  }
  const examination = await examineOnline(source, { later, ...examining })
  const findings = foundBefore(examination, pieces)
  return new Ranges(await beginningOf(source, { ...examination, findings }), findings, pieces)
}

const isRanges = (input: Setting['input']): input is RangeSource =>
  typeof input === 'object' && 'read' in input

const sourceOf = (input: RangeSource, name = input.name): Source & AsyncDisposable => ({
  name,
  size: input.size,
  read: (start, end) => input.read(start, Math.min(end, input.size)),
  [Symbol.asyncDispose]: async () => {},
})

/** With pieces to come, as if they held. */
function foundBefore({ findings }: Examination, pieces: MediaPieces | undefined): readonly Finding[] {
  if (pieces === undefined) return findings
  return [...findings.filter(({ code }) => code !== unseen), finding('manifest.content.intact')]
}

/** What needs no hash of the file, which is nobody's to know. */
async function beginningOf(source: Source, examination: Examination): Promise<RangeWatcher['beginning']> {
  const validation = examination.validation && { ...examination.validation, assetSha256: '' }
  const { verdict, origin, signer, findings } = await reportOf(source, { ...examination, validation })
  return { verdict, origin, signer, findings }
}

const unseen = 'manifest.media.unseen'

class Ranges implements RangeWatcher {
  readonly beginning: RangeWatcher['beginning']
  readonly #findings: readonly Finding[]
  readonly #pieces: MediaPieces | undefined
  /** Of each piece, what was found when it was looked at last. */
  readonly #states: Uint8Array

  constructor(
    beginning: RangeWatcher['beginning'],
    findings: readonly Finding[],
    pieces: MediaPieces | undefined,
  ) {
    this.beginning = beginning
    this.#findings = findings
    this.#pieces = pieces
    this.#states = new Uint8Array(pieces?.count ?? 0)
  }

  rangeOf(start: number, end: number): ByteRange | undefined {
    return this.#pieces?.rangeOf({ start, end })
  }

  check(start: number, bytes: Uint8Array): WatchedPiece {
    const end = start + bytes.byteLength
    const name = nameOf({ start, end })
    const about = { name, place: undefined, missing: undefined }
    if (this.#pieces === undefined)
      return { outcome: 'unchecked', verdict: this.beginning.verdict, findings: [], ...about }
    const checked = this.#pieces.check(start, bytes)
    if (checked === undefined) throw new UsageError('usage.watch.range', { start, end: end - 1 })
    for (const { index, holds } of checked) this.#states[index] = holds ? state.holds : state.altered
    const altered = checked.filter(({ holds }) => !holds)
    const findings = altered.length > 0 ? [alteredAt(altered)] : []
    const outcome = altered.length > 0 ? 'altered' : 'intact'
    return { outcome, verdict: judge([...this.#findings, ...findings]), findings, ...about }
  }

  verdict(): Verdict {
    if (this.#states.includes(state.altered)) return judge([...this.#findings, alteredAt([])])
    return judge([...this.#findings, ...(this.#states.includes(state.unseen) ? [finding(unseen)] : [])])
  }
}

const state = { unseen: 0, holds: 1, altered: 2 }
const nameOf = ({ start, end }: ByteRange) => `${start}–${end - 1}`

function alteredAt(pieces: readonly ByteRange[]): Finding {
  const names = pieces.slice(0, 10).map(nameOf).join(', ')
  return finding('manifest.fragment.altered', { data: { status: 'assertion.bmffHash.mismatch', names } })
}
