/** Finds what the chunks of a PNG hold for us: XMP, AIGC texts, Exif, manifests. */
import { limits } from '@yinji/core'
import { type AigcInText, findAigc } from '../carriers/aigc-text.ts'
import { binaryText, decodeUtf8 } from '../carriers/binary.ts'
import { type ExifText, readExif } from '../carriers/exif.ts'
import type { Chunk } from '../carriers/png-chunks.ts'
import { Inflater, type TextChunk, textOf, xmpKeyword } from '../carriers/png-text.ts'

export interface XmpSite {
  readonly kind: 'xmp'
  readonly chunk: Chunk
  /** Undefined when it can't be inflated. */
  readonly packet: Uint8Array | undefined
  /** Whether it stands where XMP asks for it, in the form it asks for. */
  readonly standard: boolean
  readonly name: string
}

/** A text chunk whose keyword is AIGC. */
export interface OwnSite {
  readonly kind: 'own'
  readonly chunk: Chunk
  /** Undefined when it can't be inflated. */
  readonly value: string | undefined
  readonly name: string
}

/** A text about something else, with an AIGC field in it. Offsets are those of the chunk's content. */
export interface TextSite {
  readonly kind: 'text'
  readonly chunk: Chunk
  readonly fields: readonly AigcInText[]
  readonly offset: number
  readonly name: string
}

export interface ExifSite {
  readonly kind: 'exif'
  readonly chunk: Chunk
  readonly found: readonly ExifText[]
}

export type PngSite = XmpSite | OwnSite | TextSite | ExifSite

/** In file order. Deflated texts are inflated only where the keyword says that they concern us. */
export function sitesOf(chunks: readonly Chunk[]): PngSite[] {
  const inflater = new Inflater(limits.metadataBytes)
  return chunks.flatMap((chunk) => {
    if (chunk.type === 'eXIf') {
      const found = readExif(chunk.data)
      return found.length > 0 ? [{ kind: 'exif' as const, chunk, found }] : []
    }
    const text = textOf(chunk)
    return text === undefined ? [] : textSite(chunk, text, inflater)
  })
}

function textSite(chunk: Chunk, text: TextChunk, inflater: Inflater): PngSite[] {
  const form = text.compressed && chunk.type === 'iTXt' ? 'compressed iTXt' : chunk.type
  const name = (what: string) => `${form} ${what}${chunk.late ? ' after IDAT' : ''}`
  if (text.keyword === xmpKeyword) {
    const standard = form === 'iTXt' && !chunk.late
    return [
      { kind: 'xmp', chunk, packet: inflater.text(text, limits.metadataBytes), standard, name: name('XMP') },
    ]
  }
  if (/^AIGC$/i.test(text.keyword)) {
    const bytes = inflater.text(text, limits.aigcBytes)
    return [{ kind: 'own', chunk, value: bytes && decodeUtf8(binaryText(bytes)), name: name(text.keyword) }]
  }
  const fields = text.compressed ? [] : findAigc(text.stored)
  if (fields.length === 0) return []
  return [{ kind: 'text', chunk, fields, offset: text.offset, name: name(text.keyword.slice(0, 64)) }]
}
