import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findWrappers, wrapperLength, wrapStore } from './wrapper.ts'

/** The table of C2PA 2.5 A.8.3.3 and the code points given for the signature. */
test('bytes become the selectors the specification lists', () => {
  const wrapped = Buffer.from(wrapStore(Uint8Array.of(0x00, 0x0f, 0x10, 0xff))).toString('utf8')
  const points = [...wrapped].map((character) => (character.codePointAt(0) ?? 0).toString(16))
  expect(points.slice(0, 9).join(' ')).toBe('feff e0133 e0122 e0140 e0131 e0144 e0148 e0144 fe00')
  expect(points.slice(14, 18).join(' ')).toBe('fe00 fe0f e0100 e01ef')
})

test('every store comes back, in a wrapper whose length depends on nothing but its own', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 600 }),
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'grapheme' }),
      (store, before, after) => {
        const wrapped = wrapStore(store)
        expect(wrapped.byteLength).toBe(wrapperLength(store.byteLength))
        const text = Buffer.concat([Buffer.from(before), wrapped, Buffer.from(`.${after}`)])
        const found = findWrappers(text)
        expect(found).toHaveLength(1)
        expect(found[0]).toMatchObject({ start: Buffer.byteLength(before), foreignPadding: false })
        expect(found[0]?.end).toBe(Buffer.byteLength(before) + wrapped.byteLength)
        expect(Buffer.from(found[0]?.store ?? [])).toEqual(Buffer.from(store))
      },
    ),
  )
})

test('a byte order mark, an emoji with a selector or a stray mark is no wrapper', () => {
  expect(findWrappers(Buffer.from('\ufefftext ❤\ufe0f \ufeff\ufe0f end'))).toEqual([])
})

test('a wrapper that is cut off has no store', () => {
  const wrapped = Buffer.from(wrapStore(new Uint8Array(100).fill(7)))
  const [found] = findWrappers(wrapped.subarray(0, 200))
  expect(found).toMatchObject({ store: undefined })
})

test('what is hidden in the padding is noticed', () => {
  const store = new Uint8Array(40).fill(3)
  const wrapped = Buffer.from(wrapStore(store))
  const hidden = Buffer.concat([wrapped, Buffer.from('\u{E0150}')])
  expect(findWrappers(wrapped)[0]?.foreignPadding).toBe(false)
  expect(findWrappers(hidden)[0]?.foreignPadding).toBe(true)
})

test('a text of nothing but marks takes no time', () => {
  findWrappers(Buffer.from('\ufeff'.repeat(1_000_000)))
  findWrappers(Buffer.from('\ufeff\u{E0133}\u{E0122}'.repeat(300_000)))
})
