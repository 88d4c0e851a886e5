/** What a toolkit is, what labelling takes and what it gives. */
import type {
  Finding,
  MediaHandler,
  Medium,
  ProvenanceRecord,
  ProvenanceRecordInput,
  Report,
  VisibleLabel,
} from '@yinji/core'
import type {
  Certificate,
  IngredientUse,
  NamedActor,
  Revocation,
  Statements,
  TrustAnchors,
} from '@yinji/provenance'
import type { Identity } from './identity.ts'
import type { LiveOptions, LiveVideo } from './live.ts'
import type { OnlineOptions } from './online.ts'
import type { TrustStore } from './trust-view.ts'
import type { UpdateOptions, UpdateReceipt, UpdateStatement } from './update-types.ts'
import type { Inspection, VerifyOptions } from './verify-types.ts'
import type { RangeSource, RangeWatcher, Watcher, WatchOptions } from './watch-types.ts'

/** A path, bytes, a Blob, or a stream (which is spooled to a temporary file, because labels need random access). */
export type Input = string | Uint8Array | Blob | AsyncIterable<Uint8Array>

/** Settings of a toolkit. */
export interface ToolkitOptions {
  /** Who labels and signs; see `loadIdentity`. Needed by `label` unless the record names the provider and `manifest` is false. */
  readonly identity?: Identity | undefined
  /**
   * Trust anchors, store by store: PEM, one or many certificates each; a trust list of the C2PA, as it is published; or
   * certificates with the usages they count for and dates (C2PA 14.4.1). Default: the identity's own root.
   */
  readonly trust?: readonly (string | TrustAnchors)[] | undefined
  /**
   * Extended key usages of which whoever signs content needs one, dotted OIDs, for anchors without a list of their own. Default:
   * those of the trust store, and if it has none those that the standard names (C2PA 14.4.1).
   */
  readonly usages?: ReadonlySet<string> | undefined
  /** Anchors of time-stamp authorities, as in `trust`. Default none; those of the trust store are added. */
  readonly timestampTrust?: readonly (string | TrustAnchors)[] | undefined
  /** Anchors for who else stands behind content (CAWG identity assertions), as in `trust`. Default none; those of the trust store are added. */
  readonly identityTrust?: readonly (string | TrustAnchors)[] | undefined
  /** Whom this machine believes besides; see `loadTrustStore`. Default: nobody. */
  readonly store?: TrustStore | undefined
  /** Certificates that are at hand for security codes that only name them; see `loadCertificates`. They are not trusted. */
  readonly certificates?: readonly Certificate[] | undefined
  /** Whether certificates have been taken back; see `loadRevocation`. Default: what is stapled to a signature is heard. */
  readonly revocation?: Revocation | undefined
  /** Ask authorities over the network what is not known about certificates. Default: nobody is asked. */
  readonly online?: OnlineOptions | undefined
  /** The formats to support. Default: all of them. */
  readonly handlers?: readonly MediaHandler[] | undefined
  /** Path of the ffmpeg program. Default: found on the search path when first needed. */
  readonly ffmpeg?: string | undefined
  /** Default: the system clock. */
  readonly clock?: (() => Date) | undefined
}

/** What is particular about this content; provider and system default to the identity's. */
export type LabelRecord = Partial<ProvenanceRecordInput>

/** Settings of one labelling, and what is stated besides the record. */
export interface LabelOptions extends Statements {
  /** Where the labelled file goes: a path. Default for a path `photo.jpg`: `photo.labeled.jpg` beside it. */
  readonly output?: string | undefined
  /** Replace the input file itself. */
  readonly inPlace?: boolean | undefined
  /** Overwrite an existing target. Default false. */
  readonly force?: boolean | undefined
  /**
   * The explicit label; `false` for none. Default: the words the rule (`wording`) has for the record’s involvement, e.g.
   * `AI生成`, bottom right.
   */
  readonly visible?: Partial<VisibleLabel> | false | undefined
  /** Whether to sign with a manifest. Default true. */
  readonly manifest?: boolean | undefined
  /**
   * Security data in the label (TC260-PG-202511A): `sm2` signs it, and in most formats the content’s SM3 hash, with the
   * identity’s SM2 key; `off` leaves the code empty. Default `sm2` when the identity has such a key.
   */
  readonly security?: 'sm2' | 'off' | undefined
  /**
   * For formats without a place for a manifest: write it beside the file, as `<output>.c2pa`; for content without a path
   * it is in the receipt. Formats with a place keep it inside. Default false: such a format is refused.
   */
  readonly sidecar?: boolean | undefined
  /**
   * Where the manifest will be served, for the file to say so in XMP (`dcterms:provenance`, C2PA 11.5); one that ends with `/` is a
   * folder, in which it has the name `<output>.c2pa`. Uploading it is the caller's. A manifest that is in the
   * file as well is about the file with it inside: to a copy that has lost it the served one does not belong. Formats without XMP are refused. Default: the
   * file names no address, and what an earlier label said of one goes with that label.
   */
  readonly remote?: string | undefined
  /**
   * `false` keeps the manifest out of the file in every format, and writes it as with `sidecar`: for content that is to be changed
   * as little as can be, or a manifest that is to be served from elsewhere. Default true.
   */
  readonly embed?: boolean | undefined
  /** Other content that went into this one: parts of it, or what a model was given. */
  readonly ingredients?: readonly IngredientInput[] | undefined
  /** Who else stands behind it and signs as well (CAWG identity assertions). Default: nobody. */
  readonly identities?: readonly NamedActor[] | undefined
  /**
   * Where the manifest could not grow later (WebP, WAV, AVI, TIFF, MP3, FLAC, PDF, packages), leave 32 KiB in it for
   * updates: some statements, or a time stamp. Default false.
   */
  readonly updatable?: boolean | undefined
  /**
   * Compress the manifests of what it was made from (C2PA 11.2.4), as far as no other manifest has a hash of them. Readers need
   * Brotli: c2pa-rs has it since 0.80. Default false.
   */
  readonly compress?: boolean | undefined
  /**
   * `boxes`: every box of a JPEG, PNG, GIF or JPEG XL file is named in the manifest, and metadata and pictures have hashes
   * of their own (`c2pa.hash.boxes`, C2PA 18.7), so that whoever finds a change can tell where it is. Others are refused.
   * Default: how the format does it, which is one hash over everything in those.
   */
  readonly binding?: 'boxes' | undefined
  /** Put a small picture of a picture into the manifest. Default false: it makes the manifest some kilobytes larger. */
  readonly thumbnail?: boolean | undefined
  /**
   * Content in a format that is only read goes into one that can be labelled, where that keeps every packet: AAC in ADTS
   * becomes M4A. Needs ffmpeg. Default false: such a file is refused.
   */
  readonly remux?: boolean | undefined
  /**
   * Paths of the media segments of a film whose initialization segment is the input, a path (DASH, HLS), all of them, in the
   * order in which they are played. They are written into the folder of `output` under the names they have, together with
   * the initialization segment or not at all; `output` or `inPlace` is needed. `visible` must be `false`: a label that people
   * see is put in before a film is cut. Playlists are the caller's to copy; the receipt says so. Default: the input is all there is,
   * and an initialization segment is refused, because a manifest would vouch for nothing.
   */
  readonly fragments?: readonly string[] | undefined
  /**
   * Sign the segments one by one as those of a live video (C2PA 19.4), so that any stretch of them can be checked, but not that all
   * are there to the last. For a stream that runs there is `Toolkit.live`. Default false: the manifest has a hash of each.
   */
  readonly live?: boolean | undefined
  /** Plan and check, write nothing. */
  readonly dryRun?: boolean | undefined
  /** Name of the content, for input without a path. */
  readonly name?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** Content that went into other content. */
export interface IngredientInput {
  readonly file: Input
  /** `componentOf`: it stands in the new content. `inputTo`: a model made the new content from it. Default `componentOf`. */
  readonly use?: IngredientUse | undefined
  /** What it is called. Default: its file name. */
  readonly title?: string | undefined
}

/** How far a labelling has come. */
export interface Progress {
  readonly step: 'visible' | 'write'
  /** 0 to 1. */
  readonly fraction: number
}

/** What was done to one file; versioned plain data, `label --json` prints exactly this. */
export interface Receipt {
  readonly schema: 'yinji.receipt/1'
  /** `unchanged`: the file already says exactly this. `planned`: a dry run. */
  readonly status: 'labeled' | 'unchanged' | 'planned'
  readonly input: { readonly name: string | null; readonly bytes: number }
  readonly handler: string
  readonly medium: Medium
  readonly mediaType: string
  /** Path of the labelled file; null for bytes and for dry runs. */
  readonly path: string | null
  /** Size of the labelled file; null for dry runs. */
  readonly bytes: number | null
  /** Path of the manifest beside it; null when there is none. */
  readonly sidecar: string | null
  /** Paths of the media segments that were labelled with it, in the order of play. */
  readonly segments?: readonly string[]
  /** The manifest of a content that has no path to put it beside. */
  readonly manifest?: Uint8Array
  /** What was written, in writing order. */
  readonly written: readonly Written[]
  readonly record: ProvenanceRecord
  /** Remarks, e.g. that the name and the content disagree about the type. */
  readonly findings: readonly Finding[]
}

/** One statement that was written. */
export interface Written {
  readonly layer: 'visible' | 'metadata' | 'manifest' | 'sidecar'
  /** Where: `APP1 XMP`, `APP11 JUMBF`, `bottom-right`, `clip.mkv.c2pa`. */
  readonly place: string
  /** What: the JSON of the field, the words of the label, the manifest's URN. */
  readonly what: string
  /**
   * Of the visible layer. `spliced`: outside the label the content is the source’s, bit for bit or sample for sample.
   * `encoded`: all of it was encoded again.
   */
  readonly path?: 'spliced' | 'encoded'
}

/** One supported format, in words. */
export interface Format {
  readonly id: string
  readonly medium: Medium
  readonly mediaTypes: readonly string[]
  readonly extensions: readonly string[]
  /** Places, in words; null where the format has none. */
  readonly aigc: string | null
  readonly xmp: string | null
  readonly manifest: string | null
  readonly binding: string | null
  readonly visible: string | null
  readonly needs: string | null
  /** For formats that are read but never labelled: what to convert them to. */
  readonly instead: string | null
  /** Programs by others that find what was written, exactly as it was; tested. */
  readonly readBy: readonly string[]
  /** Extension of the files that `remux` makes of such a format; null where it can't. */
  readonly remux: string | null
}

/** Disposing waits until running jobs are done and their temporary files are gone. */
export interface Toolkit extends AsyncDisposable {
  /** Labels a file: path in, path out. The original stays as it is unless `inPlace`. */
  label(input: string, record?: LabelRecord, options?: LabelOptions): Promise<Receipt>
  /** Labels content: bytes, Blob or stream in; bytes out, unless `output` names a path. */
  label(
    input: Uint8Array | Blob | AsyncIterable<Uint8Array>,
    record?: LabelRecord,
    options?: LabelOptions,
  ): Promise<Receipt & { readonly content: Uint8Array }>
  /** Adds a signed statement to a signed file; its content stays as it is (C2PA 11.2.3). Path in, path out. */
  update(input: string, statement?: UpdateStatement, options?: UpdateOptions): Promise<UpdateReceipt>
  /** Adds a signed statement to signed content: bytes, Blob or stream in; bytes out, unless `output` names a path. */
  update(
    input: Uint8Array | Blob | AsyncIterable<Uint8Array>,
    statement?: UpdateStatement,
    options?: UpdateOptions,
  ): Promise<UpdateReceipt & { readonly content: Uint8Array }>
  /**
   * Starts a live video: labels its initialization segment (bytes out), and has each segment signed as it is made (C2PA 19.4) by
   * a key in memory, for which the identity vouches. The identity's own key is used once.
   */
  live(init: Input, record?: LabelRecord, options?: LiveOptions): Promise<LiveVideo>
  /** Checks every layer. Hostile or damaged content yields a report; only misuse and I/O throw. */
  verify(input: Input, options?: VerifyOptions): Promise<Report>
  /**
   * Checks a film while it comes: first its initialization segment, then each segment, in constant memory, with a verdict for each.
   * For sets (C2PA 18.6.3) and for live video (C2PA 19).
   */
  watch(init: Input, options?: WatchOptions): Promise<Watcher>
  /**
   * Checks a long film in one file of which only ranges are at hand, as players have it that ask for bytes: what is not media is read at
   * once, and then each range of whole pieces is held against the manifest (C2PA 18.6.3), in any order.
   */
  watchRanges(
    film: string | Blob | RangeSource,
    options?: Omit<WatchOptions, 'sidecar'>,
  ): Promise<RangeWatcher>
  /** Shows what stands in the file, as it stands. */
  inspect(input: Input, options?: VerifyOptions): Promise<Inspection>
  formats(): readonly Format[]
}
