/** What a check takes and gives. */
import type { Report } from '@yinji/core'
import type { CrJson, StoreBox, TrustAnchors, ValidatedManifest } from '@yinji/provenance'

/** Where a manifest outside the file is: a path, the store itself, or `false` for nowhere. */
export type SidecarInput = string | Uint8Array | false

/** From where manifests that lie elsewhere may be fetched. */
export interface RemoteOptions {
  /** Hosts (with the port, where it is none of the usual) that are asked; all others are not. */
  readonly hosts: readonly string[]
  /** Largest manifest in bytes. Default: 64 MiB, as for those in files. */
  readonly maxBytes?: number | undefined
  /** Default: the one of the platform. */
  readonly fetch?: typeof fetch | undefined
}

/** Settings of one check. */
export interface VerifyOptions {
  /** More trust anchors for this call, as in `ToolkitOptions`. */
  readonly trust?: readonly (string | TrustAnchors)[] | undefined
  /**
   * The manifest beside the file, used when the file has none inside. Default for a path `clip.mkv`: `clip.mkv.c2pa`
   * or `clip.c2pa`, if there is one.
   */
  readonly sidecar?: SidecarInput | undefined
  /**
   * The media segments of a film whose initialization segment is the input (DASH, HLS; C2PA A.5.4.1.2), all of them, in
   * the order in which they are played. The verdict is about the whole; findings name the segments that fail, are out
   * of order, or are not there. Default: the input is all there is.
   */
  readonly fragments?: readonly (string | Uint8Array | Blob)[] | undefined
  /** Ask exiftool for a second opinion on the metadata, as remarks. Takes a second to start. Default false. */
  readonly deep?: boolean | undefined
  /**
   * Search the content itself for its explicit label: pictures are decoded, sounds are listened to. Texts are always
   * read. Default false, because decoding costs more than all the rest.
   */
  readonly look?: boolean | undefined
  /** Fetch a manifest that the file says lies elsewhere. Default: nothing is fetched. */
  readonly remote?: RemoteOptions | undefined
  readonly name?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** The report, and the raw pieces behind it. */
export interface Inspection {
  readonly report: Report
  /** Every AIGC field as it stands in the file. */
  readonly labels: readonly { readonly site: string; readonly standard: boolean; readonly raw: string }[]
  readonly properties: readonly { readonly site: string; readonly name: string; readonly value: string }[]
  readonly manifest: { readonly site: string; readonly bytes: number } | null
  /** Certificates that vouch for something in the file, DER, leaf first: of each manifest, then of the label’s codes. */
  readonly certificates: readonly { readonly at: string; readonly chain: readonly Uint8Array[] }[]
  /** The manifest store as it stands, for `--raw`. */
  readonly store: Uint8Array | null
  /** The boxes of the store, or what is wrong with them; null without a store. */
  readonly boxes: StoreBox | string | null
  /** Every manifest in use and what it was made from, the active one last: the family of the content. */
  readonly manifests: readonly ValidatedManifest[]
  /** Manifests and their validation as Content Credentials JSON (crJSON of C2PA 2.4). */
  readonly crJson: CrJson
}
