/** Parts of media are told apart as far as the row of the tree goes, whichever way a lonely node went up (C2PA 18.6.3). */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MediaPieces } from './media-pieces.ts'
import { forestOf, readTree } from './merkle-tree.ts'

const sha256 = (...parts: readonly Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()

/** The row so many levels above the leaves. */
function rowOf(
  leaves: readonly Buffer[],
  height: number,
  lonely: (node: Buffer) => Buffer,
): readonly Buffer[] {
  if (height === 0 || leaves.length === 1) return leaves
  const above = Array.from({ length: Math.ceil(leaves.length / 2) }, (_, index) => {
    const [left = Buffer.of(), right] = leaves.slice(index * 2, index * 2 + 2)
    return right ? sha256(left, right) : lonely(left)
  })
  return rowOf(above, height - 1, lonely)
}

const films = fc.record({
  count: fc.integer({ min: 1, max: 40 }),
  height: fc.nat(7),
  hashed: fc.boolean(),
  start: fc.nat(1000),
  changed: fc.nat(),
})

test('a changed byte is in the one piece that covers it, and no other', () => {
  fc.assert(
    fc.property(films, ({ count, height, hashed, start, changed }) => {
      const size = 10
      const bytes = Uint8Array.from({ length: count * size - 3 }, (_, index) => index % 251)
      const end = start + bytes.length
      const pieces = Array.from({ length: count }, (_, index) => ({
        start: start + index * size,
        end: Math.min(end, start + (index + 1) * size),
      }))
      const leaves = pieces.map((one) => sha256(bytes.subarray(one.start - start, one.end - start)))
      const hashes = rowOf(leaves, height, (node) => (hashed ? sha256(node) : node))
      const read = readTree(
        new Map<string, unknown>([
          ['count', count],
          ['hashes', hashes],
        ]),
        0,
        'sha256',
        pieces,
      )
      if (read === undefined) throw new Error('no tree')
      const groups = forestOf([read.tree], read.ranges).groups() ?? []
      expect(groups).toHaveLength(hashes.length)
      const media = new MediaPieces(groups)
      expect(media.rangeOf({ start: 0, end: Number.MAX_SAFE_INTEGER })).toEqual({ start, end })
      expect(media.check(start, bytes)?.every(({ holds }) => holds)).toBe(true)
      const place = changed % bytes.length
      const bad = bytes.with(place, (bytes[place] ?? 0) ^ 1)
      const wrong = media.check(start, bad)?.filter(({ holds }) => !holds)
      const at = start + place
      expect(wrong).toHaveLength(1)
      expect(media.rangeOf({ start: at, end: at + 1 })).toEqual({
        start: wrong?.[0]?.start,
        end: wrong?.[0]?.end,
      })
      expect(media.check(start + 1, bytes)).toBeUndefined()
    }),
    { seed: 7, numRuns: 300 },
  )
})
