/** Undoes the compressions that metadata of boxes may have: those of HTTP (ISO/IEC 14496-12 8.11.6), Brotli (JPEG XL). */
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'

const methods: ReadonlyMap<string, typeof inflateSync> = new Map([
  ['deflate', inflateSync],
  ['gzip', gunzipSync],
  ['br', brotliDecompressSync],
])

/** Takes in the metadata of one file, together never more than so many bytes. */
export class Unpacker {
  readonly #most: number
  #left: number

  constructor(most: number) {
    this.#most = most
    this.#left = most
  }

  /** How many bytes may still come out. */
  get left(): number {
    return this.#left
  }

  /**
   * @param encoding a content coding of HTTP; empty for none
   * @returns undefined when the coding is unknown, the data damaged or too large
   */
  take(data: Uint8Array, encoding: string): Uint8Array | undefined {
    const out = this.#unpacked(data, encoding)
    // How much came out before it failed nobody knows, and a file may fail as often as it likes.
    this.#left -= out?.byteLength ?? Math.min(this.#left, this.#most / failures)
    return out
  }

  #unpacked(data: Uint8Array, encoding: string): Uint8Array | undefined {
    if (encoding === '') return data.byteLength > this.#left ? undefined : data
    if (this.#left < 1) return undefined
    try {
      return methods.get(encoding.toLowerCase())?.(data, { maxOutputLength: this.#left })
    } catch {
      return undefined
    }
  }
}

/** After so many nothing more is unpacked. */
const failures = 8
