/** Reads a range of a source in large pieces, the next one already on its way while the caller works on this one. */
import { InputError } from './errors.ts'
import type { Source } from './source.ts'

/** Large enough that the cost of a call vanishes, small enough that a few of them fit into a cache. */
export const chunkBytes = 1024 * 1024

/** @throws InputError when the source turns out shorter than it said. */
export async function* chunksOf(source: Source, start: number, end: number): AsyncGenerator<Uint8Array> {
  let next = read(source, start, end)
  for (let at = start; at < end; ) {
    const chunk = await next
    at += chunk.byteLength
    if (at < end) {
      next = read(source, at, end)
      next.catch(() => {}) // awaited on the next turn, or of no interest when the caller stops early
    }
    yield chunk
  }
}

async function read(source: Source, start: number, end: number): Promise<Uint8Array> {
  const stop = Math.min(end, start + chunkBytes)
  const chunk = await source.read(start, stop)
  if (chunk.byteLength !== stop - start)
    throw new InputError('input.damaged', {
      what: 'it became shorter while being read',
      name: source.name ?? '',
    })
  return chunk
}
