import { describe, expect, test, vi } from 'vitest'
import { chunkBytes, chunksOf } from './chunks.ts'
import { pageBytes, readingOffset } from './reading.ts'
import { bytesSource, type Source } from './source.ts'

const content = Uint8Array.from({ length: 3 * chunkBytes + 12_345 }, (_, at) => at * 7 + (at >> 8))

/** A source that is read into arrays of the reader's, and where each read begins. */
function fileLike() {
  const reads: { start: number; at: number }[] = []
  const source: Source = {
    size: content.byteLength,
    read: async (start, end) => content.slice(start, end),
    async readInto(target, start) {
      reads.push({ start, at: target.byteOffset })
      target.set(content.subarray(start, start + target.byteLength))
      return target.byteLength
    },
  }
  return { source, reads }
}

async function all(source: Source, start: number, end: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const chunk of chunksOf(source, start, end)) pieces.push(Buffer.from(chunk))
  return Buffer.concat(pieces)
}

const ranges = [
  [0, content.byteLength],
  [0, 0],
  [1, 2],
  [33, content.byteLength],
  [pageBytes - 1, chunkBytes + pageBytes],
  [chunkBytes, 2 * chunkBytes],
  [2 * chunkBytes + 77, content.byteLength - 1],
] as const

describe('the bytes of a range', () => {
  test.each(ranges)('from %i to %i are those of the source', async (start, end) => {
    const expected = content.subarray(start, end)
    expect((await all(fileLike().source, start, end)).equals(expected)).toBe(true)
    expect((await all(bytesSource(content), start, end)).equals(expected)).toBe(true)
  })

  test('are read from the beginnings of pages, wherever the range begins', async () => {
    const { source, reads } = fileLike()
    await all(source, 33, content.byteLength)
    expect(reads.map(({ start }) => start % pageBytes)).toEqual([33, 0, 0, 0])
  })

  test('are read to where a copy takes the processor least', async () => {
    const { source, reads } = fileLike()
    await all(source, 0, content.byteLength)
    expect(reads.map(({ at }) => at)).toEqual([readingOffset, readingOffset, readingOffset, readingOffset])
  })

  test('without setImmediate come all the same, as in a browser', async () => {
    const { setImmediate: own } = globalThis
    try {
      Reflect.deleteProperty(globalThis, 'setImmediate')
      vi.resetModules()
      const { chunksOf: fresh } = await import('./chunks.ts')
      let size = 0
      for await (const chunk of fresh(bytesSource(content), 0, content.byteLength)) size += chunk.byteLength
      expect(size).toBe(content.byteLength)
    } finally {
      globalThis.setImmediate = own
    }
  })
})
