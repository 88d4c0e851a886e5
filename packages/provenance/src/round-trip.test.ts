/** The two halves meet here and nowhere else: what one signs, the other, which shares no hashing with it, must accept. */
import { aigcOf, type Binding, bytesSource, judge, parseRecord } from '@yinji/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { createAuthority } from './certificates/authority.ts'
import { draftManifest } from './sign/draft.ts'
import type { ManifestContent, Parent } from './sign/manifest.ts'
import { createSigner } from './signers/key.ts'
import type { Signer } from './signers/signer.ts'
import { createTrust, type Trust } from './trust/trust.ts'
import { validateManifest } from './verify/validate.ts'

const now = new Date('2026-11-21T08:00:00Z')
const code = '001191110102MACQD9K64010000'
const record = parseRecord({
  provider: { name: 'Acme AI', code },
  system: { name: 'Acme Painter', version: '3.1' },
  createdAt: '2026-11-21T15:59:00+08:00',
  contentId: 'a-1',
})
const content: ManifestContent = {
  record,
  aigc: aigcOf(record),
  mediaType: 'image/jpeg',
  title: 'photo.jpg',
  explicit: { text: 'AI生成', position: 'bottom-right', style: 'outline', size: 0.08, moment: 'end' },
  generator: { name: 'Yinji', version: '0.1.0' },
}

let signer: Signer
let trust: Trust
beforeAll(async () => {
  const authority = await createAuthority({ organization: 'Acme AI', code, now })
  const chain = authority.signerCertificate + authority.issuingCertificate
  signer = createSigner({ key: authority.signerKey, chain }, now)
  trust = createTrust({ anchors: [authority.rootCertificate] })
})

/** Signs `before ‖ manifest ‖ after` and validates the result. */
async function roundTrip(before: Uint8Array, after: Uint8Array, binding: Binding, what = content) {
  const draft = draftManifest(what, binding, signer, { now })
  const room = { start: before.length, length: draft.size }
  const sealer = draft.seal({ binding, room })
  sealer.update(before)
  sealer.update(after)
  const store = await sealer.finish()
  const found = { site: 'test', store, excluded: room, binding: binding.kind }
  const source = bytesSource(new Uint8Array(Buffer.concat([before, store, after])))
  const validation = await validateManifest({ found, source, trust, now })
  return { store, validation, verdict: judge(validation.findings) }
}

const bytes = (text: string) => new TextEncoder().encode(text)

describe('what is signed here is trusted here', () => {
  test('and says what was said', async () => {
    const { validation, verdict } = await roundTrip(bytes('before'), bytes('after'), { kind: 'data' })
    expect(validation.findings.map((finding) => finding.code)).toEqual([
      'manifest.signer.trusted',
      'manifest.content.intact',
    ])
    expect(verdict).toBe('trusted')
    expect(validation.signer).toMatchObject({ organization: 'Acme AI', providerCode: code, trust: 'trusted' })
    expect(validation.active).toMatchObject({ generator: 'Yinji 0.1.0', title: 'photo.jpg' })
    expect(validation.active?.record).toEqual({
      aigc: content.aigc,
      involvement: 'generated',
      contentId: 'a-1',
      createdAt: '2026-11-21T15:59:00+08:00',
      system: 'Acme Painter',
      explicit: content.explicit,
    })
    expect(validation.history[0]).toMatchObject({ action: 'c2pa.created', by: 'Acme Painter 3.1' })
  })

  test('for text in any normal form', async () => {
    const { verdict } = await roundTrip(bytes('\ufeffe\u0301té 数据\r\n'), new Uint8Array(), { kind: 'text' })
    expect(verdict).toBe('trusted')
  })

  test('for a sidecar', async () => {
    const draft = draftManifest(content, 'data', signer, { now })
    const sealer = draft.seal({ binding: { kind: 'data' } })
    sealer.update(bytes('content'))
    const found = {
      site: 'sidecar',
      store: await sealer.finish(),
      excluded: { start: 0, length: 0 },
      binding: 'data' as const,
    }
    const validation = await validateManifest({ found, source: bytesSource(bytes('content')), trust, now })
    expect(judge(validation.findings)).toBe('trusted')
  })

  test('after it was opened and labelled again, with both entries in its history', async () => {
    const first = await roundTrip(bytes('a'), bytes('b'), { kind: 'data' })
    const parent: Parent = { store: first.store, results: first.validation.results }
    const { validation, verdict } = await roundTrip(
      bytes('a'),
      bytes('b'),
      { kind: 'data' },
      { ...content, parent },
    )
    expect(verdict).toBe('trusted')
    expect(validation.findings.filter(({ level }) => level !== 'pass')).toEqual([])
    const labels = new Set(validation.history.map(({ manifest }) => manifest))
    expect(labels.size).toBe(2)
    expect(validation.history[0]?.action).toBe('c2pa.created')
  })

  test('and content that was altered before it was labelled again says so', async () => {
    const first = await roundTrip(bytes('a'), bytes('b'), { kind: 'data' })
    const altered = bytesSource(new Uint8Array(Buffer.concat([bytes('X'), first.store, bytes('b')])))
    const found = {
      site: 'test',
      store: first.store,
      excluded: { start: 1, length: first.store.length },
      binding: 'data' as const,
    }
    const { results } = await validateManifest({ found, source: altered, trust, now })
    const again = await roundTrip(
      bytes('X'),
      bytes('b'),
      { kind: 'data' },
      { ...content, parent: { store: first.store, results } },
    )
    const failed = again.validation.findings.find((finding) => finding.code === 'manifest.ingredient.failed')
    expect(failed?.data?.['failures']).toBe('assertion.dataHash.mismatch')
  })

  test('for a movie, whose boxes can’t change places', async () => {
    const box = (type: string, body: Uint8Array) => {
      const out = Buffer.concat([Buffer.alloc(8), body])
      out.writeUInt32BE(out.length)
      out.write(type, 4, 'latin1')
      return out
    }
    const draft = draftManifest(content, 'bmff', signer, { now })
    const ftyp = box('ftyp', bytes('isom\0\0\0\0isom'))
    const head = Buffer.concat([
      Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex'),
      Buffer.alloc(4),
      bytes('manifest\0'),
      Buffer.alloc(8),
    ])
    const uuid = box('uuid', Buffer.concat([head, Buffer.alloc(draft.size)]))
    const other = box('uuid', new Uint8Array(30))
    const rest = [
      other,
      box('moov', new Uint8Array(50)),
      box('moof', new Uint8Array(20)),
      box('mdat', bytes('media'.repeat(99))),
      box('mfra', bytes('')),
    ]
    let at = 0
    const boxes = [ftyp, uuid, ...rest].map((part) => {
      const start = at
      at += part.length
      return { type: part.toString('latin1', 4, 8), start }
    })
    const room = { start: ftyp.length + 8 + head.length, length: draft.size }
    const sealer = draft.seal({ binding: { kind: 'bmff', boxes }, room })
    sealer.update(Buffer.concat([ftyp, uuid.subarray(0, 8 + head.length)]))
    sealer.update(Buffer.concat(rest))
    const store = await sealer.finish()
    uuid.set(store, 8 + head.length)
    const file = Buffer.concat([ftyp, uuid, ...rest])
    const found = {
      site: 'uuid',
      store,
      excluded: { start: ftyp.length, length: uuid.length },
      binding: 'bmff' as const,
    }
    const validate = (content: Uint8Array) =>
      validateManifest({ found, source: bytesSource(content), trust, now })
    expect(judge((await validate(file)).findings)).toBe('trusted')
    const swapped = Buffer.concat([ftyp, uuid, ...rest.toReversed()])
    expect(judge((await validate(swapped)).findings)).toBe('invalid')
  })
})
