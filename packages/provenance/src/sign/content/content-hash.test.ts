import { createHash } from 'node:crypto'
import type { Binding } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeBox } from '../../encoding/jumbf.ts'
import { hashContent } from './content-hash.ts'

function hashed(
  data: Uint8Array,
  binding: Binding,
  room?: { start: number; length: number },
  chunk = 1000,
): string {
  const hash = hashContent({ binding, room }, 'file')
  const array = new Uint8Array(chunk) // one for all chunks, as when a file is read
  for (let at = 0; at < data.length; at += chunk) {
    const bytes = data.subarray(at, at + chunk)
    array.fill(0).set(bytes)
    hash.update(array.subarray(0, bytes.length))
  }
  return Buffer.from(hash.digest().hash).toString('hex')
}
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')

describe('the hash of a file', () => {
  test('covers every byte outside the room, in whatever chunks they come', () => {
    const data = Buffer.from('some content that is not a picture')
    for (const chunk of [1, 7, 1000])
      expect(hashed(data, { kind: 'data' }, { start: 3, length: 99 }, chunk)).toBe(sha256(data))
  })

  test('of a text is that of its composed form', () => {
    const composed = Buffer.from('caf\u00e9 生成')
    const decomposed = Buffer.from('cafe\u0301 生成')
    for (const data of [composed, decomposed])
      expect(hashed(data, { kind: 'text' }, undefined, 1)).toBe(sha256(composed))
  })

  test('of a text keeps its byte order mark', () => {
    const marked = Buffer.from('\ufeffgenerated')
    expect(hashed(marked, { kind: 'text' })).toBe(sha256(marked))
  })

  test('of a text that is none is an error that names the file', () => {
    expect(() => hashed(Uint8Array.of(0xff), { kind: 'text' })).toThrow(
      expect.objectContaining({ code: 'input.encoding', details: { name: 'file' } }),
    )
  })
})

const c2pa = Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex')

interface Box {
  readonly type: string
  readonly excluded: boolean
  readonly bytes: Uint8Array
  /** Bytes of room at its end. */
  readonly room: number
}
const box: fc.Arbitrary<Box> = fc
  .tuple(fc.constantFrom('moov', 'mdat', 'free', 'mfra', 'uuid', 'c2pa'), fc.uint8Array({ maxLength: 40 }))
  .map(([kind, data]) => ({
    type: kind === 'c2pa' ? 'uuid' : kind,
    excluded: kind === 'mfra' || kind === 'c2pa',
    bytes: kind === 'c2pa' ? encodeBox('uuid', c2pa, data) : encodeBox(kind, data),
    room: 0,
  }))
const first: Box = { type: 'ftyp', excluded: false, bytes: encodeBox('ftyp', Buffer.from('isom')), room: 0 }

function offset(at: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(at, 4)
  return bytes
}

describe('the hash of an MP4', () => {
  test('covers each box after its offset, but neither mfra nor what is C2PA’s', () => {
    const layout = fc.record({
      before: fc.array(box, { maxLength: 3 }),
      after: fc.array(box, { maxLength: 4 }),
      inset: fc.nat(30),
      room: fc.integer({ min: 1, max: 5000 }),
      chunk: fc.integer({ min: 1, max: 90 }),
    })
    fc.assert(
      fc.property(layout, ({ before, after, inset, room, chunk }) => {
        const own: Box = { type: 'uuid', excluded: true, bytes: Buffer.alloc(inset), room }
        const all = [first, ...before, own, ...after]
        const expected = createHash('sha256')
        const boxes = []
        let at = 0
        for (const { type, excluded, bytes, room: space } of all) {
          boxes.push({ type, start: at })
          if (!excluded) expected.update(offset(at)).update(bytes)
          at += bytes.length + space
        }
        const start = [first, ...before, own].reduce((sum, { bytes }) => sum + bytes.length, 0)
        const data = Buffer.concat(all.map(({ bytes }) => bytes))
        const place = { start, length: room }
        expect(hashed(data, { kind: 'bmff', boxes }, place, chunk)).toBe(expected.digest('hex'))
      }),
      { numRuns: 300 },
    )
  })

  test('without a manifest in the file covers all of it', () => {
    const boxes = [
      { type: 'ftyp', start: 0 },
      { type: 'uuid', start: 12 },
    ]
    const short = encodeBox('uuid', Uint8Array.of(1))
    const data = Buffer.concat([first.bytes, short])
    expect(hashed(data, { kind: 'bmff', boxes })).toBe(
      sha256(Buffer.concat([offset(0), first.bytes, offset(12), short])),
    )
  })

  test('needs boxes that start where the file does', () => {
    expect(() => hashed(first.bytes, { kind: 'bmff', boxes: [] })).toThrow('boxes')
  })
})
