/**
 * One row of the evidence table: a sign that a file came from an AI system, who leaves it, and how we know. Rows are
 * data; what a row means for a file is decided in one place, by its class.
 */
import type { Medium } from '../handler.ts'

/**
 * `A` a verified signature of a declared AI origin · `B` a standard declaration, unsigned · `C` a trace only an AI tool
 * leaves · `D` a hint that proves nothing by itself.
 */
export const evidenceClasses = ['A', 'B', 'C', 'D'] as const
/** Grade of a piece of evidence. */
export type EvidenceClass = (typeof evidenceClasses)[number]

/** Kinds of places a text can stand in, whatever the container. */
export type Slot =
  | 'xmp'
  | 'exif'
  | 'png'
  | 'id3'
  | 'tags'
  | 'movie'
  | 'riff'
  | 'comment'
  | 'stream'
  | 'trailer'

/** A property that has to be there. Names are compared without case; every pattern has to match the value. */
export interface Sign {
  readonly slots: readonly Slot[]
  readonly names: readonly string[]
  readonly patterns: readonly RegExp[]
}

interface Row {
  /** `tool.what`: stable, part of reports. */
  readonly id: string
  readonly class: EvidenceClass
  readonly media: readonly Medium[]
  /** The tool, service or standard that leaves the sign. */
  readonly tool: string
  /** Where this is known from: a public page or repository, or the files of the service itself. */
  readonly source: string
  readonly meaning: string
}

/** Read by the code that understands manifests and labels; the table says what they are worth. */
export interface StandardRow extends Row {
  readonly by: 'manifest' | 'label'
}

/** Read from the properties of a file: all signs have to be there. */
export interface PropertyRow extends Row {
  readonly by: 'properties'
  readonly signs: readonly [Sign, ...Sign[]]
}

/** One sign of AI origin: where it stands, what it looks like, who writes it, how much it proves. */
export type EvidenceRow = StandardRow | PropertyRow

const places: readonly (readonly [Slot, RegExp])[] = [
  ['xmp', /XMP|_PMX/],
  ['exif', /Exif|EXIF|^IFD/],
  ['png', /^(?:compressed iTXt|[itz]TXt|tEXt)\b/],
  ['id3', /ID3/],
  ['stream', /SEI/],
  ['trailer', /SEF/],
  ['riff', /LIST INFO/],
  ['tags', /^(?:Vorbis comment|VORBIS_COMMENT|Tags|onMetaData)\b/],
  ['comment', /^(?:COM$|Comment Extension)/],
  ['movie', /^(?:moov|meta)\b/],
]

/** The kind of a container path. Paths nobody knows are those of XMP: whatever else has properties is listed here. */
export function slotOf(site: string): Slot {
  return places.find(([, pattern]) => pattern.test(site))?.[0] ?? 'xmp'
}
