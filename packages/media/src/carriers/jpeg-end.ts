/** Finds the end of a JPEG picture without reading it, where that is possible (ITU-T T.81 B.1.1.2, B.1.1.5). */
import type { Source } from '@yinji/core'
import { uint16 } from './binary.ts'

const chunkBytes = 1024 * 1024

/**
 * Offset after the EOI marker; undefined when there is none. A file that ends with EOI is whole, be it the picture's
 * own or that of the last further picture behind it. Only any other file has its scans walked through.
 * @param from offset after the header of the first scan
 */
export async function endOfImage(source: Source, from: number): Promise<number | undefined> {
  if (source.size < from + 2) return undefined
  const tail = await source.read(source.size - 2, source.size)
  if (uint16(tail, 0) === 0xffd9) return source.size
  for (let at = from; at < source.size; ) {
    const chunk = await source.read(at, Math.min(source.size, at + chunkBytes))
    const { end, next } = scan(chunk)
    if (end !== undefined) return at + end
    if (next === 0) return undefined
    at += next
  }
  return undefined
}

/** Entropy-coded data with the segments between scans. `next` is where to go on, possibly beyond this chunk. */
function scan(chunk: Uint8Array): { end?: number; next: number } {
  let at = chunk.indexOf(0xff)
  while (at >= 0) {
    const marker = chunk[at + 1]
    if (marker === undefined) return { next: at }
    if (marker === 0xd9) return { end: at + 2, next: at + 2 }
    if (marker === 0xff) at += 1
    else if (marker < 0x02 || (marker >= 0xd0 && marker <= 0xd8)) at += 2
    else {
      if (at + 4 > chunk.byteLength) return { next: at }
      at += 2 + Math.max(2, uint16(chunk, at + 2))
      if (at >= chunk.byteLength) return { next: at }
    }
    at = chunk.indexOf(0xff, at)
  }
  return { next: chunk.byteLength }
}
