/** The room of a signature is filled to the byte. */
import { SignError } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { encodeCbor } from '../encoding/cbor.ts'
import { parseCoseSign1 } from '../encoding/cose.ts'
import type { Signer } from '../signers/signer.ts'
import { padded, signatureRoom, signClaim } from './signature.ts'

const build = (padding: ReadonlyMap<string, Uint8Array>) => encodeCbor(padding)
const empty = build(new Map([['pad', new Uint8Array()]])).byteLength

describe('padding', () => {
  test('reaches every length, also where the head of a byte string grows', () => {
    const lengths = [...Array(600).keys(), ...Array.from({ length: 20 }, (_, index) => 65_530 + index)]
    for (const length of lengths) expect(padded(build, empty + length).byteLength).toBe(empty + length)
  })

  test('can’t make anything smaller', () => {
    expect(() => padded(build, empty - 1)).toThrow(SignError)
  })
})

describe('a signer with a stamp and OCSP responses', () => {
  const signer = (token: number, responses: readonly number[]): Signer => ({
    algorithm: 'Ed25519',
    chain: [new Uint8Array(300)],
    notAfter: new Date(),
    sign: async () => new Uint8Array(64).fill(1),
    timestamp: { reserve: 500, stamp: async () => new Uint8Array(token).fill(2) },
    ocsp: { reserve: 400, responses: async () => responses.map((length) => new Uint8Array(length).fill(3)) },
  })
  test('fills the room it reserved, with whatever it gets', async () => {
    for (const [token, responses] of [
      [500, [400]],
      [500, [200, 200]],
      [499, [17]],
      [243, []],
      [1, [1]],
    ] as const) {
      const made = signer(token, responses)
      const bytes = await signClaim(made, Uint8Array.of(1))
      expect(bytes.byteLength).toBe(signatureRoom(made))
      const { unprotected } = parseCoseSign1(bytes)
      expect(unprotected.get('sigTst2')).toEqual(
        new Map([['tstTokens', [new Map([['val', new Uint8Array(token).fill(2)]])]]]),
      )
      const values = responses.map((length) => new Uint8Array(length).fill(3))
      expect(unprotected.get('rVals')).toEqual(
        values.length > 0 ? new Map([['ocspVals', values]]) : undefined,
      )
    }
  })

  test('says how much it lacks when there is too little', async () => {
    await expect(signClaim(signer(900, [400]), Uint8Array.of(1))).rejects.toMatchObject({
      code: 'sign.timestamp.failed',
    })
  })
})
