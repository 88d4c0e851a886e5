import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytes, copy, type Part } from './part.ts'
import { blobSource, bytesSource, concat, splicedSource } from './source.ts'

test('a spliced source reads like the file its parts make, whatever range is asked for', async () => {
  const original = fc.uint8Array({ maxLength: 64 })
  const cut = fc.tuple(fc.nat(64), fc.nat(64)).map(([a, b]) => copy(Math.min(a, b), Math.max(a, b)))
  const part: fc.Arbitrary<Part> = fc.oneof(cut, fc.uint8Array({ maxLength: 9 }).map(bytes))
  await fc.assert(
    fc.asyncProperty(
      original,
      fc.array(part, { maxLength: 6 }),
      fc.nat(200),
      fc.nat(200),
      async (data, parts, a, b) => {
        const fitting = parts.map((p) =>
          p.kind === 'copy' ? copy(Math.min(p.start, data.length), Math.min(p.end, data.length)) : p,
        )
        const whole = concat(
          fitting.map((p) =>
            p.kind === 'copy'
              ? data.subarray(p.start, p.end)
              : p.kind === 'bytes'
                ? p.bytes
                : new Uint8Array(),
          ),
        )
        const spliced = splicedSource(bytesSource(data), fitting)
        expect(spliced.size).toBe(whole.length)
        expect(await spliced.read(a, b)).toEqual(whole.subarray(a, Math.max(a, b)))
      },
    ),
  )
})

test('sources end where they end', async () => {
  for (const source of [
    bytesSource(Uint8Array.of(1, 2, 3)),
    blobSource(new Blob([Uint8Array.of(1, 2, 3)])),
  ]) {
    expect(await source.read(1, 10)).toEqual(Uint8Array.of(2, 3))
    expect(await source.read(5, 10)).toEqual(new Uint8Array())
    expect(await source.read(2, 1)).toEqual(new Uint8Array())
  }
})
