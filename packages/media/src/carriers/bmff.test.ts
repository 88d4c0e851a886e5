import { bytesSource, concat } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { counted, hollow } from '../source.test-kit.ts'
import { binaryBytes } from './binary.ts'
import { makeBox, parseBoxes, walkBoxes } from './bmff.ts'

const hexBytes = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const xmp = hexBytes('be7acfcb97a942e89c71999491e3afac')

describe('box headers', () => {
  test('all four forms of size, and the extended type', async () => {
    const file = concat([
      makeBox('ftyp', binaryBytes('isom')),
      makeBox('uuid', xmp, binaryBytes('abc')),
      hexBytes('00000001 6d646174 0000000000000013 010203'),
      hexBytes('00000000 66726565 0000'),
    ])
    const { boxes, damage } = await walkBoxes(bytesSource(file))
    expect(damage).toBeUndefined()
    expect(boxes).toEqual([
      { type: 'ftyp', start: 0, content: 8, end: 12 },
      { type: 'uuid', start: 12, content: 36, end: 39, uuid: 'be7acfcb97a942e89c71999491e3afac' },
      { type: 'mdat', start: 39, content: 55, end: 58 },
      { type: 'free', start: 58, content: 66, end: 68 },
    ])
  })

  test.each([
    ['a box longer than the file', '00000010 6d646174 0000', 'box mdat at 0 is cut off'],
    ['a box shorter than its header', '00000004 6d646174', 'box mdat at 0 is too short'],
    ['a 64-bit size without the size', '00000001 6d646174 00000000', 'box mdat at 0 is cut off'],
    ['a 64-bit size beyond any file', '00000001 6d646174 ffffffffffffffff', 'box mdat at 0 is cut off'],
    ['a uuid box without its type', '00000010 75756964 0000000000000000', 'box uuid at 0 is too short'],
    ['a few bytes too many', '00000008 66726565 0000', '2 stray bytes at 8'],
    ['a type of control characters', '00000009 0a1b0007', 'box ???? at 0 is cut off'],
  ])('%s is damage', async (_, bytes, damage) => {
    expect((await walkBoxes(bytesSource(hexBytes(bytes)))).damage).toBe(damage)
  })

  test('what stands before the damage is told', async () => {
    const file = concat([makeBox('ftyp'), hexBytes('ffffffff 6d6f6f76')])
    expect((await walkBoxes(bytesSource(file))).boxes).toHaveLength(1)
  })

  test('media between the boxes is not read', async () => {
    const size = 3_000_000_000
    const head = concat([makeBox('ftyp'), hexBytes('00000001 6d646174'), hexBytes('00000000b2d05df8')])
    const { source, read } = counted(hollow(head, size - head.byteLength, makeBox('moov')))
    const { boxes, damage } = await walkBoxes(source)
    expect(damage).toBeUndefined()
    expect(boxes.map(({ type }) => type)).toEqual(['ftyp', 'mdat', 'moov'])
    expect(read.bytes).toBeLessThan(10_000)
  })
})

test('any bytes come to an end, and boxes stand side by side within them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const walked = await walkBoxes(bytesSource(bytes))
      expect(walked).toEqual(parseBoxes(bytes, 0, bytes.byteLength))
      let at = 0
      for (const box of walked.boxes) {
        expect(box.start).toBe(at)
        expect(box.content).toBeLessThanOrEqual(box.end)
        at = box.end
      }
      expect(walked.damage === undefined).toBe(at === bytes.byteLength)
    }),
  )
})
