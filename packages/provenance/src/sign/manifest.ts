/** What a manifest says, and the draft that knows its exact size before the content has been hashed. */
import type { AigcField, Binding, BindingKind, ProvenanceRecord, VisibleLabel } from '@yinji/core'
import type { Delta, Results } from '../validation.ts'
import type { UpdateActionName } from '../vocabulary.ts'

/** Everything a manifest is to say. */
export interface ManifestContent {
  readonly record: ProvenanceRecord
  /** The seven fields of GB 45438-2025 Annex E that the record assertion repeats. Default: those of the record. */
  readonly aigc?: AigcField | undefined
  /** Canonical media type of the file. */
  readonly mediaType: string
  /** `dc:title`, usually the file name. */
  readonly title?: string | undefined
  /** The explicit label that stands in the content. */
  readonly explicit?: VisibleLabel | undefined
  /**
   * Whether that label was put in just now, which makes it one of the actions. Default: it was, unless an earlier
   * manifest is kept, whose actions then have it.
   */
  readonly drawn?: boolean | undefined
  /** The software that writes the manifest. */
  readonly generator: { readonly name: string; readonly version: string }
  /**
   * What the content was before: an older manifest store found in the file, kept byte for byte as ingredient, with the
   * codes of its validation. `'unsigned'` for existing content that had no manifest. Absent for new content.
   */
  readonly parent?: Parent | 'unsigned' | undefined
  /** Other content that went into this: parts of it, or what a model was given. */
  readonly ingredients?: readonly IngredientContent[] | undefined
  /** What was done besides, after the action that made the content; in order. */
  readonly actions?: readonly NewAction[] | undefined
  /** More statements by the signer, e.g. `cawg.training-mining`. */
  readonly assertions?: readonly NewAssertion[] | undefined
  /** A small picture of the content (C2PA 18.13.1), JPEG or PNG. */
  readonly thumbnail?: { readonly mediaType: string; readonly bytes: Uint8Array } | undefined
}

/** How other content was used: `componentOf` it stands in this content, `inputTo` a model made this content from it. */
export type IngredientUse = 'componentOf' | 'inputTo'

/** Content that went into other content (C2PA 18.16). */
export interface IngredientContent {
  readonly relationship: IngredientUse
  /** `dc:title`, usually the file name. */
  readonly title?: string | undefined
  /** `dc:format`. */
  readonly mediaType?: string | undefined
  /** Its manifest store and what the validation of it found; absent when it has none. */
  readonly manifest?: Parent | undefined
}

/** An action of C2PA 18.15, besides the one that made the content. */
export interface NewAction {
  /** A predefined action or one under a reversed domain of your own. */
  readonly action: string
  /** Full URI of the IPTC vocabulary or of C2PA's. */
  readonly digitalSourceType?: string | undefined
  readonly description?: string | undefined
  readonly reason?: string | undefined
  /** When. Default: the time of signing. */
  readonly when?: Date | undefined
  /** Who or what did it. Default: the software that writes the manifest. */
  readonly softwareAgent?: { readonly name: string; readonly version?: string | undefined } | undefined
  /** Further members of `parameters`, as C2PA 18.15.4.7 has them. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined
}

/** An older manifest store that becomes an ingredient, with what its validation found. */
export interface Parent {
  readonly store: Uint8Array
  /** C2PA status codes by outcome, recorded in the ingredient's `validationResults`. */
  readonly results: Results
  /** The same for manifests further down: `ingredientDeltas`. */
  readonly deltas?: readonly Delta[] | undefined
}

/** Something that happened to content without changing it. */
export interface UpdateAction {
  /** `c2pa.opened` names what is there now. Not among them: `c2pa.redacted`, which comes with each redaction. */
  readonly action: UpdateActionName
  /** In words, for people. */
  readonly description?: string | undefined
  /** Why, as C2PA 18.15.4.2 spells it, e.g. `c2pa.PII.present`. */
  readonly reason?: string | undefined
  /** When. Default: the time of signing. */
  readonly when?: Date | undefined
}

/** An assertion as it is to be written: its label and what CBOR is to hold. */
export interface NewAssertion {
  /** Label without a number; repeats are numbered when written (C2PA 6.4). */
  readonly label: string
  /** Plain objects or `Map`s; see `encodeCbor`. */
  readonly content: unknown
}

/** Everything an update manifest is to say: statements about content that stays as it is (C2PA 11.2.3). */
export interface UpdateContent {
  /** The store that stands in the file now, with what its validation found. It is kept byte for byte. */
  readonly parent: Parent
  /** Canonical media type of the file. */
  readonly mediaType: string
  /** `dc:title`, usually the file name. */
  readonly title?: string | undefined
  /** The software that writes the manifest. */
  readonly generator: { readonly name: string; readonly version: string }
  readonly actions?: readonly UpdateAction[] | undefined
  /** Statements that are to be withheld from now on (C2PA 6.8). */
  readonly redactions?: readonly Redaction[] | undefined
  /** More statements, e.g. `c2pa.time-stamp`. Hard bindings and thumbnails are not allowed. */
  readonly assertions?: readonly NewAssertion[] | undefined
}

/** A statement that is withheld: it is taken out, and what it was called is said (C2PA 6.8). */
export interface Redaction {
  /**
   * Label of the assertion. It is taken out of the newest manifest that has one of that name: of the parent, of what it
   * was made from, or of one of its parts. Actions, hashes of content and ingredients must stay.
   */
  readonly label: string
  /** Why, e.g. `c2pa.PII.present`. */
  readonly reason: string
}

/** A signed update. */
export interface SignedUpdate {
  /** The whole store: what was there, and the update manifest behind it. */
  readonly store: Uint8Array
  /** `urn:c2pa:…` of the update manifest. */
  readonly label: string
}

/** A manifest without the content’s hash and the signature: its size is known, so the file can be laid out. */
export interface ManifestDraft {
  /** Exact size of the finished store in bytes, whatever the content's hash and the room's place turn out to be. */
  readonly size: number
  /** `urn:c2pa:…` of the new manifest. */
  readonly label: string
  readonly binding: BindingKind
  /** Starts sealing a file whose layout is now known. */
  seal(layout: Layout): Sealer
}

/** Where the manifest stands in the finished file, and what its hash covers. */
export interface Layout {
  readonly binding: Binding
  /** Where the room is in the finished file; absent for a sidecar. */
  readonly room?: { readonly start: number; readonly length: number } | undefined
}

/** Takes a file as it is written, and gives the signed store for it. */
export interface Sealer {
  /** Takes the finished file's bytes outside the room, in order, in chunks of any size. */
  update(chunk: Uint8Array): void
  /** Signs, and returns the store: `size` bytes. */
  finish(): Promise<Uint8Array>
}
