/** Hashes of parts of a manifest store (C2PA 8.4.2.3, 13.1), each computed once however often it is referred to. */
import { hash as digestOnce } from 'node:crypto'

export type Digest = 'sha256' | 'sha384' | 'sha512'

/** The allowed list of C2PA 13.1; nothing else may be used. */
export function digestOf(algorithm: unknown): Digest | undefined {
  return algorithm === 'sha256' || algorithm === 'sha384' || algorithm === 'sha512' ? algorithm : undefined
}

/** An algorithm that can't be used, as it is told; one that is not named at all is as unsupported (C2PA 15.4). */
export function inWords(algorithm: unknown): string {
  return algorithm === undefined || algorithm === null ? '—' : String(algorithm).slice(0, 50)
}

export class Hashes {
  /** By the view itself: parts of one store are cut once, and their views kept. */
  readonly #known = new Map<Uint8Array, Map<Digest, Buffer>>()

  /** Whether these bytes have this hash. */
  matches(bytes: Uint8Array, digest: Digest, hash: Uint8Array): boolean {
    let byDigest = this.#known.get(bytes)
    if (byDigest === undefined) {
      byDigest = new Map()
      this.#known.set(bytes, byDigest)
    }
    let actual = byDigest.get(digest)
    if (actual === undefined) {
      actual = digestOnce(digest, bytes, 'buffer')
      byDigest.set(digest, actual)
    }
    return Buffer.compare(actual, hash) === 0
  }
}
