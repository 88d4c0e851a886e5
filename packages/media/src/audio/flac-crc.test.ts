/** The checksum of a FLAC frame, bit by bit as RFC 9639, 9.3 puts it, beside the one by tables. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc16, crc16OverZeros } from './flac-crc.ts'

function divided(bytes: Uint8Array): number {
  let rest = 0
  for (const byte of [...bytes, 0, 0])
    for (let bit = 7; bit >= 0; bit--) {
      rest = rest * 2 + ((byte >> bit) & 1)
      if (rest > 0xffff) rest = (rest ^ 0x18005) & 0xffff
    }
  return rest
}

test('tables give what the division leaves, wherever the bytes are cut', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, at) => {
      const cut = Math.min(at, bytes.byteLength)
      const first = crc16(bytes, 0, cut)
      expect(crc16(bytes, cut, bytes.byteLength, first)).toBe(divided(bytes))
    }),
  )
})

test('a checksum carried over zeros is that of the bytes with the zeros behind them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), fc.nat(3000), (bytes, count) => {
      const longer = new Uint8Array(bytes.byteLength + count)
      longer.set(bytes)
      expect(crc16OverZeros(crc16(bytes, 0, bytes.byteLength), count)).toBe(divided(longer))
    }),
  )
})
