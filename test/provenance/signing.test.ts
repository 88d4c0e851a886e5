/**
 * What we sign, judged by c2pa-rs. The containers are written by hand here, so that a mistake of a format's handler and
 * one of the signer can't cancel out; the handlers have their own suite.
 */
import { aigcOf, parseRecord, type TopLevelBox } from '@yinji/core'
import {
  createAuthority,
  createSigner,
  draftManifest,
  type ManifestContent,
  type Signer,
} from '@yinji/provenance'
import { createToolkit } from '@yinji/toolkit'
import { beforeAll, describe, expect, test } from 'vitest'
import { fixtureBytes } from '../helpers/fixtures.ts'
import { type Judgement, judgeByC2pa, judgePairByC2pa, judgeTextByC2pa } from '../oracles/c2pa.ts'

const code = '001191110102MACQD9K64010000'
const record = parseRecord({
  provider: { name: 'Acme AI', code },
  system: { name: 'Acme Painter', version: '3.1' },
  createdAt: new Date().toISOString(),
  contentId: 'a-1',
})
const content: ManifestContent = {
  record,
  aigc: aigcOf(record),
  mediaType: 'image/jpeg',
  title: '照片 photo.jpg',
  explicit: { text: 'AI生成', position: 'bottom-right' },
  generator: { name: 'Yinji', version: '0.1.0' },
}

let signer: Signer
let anchor: string
beforeAll(async () => {
  const authority = await createAuthority({ organization: 'Acme AI', code, now: new Date() })
  signer = createSigner({
    key: authority.signerKey,
    chain: authority.signerCertificate + authority.issuingCertificate,
  })
  anchor = authority.rootCertificate
})

interface Signed {
  readonly file: Uint8Array
  readonly store: Uint8Array
}

/** Puts a manifest into a file at an offset, in the clothes its container wants. */
async function sign(
  file: Uint8Array,
  at: number,
  embed: (store: Uint8Array) => Uint8Array,
  what: ManifestContent,
  kind: 'data' | 'text' | 'bmff' = 'data',
): Promise<Signed> {
  const draft = draftManifest(what, kind, signer)
  const room = { start: at, length: embed(new Uint8Array(draft.size)).byteLength }
  const binding = kind === 'bmff' ? { kind, boxes: boxesOf(file, at, room.length) } : { kind }
  const sealer = draft.seal({ binding, room })
  for (let next = 0; next < file.length; next += 10_007) sealer.update(file.subarray(next, next + 10_007))
  const store = await sealer.finish()
  return { store, file: Buffer.concat([file.subarray(0, at), embed(store), file.subarray(at)]) }
}

/** APP11 segments (C2PA A.3.1): the header of the box is repeated in each. */
function app11(store: Uint8Array): Uint8Array {
  const most = 65_535 - 18
  const segments: Uint8Array[] = []
  for (let at = 8; at < store.length; at += most) {
    const data = store.subarray(at, at + most)
    const head = Buffer.from('ffeb00004a50000100000000', 'hex')
    head.writeUInt16BE(18 + data.length, 2)
    head.writeUInt32BE(segments.length + 1, 8)
    segments.push(Buffer.concat([head, store.subarray(0, 8), data]))
  }
  return Buffer.concat(segments)
}

/** The `uuid` box of C2PA A.5.1. */
function uuidBox(store: Uint8Array): Uint8Array {
  const head = Buffer.from(
    `00000000${Buffer.from('uuid').toString('hex')}d8fec3d61b0e483c92975828877ec48100000000`,
    'hex',
  )
  const purpose = Buffer.concat([Buffer.from('manifest\0'), Buffer.alloc(8)])
  head.writeUInt32BE(head.length + purpose.length + store.length)
  return Buffer.concat([head, purpose, store])
}

function boxesOf(file: Uint8Array, at: number, shift: number): TopLevelBox[] {
  const bytes = Buffer.from(file)
  const boxes: TopLevelBox[] = [{ type: 'uuid', start: at }]
  for (let start = 0; start < bytes.length; start += bytes.readUInt32BE(start))
    boxes.push({
      type: bytes.toString('latin1', start + 4, start + 8),
      start: start < at ? start : start + shift,
    })
  return boxes.sort((a, b) => a.start - b.start)
}

/** Variation selectors after U+FEFF (C2PA A.8.3.1), padded to the length that depends on the size alone (2.5 A.8.5). */
function selectors(store: Uint8Array): Uint8Array {
  const head = Buffer.from('C2PATXT\0\u0001\0\0\0\0', 'latin1')
  head.writeUInt32BE(store.length, 9)
  const wrapper = Buffer.concat([head, store])
  const encode = (value: number) => String.fromCodePoint(value < 16 ? 0xfe00 + value : 0xe0100 + value - 16)
  const text = Buffer.from(`\ufeff${Array.from(wrapper, encode).join('')}`)
  const gap = 3 + wrapper.length * 4 + 6 - text.length
  const wide = gap % 3
  return Buffer.concat([text, Buffer.from(encode(0).repeat((gap - 4 * wide) / 3) + encode(16).repeat(wide))])
}

const signJpeg = (what: ManifestContent = content) => sign(fixtureBytes('photo.jpg'), 2, app11, what)

function flipped(file: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(file)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

const labels = ({ store }: Judgement) =>
  store?.manifests[store.active_manifest]?.assertions.map((assertion) => [assertion.label, assertion.created])

describe('c2pa-rs', () => {
  test('trusts a signed picture, and reads who made it with what', async () => {
    const { file } = await signJpeg()
    const judgement = await judgeByC2pa(file, 'image/jpeg', anchor)
    expect(judgement).toMatchObject({ state: 'Trusted', failures: [] })
    expect(judgement.successes).toContain('assertion.dataHash.match')
    const active = judgement.store?.manifests[judgement.store.active_manifest]
    expect(active).toMatchObject({ title: '照片 photo.jpg', signature_info: { issuer: 'Acme AI' } })
    expect(labels(judgement)).toEqual([
      ['c2pa.actions.v2', true],
      ['c2pa.ai-disclosure', true],
      ['cn.yinji.label', true],
    ])
    expect(active?.assertions[2]?.data).toMatchObject({ aigc: aigcOf(record), contentId: 'a-1' })
  })

  test('finds it intact but not trusted without our anchor', async () => {
    const { file } = await signJpeg()
    expect(await judgeByC2pa(file, 'image/jpeg')).toMatchObject({
      state: 'Valid',
      failures: ['signingCredential.untrusted'],
    })
  })

  test('catches a changed byte of the content', async () => {
    const { file } = await signJpeg()
    expect(await judgeByC2pa(flipped(file, file.length - 20), 'image/jpeg', anchor)).toMatchObject({
      state: 'Invalid',
      failures: ['assertion.dataHash.mismatch'],
    })
  })

  test('trusts a picture that was signed again, with its past', async () => {
    const first = await signJpeg()
    const read = await judgeByC2pa(first.file, 'image/jpeg', anchor)
    const results = {
      success: read.successes.map((status) => ({ code: status })),
      informational: [],
      failure: [],
    }
    const second = await signJpeg({ ...content, parent: { store: first.store, results } })
    const third = await signJpeg({ ...content, parent: { store: second.store, results } })
    const judgement = await judgeByC2pa(third.file, 'image/jpeg', anchor)
    expect(judgement).toMatchObject({ state: 'Trusted', failures: [], ingredientFailures: [] })
    expect(Object.keys(judgement.store?.manifests ?? {})).toHaveLength(3)
  })

  test.each([undefined, 'unsigned' as const])(
    'trusts content that was changed by AI (%s)',
    async (parent) => {
      const { file } = await signJpeg({
        ...content,
        record: { ...record, involvement: 'manipulated' },
        parent,
      })
      expect(await judgeByC2pa(file, 'image/jpeg', anchor)).toMatchObject({ state: 'Trusted', failures: [] })
    },
  )

  test('trusts a video whose boxes are hashed', async () => {
    const clip = fixtureBytes('clip.mp4')
    const ftyp = Buffer.from(clip).readUInt32BE(0)
    const { file } = await sign(clip, ftyp, uuidBox, { ...content, mediaType: 'video/mp4' }, 'bmff')
    const judgement = await judgeByC2pa(file, 'video/mp4', anchor)
    expect(judgement).toMatchObject({ state: 'Trusted', failures: [] })
    expect(judgement.successes).toContain('assertion.bmffHash.match')
    expect(await judgeByC2pa(flipped(file, file.length - 20), 'video/mp4', anchor)).toMatchObject({
      failures: ['assertion.bmffHash.mismatch'],
    })
    expect((await judgeByC2pa(flipped(file, 10), 'video/mp4', anchor)).state).not.toBe('Trusted')
  })

  test('trusts a video whose media are hashed in pieces, and catches a change in one', async () => {
    const clip = fixtureBytes('clip.mp4')
    const ftyp = Buffer.from(clip).readUInt32BE(0)
    const what = { ...content, mediaType: 'video/mp4' }
    const boxes = (shift: number) => boxesOf(clip, ftyp, shift)
    const pieces = (room: number) => ({ bytes: 4096, size: clip.length + room })
    const draft = draftManifest(what, { kind: 'bmff', boxes: boxes(100), pieces: pieces(100) }, signer)
    const room = { start: ftyp, length: uuidBox(new Uint8Array(draft.size)).byteLength }
    const binding = { kind: 'bmff' as const, boxes: boxes(room.length), pieces: pieces(room.length) }
    const sealer = draft.seal({ binding, room })
    for (let next = 0; next < clip.length; next += 10_007) sealer.update(clip.subarray(next, next + 10_007))
    const store = await sealer.finish()
    const file = Buffer.concat([clip.subarray(0, ftyp), uuidBox(store), clip.subarray(ftyp)])
    const judgement = await judgeByC2pa(file, 'video/mp4', anchor)
    expect(judgement).toMatchObject({ state: 'Trusted', failures: [] })
    const media = file.indexOf('mdat') + 5000
    expect(await judgeByC2pa(flipped(file, media), 'video/mp4', anchor)).toMatchObject({
      failures: ['assertion.bmffHash.mismatch'],
    })
    const toolkit = createToolkit({ trust: [anchor] })
    expect((await toolkit.verify(new Uint8Array(file))).verdict).toBe('trusted')
    for (const at of [media, file.indexOf('mdat') + 6, 10, file.length - 20])
      expect((await toolkit.verify(flipped(file, at))).verdict).not.toBe('trusted')
  })

  test('trusts a text, and catches a changed character', async () => {
    const text = Buffer.from('AI生成\n床前明月光，疑是地上霜。\n')
    const what = { ...content, mediaType: 'text/plain', title: 'poem.txt' }
    const { file } = await sign(text, text.length, selectors, what, 'text')
    expect(await judgeTextByC2pa(file, anchor)).toMatchObject({ state: 'Trusted', failures: [] })
    const changed = Buffer.from(Buffer.from(file).toString('utf8').replace('霜', '雪'))
    expect(await judgeTextByC2pa(changed, anchor)).toMatchObject({
      failures: ['assertion.dataHash.mismatch'],
    })
  })

  test('trusts a sidecar', async () => {
    const asset = Buffer.from('OggS and so on')
    const sealer = draftManifest({ ...content, mediaType: 'audio/ogg' }, 'data', signer).seal({
      binding: { kind: 'data' },
    })
    sealer.update(asset)
    const store = await sealer.finish()
    expect(await judgePairByC2pa(store, asset, 'audio/ogg', anchor)).toMatchObject({
      state: 'Trusted',
      failures: [],
    })
    expect(
      (await judgePairByC2pa(store, Buffer.from('OggS and so forth'), 'audio/ogg', anchor)).failures,
    ).toEqual(['assertion.dataHash.mismatch'])
  })
})
