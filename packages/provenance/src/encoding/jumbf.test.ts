import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeBox, encodeSuperBox, hashedPart, isSuperBox, JumbfError, parseJumbf, uuids } from './jumbf.ts'

const label = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => !text.includes('\0'))
const content = fc.uint8Array({ maxLength: 20 }).map((payload) => encodeBox('cbor', payload))
const leaf = fc
  .record({
    label,
    salt: fc.option(fc.uint8Array({ minLength: 16, maxLength: 16 }), { nil: undefined }),
    children: fc.array(content, { maxLength: 3 }),
  })
  .map(({ label, salt, children }) => encodeSuperBox({ uuid: uuids.cbor, label, salt, children }))
const store = fc
  .array(leaf, { maxLength: 4 })
  .map((children) => encodeSuperBox({ uuid: uuids.store, label: 'c2pa', children }))

describe('reading boxes', () => {
  test('what was written is read', () => {
    const salt = new Uint8Array(16).fill(7)
    const inner = encodeSuperBox({
      uuid: uuids.cbor,
      label: '标识',
      salt,
      children: [encodeBox('cbor', Uint8Array.of(1, 2))],
    })
    const outer = encodeSuperBox({ uuid: uuids.store, label: 'c2pa', children: [inner] })
    const box = parseJumbf(outer)
    expect(box).toMatchObject({ uuid: uuids.store, label: 'c2pa', toggles: 3, headerLength: 8, offset: 0 })
    const [child] = box.children
    if (child === undefined || !isSuperBox(child)) throw new Error('no superbox')
    expect(child).toMatchObject({
      label: '标识',
      toggles: 0x13,
      salt,
      children: [{ type: 'cbor', payload: Uint8Array.of(1, 2) }],
    })
    expect(child.bytes).toEqual(inner)
    expect(outer.subarray(child.offset, child.offset + inner.length)).toEqual(inner)
    expect(hashedPart(child)).toEqual(inner.subarray(8))
  })

  test('a 64-bit length counts its own header', () => {
    const short = encodeSuperBox({ uuid: uuids.cbor, label: 'a', children: [] })
    const long = Buffer.concat([
      Buffer.from([0, 0, 0, 1]),
      Buffer.from('jumb'),
      Buffer.alloc(8),
      short.subarray(8),
    ])
    long.writeBigUInt64BE(BigInt(long.length), 8)
    expect(hashedPart(parseJumbf(Uint8Array.from(long)))).toEqual(new Uint8Array(short.subarray(8)))
  })

  test('what follows the box is left to the caller', () => {
    const box = encodeSuperBox({ uuid: uuids.store, label: 'c2pa', children: [] })
    expect(parseJumbf(Buffer.concat([box, Buffer.alloc(9)])).bytes.byteLength).toBe(box.byteLength)
  })

  test.each([
    ['nothing', new Uint8Array()],
    ['another box', encodeBox('free')],
    ['no description', encodeBox('jumb')],
    [
      'a label without end',
      encodeBox('jumb', encodeBox('jumd', Buffer.from(uuids.cbor, 'hex'), Uint8Array.of(3, 65))),
    ],
    [
      'a label that is not UTF-8',
      encodeBox('jumb', encodeBox('jumd', Buffer.from(uuids.cbor, 'hex'), Uint8Array.of(3, 255, 0))),
    ],
    [
      'something behind a label',
      encodeBox('jumb', encodeBox('jumd', Buffer.from(uuids.cbor, 'hex'), Buffer.from('\x03a\0hidden'))),
    ],
    [
      'something behind a salt',
      encodeBox(
        'jumb',
        encodeBox('jumd', Buffer.from(`${uuids.cbor}136100`, 'hex'), encodeBox('c2sh'), Buffer.of(0)),
      ),
    ],
    ['a length of zero', Buffer.from([0, 0, 0, 0, 0x6a, 0x75, 0x6d, 0x62])],
  ])('%s is refused', (_, bytes) => {
    expect(() => parseJumbf(bytes)).toThrow(JumbfError)
  })

  test('boxes within boxes without end are refused, and quickly', () => {
    let box = encodeSuperBox({ uuid: uuids.cbor, label: 'a', children: [] })
    for (let depth = 0; depth < 1000; depth++)
      box = encodeSuperBox({ uuid: uuids.cbor, label: 'a', children: [box] })
    expect(() => parseJumbf(box)).toThrow('nested too deeply')
  })

  test('every truncation is refused', () => {
    fc.assert(
      fc.property(store, fc.nat(), (bytes, at) => {
        expect(() => parseJumbf(bytes.subarray(0, at % bytes.length))).toThrow(JumbfError)
      }),
    )
  })

  test('damage is refused or read, and never anything else', () => {
    fc.assert(
      fc.property(store, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), (bytes, changes) => {
        const changed = Uint8Array.from(bytes)
        for (const [at, value] of changes) changed[at % changed.length] = value
        try {
          expect(parseJumbf(changed).bytes.byteLength).toBeLessThanOrEqual(changed.length)
        } catch (error) {
          expect(error).toBeInstanceOf(JumbfError)
        }
      }),
      { numRuns: 500 },
    )
  })
})
