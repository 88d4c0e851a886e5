/** Reads a range of a source in large pieces, the next one already on its way while the caller works on this one. */
import { InputError } from './errors.ts'
import { forReading, pageBytes, readingOffset } from './reading.ts'
import type { ReadOptions, Source } from './source.ts'

/** Large enough that the cost of a call vanishes, small enough that a few of them fit into a cache. */
export const chunkBytes = 1024 * 1024

/** Bytes in memory come without a wait, and then others have to get their turn in between. Browsers have timers alone. */
const later: (then: () => void) => unknown = globalThis.setImmediate ?? setTimeout
const othersFirst = () => new Promise<void>((resolve) => void later(resolve))

/**
 * The bytes from `start` up to `end`, in order. A chunk is good until the next one is asked for: two arrays take turns
 * whatever the length of the range, so who wants to keep a chunk copies it.
 * @throws InputError when the source turns out shorter than it said.
 */
export async function* chunksOf(
  source: Source,
  start: number,
  end: number,
  options: ReadOptions = {},
): AsyncGenerator<Uint8Array> {
  const arrays: Uint8Array[] = []
  const lengthAt = (at: number) => Math.min(chunkBytes - (at % pageBytes), end - at)
  const read = async (at: number, turn: number): Promise<Uint8Array> => {
    const length = lengthAt(at)
    const there = source.view?.(at, at + length)
    if (there && at > start) await othersFirst()
    if (there) return there
    if (source.readInto === undefined) return source.read(at, at + length)
    const array =
      arrays[turn] ?? forReading(new ArrayBuffer(readingOffset + Math.min(chunkBytes, end - start)))
    arrays[turn] = array
    return array.subarray(0, await source.readInto(array.subarray(0, length), at, options))
  }
  if (end <= start) return
  let turn = 0
  let next = read(start, turn)
  for (let at = start; at < end; ) {
    const chunk = await next
    if (chunk.byteLength !== lengthAt(at))
      throw new InputError('input.damaged', {
        what: 'it became shorter while being read',
        name: source.name ?? '',
      })
    at += chunk.byteLength
    if (at < end) {
      turn = 1 - turn
      next = read(at, turn)
      next.catch(() => {}) // awaited on the next turn, or of no interest when the caller stops early
    }
    yield chunk
  }
}
