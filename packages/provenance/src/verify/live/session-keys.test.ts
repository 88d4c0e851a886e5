/** Session keys (C2PA 18.25): which are used, how they take over from each other, and how long they last. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boxesOf } from '../content/fragments.test-kit.ts'
import { signer } from '../issue.test-kit.ts'
import {
  bindingBy,
  entryOf,
  type InfoShape,
  segmentLabel,
  sequenceOf,
  sessionKeys,
  signInfo,
  signWhole,
  testKey,
} from './live.test-kit.ts'
import { check, head, init, key, media, of, other, segments, stranger } from './stream.test-kit.ts'

describe('segment info, signed by session keys,', () => {
  test.each(['ES384', 'Ed25519', 'PS256'] as const)('may be signed with %s', async (kind) => {
    const own = testKey('own', kind)
    const begin = signWhole(init, { assertions: [sessionKeys(entryOf(own))] })
    const signed = media.map((bytes) => signInfo(bytes, own))
    expect(await check(begin, signed)).toMatchObject({ verdict: 'trusted', bad: [] })
  })

  test('keys take over from each other', async () => {
    const first = sequenceOf(of(media, 3))
    const begin = signWhole(init, {
      assertions: [sessionKeys(entryOf(key), entryOf(other, { minSequenceNumber: first }))],
    })
    const signed = media.map((bytes, index) => signInfo(bytes, index < 3 ? key : other))
    expect(await check(begin, signed)).toMatchObject({ verdict: 'trusted', bad: [] })
    const early = signed.with(1, signInfo(of(media, 1), other))
    expect(await check(begin, early)).toMatchObject({ verdict: 'invalid', bad: ['manifest.fragment.key'] })
  })

  test('new keys come with a manifest in a segment, or with another initialization segment', async () => {
    const first = sequenceOf(of(media, 3))
    const later = (label: string) => ({
      label,
      assertions: [sessionKeys(entryOf(other, { minSequenceNumber: first }))],
    })
    const manifest = { manifest: segmentLabel(99) }
    const rest = media.slice(4).map((bytes) => signInfo(bytes, other, manifest))
    const bringing = Buffer.from(
      signWhole(signInfo(of(media, 3), other, manifest), later(segmentLabel(99))).bytes,
    )
    // What the manifest pushes on has to be hashed where it stands.
    const settled = settleInfo(bringing, manifest)
    expect(await check(head, [...segments.slice(0, 3), settled, ...rest])).toMatchObject({
      bad: [],
      verdict: 'trusted',
    })
    const again = Buffer.from(signWhole(init, later(segmentLabel(99))).bytes)
    const after = media.slice(3).map((bytes) => signInfo(bytes, other, manifest))
    expect(await check(head, [...segments.slice(0, 3), again, ...after])).toMatchObject({
      bad: [],
      verdict: 'trusted',
    })
    const stale = Buffer.from(
      signWhole(init, { label: segmentLabel(99), assertions: [sessionKeys(entryOf(other))] }).bytes,
    )
    const replayed = await check(head, [...segments.slice(0, 3), stale, ...after])
    expect(replayed.statuses).toContain('livevideo.sessionkey.invalid')
  })

  /** Signs the info again, over the segment with the manifest in it, and the manifest over that. */
  function settleInfo(segment: Buffer, shape: InfoShape): Buffer {
    const uuid = boxesOf(segment).find(({ type }) => type === 'uuid')
    const bare = boxesOf(segment).filter(({ type }) => type !== 'uuid' && type !== 'emsg')
    const [styp, ...rest] = bare.map(({ bytes }) => bytes)
    const draft = Buffer.concat([styp ?? Buffer.of(), uuid?.bytes ?? Buffer.of(), ...rest])
    return signInfo(draft, other, shape)
  }

  test('whatever stands for session keys, there is an answer', async () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        ...[fc.integer(), fc.string(), fc.uint8Array({ maxLength: 70 }), fc.constant(null), fc.boolean()],
        fc.array(tie('any'), { maxLength: 4 }),
      ),
    })).any
    const names = ['key', 'minSequenceNumber', 'createdAt', 'validityPeriod', 'signerBinding'] as const
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), value, async (name, odd) => {
        const begin = signWhole(init, { assertions: [sessionKeys(entryOf(key, { [name]: odd }))] })
        const { verdict } = await check(begin, [of(segments, 0)])
        const fits = (name === 'minSequenceNumber' || name === 'validityPeriod') && typeof odd === 'number'
        if (!fits) expect(verdict).toBe('invalid')
      }),
      { numRuns: 100 },
    )
  })

  test('of keys that lie elsewhere leaves the question open', async () => {
    const url = 'https://live.example/manifest.c2pa'
    const info = { manifestUri: { url, alg: 'sha256', hash: new Uint8Array(32) } }
    const { verdict, bad, said } = await check(
      head,
      segments.with(2, signInfo(of(media, 2), testKey('far'), { info })),
    )
    expect([verdict, bad]).toEqual(['unchecked', ['manifest.fragment.remote']])
    expect(said('manifest.fragment.remote')).toMatchObject({ what: url })
  })

  const keys: [string, object, string][] = [
    [
      'that another key vouched for',
      entryOf(key, { signerBinding: bindingBy(other, signer.certificate) }),
      'signerBinding',
    ],
    ['that is bound to another certificate', entryOf(key, {}, stranger), 'signerBinding'],
    ['whose binding is no signature', entryOf(key, { signerBinding: Buffer.from('no') }), 'signerBinding'],
    [
      'whose binding has another payload',
      entryOf(key, { signerBinding: bindingBy(key, signer.certificate, Buffer.from('x')) }),
      'signerBinding',
    ],
    [
      'without a name',
      entryOf(key, { key: new Map([...key.publicKey].filter(([label]) => label !== 2)) }),
      'key',
    ],
    ['off the curve', entryOf(key, { key: new Map([...key.publicKey, [-3, Buffer.alloc(32, 1)]]) }), 'key'],
    ['without a number', entryOf(key, { minSequenceNumber: -1 }), 'minSequenceNumber'],
    ['without a period', entryOf(key, { validityPeriod: '1h' }), 'validityPeriod'],
    ['without a time', entryOf(key, { createdAt: 'yesterday' }), 'createdAt'],
  ]
  test.each(keys)('a key %s is not used', async (_, entry, what) => {
    const begin = signWhole(init, { assertions: [sessionKeys(entry)] })
    const { verdict, said, statuses } = await check(begin, segments)
    expect([verdict, said('manifest.session.invalid')]).toMatchObject([
      'invalid',
      { what: `keys[0]: ${what}` },
    ])
    expect(statuses.toSorted()).toEqual(['livevideo.segment.invalid', 'livevideo.sessionkey.invalid'])
  })

  test('the example of the standard has an empty payload in a binding, which is read', async () => {
    const entry = entryOf(key, { signerBinding: bindingBy(key, signer.certificate, new Uint8Array()) })
    const begin = signWhole(init, { assertions: [sessionKeys(entry)] })
    expect(await check(begin, segments)).toMatchObject({ verdict: 'trusted', bad: [] })
  })

  test('outlives no certificate', async () => {
    const period = { validityPeriod: 10 * 366 * 86_400 }
    const begin = signWhole(init, { assertions: [sessionKeys(entryOf(key, period))] })
    const late = media.map((bytes) => signInfo(bytes, key, { time: 400 * 86_400 }))
    const { bad, statuses } = await check(begin, late)
    expect([bad, statuses]).toEqual([['manifest.fragment.certificate'], ['livevideo.sessionkey.invalid']])
  })
})
