import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OffsetMap } from './offset-map.ts'
import { partsOf } from './replacements.ts'

test('the map of offsets agrees with the parts', () => {
  const size = 60
  const source = Uint8Array.from({ length: size }, (_, index) => index + 1)
  const changes = fc.array(fc.record({ start: fc.nat(size), length: fc.nat(6), grown: fc.nat(9) }), {
    maxLength: 5,
  })
  fc.assert(
    fc.property(changes, (wishes) => {
      const replacements = []
      let end = 0
      for (const { start, length, grown } of [...wishes].sort((a, b) => a.start - b.start)) {
        if (start < end || start + length > size) continue
        end = start + length
        replacements.push({ start, end, parts: [{ kind: 'bytes' as const, bytes: new Uint8Array(grown) }] })
      }
      const out: number[] = partsOf(size, replacements).flatMap((part) =>
        part.kind === 'copy'
          ? [...source.subarray(part.start, part.end)]
          : part.kind === 'bytes'
            ? [...part.bytes]
            : [],
      )
      const map = new OffsetMap(replacements)
      for (let at = size - 1; at >= 0; at--)
        if (!replacements.some(({ start, end: stop }) => at >= start && at < stop))
          expect(out[map.move(at)]).toBe(at + 1)
    }),
  )
})
