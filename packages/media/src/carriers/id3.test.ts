import { deflateSync } from 'node:zlib'
import { concat } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { binaryBytes } from './binary.ts'
import { type Id3Tag, parseId3, writeSynchsafe } from './id3.ts'
import { encapsulatedObject, privateData, userText } from './id3-frames.ts'
import { setUint32 } from './integers.ts'

const size = (version: number, value: number) => {
  const out = new Uint8Array(4)
  if (version === 4) writeSynchsafe(out, 0, value)
  else setUint32(out, 0, value)
  return version === 2 ? out.subarray(1) : out
}
const frame = (version: number, id: string, data: Uint8Array, flags = 0) =>
  concat([
    binaryBytes(id),
    size(version, data.byteLength),
    version === 2 ? binaryBytes('') : Uint8Array.of(flags >> 8, flags),
    data,
  ])
const tag = (version: number, flags: number, body: Uint8Array) =>
  concat([binaryBytes('ID3'), Uint8Array.of(version, 0, flags), size(4, body.byteLength), body])
const parse = (bytes: Uint8Array): Id3Tag => {
  const parsed = parseId3(bytes, 0)
  if (parsed === undefined) throw new Error('no tag')
  return parsed
}
const textOf = (parsed: Id3Tag) => parsed.frames.map((one) => userText(parsed.version, one))

describe('user text', () => {
  const utf16 = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'))
  const swap = (bytes: Uint8Array) => new Uint8Array(Buffer.from(bytes).swap16())
  const bom = Uint8Array.of(0xff, 0xfe)
  const zero = new Uint8Array(2)
  test.each([
    ['ISO 8859-1', binaryBytes('\0AIGC\0{"Label":"1"}\0')],
    ['UTF-16', concat([binaryBytes('\x01'), bom, utf16('AIGC'), zero, bom, utf16('{"Label":"1"}'), zero])],
    ['UTF-16 without its mark', concat([binaryBytes('\x01'), utf16('AIGC'), zero, utf16('{"Label":"1"}')])],
    [
      'UTF-16 big-endian with a mark',
      concat([
        binaryBytes('\x01'),
        swap(bom),
        swap(utf16('AIGC')),
        zero,
        swap(bom),
        swap(utf16('{"Label":"1"}')),
      ]),
    ],
    ['UTF-16BE', concat([binaryBytes('\x02'), swap(utf16('AIGC')), zero, swap(utf16('{"Label":"1"}'))])],
    ['UTF-8', binaryBytes('\x03AIGC\0{"Label":"1"}')],
  ])('is read in %s', (_, data) => {
    const expected = { description: 'AIGC', value: '{"Label":"1"}' }
    expect(textOf(parse(tag(2, 0, frame(2, 'TXX', data))))).toEqual([expected])
    expect(textOf(parse(tag(3, 0, frame(3, 'TXXX', data))))).toEqual([expected])
    expect(textOf(parse(tag(4, 0, frame(4, 'TXXX', data))))).toEqual([expected])
  })

  test('that claims ISO 8859-1 and is UTF-8 is read as UTF-8', () => {
    const data = concat([binaryBytes('\0AIGC\0'), new TextEncoder().encode('中文')])
    expect(textOf(parse(tag(3, 0, frame(3, 'TXXX', data))))[0]?.value).toBe('中文')
  })

  test('is read when compressed, in a group, or with its length stated', () => {
    const data = binaryBytes('\0AIGC\0{"Label":"1"}')
    const packed = new Uint8Array(deflateSync(data))
    const stated = size(3, data.byteLength)
    for (const [version, bytes, flags] of [
      [3, concat([stated, packed]), 0x80],
      [3, concat([Uint8Array.of(7), data]), 0x20],
      [4, concat([size(4, data.byteLength), packed]), 0x09],
      [4, concat([Uint8Array.of(7), size(4, data.byteLength), data]), 0x41],
    ] as const)
      expect(textOf(parse(tag(version, 0, frame(version, 'TXXX', bytes, flags))))[0]?.value).toBe(
        '{"Label":"1"}',
      )
  })

  test('that is encrypted is left alone', () => {
    expect(textOf(parse(tag(4, 0, frame(4, 'TXXX', binaryBytes('\0AIGC\0{}'), 0x04))))).toEqual([undefined])
  })
})

describe('tags', () => {
  test('unsynchronised as a whole are undone, so that frames have their true bytes', () => {
    const object = Uint8Array.of(0xff, 0xe0, 0xff, 0x00, 0x12)
    const plain = frame(3, 'GEOB', concat([binaryBytes('\0application/c2pa\0c2pa\0x\0'), object]))
    const stored = [...plain].flatMap((byte, index) =>
      plain[index - 1] === 0xff && (byte === 0 || byte >= 0xe0) ? [0, byte] : [byte],
    )
    const parsed = parse(tag(3, 0x80, Uint8Array.from(stored)))
    expect(parsed.frames[0]?.bytes).toEqual(plain)
    expect(parsed.frames.map((one) => encapsulatedObject(3, one)?.object)).toEqual([object])
  })

  test('of v2.4 are unsynchronised frame by frame', () => {
    const stored = concat([binaryBytes('\0AIGC\0'), Uint8Array.of(0xff, 0x00, 0x41)])
    for (const [tagFlags, frameFlags] of [
      [0x80, 0],
      [0x80, 0x02],
      [0, 0x02],
    ] as const) {
      const parsed = parse(tag(4, tagFlags, frame(4, 'TXXX', stored, frameFlags)))
      expect(textOf(parsed)[0]?.value).toBe('ÿA')
    }
  })

  test('with an extended header and padding', () => {
    const data = frame(3, 'TXXX', binaryBytes('\0a\0b'))
    const parsed = parse(tag(3, 0x40, concat([size(3, 6), new Uint8Array(6), data, new Uint8Array(20)])))
    expect(parsed.frames).toHaveLength(1)
    expect(parsed.padding).toBe(20)
    const four = frame(4, 'TXXX', binaryBytes('\0a\0b'))
    expect(parse(tag(4, 0x40, concat([size(4, 6), Uint8Array.of(1, 0), four]))).frames).toHaveLength(1)
  })

  test('of v2.4 with the plain sizes of early iTunes are read and get proper ones', () => {
    const long = binaryBytes(`\0AIGC\0${'x'.repeat(300)}`)
    const wrong = concat([binaryBytes('TXXX'), size(3, long.byteLength), new Uint8Array(2), long])
    const parsed = parse(tag(4, 0, concat([wrong, frame(4, 'TIT2', binaryBytes('\0t'))])))
    expect(parsed.frames.map((one) => one.id)).toEqual(['TXXX', 'TIT2'])
    expect(parsed.frames[0]?.bytes).toEqual(frame(4, 'TXXX', long))
  })

  test('that break off say so and keep what came before', () => {
    const whole = tag(
      3,
      0,
      concat([frame(3, 'TXXX', binaryBytes('\0a\0b')), frame(3, 'TIT2', binaryBytes('\0title'))]),
    )
    const cut = parse(whole.subarray(0, whole.byteLength - 3))
    expect(cut.damage).toBe('ID3v2 tag is cut off')
    expect(textOf(cut)).toEqual([{ description: 'a', value: 'b' }])
    expect(
      parse(tag(3, 0, concat([frame(3, 'TIT2', binaryBytes('\0t')), binaryBytes('!!!!!!!!!!!!')]))).damage,
    ).toBe('ID3v2 frame name')
  })

  test('give private data by its owner', () => {
    const parsed = parse(tag(3, 0, frame(3, 'PRIV', binaryBytes('XMP\0<x/>'))))
    expect(parsed.frames.map((one) => privateData(3, one, 'XMP'))).toEqual([binaryBytes('<x/>')])
    expect(parsed.frames.map((one) => privateData(3, one, 'WM'))).toEqual([undefined])
  })
})

test('no bytes make the parser throw or read beyond them', () => {
  const start = fc.tuple(
    fc.constantFrom(2, 3, 4),
    fc.integer({ min: 0, max: 255 }),
    fc.uint8Array({ maxLength: 200 }),
  )
  const ids = fc.constantFrom('TXXX', 'GEOB', 'PRIV', 'TXX', 'GEO')
  const frames = fc.array(
    fc.tuple(ids, fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 0, max: 0xffff })),
  )
  fc.assert(
    fc.property(start, frames, fc.nat(300), ([version, flags, tail], list, cut) => {
      const body = concat([...list.map(([id, data, bits]) => frame(version, id, data, bits)), tail])
      const bytes = tag(version, flags, body)
      const parsed = parseId3(bytes.subarray(0, Math.max(10, bytes.byteLength - cut)), 0)
      for (const one of parsed?.frames ?? []) {
        userText(version as 2 | 3 | 4, one)
        encapsulatedObject(version as 2 | 3 | 4, one)
        privateData(version as 2 | 3 | 4, one, 'XMP')
        if (one.at !== undefined) expect(one.at + one.bytes.byteLength).toBeLessThanOrEqual(bytes.byteLength)
      }
    }),
  )
})
