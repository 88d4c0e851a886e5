/** Segments with a manifest each (C2PA 19.7.2), each of which names the one before. */
import { describe, expect, test } from 'vitest'
import { manifestBox } from '../content/fragments.test-kit.ts'
import { issue } from '../issue.test-kit.ts'
import {
  entryOf,
  initLabel,
  inserted,
  segmentLabel,
  sessionKeys,
  signEach,
  signInfo,
  signWhole,
} from './live.test-kit.ts'
import { check, elsewhere, flip, init, key, media, of, stranger } from './stream.test-kit.ts'

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
