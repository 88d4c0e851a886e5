/** What the ways of binding content have in common (C2PA 9.2): what each is given, and what it answers. */
import type { Code, FoundManifest, Source } from '@yinji/core'
import type { CheckedManifest } from '../checked-manifest.ts'
import type { Fields } from '../fields.ts'
import type { Digest } from '../hashes.ts'
import type { Log } from '../log.ts'
import type { StatusCode } from '../status.ts'
import type { MediaPieces } from './media-pieces.ts'
import type { PieceWatch } from './piece-ledger.ts'

export interface Content {
  readonly source: Source
  readonly found: FoundManifest
  /** The manifest was updated since the binding was made, so that its own length may have changed. */
  readonly updated: boolean
  /** Media segments that belong to the source, in the order in which they are played; undefined when none were given. */
  readonly fragments: AsyncIterable<Source> | undefined
  /** Who is told of each of them. */
  readonly watch?: PieceWatch | undefined
  /** The media are not at hand: nothing of them is read, and who is told of the pieces can hold them against the manifest later. */
  readonly later?: ((pieces: MediaPieces) => void) | undefined
  readonly signal: AbortSignal | undefined
  /** Whether the whole file is to be hashed too. */
  readonly assetSha256: boolean
  /** It is a segment of a live video, whose segment info is read elsewhere (C2PA 19). */
  readonly live: boolean
  /** The moment of which is asked whether keys are still good. */
  readonly now: Date
  /** Validates the manifest that such a segment brings, as that of a file of its own (C2PA 19.7.1). */
  validateSegment(found: FoundManifest, source: Source): Promise<SegmentManifest>
}

/** What was found out about the manifest of a segment. */
export interface SegmentManifest {
  /** Undefined when it can’t be read. */
  readonly checked: CheckedManifest | undefined
  /** What is wrong with it, and what could not be told. */
  readonly errors: readonly Code[]
  readonly doubts: readonly Code[]
}

/** One hard binding assertion, ready to be held against the content. */
export interface Binding {
  readonly fields: Fields
  readonly digest: Digest
  /** URI of the assertion. */
  readonly at: string
  readonly log: Log
}

export interface Compared {
  /** `unchecked` when nothing can be said, the reason being in the log. */
  readonly outcome: 'match' | 'mismatch' | 'unchecked'
  /** SHA-256 of the whole file, hex, where it was read and that was wanted. */
  readonly sha256: string | undefined
  /** Status of a mismatch, where it has one of its own. */
  readonly status?: StatusCode
  /** Where a mismatch is, where that can be told. */
  readonly boxes?: readonly string[]
  /** This matches, but not what belongs to it; the reason is in the log. */
  readonly flawed?: boolean
}

/** Nothing can be said; the reason is in the log. */
export const unchecked: Compared = { outcome: 'unchecked', sha256: undefined }
