/** What a manifest says, and the draft that knows its exact size before the content has been hashed. */
import type { AigcField, Binding, BindingKind, ProvenanceRecord, VisibleLabel } from '@yinji/core'
import type { Delta, Results } from '../validation.ts'
import type { UpdateActionName } from '../vocabulary.ts'
import type { AiDisclosure } from './disclosure.ts'
import type { NamedActor } from './identity/named-actor.ts'
import type { Region } from './regions.ts'
import type { SoftBinding } from './soft-bindings.ts'
import type { TrainingMining, TrainingUse } from './training.ts'

/** What a signer states besides; in JSON, times are ISO 8601 with a zone, and bytes `b64'…'`: see `statementsFromJson`. */
export interface Statements {
  /** What was done, in order, after the action that made the content. */
  readonly actions?: readonly NewAction[] | undefined
  /** More statements, e.g. `com.example.review`, `c2pa.metadata`; fields that the latter may not have fit `cawg.metadata`. */
  readonly assertions?: readonly NewAssertion[] | undefined
  /** How the content is found again without its manifest. */
  readonly softBindings?: readonly SoftBinding[] | undefined
  /** Whether it may be used for training and data mining (`cawg.training-mining`). Default: nothing is said. */
  readonly training?: TrainingUse | TrainingMining | undefined
  /** About the model (`c2pa.ai-disclosure`). Default: the system of the record; without a record nothing is said. */
  readonly disclosure?: AiDisclosure | undefined
}

/** Everything a manifest is to say. */
export interface ManifestContent extends Statements {
  /**
   * How AI made or changed the content: actions, disclosure and label record follow from it. Without one, what has no `parent`
   * needs `c2pa.created` as its first action, which says how it came to be.
   */
  readonly record?: ProvenanceRecord | undefined
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
  /** Whether the actions are all there were (C2PA 18.15.3). Default true. */
  readonly allActionsIncluded?: boolean | undefined
  /** A small picture of the content (C2PA 18.13.1), JPEG or PNG. */
  readonly thumbnail?: Thumbnail | undefined
  /** Who else stands behind it, and signs as well: `cawg.identity`. Default: nobody. */
  readonly identities?: readonly NamedActor[] | undefined
}

/** A small picture (C2PA 18.13.1): `image/jpeg` or `image/png`. */
export interface Thumbnail {
  readonly mediaType: string
  readonly bytes: Uint8Array
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
  /** A small picture of it. Default: none. */
  readonly thumbnail?: Thumbnail | undefined
  /** Its manifest store and what the validation of it found; absent when it has none. */
  readonly manifest?: Parent | undefined
}

/** An action of C2PA 18.15. */
export interface NewAction {
  /** A predefined action or one under a reversed domain of your own. `c2pa.created` only without a record. */
  readonly action: string
  /** Full URI of the IPTC vocabulary or of C2PA's; see `digitalSourceTypes`. */
  readonly digitalSourceType?: string | undefined
  /** In words, for people. */
  readonly description?: string | undefined
  /** Why: one of `redactionReasons`, or one under a reversed domain of your own. */
  readonly reason?: string | undefined
  /** When; as text ISO 8601 with a zone. Default: the time of signing. */
  readonly when?: Date | string | undefined
  /** Who or what did it. Default: the software that writes the manifest. */
  readonly softwareAgent?: { readonly name: string; readonly version?: string | undefined } | undefined
  /** Which parts of the content were changed (C2PA 18.15.4.6). Default: nothing is said. */
  readonly changes?: readonly Region[] | undefined
  /**
   * Assertions of this manifest that the action is about, by label, repeated ones with their number: `c2pa.soft-binding__1`.
   * Not actions or ingredients. Default: the soft bindings, for a watermark that is bound; else none.
   */
  readonly relatedAssertions?: readonly string[] | undefined
  /** Further members of `parameters`, as C2PA 18.15.4.7 has them; those of your own as `com.example.strength`. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined
}

/** An older manifest store that becomes an ingredient, with what its validation found: a `Validation` is one. */
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
  /** Why: one of `redactionReasons`, or one under a reversed domain of your own. */
  readonly reason?: string | undefined
  /** When; as text ISO 8601 with a zone. Default: the time of signing. */
  readonly when?: Date | string | undefined
}

/** An assertion as it is to be written: its label and what CBOR is to hold. */
export interface NewAssertion {
  /** Label without a number; repeats are numbered when written (C2PA 6.4). */
  readonly label: string
  /** Plain objects, lists, texts, numbers, booleans, `null`; `Uint8Array`s and `Map`s where it is CBOR. */
  readonly content: unknown
}

/** Everything an update manifest is to say: statements about content that stays as it is (C2PA 11.2.3). */
export interface UpdateContent extends UpdateStatements {
  /** The store that stands in the file now, with what its validation found. It is kept byte for byte. */
  readonly parent: Parent
  /** Canonical media type of the file. */
  readonly mediaType: string
  /** `dc:title`, usually the file name. */
  readonly title?: string | undefined
  /** The software that writes the manifest. */
  readonly generator: { readonly name: string; readonly version: string }
}

/** What an update states; in JSON, times are ISO 8601 with a zone. */
export interface UpdateStatements extends Pick<Statements, 'softBindings' | 'training'> {
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
  /** Why: one of `redactionReasons`, or one under a reversed domain of your own. */
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
