/** Security data that others write: a real service’s, every dialect of signature and key, and what must not count. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AigcReading } from '@yinji/core'
import { describe, expect, test } from 'vitest'
import { n } from '../sm2/curve.ts'
import { generateSm2Key, writeSm2PublicKey } from '../sm2/keys.ts'
import { readSm2Signature, sm2Sign, writeSm2Signature } from '../sm2/signature.ts'
import { sm3 } from '../sm2/sm3.ts'
import { checkSecurityData } from './check.ts'
import { checked, code, codes, field, nobody } from './security.test-kit.ts'

const { samples } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../fixtures/labels.json'), 'utf8'),
) as { samples: { id: string; fields?: AigcReading }[] }
const real = samples.find(({ id }) => id === 'stepfun-markdown')?.fields ?? {}

describe('a real service’s label', () => {
  test('holds, by a key that only the file itself vouches for, with the hash taken twice', () => {
    const check = checkSecurityData(real, 'ReservedCode1', nobody)
    expect(check.status).toBe('embedded')
    expect(check.findings[0]?.data).toMatchObject({ form: 'LabelMataData, DER, spki, double hash' })
  })

  test('holds by its pinned key, and by the key bound to its provider code', () => {
    const { key } = checkSecurityData(real, 'ReservedCode1', nobody)
    if (key === null) throw new Error('no key')
    const pinned = checkSecurityData(real, 'ReservedCode1', { ...nobody, pins: new Set([key]) })
    expect(pinned.status).toBe('pinned')
    const keysOf = (provider: string) => (provider === code ? new Set([key]) : undefined)
    expect(checkSecurityData(real, 'ReservedCode1', { ...nobody, keysOf }).status).toBe('pinned')
  })

  test('fails once a member that it covers is another, and not for the others', () => {
    for (const [member, value] of [
      ['Label', '2'],
      ['ContentProducer', '001191110102MACQD9K64010000'],
      ['ProduceID', '142569260085903361'],
    ] as const)
      expect(checkSecurityData({ ...real, [member]: value }, 'ReservedCode1', nobody)).toMatchObject({
        status: 'failed',
        findings: [{ code: 'security.signature.mismatch', level: 'error' }],
      })
    const passedOn = { ...real, ContentPropagator: 'somebody', PropagateID: '7' }
    expect(checkSecurityData(passedOn, 'ReservedCode1', nobody).status).toBe('embedded')
  })

  test('says nothing about its second code, of which nobody knows what it signs', () => {
    const check = checkSecurityData(real, 'ReservedCode2', nobody)
    expect([check.status, codes(check)]).toEqual(['unsupported', ['security.signature.unsupported']])
  })
})

describe('every dialect', () => {
  const key = generateSm2Key()
  const even = (() => {
    for (;;) {
      const candidate = generateSm2Key()
      if ((candidate.publicKey.y & 1n) === 0n) return candidate
    }
  })()
  const message = Buffer.from(`"Label":"1","ContentProducer":"${code}","ProduceID":"${field.ProduceID}"`)
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  const found = (signature: Uint8Array, keyValue: Uint8Array, type = 'Md') =>
    checked(
      JSON.stringify({
        SecurityData: {
          Type: 'TC260PG',
          Version: 1,
          PubSD: [
            { Type: 'Note', Text: 'unknown' },
            {
              Type: 'DS',
              AlgID: '1.2.156.10197.1.501',
              TBSData: { Type: type },
              Signature: hex(signature),
            },
            { Type: 'PubKey', AlgID: '1.2.156.10197.1.501', KeyValue: hex(keyValue).toUpperCase() },
          ],
        },
      }),
      nobody,
    )

  for (const encoding of ['der', 'raw'] as const)
    for (const hashes of ['single', 'double'] as const)
      for (const form of ['spki', 'uncompressed', 'compressed', 'x'] as const)
        for (const type of ['Md', 'LabelMataData'])
          test(`${encoding}, ${hashes} hash, ${form}, ${type} is recognised and told`, () => {
            const signing = form === 'x' ? even : key
            const signed = hashes === 'single' ? message : sm3(message)
            const signature = sm2Sign(signing, signed, { encoding })
            const check = found(signature, writeSm2PublicKey(signing.publicKey, form), type)
            expect(check.status).toBe('embedded')
            expect(check.findings[0]?.data).toMatchObject({
              form: `${type}, ${encoding === 'der' ? 'DER' : 'r‖s'}, ${form}, ${hashes} hash`,
            })
          })

  test('a signature under another signer id does not count', () => {
    const signature = sm2Sign(key, message, { signerId: 'somebody@example.com' })
    const check = found(signature, writeSm2PublicKey(key.publicKey))
    expect([check.status, codes(check)]).toEqual(['failed', ['security.signature.mismatch']])
  })

  describe('no second signature is made out of a first', () => {
    const read = readSm2Signature(sm2Sign(key, message))
    if (read === undefined) throw new Error('no signature')
    const { r, s } = read
    const der = Buffer.from(writeSm2Signature(read))
    const raw = (...numbers: bigint[]) =>
      Buffer.from(numbers.map((number) => number.toString(16).padStart(64, '0')).join(''), 'hex')
    const longer = (at: number) => {
      const bytes = Buffer.concat([der.subarray(0, at + 2), Buffer.of(0), der.subarray(at + 2)])
      bytes[1] = (bytes[1] ?? 0) + 1
      bytes[at + 1] = (bytes[at + 1] ?? 0) + 1
      return bytes
    }
    const most = 2n ** 256n
    test.each<[string, Uint8Array]>([
      ['with n − s, as in ECDSA', writeSm2Signature({ r, s: n - s })],
      ['with r and s exchanged', writeSm2Signature({ r: s, s: r })],
      ['with r + n', writeSm2Signature({ r: r + n, s })],
      ['with s + n', writeSm2Signature({ r, s: s + n })],
      ['raw, with n − s', raw(r, n - s)],
      ['raw, with s + n where it fits', raw(r, s + n < most ? s + n : n)],
      ['raw, with r = 0', raw(0n, s)],
      ['raw, with s = 0', raw(r, 0n)],
      ['raw, with r + s = n', raw(r, n - r)],
      ['with r padded', longer(2)],
      ['with a length in two bytes', Buffer.concat([Buffer.of(0x30, 0x81), der.subarray(1)])],
      ['with something behind it', Buffer.concat([der, Buffer.of(0)])],
      [
        'with a third number',
        Buffer.concat([Buffer.of(0x30, der.length + 1), der.subarray(2), Buffer.of(2, 1, 1)]),
      ],
      ['cut off', der.subarray(0, -1)],
    ])('%s', (_, signature) => {
      const check = found(signature, writeSm2PublicKey(key.publicKey))
      expect([check.status, codes(check)]).toEqual(['failed', ['security.signature.mismatch']])
    })
  })

  test('numbers, garbage and other algorithms are told apart', () => {
    const of = (text: string) => codes(checked(text, nobody))
    expect(of('51cfd2a9-5126-476b-84bf-1ba2dc5a979b')).toEqual(['security.data.opaque'])
    expect(of('{"SecurityData":{')).toEqual(['security.data.malformed'])
    expect(of('{"SecurityData":7}')).toEqual(['security.data.malformed'])
    expect(of('{"SecurityData":{"PubSD":[]}}')).toEqual(['security.signature.unsupported'])
    expect(of('')).toEqual([])
  })
})
