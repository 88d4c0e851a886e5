/**
 * A labelled file is the old file with a few ranges replaced. A splice lists its parts in order; the toolkit writes
 * them in one pass and hashes as they go by.
 */

/** A piece of the labelled file: taken over, new, or kept free for the manifest. */
export type Part = Copy | Bytes | Room

/** A range of the source, `end` exclusive. */
export interface Copy {
  readonly kind: 'copy'
  readonly start: number
  readonly end: number
}

/** New bytes. */
export interface Bytes {
  readonly kind: 'bytes'
  readonly bytes: Uint8Array
}

/**
 * Room for the manifest store: exactly the bytes that the manifest's hash leaves out (C2PA table A, "excluded bytes").
 * Whatever wraps the excluded bytes (a pad byte, an ID3 frame header) is `Bytes` around it.
 */
export interface Room {
  readonly kind: 'room'
  /** Length in bytes for a store of the size that was asked for. */
  readonly length: number
  /** The store in the container's clothes; always `length` bytes long. */
  embed(store: Uint8Array): Uint8Array
}

/** What the hash in the manifest covers (C2PA 9.2, hard bindings). */
export type Binding =
  /** `c2pa.hash.data`: every byte outside the room. */
  | { readonly kind: 'data' }
  /** `c2pa.hash.data` over the NFC form of the text outside the room (C2PA A.8.6.1). */
  | { readonly kind: 'text' }
  | BoxesBinding
  | NamedBoxesBinding
  | CollectionBinding

/** `c2pa.hash.bmff.v3`: top-level boxes, each preceded by its offset. */
export interface BoxesBinding {
  readonly kind: 'bmff'
  /** Those of the finished file. */
  readonly boxes: readonly TopLevelBox[]
  /** Media in pieces with hashes of their own (C2PA 18.6.3), so that a player can check what it has got so far. */
  readonly pieces?: {
    /** Bytes of a piece of an `mdat`; the last one of each is shorter. */
    readonly bytes: number
    /** Size of the finished file. */
    readonly size: number
  }
  /** Fragments with hashes of their own (C2PA 15.12.2.2), each behind a box that says which one it is. */
  readonly fragments?: {
    /** The track they are of (A.5.4.2). */
    readonly track: number
    /** Their hashes, where each is a file of its own. */
    readonly leaves?: readonly Uint8Array[] | undefined
  }
}

/** `c2pa.hash.boxes` (C2PA 18.7): every box by its name, and a hash for each run of them. */
export interface NamedBoxesBinding {
  readonly kind: 'boxes'
  /** All of the finished file, in order, without gaps. */
  readonly runs: readonly BoxRun[]
}

/** Boxes that follow each other. */
export interface BoxRun {
  /** In the words of C2PA 18.7.3. */
  readonly names: readonly string[]
  /** Bytes outside the room; 0 for the manifest, which is a run of its own. */
  readonly length: number
}

/**
 * `c2pa.hash.collection.data` of a ZIP archive (C2PA A.6.2): each file by itself, and the central directory. The room is
 * the end of the archive, from the manifest's own entry on, so the directory is told here.
 */
export interface CollectionBinding {
  readonly kind: 'collection'
  /** Every entry but the manifest's, in file order. */
  readonly files: readonly CollectedFile[]
  /** The directory and its end record, without the checksum of the manifest's entry, which nobody can know before. */
  readonly directory: readonly Uint8Array[]
}

/** An entry of an archive: local header, data and data descriptor. */
export interface CollectedFile {
  /** Relative URI reference: the name of the entry. */
  readonly uri: string
  /** Offset in the finished file, in bytes; `end` exclusive. */
  readonly start: number
  readonly end: number
}

/** A box at the top level of an ISO base media file. */
export interface TopLevelBox {
  readonly type: string
  /** Offset in the finished file, in bytes. */
  readonly start: number
}

/** The labelled file as a list of parts, in order. */
export interface Splice {
  readonly parts: readonly Part[]
  /** Present when the splice has a room. */
  readonly binding?: Binding
}

/** A part that takes a range of the source over; `end` exclusive. */
export const copy = (start: number, end: number): Copy => ({ kind: 'copy', start, end })
/** A part of new bytes. */
export const bytes = (value: Uint8Array): Bytes => ({ kind: 'bytes', bytes: value })
