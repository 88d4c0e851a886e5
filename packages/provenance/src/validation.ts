/** What the validator says about one manifest store and the content it stands in. */
import type {
  AigcReading,
  Finding,
  HistoryEntry,
  IdentityReport,
  Involvement,
  SignerReport,
  VisibleLabel,
} from '@yinji/core'
import type { Certificate } from './trust/certificate.ts'

/** Everything the validator found out; as `parent` or `manifest` of what is signed later, it keeps the store with that. */
export interface Validation {
  /** What was validated. */
  readonly store: Uint8Array
  readonly findings: readonly Finding[]
  /** Who signed the active manifest; null when that can't be told. */
  readonly signer: SignerReport | null
  /** What the active manifest says, once its own hashes and signature hold; null otherwise. */
  readonly active: ActiveManifest | null
  /** Oldest first, over all manifests. */
  readonly history: readonly HistoryEntry[]
  /** The same outcome in C2PA status codes, as an ingredient of a later manifest records it. */
  readonly results: Results
  /** And those of the manifests it builds on, one for each ingredient assertion that names a manifest. */
  readonly deltas: readonly Delta[]
  /** Every manifest in use, ingredients before what was made from them: the active one is the last. */
  readonly manifests: readonly ValidatedManifest[]
  /** Who else stands behind the content as it is: identity assertions (CAWG) of the manifests that speak of it. */
  readonly identities: readonly IdentityReport[]
  /** Labels that manifests in use hold, with the time by which they were there. */
  readonly stamped: readonly StampedLabel[]
  /** The certificates beside the signatures of the manifests in use. */
  readonly certificates: readonly Certificate[]
  /** SHA-256 of the whole file, lower-case hex, where it was asked for and the content was read. */
  readonly assetSha256?: string
}

/**
 * A label in the record of a manifest that holds, whose signer is trusted, and whose signature bears a trusted time stamp:
 * at that time, the label was there as it stands, with its security codes.
 */
export interface StampedLabel {
  readonly aigc: AigcReading
  readonly time: Date
}

/** One manifest by itself, and what it was made from. */
export interface ValidatedManifest {
  /** `urn:c2pa:…`, or as older editions called it. */
  readonly label: string
  readonly kind: 'standard' | 'update'
  /** `dc:title`; null when there is none. */
  readonly title: string | null
  /** Name and version of the software that wrote it; null when it says nothing of it. */
  readonly generator: string | null
  /** Null when that can’t be told. */
  readonly signer: SignerReport | null
  /** Its signature and all its statements hold. */
  readonly sound: boolean
  /** Who else signed it: its identity assertions (CAWG). */
  readonly identities: readonly IdentityReport[]
  /** Its actions, in order. */
  readonly actions: readonly string[]
  /** Status codes of C2PA 15.2.2 about it; those about the content are with the active manifest. */
  readonly results: Results
  readonly ingredients: readonly NamedIngredient[]
}

/** What a manifest says about one ingredient (C2PA 18.16). */
export interface NamedIngredient {
  /** Label of the assertion. */
  readonly assertion: string
  /** Null when it is missing or unknown. */
  readonly relationship: 'parentOf' | 'componentOf' | 'inputTo' | null
  readonly title: string | null
  /** Label of its manifest; null when it had none. */
  readonly manifest: string | null
  /** Failures that were recorded when it was taken in. */
  readonly failures: readonly string[]
}

/** What the manifest that counts says, and, where it is an update, the one it updates (C2PA 11.2.3). */
export interface ActiveManifest {
  readonly label: string
  /** Who vouches for the content: the signer, or, below an update, the signer of the manifest that has the content's hash. */
  readonly author: SignerReport | null
  readonly generator: string | null
  readonly title: string | null
  /** `digitalSourceType` values of the actions, in order; full URIs. First those of AI in the manifests of its parents. */
  readonly digitalSourceTypes: readonly string[]
  /** Our own assertion, when there is one. */
  readonly record: SignedRecord | null
}

/** The provenance record as it was signed. */
export interface SignedRecord {
  readonly aigc: AigcReading
  readonly involvement: Involvement
  readonly contentId: string
  readonly createdAt: string
  readonly system: string | null
  readonly explicit: VisibleLabel | null
}

/** Status codes by outcome (C2PA 15.2.2). */
export interface Results {
  readonly success: readonly Status[]
  readonly informational: readonly Status[]
  readonly failure: readonly Status[]
}

/** What is new about the manifest an ingredient assertion names since that assertion was made (C2PA 18.16.12.4.3). */
export interface Delta {
  /** Absolute URI of the ingredient assertion. */
  readonly assertion: string
  readonly results: Results
}

/** A status code of C2PA 15.2.2, and what it is about. */
export interface Status {
  readonly code: string
  /** JUMBF URI of what it is about. */
  readonly url?: string | undefined
  /** For people; ours have none. */
  readonly explanation?: string | undefined
}
