import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CborError, decodeCbor, encodeCbor, encodeTime, Tagged } from './cbor.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

describe('writing', () => {
  test('keys stand in bytewise order of their encoding, whatever the order of the object', () => {
    expect(hex(encodeCbor({ z: 1, aa: 2, a: 3 }))).toBe('a3616103617a0162616102')
    expect(
      hex(
        encodeCbor(
          new Map<unknown, number>([
            ['a', 1],
            [33, 2],
            [1, 3],
            [-1, 4],
          ]),
        ),
      ),
    ).toBe('a401031821022004616101')
  })

  test('keys of any kind and length stand in that order', () => {
    const key = fc.oneof(fc.integer(), fc.string({ unit: 'grapheme', maxLength: 300 }), fc.nat(40))
    fc.assert(
      fc.property(fc.uniqueArray(key), (keys) => {
        const read = decodeCbor(encodeCbor(new Map(keys.map((name) => [name, 0])))) as Map<unknown, unknown>
        const encoded = [...read.keys()].map((name) => hex(encodeCbor(name)))
        expect(encoded).toEqual(keys.map((name) => hex(encodeCbor(name))).sort())
      }),
    )
  })

  test('what is undefined is left out', () => {
    expect(hex(encodeCbor({ a: undefined, b: 1 }))).toBe('a1616201')
  })

  test('a time is text under tag 0, in UTC', () => {
    expect(hex(encodeCbor(encodeTime(new Date('2026-11-21T08:00:00.5+08:00'))))).toBe(
      `c074${Buffer.from('2026-11-21T00:00:00Z').toString('hex')}`,
    )
  })
})

describe('reading', () => {
  test('maps become Maps, so no key can do harm', () => {
    const value = decodeCbor(bytes('a1 69 5f5f70726f746f5f5f a1 61 78 01'))
    expect(value).toEqual(new Map([['__proto__', new Map([['x', 1]])]]))
  })

  test('tags are kept', () => {
    expect(decodeCbor(bytes('d2 01'))).toEqual(new Tagged(18, 1))
    expect(decodeCbor(bytes('d8 25 41 00'))).toEqual(new Tagged(37, Uint8Array.of(0)))
  })

  test('arrays and maps of indefinite length are read, for files have them', () => {
    expect(decodeCbor(bytes('9f 01 bf 61 61 02 ff ff'))).toEqual([1, new Map([['a', 2]])])
  })

  test.each([
    ['a key that stands twice', 'a2 61 61 01 61 61 02'],
    ['bytes after the value', '01 02'],
    ['nothing', ''],
    ['a break instead of a value', 'bf 61 61 ff'],
    ['a break in a fixed map', 'a1 61 61 ff'],
    ['a break of its own', 'ff'],
    ['an array that breaks off', '83 01 02'],
    ['an array of four billion', '9a ffffffff 01'],
    ['a string longer than the file', '7b 0000000fffffffff 61'],
    ['undefined', 'f7'],
    ['NaN', 'f97e00'],
    ['infinity', 'f97c00'],
    ['a tag without content', 'c0'],
    ['text that is not UTF-8', '61 ff'],
    ['text in more bytes than it needs', '62 c0af'],
    ['text of half a pair', '63 eda080'],
    ['text that breaks off within a character', '82 62 e6b0 01'],
    ['a long text that is not UTF-8', `78 40 ${'61'.repeat(63)} ff`],
  ])('%s is refused', (_, text) => {
    expect(() => decodeCbor(bytes(text))).toThrow(CborError)
  })

  test.each([
    ['arrays', 0x81],
    ['tags', 0xc1],
    ['indefinite arrays', 0x9f],
  ])('%s without end are refused', (_, byte) => {
    expect(() => decodeCbor(new Uint8Array(100_000).fill(byte))).toThrow('nested too deeply')
  })

  test('millions of empty values are refused before they fill the memory', () => {
    const flood = new Uint8Array(5_000_000).fill(0x80)
    flood.set(bytes('9a 004c4b3b'))
    expect(() => decodeCbor(flood)).toThrow('too many values')
  })

  const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('__proto__'))

  test('what was written is read', () => {
    fc.assert(
      fc.property(json, (value) => {
        const written = encodeCbor(value)
        expect(encodeCbor(decodeCbor(written))).toEqual(written)
      }),
    )
  })

  test('damage is refused or read, and never anything else', () => {
    fc.assert(
      fc.property(
        json,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        fc.nat(),
        (value, changes, cut) => {
          const changed = Uint8Array.from(encodeCbor(value))
          for (const [at, byte] of changes) changed[at % changed.length] = byte
          for (const input of [changed, changed.subarray(0, cut % changed.length)])
            try {
              expect(decodeCbor(input)).not.toBeTypeOf('symbol')
            } catch (error) {
              expect(error).toBeInstanceOf(CborError)
            }
        },
      ),
      { numRuns: 500 },
    )
  })
})

/** RFC 8949, appendix A and F.1: what C2PA has no use for, and what is not well-formed. */
test.each(
  `f9fc00 fa7f800000 fa7fc00000 faff800000 fb7ff0000000000000 fb7ff8000000000000 fbfff0000000000000
   f0 f8ff f800 f818 5f42010243030405ff 7f657374726561646d696e67ff
   1c 1f 3c 3f 5c 7c 9c bc dc fc fd fe df 5f5f4100ffff 7f4100ff a16161 80ff bf61ff 9f819f81ff`.split(/\s+/),
)('%s of the standard is refused', (encoded) => {
  expect(() => decodeCbor(bytes(encoded))).toThrow(CborError)
})

/** RFC 8949, appendix A: encoding and value; floats and simple values that C2PA has no use for are left out. */
describe('the examples of the standard', () => {
  const text = (value: string) => value
  test.each<[string, unknown]>([
    ['00', 0],
    ['01', 1],
    ['0a', 10],
    ['17', 23],
    ['18 18', 24],
    ['18 19', 25],
    ['18 64', 100],
    ['19 03e8', 1000],
    ['1a 000f4240', 1_000_000],
    ['1b 000000e8d4a51000', 1_000_000_000_000],
    ['1b ffffffffffffffff', 18446744073709551615n],
    ['3b ffffffffffffffff', -18446744073709551616n],
    ['20', -1],
    ['29', -10],
    ['38 63', -100],
    ['39 03e7', -1000],
    ['f9 3e00', 1.5],
    ['f9 7bff', 65504],
    ['fa 47c35000', 100000],
    ['fb 3ff199999999999a', 1.1],
    ['f9 c400', -4],
    ['fb c010666666666666', -4.1],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['c0 74 323031332d30332d32315432303a30343a30305a', new Tagged(0, '2013-03-21T20:04:00Z')],
    ['c1 1a 514b67b0', new Tagged(1, 1363896240)],
    ['d7 44 01020304', new Tagged(23, Uint8Array.of(1, 2, 3, 4))],
    ['d8 18 45 6449455446', new Tagged(24, Uint8Array.from(Buffer.from('6449455446', 'hex')))],
    ['40', new Uint8Array()],
    ['44 01020304', Uint8Array.of(1, 2, 3, 4)],
    ['60', ''],
    ['61 61', 'a'],
    ['64 49455446', 'IETF'],
    ['62 225c', '"\\'],
    ['62 c3bc', text('\u00fc')],
    ['63 e6b0b4', text('\u6c34')],
    ['64 f0908591', text('\ud800\udd51')],
    ['80', []],
    ['83 01 02 03', [1, 2, 3]],
    ['83 01 82 02 03 82 04 05', [1, [2, 3], [4, 5]]],
    ['a0', new Map()],
    [
      'a2 01 02 03 04',
      new Map([
        [1, 2],
        [3, 4],
      ]),
    ],
    [
      'a2 61 61 01 61 62 82 02 03',
      new Map<string, unknown>([
        ['a', 1],
        ['b', [2, 3]],
      ]),
    ],
    ['82 61 61 a1 61 62 61 63', ['a', new Map([['b', 'c']])]],
    ['9f ff', []],
    ['9f 01 82 02 03 9f 04 05 ff ff', [1, [2, 3], [4, 5]]],
    ['9f 01 82 02 03 82 04 05 ff', [1, [2, 3], [4, 5]]],
    ['83 01 82 02 03 9f 04 05 ff', [1, [2, 3], [4, 5]]],
    [
      'bf 61 61 01 61 62 9f 02 03 ff ff',
      new Map<string, unknown>([
        ['a', 1],
        ['b', [2, 3]],
      ]),
    ],
    ['82 61 61 bf 61 62 61 63 ff', ['a', new Map([['b', 'c']])]],
  ])('%s', (encoded, value) => {
    expect(decodeCbor(bytes(encoded))).toEqual(value)
    // A whole number is one whatever it was written as; lengths are definite.
    const isShortest = !/\b(?:9f|bf)\b|^fa|^f9 (?:7b|c4)/.test(encoded)
    if (isShortest) expect(Buffer.from(encodeCbor(value))).toEqual(Buffer.from(bytes(encoded)))
  })
})
