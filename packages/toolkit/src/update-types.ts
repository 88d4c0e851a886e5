/** What an update takes and gives. */
import type { StampDigest, UpdateStatements } from '@yinji/provenance'
import type { LabelOptions } from './types.ts'

/** What an update says. */
export interface UpdateStatement extends UpdateStatements {
  /** What happened to the content without changing it. Default: `c2pa.published`, unless anything else is stated, withheld, stamped, renewed or brought. */
  readonly actions?: UpdateStatements['actions']
  /**
   * Have the identity's time-stamp authority attest every signature in the file that has no time stamp yet (C2PA
   * 18.18), and the one of the update itself; then no action is added unless asked for. Default false.
   */
  readonly stamp?: boolean | undefined
  /**
   * Have the identity's time-stamp authority renew every time stamp in the file (RFC 4998 5.2), before its algorithms grow weak or
   * its authority is no longer believed; a name of a hash other than that of the last one renews all of it with that (5.3). C2PA knows
   * no renewal: it stands in an assertion of this update that Yinji counts and others pass over. Then no action is added unless
   * asked for. Default false.
   */
  readonly renew?: boolean | StampDigest | undefined
  /**
   * Ask the authorities of those who signed, where they are trusted and their certificates say that they answer, and add the
   * answers where the file has none (`c2pa.certificate-status`, C2PA 18.19); then no action is added unless asked for. With
   * the time stamp that the standard wants beside it, `stamp` or an earlier one, they count for good. Default false.
   */
  readonly certificateStatus?: boolean | undefined
}

/** Settings of one update. */
export type UpdateOptions = Pick<
  LabelOptions,
  'output' | 'inPlace' | 'force' | 'dryRun' | 'name' | 'signal' | 'onProgress'
>

/** What was added to one file; versioned plain data, `update --json` prints exactly this. */
export interface UpdateReceipt {
  readonly schema: 'yinji.update/1'
  /** `unchanged`: it has all the time stamps and answers already. `planned`: a dry run. */
  readonly status: 'updated' | 'unchanged' | 'planned'
  readonly input: { readonly name: string | null; readonly bytes: number }
  readonly handler: string
  readonly mediaType: string
  /** Path of the updated file; null for bytes and for dry runs. */
  readonly path: string | null
  /** Size of the updated file; null for dry runs. */
  readonly bytes: number | null
  /** Path of the manifest beside it; null when it is inside. */
  readonly sidecar: string | null
  /** `urn:c2pa:…` of the update manifest; null when nothing was added. */
  readonly manifest: string | null
  /** Labels of the actions and assertions that were added. */
  readonly said: readonly string[]
  /** The store of content that has no path to put it beside. */
  readonly store?: Uint8Array
}
