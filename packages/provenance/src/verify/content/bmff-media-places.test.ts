/** Ways for whoever makes a film to let it lead into what no hash covers, have it signed, and then replace what is shown. */
import { describe, expect, test } from 'vitest'
import { check } from '../forge.test-kit.ts'
import { box, movie, type Spec } from './bmff-movie.test-kit.ts'
import { exclusions as standard } from './fragments.test-kit.ts'

const u32 = (...values: readonly number[]) => {
  const out = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) out.writeUInt32BE(value, index * 4)
  return out
}
const hidden = box('moof', new Uint8Array(4))
/** Fragments begin at `inside`, from whatever is in front of it. */
const unused = box('free', ...Array.from({ length: 8000 }, () => hidden))
const media = box('mdat', new Uint8Array(4000))
const inside = 60_000

const told = async (spec: Spec) => {
  const { verdict, findings } = await check(movie(spec))
  const found = findings.find(({ code }) => code === 'manifest.binding.partial')
  return [verdict, `${found?.data?.['what'] ?? 'nothing'}`.replaceAll(/ \d+–\d+/g, '')]
}
const judged = (...first: readonly Uint8Array[]) =>
  told({
    exclusions: [...standard, { xpath: '/free' }],
    rest: [...first, media, unused],
    covered: (part) => (part === unused ? undefined : part),
  })

const table = (...boxes: readonly Uint8Array[]) =>
  box('trak', box('tkhd', u32(0, 0, 0, 1, 0)), box('mdia', box('minf', box('stbl', ...boxes))))
const film = (...tracks: readonly Uint8Array[]) => box('moov', ...tracks)
const items = (offset: number, length: number) =>
  box('meta', u32(0), box('iloc', u32(0), Buffer.from('44000001000100000001', 'hex'), u32(offset, length)))
const fragment = (header: Uint8Array, ...boxes: readonly Uint8Array[]) =>
  box('moof', box('traf', box('tfhd', header), ...boxes))
const run = (...numbers: readonly number[]) => box('trun', u32(...numbers))
const references = (type: string, flags: number, where: string) =>
  box('dinf', box('dref', u32(0, 1), box(type, u32(flags), Buffer.from(where))))
const fromHere = 0x20000
const behindHeader = 120

/** In the padding of the manifest: films begin with their tables behind it. */
const inManifest = 100

describe('what is shown is told where it stands in what no hash covers:', () => {
  test.each<[string, string, ...Uint8Array[]]>([
    ['items of a film', '/free', film(items(inside, 5))],
    ['items of a track', '/free', film(box('trak', items(inside, 5)))],
    ['an item that is all of the file', '/uuid, /free', items(inManifest, 0)],
    [
      'a run that is longer than the media',
      '/free',
      fragment(u32(fromHere, 1), run(0x201, 2, behindHeader, 50, 9000)),
    ],
    [
      'a run behind another',
      '/free',
      fragment(u32(fromHere, 1), run(0x201, 1, behindHeader, 50), run(0x200, 1, 9000)),
    ],
    ['samples of one size', '/free', fragment(u32(fromHere | 0x10, 1, 9000), run(1, 2, behindHeader))],
    [
      'samples of a size that the film gives',
      '/free',
      film(box('mvex', box('trex', u32(0, 1, 1, 0, 9000, 0)))),
      fragment(u32(fromHere, 1), run(1, 2, behindHeader)),
    ],
    ['samples of a size that is given nowhere', '/free', fragment(u32(fromHere, 1), run(1, 2, behindHeader))],
    ['what helps to decode a fragment', '/free', fragment(u32(fromHere, 1), box('saio', u32(0, 1, inside)))],
    ['what helps to decode a track', '/free', film(table(box('saio', u32(0x1000000, 1, 0, inside))))],
    ['chunks of which no table says how long they are', '/free', film(table(box('stco', u32(0, 1, 4000))))],
    [
      'chunks beside a table that breaks off',
      '/free',
      film(table(box('stco', u32(0, 1, inside)), box('co64'))),
    ],
    [
      'one of very many chunks',
      '/free',
      film(table(box('stco', u32(0, 300_000, 1_250_000), Buffer.alloc(1_199_996, 255)))),
    ],
  ])('%s', async (_, what, ...first) => {
    expect(await judged(...first)).toEqual(['unchecked', what])
  })

  test('an index of segments leads there', async () => {
    const index = (at: number) => box('sidx', u32(0, 1, 1000, 0, at, 1, 5000, 1000, 0))
    expect(await judged(index(inside))).toEqual(['trusted', 'nothing']) // no fragment begins there
    const founds = await Promise.all(
      Array.from({ length: 12 }, (_, offset) => judged(index(inside + offset))),
    )
    expect(founds.filter(([, what]) => what === '/sidx')).toHaveLength(1)
  })

  test.each<[string, Uint8Array]>([
    [
      '/dref/url ',
      film(box('trak', box('mdia', box('minf', references('url ', 0, 'http://example.com/a.mp4\0'))))),
    ],
    ['/dref/urn ', box('meta', u32(0), references('urn ', 0, 'urn:a\0'))],
  ])('in another file, %s', async (what, first) => {
    expect(await judged(first)).toEqual(['unchecked', what])
  })
})

test.each<[string, ...Uint8Array[]]>([
  ['runs that end with the media', fragment(u32(fromHere, 1), run(0x201, 1, 70, 20))],
  ['tables that name this file', film(box('trak', box('mdia', box('minf', references('url ', 1, '')))))],
  ['tables that name no file', film(box('trak', box('mdia', box('minf', references('url ', 0, '\0')))))],
])('%s are no reservation', async (_, ...first) => {
  expect(await judged(...first)).toEqual(['trusted', 'nothing'])
})

describe('exclusions that the standard knows are told', () => {
  const behindHead = (xpath: string) => ({ xpath, subset: [{ offset: 8, length: 0 }] })
  const partly = (exclusions: readonly object[], own: Uint8Array, ...rest: readonly Uint8Array[]) =>
    told({
      exclusions,
      rest: [...rest, own],
      covered: (part) => (part === own ? part.subarray(0, 8) : part),
    })

  test('of unused space, where they leave its head and media stand in it', async () => {
    const chunks = film(table(box('stco', u32(0, 1, inside))))
    const found = await partly([...standard, behindHead('/free')], unused, chunks, media)
    expect(found).toEqual(['unchecked', '/free'])
  })

  test('of a table of fragments, where they leave its head and it has no fragments', async () => {
    const others = standard.filter(({ xpath }) => xpath !== '/mfra')
    const found = await partly([...others, behindHead('/mfra')], box('mfra', hidden), film(), media)
    expect(found).toEqual(['unchecked', '/mfra'])
  })

  test('of media, where a row of their hashes is announced and none is there', async () => {
    const found = await told({
      exclusions: [...standard, { xpath: '/mdat', subset: [{ offset: 16, length: 0 }] }],
      rest: [film(), media],
      covered: (part) => (part === media ? part.subarray(0, 16) : part),
      fields: () => ({ merkle: null }),
    })
    expect(found).toEqual(['unchecked', '/mdat'])
  })
})

test('items of millions of places that take no room in their table are too many', async () => {
  const count = 20_000
  const entries = Buffer.alloc(count * 6, 255)
  const bomb = box('meta', u32(0), box('iloc', u32(0), Buffer.from([0, 0, count >> 8, count & 255]), entries))
  expect((await judged(bomb))[0]).toBe('unchecked')
})
