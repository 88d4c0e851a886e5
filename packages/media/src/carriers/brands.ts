/** Brands of a file made of boxes: what its `ftyp` says it is (ISO/IEC 14496-12 4.3). */
import { hasAscii, uint32 } from './binary.ts'
import { fourLetters } from './integers.ts'

/** Major brand first, then the compatible ones; empty when the bytes do not begin with `ftyp`. */
export function brandsOf(head: Uint8Array): string[] {
  if (!hasAscii(head, 'ftyp', 4)) return []
  const end = Math.min(uint32(head, 0), head.byteLength)
  const brands: string[] = []
  for (let at = 8; at + 4 <= end; at += 4) if (at !== 12) brands.push(fourLetters(head, at))
  return brands
}
