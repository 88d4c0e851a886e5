/** A player or a CDN checks each segment as it comes; in the end it knows what `verify` says of all of them. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createToolkit, type Report, type Toolkit } from '@yinji/toolkit'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { bytesAt, cutFilm } from '../helpers/film.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'

interface Signed {
  readonly init: Uint8Array
  readonly segments: readonly Uint8Array[]
}

const film = cutFilm(temporaryDirectory())
const init = film.at('init.mp4')
const { media } = film

/** As a set, with the hash of each in the manifest (C2PA 18.6.3). */
async function set(toolkit: Toolkit): Promise<Signed> {
  const out = join(temporaryDirectory(), 'out')
  mkdirSync(out)
  const fragments = film.names.map((name) => film.at(name))
  await toolkit.label(init, {}, { fragments, visible: false, output: join(out, 'init.mp4') })
  return {
    init: bytesAt(join(out, 'init.mp4')),
    segments: film.names.map((name) => bytesAt(join(out, name))),
  }
}

const live =
  (method: 'info' | 'manifest') =>
  async (toolkit: Toolkit): Promise<Signed> => {
    const video = await toolkit.live(init, {}, { method })
    const segments: Uint8Array[] = []
    for (const bytes of media) segments.push(await video.segment(bytes))
    return { init: video.init, segments }
  }

const ways = { 'a set': set, 'a live video': live('info'), 'with a manifest in each': live('manifest') }
type Way = keyof typeof ways

const identity = await testIdentity()
const toolkit = createToolkit({ identity })
const signed = new Map<Way, { readonly own: Signed; readonly other: Signed }>()
const of = (way: Way) => signed.get(way) as { own: Signed; other: Signed }
beforeAll(async () => {
  for (const way of Object.keys(ways) as Way[]) {
    const [own, other] = [await ways[way](toolkit), await ways[way](toolkit)]
    signed.set(way, { own, other })
  }
})

const changed = (bytes: Uint8Array = new Uint8Array(1)) =>
  bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1)

async function watch({ init }: Pick<Signed, 'init'>, segments: readonly Uint8Array[]) {
  await using watcher = await toolkit.watch(init)
  const pieces = []
  for (const bytes of segments) pieces.push(await watcher.next(bytes))
  return { beginning: watcher.beginning, pieces, report: await watcher.end() }
}

const plain = ({ verdict, findings, asset, origin }: Report) => ({ verdict, findings, asset, origin })

describe.each(Object.keys(ways) as Way[])('%s', (way) => {
  test('is trusted from the beginning, piece by piece and as a whole', async () => {
    const { own } = of(way)
    const { beginning, pieces, report } = await watch(own, own.segments)
    expect([beginning.verdict, beginning.origin?.provider]).toEqual(['trusted', 'Acme AI'])
    expect(pieces.map(({ verdict, outcome, findings }) => [verdict, outcome, findings])).toEqual(
      own.segments.map(() => ['trusted', 'intact', []]),
    )
    const places = pieces.map(({ place }) => place ?? Number.NaN)
    expect(places).toEqual(own.segments.map((_, index) => (places[0] ?? 0) + index))
    expect(report).toEqual(await toolkit.verify(own.init, { fragments: own.segments }))
    expect(report.verdict).toBe('trusted')
  })

  test('shows at once which piece is altered, repeated, out of place or of another stream; the next one holds', async () => {
    const { own, other } = of(way)
    const [one, two, three, four] = own.segments as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    const outcomes = async (...segments: Uint8Array[]) =>
      (await watch(own, segments)).pieces.map(({ outcome, verdict }) => `${outcome} ${verdict}`)
    const fine = 'intact trusted'
    expect(await outcomes(one, changed(two), three)).toEqual([fine, 'altered invalid', fine])
    expect(await outcomes(one, two, two, three)).toEqual([fine, fine, 'repeated invalid', fine])
    expect(await outcomes(one, three, two, four)).toEqual([fine, fine, 'misplaced invalid', fine])
    const strange = way === 'a set' ? fine : 'foreign invalid' // a set made twice of the same is the same
    expect(await outcomes(one, other.segments[1] ?? two, three)).toEqual([fine, strange, fine])
    expect(await outcomes(media[0] ?? one)).not.toContain(fine)
  })

  test('tells what should have come before a piece', async () => {
    const { own } = of(way)
    const [one, two, , , five] = own.segments as [Uint8Array, Uint8Array, unknown, unknown, Uint8Array]
    const { pieces } = await watch(own, [one, two, five])
    const [first] = pieces.map(({ place }) => place ?? Number.NaN)
    expect(pieces.map(({ missing }) => missing)).toEqual([
      undefined,
      undefined,
      `${(first ?? 0) + 2}–${(first ?? 0) + 3}`,
    ])
    expect((await watch(own, [five])).pieces).toMatchObject([{ outcome: 'intact', verdict: 'trusted' }]) // tuned in later
  })

  test('ends with what `verify` says, whatever came', async () => {
    const { own, other } = of(way)
    const list = [
      ...own.segments,
      ...other.segments,
      ...own.segments.map(changed),
      own.init,
      new Uint8Array(9),
    ]
    const some = fc.array(fc.constantFrom(...list), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(some, async (fragments) => {
        const { report, pieces } = await watch(own, fragments)
        expect(plain(report)).toEqual(plain(await toolkit.verify(own.init, { fragments })))
        if (pieces.some(({ verdict }) => verdict === 'invalid')) expect(report.verdict).toBe('invalid')
      }),
      { seed: 7, numRuns: 25 },
    )
  })

  test('of which the beginning was changed is not played', async () => {
    const { own } = of(way)
    const at = Buffer.from(own.init).indexOf('mvhd') + 20
    const bad = { init: own.init.with(at, (own.init[at] ?? 0) ^ 1) }
    const { beginning, pieces } = await watch(bad, own.segments.slice(0, 2))
    expect([beginning.verdict, ...pieces.map(({ verdict }) => verdict)]).toEqual(Array(3).fill('invalid'))
  })

  test('by somebody unknown is valid, and trusted for those who know them', async () => {
    const { own } = of(way)
    const [first = own.init] = own.segments
    for (const [trust, verdict] of [
      [[], 'valid'],
      [[String(identity.anchor)], 'trusted'],
    ] as const) {
      await using watcher = await createToolkit().watch(own.init, { trust })
      expect([watcher.beginning.verdict, (await watcher.next(first)).verdict]).toEqual([verdict, verdict])
    }
  })
})

describe('a watcher', () => {
  test('takes paths, and is none the worse for one that leads nowhere', async () => {
    const { own } = of('a set')
    await using watcher = await toolkit.watch(own.init)
    await expect(watcher.next(film.at('none.m4s'))).rejects.toMatchObject({ code: 'input.missing' })
    expect(await watcher.next(film.at('seg0.m4s'))).toMatchObject({ name: 'seg0.m4s', outcome: 'altered' })
    const [first = own.init] = own.segments
    expect(await watcher.next(first, { name: 'first' })).toMatchObject({ name: 'first', outcome: 'intact' })
  })

  test('keeps the order of calls that nobody waited for, and none comes after the end', async () => {
    const { own } = of('a live video')
    await using watcher = await toolkit.watch(own.init)
    const calls = own.segments.map((bytes) => watcher.next(bytes))
    const report = await watcher.end()
    expect((await Promise.all(calls)).map(({ outcome }) => outcome)).toEqual(own.segments.map(() => 'intact'))
    expect(report.verdict).toBe('trusted')
    await expect(watcher.next(own.init)).rejects.toMatchObject({ code: 'usage.watch.ended' })
    expect(await watcher.end()).toBe(report)
  })

  test('of what is not signed, or not for segments, vouches for none of them', async () => {
    const bare = await watch({ init: bytesAt(init) }, media.slice(0, 1))
    expect(bare.beginning.verdict).toBe('unlabeled')
    expect(bare.pieces).toMatchObject([{ outcome: 'unchecked', verdict: 'unchecked' }])
    const { content } = await toolkit.label(bytesAt('fixtures/photo.jpg'), {}, { visible: false })
    const photo = await watch({ init: content }, media.slice(0, 1))
    expect(photo.pieces).toMatchObject([{ outcome: 'unchecked', verdict: 'unchecked' }])
  })

  test('of a day takes no more memory than one of an hour', async () => {
    const video = await toolkit.live(init)
    await using watcher = await toolkit.watch(video.init)
    const template = Buffer.from(media[0] ?? [])
    const at = template.indexOf('mfhd') + 8
    const run = async (from: number, to: number) => {
      for (let number = from; number < to; number++) {
        const bytes = Uint8Array.from(template)
        new DataView(bytes.buffer).setUint32(at, number)
        const { outcome } = await watcher.next(await video.segment(bytes))
        expect(outcome).toBe('intact')
      }
      globalThis.gc?.()
      return process.memoryUsage().heapUsed
    }
    const before = await run(1, 300)
    expect((await run(300, 1500)) - before).toBeLessThan(32 * 1024 * 1024)
  })
})
