/** The three text chunks of PNG (ISO/IEC 15948 11.3.3): keyword and text, plain or deflated. */
import { inflateSync } from 'node:zlib'
import { binaryBytes, binaryText } from './binary.ts'
import type { Chunk } from './png-chunks.ts'

export const xmpKeyword = 'XML:com.adobe.xmp'

export interface TextChunk {
  readonly keyword: string
  /** Offset of the text in the chunk's content. */
  readonly offset: number
  readonly compressed: boolean
  /** The text as it stands, still deflated if it is. */
  readonly stored: Uint8Array
}

/** The chunk taken apart; undefined when it is no text chunk or does not hold together. */
export function textOf({ type, data }: Chunk): TextChunk | undefined {
  const end = data.subarray(0, mostKeyword + 1).indexOf(0)
  if (end < 0) return undefined
  const keyword = binaryText(data.subarray(0, end))
  if (type === 'tEXt') return { keyword, offset: end + 1, compressed: false, stored: data.subarray(end + 1) }
  if (type === 'zTXt') return { keyword, offset: end + 2, compressed: true, stored: data.subarray(end + 2) }
  if (type !== 'iTXt') return undefined
  const language = data.indexOf(0, end + 3)
  const translation = language < 0 ? -1 : data.indexOf(0, language + 1)
  if (translation < 0) return undefined
  const offset = translation + 1
  return { keyword, offset, compressed: data[end + 1] === 1, stored: data.subarray(offset) }
}

/** Keywords have 1 to 79 bytes; longer ones were seen. */
const mostKeyword = 255

/** Inflates the texts of one file, together never more than so many bytes. */
export class Inflater {
  #left: number

  constructor(most: number) {
    this.#left = most
  }

  /** The text inflated; undefined when it is damaged or too large. */
  text({ compressed, stored }: TextChunk, most: number): Uint8Array | undefined {
    if (!compressed) return stored
    if (this.#left <= 0) return undefined
    const cap = Math.min(most, this.#left)
    try {
      const out = inflateSync(stored, { maxOutputLength: cap })
      this.#left -= out.byteLength
      return new Uint8Array(out.buffer, out.byteOffset, out.byteLength)
    } catch {
      this.#left -= Math.min(cap, stored.byteLength * mostRatio)
      return undefined
    }
  }
}

/** Deflate can't do better than 1032 to 1, so this much may have been inflated before it failed. */
const mostRatio = 1032

/** Content of an uncompressed iTXt chunk with an XMP packet (XMP specification part 3, 1.1.5). */
export function xmpContent(packet: Uint8Array): readonly Uint8Array[] {
  return [binaryBytes(`${xmpKeyword}\0\0\0\0\0`), packet]
}
