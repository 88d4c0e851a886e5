/** What checking content piece by piece takes and gives. */
import type { Report, Verdict } from '@yinji/core'
import type { ByteRange, Piece } from '@yinji/provenance'
import type { Input } from './types.ts'
import type { VerifyOptions } from './verify-types.ts'

/** Settings of a check piece by piece. */
export type WatchOptions = Pick<VerifyOptions, 'trust' | 'sidecar' | 'remote' | 'name' | 'signal'>

/** What was found out about one piece. */
export interface WatchedPiece extends Piece {
  /** Of this piece, under the beginning that it came with: shown may be what `verify` would call so. */
  readonly verdict: Verdict
}

/** Bytes that are fetched range by range, such as those of an HTTP server. */
export interface RangeSource {
  readonly name?: string | undefined
  /** Of the whole, in bytes. */
  readonly size: number
  /** The bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array>
}

/** A film that is checked range by range. */
export interface RangeWatcher {
  /**
   * What is known before any media: who signed, and what it says of its origin. The verdict is the one of media that hold. SM2 codes over
   * the content are not looked at.
   */
  readonly beginning: Pick<Report, 'verdict' | 'origin' | 'signer' | 'findings'>
  /**
   * What to ask for: the smallest range of whole pieces around the media in these bytes, `end` exclusive; undefined where there are none,
   * or where the manifest has no hashes of pieces. Boxes that are no media belong to the beginning.
   */
  rangeOf(start: number, end: number): ByteRange | undefined
  /** Checks the bytes from `start` on. @throws UsageError when they are no whole pieces; `rangeOf` says which are. */
  check(start: number, bytes: Uint8Array): WatchedPiece
  /** Of the whole: as long as a piece is missing, `unchecked` at best. */
  verdict(): Verdict
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
