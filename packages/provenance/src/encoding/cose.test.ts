import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeCbor } from './cbor.ts'
import { CoseError, encodeCoseSign1, headers, parseCoseSign1, sigStructure } from './cose.ts'

const protectedBytes = encodeCbor(new Map([[headers.algorithm, -7]]))
const signature = new Uint8Array(64).fill(5)

describe('COSE_Sign1', () => {
  test('Sig_structure is what RFC 9052 4.4 says', () => {
    const bytes = Buffer.from(sigStructure(protectedBytes, Uint8Array.of(0xaa)))
    expect(bytes.toString('hex')).toBe(`846a${Buffer.from('Signature1').toString('hex')}43a101264041aa`)
  })

  test('what was written is read: tagged, with the payload left out', () => {
    const bytes = encodeCoseSign1({ protectedBytes, unprotected: new Map(), signature })
    expect([...bytes.subarray(0, 2)]).toEqual([0xd2, 0x84])
    expect(parseCoseSign1(bytes)).toEqual({
      protectedBytes,
      protectedHeader: new Map([[1, -7]]),
      unprotected: new Map(),
      payload: null,
      signature,
    })
  })

  test('an untagged one of an old file is read', () => {
    const bytes = encodeCoseSign1({ protectedBytes, unprotected: new Map(), signature })
    expect(parseCoseSign1(bytes.subarray(1)).signature).toEqual(signature)
  })

  test.each([
    ['no array', {}],
    ['three members', [protectedBytes, {}, null]],
    ['a protected header that is no bytes', [{}, {}, null, signature]],
    ['a protected header that holds no map', [encodeCbor([1]), {}, null, signature]],
    ['a protected header that is no CBOR', [Uint8Array.of(0xff), {}, null, signature]],
    ['an unprotected header that is no map', [protectedBytes, [], null, signature]],
    ['a payload of text', [protectedBytes, {}, 'x', signature]],
    ['no signature', [protectedBytes, {}, null, null]],
  ])('%s is refused', (_, value) => {
    expect(() => parseCoseSign1(encodeCbor(value))).toThrow(CoseError)
  })

  test('any bytes are refused or read, and never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          expect(parseCoseSign1(bytes).signature).toBeInstanceOf(Uint8Array)
        } catch (error) {
          expect(error).toBeInstanceOf(CoseError)
        }
      }),
    )
  })
})
