/** Bounds on hostile input, each with its reason. A file beyond one is refused or reported, never half read. */
/** The bounds; sizes in bytes unless said otherwise. */
export const limits = {
  /** Bytes looked at to tell what a file is: enough for every signature and the first lines of a text. */
  headBytes: 4096,
  /** A whole text is held in memory, because its hash is over its normalised form (C2PA A.8). */
  textBytes: 64 * 1024 * 1024,
  /** One metadata block (an XMP packet, an ID3 tag, a `moov`); real ones stay far below. */
  metadataBytes: 64 * 1024 * 1024,
  /** One AIGC field; the longest seen in real files is 2 KB, a certificate chain inside it 16 KB. */
  aigcBytes: 256 * 1024,
  /** One text that may be evidence of a tool: the settings of a generation, the beginning of a graph of nodes. */
  evidenceBytes: 64 * 1024,
  /** Such texts in one file; real ones have a dozen. */
  evidenceTexts: 64,
  /** One manifest store; the largest in public test files is 5 MB, with thumbnails of every ingredient. */
  manifestBytes: 64 * 1024 * 1024,
  /** Boxes, chunks, segments or frames at one level; a fragmented day-long video has some 50,000. */
  items: 1_000_000,
  /** Boxes within boxes, CBOR in CBOR. */
  depth: 32,
  /** Manifests in one store: a file edited daily for years. */
  manifests: 1_000,
  /** Assertions in one manifest. */
  assertions: 10_000,
  /** One certificate; the largest in use, with post-quantum keys and many names, stay below 20 KB. */
  certificateBytes: 64 * 1024,
  /** Pixels of a picture that is decoded to draw on it: 16383 squared, 1 GB in memory; phones reach 200 million. */
  pixels: 16_383 * 16_383,
  /** Certificates beside a signature; public hierarchies have two or three below the root. */
  certificates: 16,
} as const
