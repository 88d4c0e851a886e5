/** Undoes the compressions that metadata of boxes may have: those of HTTP (ISO/IEC 14496-12 8.11.6), Brotli (JPEG XL). */
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'

const methods: ReadonlyMap<string, typeof inflateSync> = new Map([
  ['deflate', inflateSync],
  ['gzip', gunzipSync],
  ['br', brotliDecompressSync],
])

/**
 * @param encoding a content coding of HTTP; empty for none
 * @param most bytes to come out at most
 * @returns undefined when the coding is unknown, the data damaged or too large
 */
export function unpack(data: Uint8Array, encoding: string, most: number): Uint8Array | undefined {
  if (encoding === '') return data.byteLength > most ? undefined : data
  try {
    return methods.get(encoding.toLowerCase())?.(data, { maxOutputLength: Math.max(1, most) })
  } catch {
    return undefined
  }
}
