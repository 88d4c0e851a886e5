/**
 * The texts of a PNG as raw material for the evidence table: generators write their settings, graphs of nodes and names
 * into text chunks and Exif. Any keyword is read, within bounds; XMP and AIGC are read elsewhere.
 */
import { type FoundProperty, limits } from '@yinji/core'
import { binaryText, decodeUtf8 } from '../carriers/binary.ts'
import { exifProperties } from '../carriers/exif-texts.ts'
import type { Chunk } from '../carriers/png-chunks.ts'
import { Inflater, textOf, xmpKeyword } from '../carriers/png-text.ts'

/** A deflated text is inflated whole or not at all; graphs of nodes stay below this, and 64 of them within a second. */
const mostInflated = 1024 * 1024
const longestKeyword = 79

export function textProperties(chunks: readonly Chunk[]): FoundProperty[] {
  const inflater = new Inflater(limits.evidenceTexts * mostInflated)
  const found: FoundProperty[] = []
  for (const chunk of chunks) {
    if (found.length >= limits.evidenceTexts) break
    if (chunk.type === 'eXIf') found.push(...exifProperties(chunk.data, 'eXIf Exif'))
    const text = textOf(chunk)
    if (text === undefined || text.keyword === xmpKeyword || /^AIGC$/i.test(text.keyword)) continue
    const value = inflater.text(text, mostInflated)?.subarray(0, limits.evidenceBytes)
    if (value === undefined) continue
    const site = `${chunk.type}${chunk.late ? ' after IDAT' : ''}`
    found.push({ site, name: text.keyword.slice(0, longestKeyword), value: decoded(chunk, value) })
  }
  return found.slice(0, limits.evidenceTexts)
}

/** iTXt is UTF-8; the other two are Latin-1, in which most of what stands there is UTF-8 all the same. */
function decoded({ type }: Chunk, value: Uint8Array): string {
  const latin = binaryText(value)
  const text = decodeUtf8(latin)
  return type === 'iTXt' || !text.includes('\ufffd') ? text : latin
}
