/** The published example of a COSE_Sign1 (RFC 9052 C.2.1, key of C.7.1), which nobody here has made. */
import { createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseCoseSign1, sigStructure } from '../../encoding/cose.ts'
import { algorithmOf, signatureHolds, structure } from './signature.ts'

const hex = (text: string) => Buffer.from(text, 'hex')
const signature =
  '8eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b0117e' +
  '2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36'
const content = Buffer.from('This is the content.')
const message = hex(`d28443a10126a10442313154${content.toString('hex')}5840${signature}`)
const key = createPublicKey({
  key: {
    kty: 'EC',
    crv: 'P-256',
    x: hex('bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff').toString('base64url'),
    y: hex('20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e').toString('base64url'),
  },
  format: 'jwk',
})

const signed = () => {
  const { protectedBytes, protectedHeader, payload, signature } = parseCoseSign1(message)
  const algorithm = algorithmOf(protectedHeader.get(1))
  if (algorithm === undefined || payload === null) throw new Error('the example was not read')
  return { algorithm, key, protectedHeader: protectedBytes, payload, signature }
}

describe('the example of RFC 9052', () => {
  test('is read member by member', () => {
    expect(parseCoseSign1(message)).toMatchObject({
      protectedHeader: new Map([[1, -7]]),
      unprotected: new Map([[4, Uint8Array.from(Buffer.from('11'))]]),
    })
    expect(Buffer.from(signed().payload)).toEqual(content)
  })

  test('has the bytes to be signed that both halves build', () => {
    const bytes = `846a5369676e61747572653143a101264054${content.toString('hex')}`
    const { protectedHeader, payload } = signed()
    expect(Buffer.from(sigStructure(protectedHeader, payload)).toString('hex')).toBe(bytes)
    expect(Buffer.from(structure('Signature1', protectedHeader, payload)).toString('hex')).toBe(bytes)
  })

  test('holds, and no longer when a bit of any member changes', () => {
    expect(signatureHolds(signed())).toBe(true)
    for (const member of ['protectedHeader', 'payload', 'signature'] as const) {
      const copy = Uint8Array.from(signed()[member])
      for (let at = 0; at < copy.length; at++) {
        copy[at] = (copy[at] ?? 0) ^ 1
        expect(signatureHolds({ ...signed(), [member]: copy })).toBe(false)
        copy[at] = (copy[at] ?? 0) ^ 1
      }
    }
  })

  test('does not hold as a signature of another context or algorithm', () => {
    for (const identifier of [-35, -36, -37, -8]) {
      const algorithm = algorithmOf(identifier)
      if (algorithm === undefined) throw new Error('an algorithm of the list is missing')
      expect(signatureHolds({ ...signed(), algorithm })).toBe(false)
    }
  })
})
