/** A manifest of known size: what is signed in it, and what it is bound to. */
import { createPublicKey, verify, X509Certificate } from 'node:crypto'
import { aigcOf, SignError } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCbor } from '../encoding/cbor.ts'
import { parseCoseSign1, sigStructure } from '../encoding/cose.ts'
import { hashedPart, isSuperBox } from '../encoding/jumbf.ts'
import type { Signer } from '../signers/signer.ts'
import {
  activeOf,
  assertion,
  content,
  explicit,
  find,
  payload,
  plain,
  record,
  seal,
  sha256,
  signer,
} from './draft.test-kit.ts'
import { draftManifest } from './draft.ts'

const claimOf = (store: Uint8Array) =>
  plain(decodeCbor(payload(find(activeOf(store), 'c2pa.claim.v2')))) as Record<string, unknown>
const boundHash = (store: Uint8Array, label = 'c2pa.hash.data') =>
  Buffer.from(assertion(store, label)['hash'] as Uint8Array)

describe('the size of a manifest is known before the content is', () => {
  const place = fc.record({ start: fc.maxSafeNat(), length: fc.maxSafeNat() }).map(({ start, length }) => ({
    start: Math.floor(start / 2),
    length: Math.floor(length / 2),
  }))

  test('wherever the manifest stands and however large its room is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.option(place, { nil: undefined }), async (room) => {
        const { store, size } = await seal(Buffer.from('x'), { kind: 'data' }, room)
        expect(store.byteLength).toBe(size)
        expect(assertion(store, 'c2pa.hash.data')['exclusions']).toEqual(room && [room])
      }),
    )
  })

  test('at every width a number can have', async () => {
    for (const start of [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32])
      for (const length of [0, 24, 256, 65_536, 2 ** 32]) {
        const { store, size } = await seal(Buffer.from('x'), { kind: 'text' }, { start, length })
        expect(store.byteLength).toBe(size)
      }
  })

  test('a small file carries a small manifest', async () => {
    const { size } = await seal(Buffer.from('x'), { kind: 'data' }, undefined, { ...content, explicit })
    const certificates = signer.chain.reduce((sum, { length }) => sum + length, 0)
    expect(size - certificates).toBeLessThan(2300)
  })
})

describe('what is signed', () => {
  test('the signature is over the claim, by the key of the first certificate', async () => {
    const { store } = await seal(Buffer.from('x'), { kind: 'data' })
    const sign1 = parseCoseSign1(payload(find(activeOf(store), 'c2pa.signature')))
    const [leaf] = sign1.protectedHeader.get(33) as Uint8Array[]
    const key = createPublicKey(
      new X509Certificate(leaf ?? '').publicKey.export({ format: 'pem', type: 'spki' }),
    )
    const claim = payload(find(activeOf(store), 'c2pa.claim.v2'))
    const signed = sigStructure(sign1.protectedBytes, claim)
    expect(sign1.payload).toBeNull()
    expect(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, sign1.signature)).toBe(true)
  })

  test('the claim holds the hash of every assertion, and vouches for each', async () => {
    const { store } = await seal(Buffer.from('x'), { kind: 'data' })
    const claim = claimOf(store)
    expect(claim).toMatchObject({
      alg: 'sha256',
      'dc:title': 'photo.jpg',
      claim_generator_info: { name: 'Yinji', version: '0.1.0', specVersion: '2.4.0' },
    })
    const references = claim['created_assertions'] as { url: string; hash: Uint8Array }[]
    const boxes = find(activeOf(store), 'c2pa.assertions').children.filter(isSuperBox)
    expect(references.map(({ url }) => url)).toEqual(
      boxes.map(({ label }) => `self#jumbf=c2pa.assertions/${label}`),
    )
    expect(references.map(({ hash }) => Buffer.from(hash))).toEqual(
      boxes.map((box) => sha256(hashedPart(box))),
    )
  })

  test('assertions that may be redacted are salted, differently each time', async () => {
    const salts = []
    for (let round = 0; round < 2; round++) {
      const { store } = await seal(Buffer.from('x'), { kind: 'data' })
      for (const label of ['c2pa.ai-disclosure', 'cn.yinji.label'])
        salts.push(Buffer.from(find(activeOf(store), 'c2pa.assertions', label).salt ?? []).toString('hex'))
    }
    expect(new Set(salts).size).toBe(4)
    for (const salt of salts) expect(salt).toHaveLength(32)
  })

  test('our own assertion says what the labels say', async () => {
    const { store } = await seal(Buffer.from('x'), { kind: 'data' }, undefined, { ...content, explicit })
    expect(assertion(store, 'cn.yinji.label')).toEqual({
      aigc: aigcOf(record),
      involvement: 'generated',
      contentId: 'a-1',
      createdAt: '2026-11-21T15:59:00+08:00',
      system: 'Acme Painter',
      explicit,
    })
  })

  test('and how the label looks, where that is not the usual way', async () => {
    const look = { ...explicit, style: 'outline', size: 0.08, moment: 'both' } as const
    const { store } = await seal(Buffer.from('x'), { kind: 'data' }, undefined, {
      ...content,
      explicit: look,
    })
    expect(assertion(store, 'cn.yinji.label')).toMatchObject({ explicit: look })
  })

  test('a signer that returns DER is told so, before anything is written', async () => {
    const der: Signer = { ...signer, sign: async () => new Uint8Array(71) }
    const sealer = draftManifest(content, 'data', der).seal({ binding: { kind: 'data' } })
    await expect(sealer.finish()).rejects.toThrow(SignError)
  })
})

describe('the binding', () => {
  test('holds the hash of what went by, in the way of its kind', async () => {
    const data = Buffer.from('content')
    expect(boundHash((await seal(data, { kind: 'data' }, { start: 3, length: 5000 })).store)).toEqual(
      sha256(data),
    )
    const boxes = [{ type: 'ftyp', start: 0 }]
    const { store, size } = await seal(data, { kind: 'bmff', boxes })
    expect(store.byteLength).toBe(size)
    expect(boundHash(store, 'c2pa.hash.bmff.v3')).toEqual(sha256(new Uint8Array(8), data))
  })

  test('of an MP4 says what it leaves out', async () => {
    const { store } = await seal(Buffer.alloc(8), { kind: 'bmff', boxes: [{ type: 'ftyp', start: 0 }] })
    const value = Uint8Array.from(Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex'))
    expect(assertion(store, 'c2pa.hash.bmff.v3')).toMatchObject({
      exclusions: [{ xpath: '/uuid', data: [{ offset: 8, value }] }, { xpath: '/mfra' }],
      alg: 'sha256',
    })
  })
})
