import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto'
import { aigcOf, type Binding, InputError, parseRecord, SignError } from '@yinji/core'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { createAuthority } from '../certificates/authority.ts'
import { decodeCbor, Tagged } from '../encoding/cbor.ts'
import { parseCoseSign1, sigStructure } from '../encoding/cose.ts'
import {
  encodeBox,
  encodeSuperBox,
  hashedPart,
  isSuperBox,
  parseJumbf,
  type SuperBox,
  uuids,
} from '../encoding/jumbf.ts'
import { createSigner } from '../signers/key.ts'
import type { Signer } from '../signers/signer.ts'
import { draftManifest } from './draft.ts'
import type { ManifestContent, Parent } from './manifest.ts'

const now = new Date('2026-11-21T08:00:00Z')
const record = parseRecord({
  provider: { name: 'Acme AI', code: '001191110102MACQD9K64010000' },
  system: { name: 'Acme Painter', version: '3.1' },
  createdAt: '2026-11-21T15:59:00+08:00',
  contentId: 'a-1',
})
const content: ManifestContent = {
  record,
  aigc: aigcOf(record),
  mediaType: 'image/jpeg',
  title: 'photo.jpg',
  generator: { name: 'Yinji', version: '0.1.0' },
}
const explicit = { text: 'AI生成', position: 'bottom-right' } as const
const results = { success: [{ code: 'claimSignature.validated' }], informational: [], failure: [] }

let signer: Signer
beforeAll(async () => {
  const authority = await createAuthority({ organization: 'Acme AI', now })
  signer = createSigner(
    { key: authority.signerKey, chain: authority.signerCertificate + authority.issuingCertificate },
    now,
  )
})

interface Place {
  readonly start: number
  readonly length: number
}
interface Signed {
  readonly store: Uint8Array
  readonly size: number
}

/** Signs bytes that come in chunks of the given size. */
async function seal(
  data: Uint8Array,
  binding: Binding,
  room?: Place,
  what = content,
  chunk = 1 << 16,
): Promise<Signed> {
  const draft = draftManifest(what, binding, signer, { now })
  const sealer = draft.seal({ binding, room })
  for (let at = 0; at < data.length; at += chunk) sealer.update(data.subarray(at, at + chunk))
  return { store: await sealer.finish(), size: draft.size }
}

const manifestsIn = (store: Uint8Array) => parseJumbf(store).children.filter(isSuperBox)
const activeOf = (store: Uint8Array) => manifestsIn(store).at(-1) as SuperBox

function find(box: SuperBox, ...path: string[]): SuperBox {
  const [label, ...rest] = path
  const child = box.children.find((candidate) => isSuperBox(candidate) && candidate.label === label)
  if (child === undefined || !isSuperBox(child)) throw new Error(`no ${label}`)
  return rest.length === 0 ? child : find(child, ...rest)
}

function payload(box: SuperBox): Uint8Array {
  const [child] = box.children
  if (child === undefined || isSuperBox(child)) throw new Error('no content')
  return child.payload
}

/** CBOR as plain objects, for comparing. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, entry]) => [key, plain(entry)]))
  if (value instanceof Tagged) return { tag: value.tag, value: plain(value.value) }
  return Array.isArray(value) ? value.map(plain) : value
}
const assertion = (store: Uint8Array, label: string) =>
  plain(decodeCbor(payload(find(activeOf(store), 'c2pa.assertions', label)))) as Record<string, unknown>
const claimOf = (store: Uint8Array) =>
  plain(decodeCbor(payload(find(activeOf(store), 'c2pa.claim.v2')))) as Record<string, unknown>
const boundHash = (store: Uint8Array, label = 'c2pa.hash.data') =>
  Buffer.from(assertion(store, label)['hash'] as Uint8Array)
const sha256 = (...parts: (Uint8Array | string)[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

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

describe('how the content came to be', () => {
  const actions = async (change: Partial<ManifestContent>) => {
    const { store } = await seal(Buffer.from('x'), { kind: 'data' }, undefined, { ...content, ...change })
    const { actions, allActionsIncluded } = assertion(store, 'c2pa.actions.v2') as {
      actions: Record<string, unknown>[]
      allActionsIncluded: boolean
    }
    expect(allActionsIncluded).toBe(true)
    return { store, actions, names: actions.map(({ action }) => action) }
  }
  const base = 'http://cv.iptc.org/newscodes/digitalsourcetype/'
  const manipulated = { record: { ...record, involvement: 'manipulated' as const } }

  test('new content was created by the system', async () => {
    expect((await actions({})).actions).toEqual([
      {
        action: 'c2pa.created',
        digitalSourceType: `${base}trainedAlgorithmicMedia`,
        softwareAgent: { name: 'Acme Painter', version: '3.1' },
        when: { tag: 0, value: '2026-11-21T07:59:00Z' },
      },
    ])
  })

  test('changed content was opened and edited', async () => {
    for (const parent of [undefined, 'unsigned' as const]) {
      const { store, actions: list, names } = await actions({ ...manipulated, parent })
      expect(names).toEqual(['c2pa.opened', 'c2pa.edited'])
      expect(list[0]).not.toHaveProperty('digitalSourceType')
      expect(list[1]).toMatchObject({ digitalSourceType: `${base}compositeWithTrainedAlgorithmicMedia` })
      expect(assertion(store, 'c2pa.ingredient.v3')).toEqual({
        relationship: 'parentOf',
        'dc:title': 'photo.jpg',
        'dc:format': 'image/jpeg',
      })
    }
  })

  test('the explicit label is an action of its own when it was put in now', async () => {
    const { store } = await seal(Buffer.from('x'), { kind: 'data' })
    const parent: Parent = { store, results }
    expect((await actions({ explicit })).names).toEqual(['c2pa.created', 'c2pa.addedText'])
    expect((await actions({ explicit, mediaType: 'audio/wav' })).names).toEqual([
      'c2pa.created',
      'c2pa.edited',
    ])
    expect((await actions({ explicit, parent })).names).toEqual(['c2pa.opened', 'c2pa.edited'])
    expect((await actions({ explicit, parent, drawn: true })).names).toEqual([
      'c2pa.opened',
      'c2pa.edited',
      'c2pa.addedText',
    ])
  })
})

describe('an earlier manifest', () => {
  const relabel = (store: Uint8Array) =>
    seal(Buffer.from('x'), { kind: 'data' }, undefined, { ...content, parent: { store, results } })

  test('is kept byte for byte, before the new one, and referred to by its hash', async () => {
    const first = await seal(Buffer.from('x'), { kind: 'data' })
    const second = await relabel(first.store)
    const third = await relabel(second.store)
    expect(third.size).toBe(third.store.byteLength)
    const [one, two, ...rest] = manifestsIn(third.store)
    expect(rest).toHaveLength(1)
    expect(one?.bytes).toEqual(Uint8Array.from(activeOf(first.store).bytes))
    expect(two?.bytes).toEqual(Uint8Array.from(activeOf(second.store).bytes))
    const parent = activeOf(second.store)
    const url = `self#jumbf=/c2pa/${parent.label}`
    expect(assertion(third.store, 'c2pa.ingredient.v3')).toMatchObject({
      activeManifest: { url, hash: new Uint8Array(sha256(hashedPart(parent))) },
      claimSignature: {
        url: `${url}/c2pa.signature`,
        hash: new Uint8Array(sha256(hashedPart(find(parent, 'c2pa.signature')))),
      },
      validationResults: {
        activeManifest: { success: [{ code: 'claimSignature.validated' }], informational: [], failure: [] },
      },
    })
  })

  test('that stands twice is kept once, and what is no manifest is left behind', async () => {
    const { store } = await seal(Buffer.from('x'), { kind: 'data' })
    const { bytes } = activeOf(store)
    const other = encodeSuperBox({ uuid: uuids.json, label: 'x', children: [] })
    const untidy = encodeSuperBox({
      uuid: uuids.store,
      label: 'c2pa',
      children: [bytes, other, encodeBox('free'), bytes],
    })
    expect(manifestsIn((await relabel(untidy)).store)).toHaveLength(2)
  })

  test('is kept and referred to where it is of the early kind too', async () => {
    const { store } = await seal(Buffer.from('x'), { kind: 'data' })
    const early = Buffer.from(store)
    early.write(uuids.earlyManifest, early.indexOf(Buffer.from(uuids.manifest, 'hex')), 'hex')
    const [kept, ...rest] = manifestsIn((await relabel(early)).store)
    expect(rest).toHaveLength(1)
    expect(kept?.bytes).toEqual(Uint8Array.from(activeOf(early).bytes))
  })

  test('that is damaged is an error that names the file', async () => {
    const { store } = await seal(Buffer.from('x'), { kind: 'data' })
    const empty = encodeSuperBox({ uuid: uuids.store, label: 'c2pa', children: [] })
    for (const damaged of [store.subarray(0, 100), new Uint8Array(), empty]) {
      const error = await relabel(damaged).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(InputError)
      expect(error).toMatchObject({ code: 'input.damaged', details: { name: 'photo.jpg' } })
    }
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
