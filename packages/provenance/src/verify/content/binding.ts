/** What the ways of binding content have in common (C2PA 9.2): what each is given, and what it answers. */
import type { FoundManifest, Source } from '@yinji/core'
import type { Fields } from '../fields.ts'
import type { Digest } from '../hashes.ts'
import type { Log } from '../log.ts'
import type { StatusCode } from '../status.ts'

export interface Content {
  readonly source: Source
  readonly found: FoundManifest
  /** The manifest was updated since the binding was made, so that its own length may have changed. */
  readonly updated: boolean
  /** Media segments that belong to the source, in the order in which they are played; undefined when none were given. */
  readonly fragments: AsyncIterable<Source> | undefined
  readonly signal: AbortSignal | undefined
  /** Whether the whole file is to be hashed too. */
  readonly assetSha256: boolean
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
}

/** Nothing can be said; the reason is in the log. */
export const unchecked: Compared = { outcome: 'unchecked', sha256: undefined }
