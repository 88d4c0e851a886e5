/** Live videos, cut by ffmpeg: each segment says which one it is, and whoever swaps, drops or repeats one is caught (C2PA 19). */
import { bytesSource, judge, type Source } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeByC2pa } from '../../../../../test/oracles/c2pa.ts'
import { createTrust } from '../../trust/trust.ts'
import { boxesOf, film, manifestBox } from '../content/fragments.test-kit.ts'
import { issue, issuing, now, pem, root, type Signed, signer } from '../forge.test-kit.ts'
import { validateManifest } from '../validate.ts'
import {
  at,
  bindingBy,
  entryOf,
  eventBox,
  type InfoShape,
  initLabel,
  inserted,
  segmentExclusions,
  segmentLabel,
  sequenceOf,
  sessionKeys,
  signEach,
  signInfo,
  signWhole,
  testKey,
} from './live.test-kit.ts'

const [init = Buffer.of(), ...media] = film('hls')
const trust = createTrust({ anchors: [pem(root)] })
const key = testKey()
const other = testKey('key-2')
const stranger = issue({ subject: 'Somebody Else' }, issuing)
const elsewhere = issue({ subject: 'Nobody Knows', ca: true })

async function* sources(segments: readonly Uint8Array[]): AsyncGenerator<Source> {
  for (const [index, bytes] of segments.entries()) yield bytesSource(bytes, `seg${index + 1}.m4s`)
}

async function check({ bytes, found }: Signed, segments: readonly Uint8Array[] | undefined, moment = now) {
  const fragments = segments && sources(segments)
  const options = { found, source: bytesSource(bytes, 'init.mp4'), fragments, trust, now: moment }
  const { findings, results } = await validateManifest(options)
  const said = (code: string) => findings.find((finding) => finding.code === code)?.data
  const bad = findings.filter(({ level }) => level === 'error' || level === 'unchecked')
  return {
    verdict: judge(findings),
    bad: bad.map(({ code }) => code),
    said,
    statuses: results.failure.map(({ code }) => code),
  }
}

const of = <T>(list: readonly T[], index: number): T => {
  const found = list.at(index)
  if (found === undefined) throw new Error(`nothing at ${index}`)
  return found
}
const flip = (bytes: Uint8Array, from: number) => {
  const copy = Buffer.from(bytes)
  copy[from < 0 ? copy.length + from : from] = of([...copy], from) ^ 1
  return copy
}

describe('segment info, signed by session keys,', () => {
  const head = signWhole(init, { assertions: [sessionKeys(entryOf(key))] })
  const segments = media.map((bytes) => signInfo(bytes, key))
  const withInfo = (index: number, shape: InfoShape, by = key) =>
    segments.with(index, signInfo(of(media, index), by, shape))

  test('is trusted: all of it, any stretch of it, a single segment; c2pa-rs takes the beginning', async () => {
    expect(segments.length).toBeGreaterThanOrEqual(5)
    for (const some of [segments, segments.slice(2, 4), [of(segments, 3)]])
      expect(await check(head, some)).toMatchObject({ verdict: 'trusted', bad: [], statuses: [] })
    const judged = await judgeByC2pa(head.bytes, 'video/mp4', pem(root))
    expect(judged.successes).toEqual(
      expect.arrayContaining(['assertion.bmffHash.match', 'claimSignature.validated']),
    )
  })

  test('that was not given leaves the question open', async () => {
    for (const none of [undefined, []])
      expect(await check(head, none)).toMatchObject({
        verdict: 'unchecked',
        bad: ['manifest.fragment.absent'],
      })
  })

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

  test('a beginning may be repeated', async () => {
    const again = Buffer.from(head.bytes)
    const list = [again, ...segments.slice(0, 3), again, ...segments.slice(3)]
    expect(await check(head, list)).toMatchObject({ verdict: 'trusted', bad: [], statuses: [] })
  })

  test('numbers that do not come from the fragments go up by one', async () => {
    const [moof, mdat] = ['moof', 'mdat'].map((type) =>
      boxesOf(of(media, 0)).find((one) => one.type === type),
    )
    const twice = media.map((bytes) =>
      Buffer.concat([bytes, ...[moof, mdat].flatMap((one) => one?.bytes ?? [])]),
    )
    const counted = twice.map((bytes, index) => signInfo(bytes, key, { sequence: 500 + index }))
    expect(await check(head, counted)).toMatchObject({ verdict: 'trusted', bad: [] })
    const { bad, said } = await check(head, counted.toSpliced(2, 1))
    expect([bad, said('manifest.fragment.missing')]).toEqual([
      ['manifest.fragment.missing'],
      { places: '502' },
    ])
    const byFragment = twice.map((bytes, index) => {
      const copy = Buffer.from(bytes)
      copy.writeUInt32BE(500 + 2 * index, copy.indexOf('mfhd') + 8)
      return signInfo(copy, key)
    })
    expect(await check(head, byFragment)).toMatchObject({ verdict: 'trusted', bad: [] })
    expect((await check(head, byFragment.toSpliced(2, 1))).bad).toEqual(['manifest.fragment.missing'])
  })

  test('whatever stands in a segment, there is an answer, and it is not a good one', async () => {
    const good = of(segments, 1)
    const change = fc.record({
      at: fc.nat(good.length - 1),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    })
    await fc.assert(
      fc.asyncProperty(change, fc.boolean(), async ({ at, bytes }, cut) => {
        const bad = Buffer.from(cut ? good.subarray(0, at) : good)
        if (!cut) bad.set(bytes.subarray(0, bad.length - at), at)
        if (bad.equals(good)) return
        const info = boxesOf(good).find(({ type }) => type === 'emsg')
        const told = (info?.start ?? 0) + 50 // what players are told of the event is nobody's to sign
        const { verdict } = await check(head, [bad])
        if (verdict === 'trusted') expect([cut, at > told - 8 && at < told + 16]).toEqual([false, true])
      }),
      { numRuns: 300 },
    )
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (message) => {
        const noise = inserted(of(media, 1), eventBox(message))
        expect((await check(head, [noise])).verdict).toBe('invalid')
      }),
    )
  })

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

  const swapped = [of(segments, 1), of(segments, 0), ...segments.slice(2)]
  const foreign = signInfo(of(media, 2), testKey('key-9'))
  const [, ...before] = boxesOf(of(segments, 2)).map(({ bytes }) => bytes)
  const emsg = before.find((bytes) => bytes.includes('emsg')) ?? Buffer.of()
  const moved = Buffer.concat([
    ...boxesOf(of(segments, 2))
      .map(({ bytes }) => bytes)
      .filter((one) => !one.equals(emsg)),
    emsg,
  ])
  const bare = of(media, 2)
  const faults: [string, readonly Uint8Array[], string, object][] = [
    ['with a changed byte', segments.with(2, flip(of(segments, 2), -1)), 'altered', { names: 'seg3.m4s' }],
    [
      'with a changed signature',
      segments.with(2, flip(of(segments, 2), of(segments, 2).indexOf('moof') - 9)),
      'altered',
      { names: 'seg3.m4s' },
    ],
    ['swapped', swapped, 'misplaced', { names: 'seg2.m4s' }],
    ['repeated', [...segments.slice(0, 3), ...segments.slice(2)], 'misplaced', { names: 'seg4.m4s' }],
    [
      'dropped',
      segments.toSpliced(1, 2),
      'missing',
      { places: `${sequenceOf(of(media, 1))}–${sequenceOf(of(media, 2))}` },
    ],
    ['of another stream', segments.with(2, foreign), 'foreign', { names: 'seg3.m4s' }],
    ['of another manifest', withInfo(2, { manifest: segmentLabel(5) }), 'foreign', { names: 'seg3.m4s' }],
    [
      'signed by another key under its name',
      withInfo(2, { id: 'key-1' }, other),
      'altered',
      { names: 'seg3.m4s' },
    ],
    ['whose box was moved', segments.with(2, moved), 'altered', { names: 'seg3.m4s' }],
    ['without anything', segments.with(2, bare), 'altered', { names: 'seg3.m4s' }],
    ['empty', segments.with(2, Buffer.of()), 'altered', { names: 'seg3.m4s' }],
    ['cut off', segments.with(2, of(segments, 2).subarray(0, -9)), 'altered', { names: 'seg3.m4s' }],
    [
      'with a second box',
      segments.with(2, inserted(of(segments, 2), emsg)),
      'malformed',
      { what: 'more than one emsg' },
    ],
    ['with more in the box', withInfo(2, { tail: Buffer.from('hidden') }), 'malformed', {}],
    ['of another version', withInfo(2, { box: { version: 1 } }), 'malformed', { what: 'emsg version' }],
    ['of another kind', withInfo(2, { box: { value: 'dash' } }), 'malformed', { what: 'emsg value' }],
    [
      'at another time',
      withInfo(2, { box: { delta: 1 } }),
      'malformed',
      { what: 'emsg presentation_time_delta' },
    ],
    ['with a detached payload', withInfo(2, { payload: null }), 'malformed', { what: 'no payload' }],
    [
      'without a number',
      withInfo(2, { info: { sequenceNumber: 'one' } }),
      'malformed',
      { what: 'sequenceNumber' },
    ],
    ['with a tree', withInfo(2, { hash: { merkle: [] } }), 'malformed', { what: 'bmffHash' }],
    ['hashed by an unknown algorithm', withInfo(2, { hash: { alg: 'md5' } }), 'malformed', { what: 'alg' }],
    ['with no hash', withInfo(2, { hash: { hash: 'none' } }), 'malformed', { what: 'hash' }],
    ['signed after its time', withInfo(2, { time: 1801 }), 'key', { names: 'seg3.m4s' }],
    ['signed before its time', withInfo(2, { time: -1801 }), 'key', { names: 'seg3.m4s' }],
  ]
  test.each(faults)('%s is caught', async (_, list, code, facts) => {
    const { verdict, bad, said, statuses } = await check(head, list)
    expect([verdict, bad]).toEqual(['invalid', [`manifest.fragment.${code}`]])
    expect(said(`manifest.fragment.${code}`)).toMatchObject(facts)
    if (code !== 'missing') expect(statuses).toEqual(['livevideo.segment.invalid'])
  })

  test('with the scheme at the offset of the text of the standard, or with its NUL, is read', async () => {
    for (const data of [
      [{ offset: 0, value: Buffer.from('urn:c2pa:verifiable-segment-info') }],
      [{ offset: 12, value: Buffer.from('urn:c2pa:verifiable-segment-info\0') }],
    ]) {
      const exclusions = [...segmentExclusions.slice(0, 3), { xpath: '/emsg', data }]
      const signed = withInfo(2, { hash: { exclusions } })
      expect(await check(head, signed)).toMatchObject({ verdict: 'trusted', bad: [] })
    }
  })

  test('that leaves out more than it should leaves the question open', async () => {
    const wide = { exclusions: [...segmentExclusions, { xpath: '/moof' }] }
    const { verdict, bad } = await check(head, withInfo(2, { hash: wide }))
    // Signed over all of it, it does not even match.
    expect([verdict, bad]).toEqual(['invalid', ['manifest.fragment.altered']])
    const hidden = eventBox(Buffer.from('anything'))
    const all = { exclusions: [...segmentExclusions.slice(0, 3), { xpath: '/emsg' }] }
    const open = await check(head, segments.with(2, signInfo(of(media, 2), key, { hash: all })))
    expect(open).toMatchObject({ verdict: 'unchecked', bad: ['manifest.fragment.partial'] })
    expect(hidden.length).toBeGreaterThan(0)
  })

  test('without a time is judged by the present', async () => {
    const undated = withInfo(2, { time: null })
    expect(await check(head, undated)).toMatchObject({ verdict: 'trusted', bad: [] })
    const late = await check(head, undated, at(7200))
    expect(late).toMatchObject({ verdict: 'unchecked', bad: ['manifest.fragment.undated'] })
    expect(late.said('manifest.fragment.undated')).toEqual({ names: 'seg3.m4s' })
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

  test('a fault in one does not make others look missing, and a hundred are told as ten', async () => {
    const two = segments.with(1, flip(of(segments, 1), -1)).with(2, flip(of(segments, 2), -1))
    const { bad, said } = await check(head, two)
    expect([bad, said('manifest.fragment.altered')]).toMatchObject([
      ['manifest.fragment.altered'],
      { names: 'seg2.m4s, seg3.m4s' },
    ])
    const many = await check(
      head,
      Array.from({ length: 100 }, () => of(media, 0)).toSpliced(0, 0, of(segments, 0)),
    )
    expect(many.said('manifest.fragment.altered')).toMatchObject({
      names: expect.stringMatching(/seg11\.m4s, \+90$/),
    })
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

  test('a beginning that was changed takes everything with it', async () => {
    const bytes = Buffer.from(head.bytes)
    const altered = { ...head, bytes: flip(bytes, bytes.length - 1) }
    expect(await check(altered, segments)).toMatchObject({
      verdict: 'invalid',
      bad: ['manifest.content.altered'],
    })
  })

  test('a beginning holds no media', async () => {
    const full = Buffer.concat([
      init,
      boxesOf(of(media, 0)).find(({ type }) => type === 'mdat')?.bytes ?? Buffer.of(),
    ])
    const begin = signWhole(full, { assertions: [sessionKeys(entryOf(key))] })
    const { bad, statuses } = await check(begin, segments)
    expect([bad, statuses]).toEqual([['manifest.fragment.beginning'], ['livevideo.init.invalid']])
  })
})

describe('segments with a manifest each', () => {
  const head = signWhole(init)
  const segments: readonly Buffer[] = signEach(media)
  const each = (index: number, maker: Parameters<typeof signEach>[1]) =>
    segments.with(
      index,
      of(
        signEach(media, (at) => (at === index ? (maker?.(at) ?? {}) : {})),
        index,
      ),
    )

  test('are trusted: all of them, any stretch, a single one', async () => {
    for (const some of [segments, segments.slice(2, 4), [of(segments, 3)]])
      expect(await check(head, some)).toMatchObject({ verdict: 'trusted', bad: [], statuses: [] })
  })

  test('may have segment info as well, which says the same', async () => {
    const begin = signWhole(init, { assertions: [sessionKeys(entryOf(key))] })
    const both = segments.map((bytes) => signInfo(bytes, key))
    // The manifest hashed the segment without the info, whose place is another.
    expect((await check(begin, both)).bad).toEqual(['manifest.fragment.altered'])
  })

  const mismatch = 'livevideo.assertion.invalid'
  const says = (say: object) => each(2, () => ({ say }))
  const method = 'livevideo.continuityMethod.invalid'
  const faults: [string, readonly Uint8Array[], string, string[]][] = [
    [
      'with a changed byte',
      segments.with(2, flip(of(segments, 2), -1)),
      'altered',
      ['livevideo.manifest.invalid'],
    ],
    [
      'with a changed manifest',
      segments.with(2, flip(of(segments, 2), of(segments, 2).indexOf('streamId'))),
      'manifest',
      ['livevideo.manifest.invalid'],
    ],
    [
      'swapped',
      [of(segments, 1), of(segments, 0), ...segments.slice(2)],
      'misplaced',
      [mismatch, 'livevideo.segment.invalid'],
    ],
    [
      'repeated',
      [...segments.slice(0, 3), ...segments.slice(2)],
      'misplaced',
      [mismatch, 'livevideo.segment.invalid'],
    ],
    ['dropped', segments.toSpliced(2, 1), 'missing', ['livevideo.segment.invalid']],
    ['of another stream', says({ streamId: 'stream-2' }), 'foreign', [mismatch]],
    [
      'that follow another',
      says({ previousManifestId: segmentLabel(77) }),
      'foreign',
      ['livevideo.segment.invalid'],
    ],
    ['with no number', says({ sequenceNumber: null }), 'malformed', [mismatch]],
    ['with no stream', says({ streamId: 1 }), 'malformed', [mismatch]],
    ['without a way to go on', says({ continuityMethod: null }), 'malformed', [method]],
    ['that name nothing before', says({ previousManifestId: null }), 'malformed', [method]],
    ['without anything', segments.with(2, of(media, 2)), 'altered', ['livevideo.segment.invalid']],
    [
      'with two manifests',
      segments.with(2, inserted(of(segments, 2), manifestBox(head.found.store))),
      'malformed',
      ['livevideo.segment.invalid'],
    ],
    [
      'with no word on where they belong',
      segments.with(2, Buffer.from(signWhole(of(media, 2), { label: segmentLabel(3) }).bytes)),
      'malformed',
      [mismatch],
    ],
  ]
  test.each(faults)('%s are caught', async (_, list, code, statuses) => {
    const result = await check(head, list)
    expect([result.verdict, result.bad]).toEqual(['invalid', [`manifest.fragment.${code}`]])
    expect(result.statuses.toSorted()).toEqual(statuses.toSorted())
  })

  test('chained in a way nobody here knows leave the question open', async () => {
    const { verdict, bad, statuses } = await check(head, says({ continuityMethod: 'com.example.chain' }))
    expect([verdict, bad, statuses]).toEqual(['unchecked', ['manifest.fragment.continuity'], [method]])
  })

  test('by somebody else are not taken for those of the signer', async () => {
    const theirs = signEach(media, () => ({ by: stranger }))
    expect(await check(head, theirs)).toMatchObject({
      verdict: 'unchecked',
      bad: ['manifest.fragment.signer'],
    })
  })

  test('by somebody nobody trusts do not make a trusted stream', async () => {
    const unknown = issue({ subject: 'Acme AI' }, elsewhere)
    const theirs = signEach(media, () => ({ by: unknown }))
    expect(await check(head, theirs)).toMatchObject({ verdict: 'valid', bad: [] })
  })
})

test('a manifest that is no live video says nothing about segments without a word', async () => {
  expect(await check(signWhole(init), media)).toMatchObject({
    verdict: 'unchecked',
    bad: ['manifest.fragment.unbound'],
  })
  expect(initLabel).toMatch(/^urn:c2pa:/)
})
