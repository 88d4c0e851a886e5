/** Random bytes for the salts of assertions (C2PA 8.4.2.3). */
import { randomFillSync } from 'node:crypto'

/** Each call of the generator costs as much as some thousand bytes from it. */
const drawn = new Uint8Array(4096)
let used = drawn.byteLength

/** So many bytes, which nobody else gets. */
export function saltBytes(length: number): Uint8Array {
  if (length > drawn.byteLength) return randomFillSync(new Uint8Array(length))
  if (used + length > drawn.byteLength) {
    randomFillSync(drawn)
    used = 0
  }
  const bytes = drawn.slice(used, used + length)
  used += length
  return bytes
}
