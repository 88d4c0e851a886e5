import { bytesSource, type Source } from '@yinji/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Window } from './window.ts'

const content = Uint8Array.from({ length: 400_000 }, (_, index) => (index * 31 + (index >> 8)) & 0xff)
const inMemory = bytesSource(content)
/** As a file is. */
const filling: Source = {
  ...inMemory,
  readInto: async (target, start) => {
    const bytes = content.subarray(start, start + target.byteLength)
    target.set(bytes)
    return bytes.byteLength
  },
}

test.each([
  ['bytes', inMemory, false],
  ['a file', filling, false],
  ['a file, in one array', filling, true],
])('%s: what is loaded or was there already is what stands there', async (_, source, reuse) => {
  const place = fc.tuple(
    fc.integer({ min: 0, max: 410_000 }),
    fc.integer({ min: 1, max: 90_000 }),
    fc.integer({ min: 0, max: 200_000 }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 12 }), async (places) => {
      const window = new Window(source, { reuse })
      for (const [at, length, ahead] of places) {
        const expected = content.subarray(at, at + length)
        const there = window.peek(at, length)
        if (there) expect(Buffer.compare(there, expected)).toBe(0)
        expect(Buffer.compare(await window.load(at, length, ahead), expected)).toBe(0)
        const number = window.peekUint32(at)
        const right = at + 4 <= content.length ? Buffer.from(content.buffer).readUInt32BE(at) : undefined
        if (length >= 4) expect(number).toBe(right)
        else expect([undefined, right]).toContain(number)
      }
    }),
    { numRuns: 60 },
  )
})
