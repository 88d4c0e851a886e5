import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytes, copy, type Part } from './part.ts'
import { blobSource, bytesSource, concat, type Source, splicedSource } from './source.ts'

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
        for (const source of [bytesSource(data), ...inMemory(data)]) {
          const spliced = splicedSource(source, fitting)
          const expected = whole.subarray(a, Math.max(a, b))
          expect(spliced.size).toBe(whole.length)
          expect(await spliced.read(a, b)).toEqual(expected)
          const target = new Uint8Array(Math.max(0, b - a))
          expect(await spliced.readInto?.(target, a)).toBe(expected.length)
          expect(target.subarray(0, expected.length)).toEqual(expected)
          const seen = spliced.view?.(a, b)
          if (seen) expect(seen).toEqual(expected)
        }
      },
    ),
  )
})

/** Sources that fill arrays, and that can be looked into. */
function inMemory(data: Uint8Array): Source[] {
  const { size, read } = bytesSource(data)
  const readInto = async (target: Uint8Array, start: number) => {
    const there = data.subarray(start, start + target.byteLength)
    target.set(there)
    return there.byteLength
  }
  return [
    { size, read, readInto },
    { size, read, view: (start, end) => data.subarray(start, end) },
  ]
}

test('a source that is shorter than it said does not pass for its parts', async () => {
  const data = Uint8Array.of(1, 2, 3)
  for (const source of [bytesSource(data), ...inMemory(data)]) {
    const spliced = splicedSource(source, [copy(0, 2), copy(1, 9)])
    await expect(spliced.read(0, 10)).rejects.toThrow('before its parts')
    await expect(spliced.readInto?.(new Uint8Array(10), 0)).rejects.toThrow('before its parts')
  }
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
