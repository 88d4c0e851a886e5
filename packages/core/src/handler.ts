/**
 * The contract between a format and everybody else. A format is one file that exports one `MediaHandler`, plus one
 * line in the list of handlers; detection, the `formats` command and the README matrix are derived from that list.
 */
import type { Finding } from './finding.ts'
import type { Copy, Part, Splice, TopLevelBox } from './part.ts'
import type { Source } from './source.ts'
import type { VisibleContext, VisibleLabeller } from './visible.ts'

/** Kinds of content, by what people do with it. */
export type Medium = 'text' | 'image' | 'audio' | 'video' | 'document'
/** The kinds of `Binding`, by name. */
export type BindingKind = 'data' | 'text' | 'bmff' | 'boxes' | 'collection'

/** Everything there is to know about one file format. */
export interface MediaHandler {
  /** Short name, lower case: `jpeg`. */
  readonly id: string
  readonly medium: Medium
  /** The first one is canonical. */
  readonly mediaTypes: readonly [string, ...string[]]
  /** Without the dot; the first one is canonical. */
  readonly extensions: readonly [string, ...string[]]
  /** What the format can carry and where, in words for the `formats` command. */
  readonly slots: Slots
  /**
   * Present when files of the format are read but never labelled: what to convert them to, e.g. `M4A`. Then `splice`
   * is not called, and there is nothing in `slots`.
   */
  readonly instead?: string
  /**
   * Present when a folder may hold many such files that nobody means: programs and settings. They are taken only when
   * they are named, not when a folder is.
   */
  readonly onlyNamed?: true
  /** Where that conversion keeps every packet: does it, for those who ask. */
  readonly remux?: Remuxer
  /** Whether these first bytes (up to `limits.headBytes`) are of this format. Pure. The name only breaks ties. */
  matches(head: Uint8Array, name?: string): boolean
  /**
   * Walks the structure once and tells everything it holds. Damage is a finding, never an exception:
   * what could be read before it is returned as well.
   */
  read(source: Source): Promise<Found>
  /**
   * Plans the labelled file: the AIGC field in its standard slot and nowhere else, the XMP properties, room for the
   * manifest; an old manifest is left out. Media bytes are neither decoded nor copied.
   * @throws InputError when the file is too damaged to be rewritten safely or a label does not fit.
   */
  splice(source: Source, edit: Edit): Promise<Splice>
  /**
   * Plans the same file with a longer manifest store, for statements about content that does not change (C2PA 11.2.3):
   * no byte that the present manifest's hash covers moves or changes. Absent where there is no place for a manifest.
   * @param store The new store: the present one and more manifests behind those it has; what was withheld from these is
   * missing. In formats whose manifest is `fixed`, it has the size of the present one.
   * @throws InputError when there is no manifest, it can't become as long as that, or the file is too damaged.
   */
  update?(source: Source, store: Uint8Array): Promise<Splice>
  /**
   * Where the content itself stands, in the order the format gives it: pictures, sound, text, and nothing that labelling
   * rewrites or that says where something stands. So the bytes stay the same however often the file is labelled. Absent
   * where that holds for everything `splice` takes over.
   * @throws InputError when the file is too damaged to tell.
   */
  content?(source: Source): Promise<readonly Copy[]>
  /**
   * How a media segment, a file of its own, says which one of the film it is (C2PA A.5.4.1.2); what it said before is
   * dropped. Present where films come as an initialization segment and media segments (DASH, HLS).
   * @throws InputError when it is no media segment.
   */
  segment?(source: Source, place: SegmentPlace): Promise<SegmentSplice>
  /** How segments of a live video carry what a session key signs (C2PA 19.4). Present where `segment` is. */
  readonly live?: LiveSegments
  readonly visible?: VisibleLabeller
}

/** Segments that go out as they are made. */
export interface LiveSegments {
  /** @throws InputError when it is no initialization segment. */
  clock(init: Source): Promise<LiveClock>
  /**
   * Plans a segment with room for signed info (C2PA 19.4.2) or a manifest (C2PA 19.2.1); info it had before is dropped.
   * @param size of that in bytes, for the sequence number that the segment has
   * @throws InputError when it is no media segment, or has a manifest of its own.
   */
  splice(
    segment: Source,
    clock: LiveClock,
    size: (sequence: number) => number,
    kind: 'info' | 'manifest',
  ): Promise<LiveSplice>
}

/** How the first track counts time. */
export interface LiveClock {
  /** `track_ID`. */
  readonly track: number
  /** Ticks per second. */
  readonly timescale: number
  /** How long a sample lasts in ticks, where a segment does not say. */
  readonly sampleTicks: number
}

/** A segment with a room for what is signed. */
export interface LiveSplice extends Splice {
  /** `mfhd.sequence_number` of its first fragment (ISO/IEC 14496-12 8.8.5). */
  readonly sequence: number
}

/** Which media segment of a film it is. */
export interface SegmentPlace {
  /** The track that the tree of hashes is named after. */
  readonly track: number
  /** Counted from 0, in the order of play. */
  readonly location: number
}

/** A media segment, planned to the byte. */
export interface SegmentSplice {
  readonly parts: readonly Part[]
  readonly boxes: readonly TopLevelBox[]
  /** When it is played, in units of its track (`tfdt`, ISO/IEC 14496-12 8.8.12); undefined where it does not say. */
  readonly time: number | undefined
}

/** Puts content into another container, packet by packet. */
export interface Remuxer {
  /** Extension of the other container, without the dot. */
  readonly extension: string
  /** @throws ToolError when the tool it needs is missing or fails. */
  apply(source: Source, context: VisibleContext): Promise<Source>
}

/** Where a format carries what, in words for people; absent where it has no place. */
export interface Slots {
  /** Where the AIGC field goes; absent when the format has no place for it. */
  readonly aigc?: string
  /** Where IPTC properties go. */
  readonly xmp?: string
  /** Where the manifest goes, and how it is bound to the content. */
  readonly manifest?: {
    readonly place: string
    readonly binding: BindingKind
    /** The hash covers how long the store is: another one has to be of the same length. */
    readonly fixed?: true
    /** C2PA 18.7.3 names the boxes of the format, so that a signer can have them bound one by one. */
    readonly boxes?: true
  }
}

/** Everything a handler found in one walk. */
export interface Found {
  /** Every AIGC field, in file order, wherever it stands. */
  readonly labels: readonly FoundLabel[]
  /**
   * Texts that may say how the content came to be: XMP properties by local name (`DigitalSourceType`), others by the
   * name the format gives them (`UserComment`, `parameters`, `COMM`, `©too`). Raw, at most `limits.evidenceBytes` each;
   * what they prove is the evidence table's to say.
   */
  readonly properties: readonly FoundProperty[]
  readonly manifest?: FoundManifest
  /** It is a film in fragments, in one file. */
  readonly fragmented?: boolean
  /** It is the initialization segment of a film whose media are in other files. */
  readonly initialization?: boolean
  /** An explicit label that can be seen in the content itself (text only, so far). */
  readonly visible?: string
  /** Damage, duplicates and the like. */
  readonly findings: readonly Finding[]
}

/** An AIGC field as it stands in a file, not yet understood. */
export interface FoundLabel {
  /** Container path: `APP1 XMP`, `tEXt AIGC`, `moov/udta/meta`. */
  readonly site: string
  /** Whether this is the slot the standard names for the format. */
  readonly standard: boolean
  /** The field as it stands: JSON text, or the parsed mapping where the slot is YAML. */
  readonly value: string | Readonly<Record<string, unknown>>
}

/** A metadata property as it stands in a file. */
export interface FoundProperty {
  readonly site: string
  readonly name: string
  readonly value: string
}

/** A manifest store in a file, and where it stands. */
export interface FoundManifest {
  readonly site: string
  /** The manifest store, unwrapped. */
  readonly store: Uint8Array
  /** The bytes a writer of this format leaves out of the hash: what the manifest's own exclusion must equal. */
  readonly excluded: { readonly start: number; readonly length: number }
  /** Ranges that a writer of this format may leave out besides: fields that only say how long the store is. */
  readonly alsoExcluded?: readonly { readonly start: number; readonly length: number }[]
  readonly binding: BindingKind
}

/** What a splice is to write. Absent fields are left as they are in the file. */
export interface Edit {
  /** The AIGC field: bare JSON from the strict writer. */
  readonly aigc?: string
  readonly xmp?: XmpEdit
  /** Where the manifest store is served: `dcterms:provenance` in XMP (C2PA 11.5). What was said before goes with the label before. */
  readonly provenance?: string | undefined
  /** Whether fragments, where the format has such, are to be hashed one by one, so that a player can check what it has got. */
  readonly fragments?: boolean
  /** Hashes of the media segments that this is the initialization segment of, in the order of play. */
  readonly leaves?: readonly Uint8Array[] | undefined
  /** Size of the manifest store in bytes; 0 for no manifest. An old manifest is dropped in either case. */
  readonly room: number
}

/** IPTC and XMP properties of one record, for formats that carry XMP. */
export interface XmpEdit {
  /** `Iptc4xmpExt:DigitalSourceType`, a full URI of the IPTC vocabulary. */
  readonly digitalSourceType: string
  /** `Iptc4xmpExt:AISystemUsed` and `AISystemVersionUsed` (IPTC 2025.1). */
  readonly systemUsed?: string
  readonly systemVersionUsed?: string
  /** `xmp:CreateDate`, ISO 8601. */
  readonly createDate: string
  /** `dc:publisher`. */
  readonly publisher: string
  /** `xmpMM:DocumentID`. */
  readonly documentId: string
}

/** The first handler that recognises the bytes. Text recognises nearly anything, so it stands last in the list. */
export function detect(
  handlers: readonly MediaHandler[],
  head: Uint8Array,
  name?: string,
): MediaHandler | undefined {
  return handlers.find((handler) => handler.matches(head, name))
}
