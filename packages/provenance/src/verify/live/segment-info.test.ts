/** Segment info (C2PA 19.7.3): each segment says which one it is, and whoever swaps, drops or repeats one is caught. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeByC2pa } from '../../../../../test/oracles/c2pa.ts'
import { boxesOf } from '../content/fragments.test-kit.ts'
import { pem, root } from '../issue.test-kit.ts'
import {
  at,
  entryOf,
  eventBox,
  inserted,
  segmentExclusions,
  segmentLabel,
  sequenceOf,
  sessionKeys,
  signInfo,
  signWhole,
  testKey,
} from './live.test-kit.ts'
import { check, flip, head, init, key, media, of, other, segments, withInfo } from './stream.test-kit.ts'

describe('segment info, signed by session keys,', () => {
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
