/** SM3, the hash of GB/T 32905-2016 (GM/T 0004): 256 bits. OpenSSL computes it. */
import { createHash } from 'node:crypto'

/** SM3 of the bytes: 32 bytes. */
export function sm3(...bytes: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sm3')
  for (const part of bytes) hash.update(part)
  return hash.digest()
}
