/** What checking content piece by piece takes and gives. */
import type { Report, Verdict } from '@yinji/core'
import type { Piece } from '@yinji/provenance'
import type { Input } from './types.ts'
import type { VerifyOptions } from './verify-types.ts'

/** Settings of a check piece by piece. */
export type WatchOptions = Pick<VerifyOptions, 'trust' | 'sidecar' | 'remote' | 'name' | 'signal'>

/** What was found out about one piece. */
export interface WatchedPiece extends Piece {
  /** Of this piece, under the beginning that it came with: shown may be what `verify` would call so. */
  readonly verdict: Verdict
}

/** Content that is checked while it comes. Disposing gives up what was not ended. */
export interface Watcher extends AsyncDisposable {
  /** The report of what comes before all pieces: who signed, what it says of its origin, and whether it is worth going on. */
  readonly beginning: Report
  /**
   * Checks the next segment, in the order of play; calls wait for each other. A player that jumps back, or over what is live, makes
   * a new watcher.
   * @throws InputError when it can’t be read; the next call is none the worse for a path that leads nowhere.
   */
  next(segment: Input, options?: { readonly name?: string | undefined }): Promise<WatchedPiece>
  /** The report of the whole, which is that of `verify` with the same segments. */
  end(): Promise<Report>
}
