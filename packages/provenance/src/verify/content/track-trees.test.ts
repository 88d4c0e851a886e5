/** Films of C2PA 1.x, with a tree of hashes for each track over its chunks: read as c2pa-rs reads them, and nothing is left out. */
import { bytesSource, judge } from '@yinji/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeByC2pa } from '../../../../../test/oracles/c2pa.ts'
import { createTrust } from '../../trust/trust.ts'
import { check } from '../forge.test-kit.ts'
import { now, pem, root } from '../issue.test-kit.ts'
import { validateManifest } from '../validate.ts'
import { boxesOf } from './fragments.test-kit.ts'
import { clip, type Entry, type FilmSpec, signedFilm, song, tablesOf } from './track-trees.test-kit.ts'

const judged = async (spec: FilmSpec) => check(signedFilm(spec))
/** The same, one byte of a chunk changed, counted from the end of the media. */
const altered = (spec: FilmSpec, from: number) => {
  const signed = signedFilm(spec)
  const bytes = Buffer.from(signed.bytes)
  const media = boxesOf(bytes).find(({ type }) => type === 'mdat')
  const at = (media?.start ?? 0) + (media?.bytes.length ?? 0) - from
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  return check({ ...signed, bytes })
}

describe('a film with a tree for each track', () => {
  test.each<[string, FilmSpec]>([
    ['leaf by leaf', { height: 0, boxes: false }],
    ['leaf by leaf, with boxes behind', { height: 0 }],
    ['a row up', {}],
    ['three rows up', { height: 3 }],
    ['by the root', { height: 7 }],
    ['without boxes behind', { height: 3, boxes: false }],
    ['of one track, its media before its tables', { film: song, height: 0 }],
  ])('is trusted %s, and altered when a byte changes', async (_, spec) => {
    const { verdict, codes } = await judged(spec)
    expect([verdict, codes]).toEqual(['trusted', ['manifest.signer.trusted', 'manifest.content.intact']])
    for (const from of [1, 5000, 20_000])
      expect((await altered(spec, from)).codes).toContain('manifest.content.altered')
  })

  test('is not told range by range: its chunks lie among each other, so without them nothing is known', async () => {
    const { found, bytes } = signedFilm({})
    const later = () => expect.unreachable('there are no pieces')
    const options = {
      found,
      source: bytesSource(bytes),
      trust: createTrust({ anchors: [pem(root)] }),
      now,
      later,
    }
    const { findings } = await validateManifest(options)
    expect(judge(findings)).toBe('unchecked')
    expect(findings.map(({ code }) => code)).toContain('manifest.media.unseen')
  })

  test('is judged by c2pa-rs as it is here', async () => {
    for (const spec of [{ height: 0 }, {}, { height: 3 }]) {
      const { bytes } = signedFilm(spec)
      const { successes } = await judgeByC2pa(bytes, 'video/mp4', pem(root))
      expect(successes).toContain('assertion.bmffHash.match')
    }
  })

  test.each<[string, FilmSpec['boxes'] & object]>([
    ['in another order', (boxes) => boxes.toReversed()],
    ['of which one is missing', (boxes) => boxes.slice(1)],
    ['of which one stands there twice', (boxes) => [...boxes.slice(0, 1), ...boxes]],
  ])('with boxes %s is altered, or wrong', async (_, boxes) => {
    const { verdict, codes } = await judged({ boxes })
    expect([verdict, codes]).toEqual(['invalid', expect.not.arrayContaining(['manifest.content.intact'])])
  })

  const first = (change: (entry: Entry) => object) => (all: readonly Entry[]) =>
    all.map((entry, index) => (index === 0 ? change(entry) : entry))
  test.each<[string, FilmSpec['entries'] & object]>([
    ['of another number of chunks', first((entry) => ({ ...entry, count: entry.count - 1 }))],
    ['of no track', first((entry) => ({ ...entry, localId: 9 }))],
    ['of one track twice', ([one]) => [one, one]],
    ['of one track only', ([one]) => [one]],
    ['of no number', first(({ localId, ...entry }) => entry)],
    ['without a row', first(({ hashes, ...entry }) => entry)],
    ['with sizes that are not those of a medium', first((entry) => ({ ...entry, fixedBlockSize: 10 }))],
  ])('and trees %s is malformed', async (_, entries) => {
    const { verdict, findings } = await judged({ entries })
    const malformed = findings.find(({ code }) => code === 'manifest.binding.malformed')
    expect([verdict, malformed?.data?.['status']]).toEqual(['invalid', 'assertion.bmffHash.malformed'])
  })

  test('whose rows are of other chunks is altered', async () => {
    const swapped = ([a, b]: readonly Entry[]) => [
      { ...a, hashes: b?.hashes },
      { ...b, hashes: a?.hashes },
    ]
    expect((await judged({ entries: swapped, height: 0, boxes: false })).codes).toContain(
      'manifest.content.altered',
    )
  })
})

/** The tables say where media are, and are signed; what they leave out would be covered by nothing. */
describe('tables of a signer', () => {
  /** Writes this into a table, behind its name. */
  const writing =
    (name: string, at: number, value: number, track = 0) =>
    (film: Buffer) => {
      film.writeUInt32BE(value, (tablesOf(film, name)[track] ?? 0) + at)
    }
  const overlapping = (film: Buffer) => {
    const [table = 0] = tablesOf(film, 'stco')
    film.writeUInt32BE(film.readUInt32BE(table + 8), table + 12)
  }
  const shared = (film: Buffer) => {
    const [table = 0, other = 0] = tablesOf(film, 'stco')
    film.writeUInt32BE(film.readUInt32BE(table + 8), other + 8)
  }

  test.each<[string, (film: Buffer) => void]>([
    ['leave out the last chunk of a track', writing('stco', 4, 98)],
    ['have fewer samples than their chunks', writing('stsz', 8, 90)],
    ['have chunks without samples', writing('stsc', 12, 0)],
    ['begin with a later chunk', writing('stsc', 8, 2)],
    ['have more chunks than bytes', writing('stco', 4, 0xffffffff)],
    ['have more runs than bytes', writing('stsc', 4, 0xffffffff)],
    ['have more sizes than bytes', writing('stsz', 8, 0xffffffff)],
    ['have one number for two tracks', writing('tkhd', 12, 1, 1)],
    ['have a track without number', writing('tkhd', 12, 0)],
    ['have chunks that overlap', overlapping],
    ['have two tracks play the same media', shared],
    ['leave out a part of the media', writing('stsz', 12, 100)],
    ['have a chunk elsewhere', writing('stco', 8, 0)],
    ['are compact', writing('stsz', -4, 0x73747a32)],
  ])('that %s say nothing for sure, and that is said', async (_, damage) => {
    const { verdict, codes } = await judged({ damage })
    expect([verdict, codes]).toEqual([
      'unchecked',
      ['manifest.signer.trusted', 'manifest.binding.unsupported'],
    ])
  })

  test('never make a film intact with another number in them', async () => {
    const places = [
      ...['stco', 'stsc', 'stsz'].flatMap((name) => [4, 8].map((at) => [name, at] as const)),
      ...['stsc', 'stsz', 'tkhd'].map((name) => [name, 12] as const),
      ...['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsz'].map((name) => [name, -4] as const),
    ]
    const arbitrary = fc.tuple(fc.constantFrom(...places), fc.oneof(fc.nat(0xffffffff), fc.nat(200)))
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([[name, at], value]) => {
        const [table = 0] = tablesOf(clip, name)
        fc.pre(value !== clip.readUInt32BE(table + at))
        const { codes } = await judged({ damage: writing(name, at, value) })
        expect(codes).not.toContain('manifest.content.intact')
      }),
      { numRuns: 100 },
    )
  })

  test('of a hundred thousand tracks are gone through once', async () => {
    const many = Array.from({ length: 100_000 }, () => Buffer.from('000000087472616b', 'hex'))
    const { verdict } = await judged({ film: grown(Buffer.concat(many)), height: 0, boxes: false })
    expect(verdict).toBe('unchecked')
  })
})

/** The clip with these boxes at the end of `moov`. */
function grown(boxes: Buffer): Buffer {
  const at = clip.indexOf('moov') - 4
  const end = at + clip.readUInt32BE(at)
  const film = Buffer.concat([clip.subarray(0, end), boxes, clip.subarray(end)])
  film.writeUInt32BE(end - at + boxes.length, at)
  for (const table of tablesOf(film, 'stco'))
    for (let index = 0; index < film.readUInt32BE(table + 4); index++)
      film.writeUInt32BE(film.readUInt32BE(table + 8 + index * 4) + boxes.length, table + 8 + index * 4)
  return film
}
