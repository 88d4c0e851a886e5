/** Traces of spliced files: what they promise, held against the bytes themselves. */
import {
  bytes,
  bytesSource,
  type Copy,
  concat,
  copy,
  type Part,
  partLength,
  splicedSource,
} from '@yinji/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { traceOf } from './trace.ts'

const source = Uint8Array.from({ length: 40 }, (_, index) => index % 7)
const size = (parts: readonly Part[]) => parts.reduce((sum, part) => sum + partLength(part), 0)
const cut = (pair: readonly [number, number]) => copy(Math.min(...pair), Math.max(...pair))

const part = fc.oneof(
  fc.tuple(fc.nat(40), fc.nat(40)).map(cut),
  fc.uint8Array({ maxLength: 5 }).map((value) => bytes(value)),
)
const plan = fc.array(part, { minLength: 1, maxLength: 6 }).chain((parts) =>
  fc.record({
    parts: fc.constant(parts),
    ranges: fc.array(fc.tuple(fc.nat(size(parts)), fc.nat(size(parts))).map(cut), { maxLength: 4 }),
  }),
)

async function selected({ parts, ranges }: { parts: readonly Part[]; ranges: readonly Part[] }) {
  const file = splicedSource(bytesSource(source), parts)
  const media = splicedSource(file, ranges)
  return Buffer.from(await media.read(0, media.size))
}

test('plans with the same trace select the same bytes', async () => {
  let same = 0
  await fc.assert(
    fc.asyncProperty(plan, plan, async (one, two) => {
      if (traceOf(one.ranges, one.parts) !== traceOf(two.ranges, two.parts)) return
      same++
      expect(await selected(one)).toEqual(await selected(two))
    }),
    { numRuns: 3000, seed: 7 },
  )
  expect(same).toBeGreaterThan(10)
})

test('a trace does not tell into how many pieces copies and ranges are cut', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ parts, ranges }) => {
      const halves = (list: readonly Copy[]) =>
        list.flatMap(({ start, end }) => {
          const middle = (start + end) >> 1
          return [copy(start, middle), copy(middle, end)]
        })
      const copies = parts.filter((one) => one.kind === 'copy')
      const inside = ranges.filter(({ end }) => end <= size(copies))
      const trace = traceOf(inside, copies)
      expect(traceOf(inside, halves(copies))).toBe(trace)
      expect(traceOf(halves(inside), copies)).toBe(trace)
    }),
    { numRuns: 1000, seed: 7 },
  )
})

test('room for a manifest, and what is beyond the end, have no trace of the source', () => {
  const room: Part = { kind: 'room', length: 5, embed: (store) => store }
  expect(traceOf([copy(0, 10)], [copy(3, 13)])).toBe(traceOf([copy(0, 10)], [copy(3, 13), room]))
  const whole = traceOf([copy(0, 10)], [copy(3, 13)])
  for (const [ranges, parts] of [
    [[copy(0, 12)], [copy(3, 13), room]],
    [[copy(0, 12)], [copy(3, 13)]],
    [[copy(0, 10)], [bytes(concat([source.subarray(3, 13)]))]],
  ] as const)
    expect(traceOf(ranges, parts)).not.toBe(whole)
})
