/** A live video is signed segment by segment while it is made (C2PA 19): c2pa-rs, ffprobe and ffmpeg are asked too. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createToolkit, type LiveOptions } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { cutFilm, type Kind, kinds, packetsOf, sounding } from '../helpers/film.ts'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'
import { judgeByC2pa } from '../oracles/c2pa.ts'

const [hls] = Object.keys(kinds) as [Kind]

const identity = await testIdentity()

const cut = (kind: Kind) => cutFilm(temporaryDirectory(), kinds[kind], sounding)

async function signed(film: ReturnType<typeof cut>, options: LiveOptions = {}, by = identity) {
  const live = await createToolkit({ identity: by }).live(film.init, {}, { name: 'init.mp4', ...options })
  const segments: Uint8Array[] = []
  for (const bytes of film.media) segments.push(await live.segment(bytes))
  return { ...live, segments }
}

const verify = (init: Uint8Array, fragments: readonly Uint8Array[], trust = identity.anchor) =>
  createToolkit({ trust: [String(trust)] }).verify(init, { fragments })
const codesOf = async (...words: Parameters<typeof verify>) =>
  (await verify(...words)).findings.map(({ code }) => code).filter((code) => /fragment|session/.test(code))
const of = <T>(list: readonly T[], index: number): T => {
  const found = list.at(index)
  if (found === undefined) throw new Error(`nothing at ${index}`)
  return found
}

describe.each(Object.keys(kinds) as Kind[])('%s', (kind) => {
  test('is trusted as a whole and one by one, plays as before, and starts with what c2pa-rs trusts', async () => {
    const film = cut(kind)
    const { init, segments, receipt } = await signed(film)
    expect(receipt.written.map(({ layer }) => layer)).toEqual(['metadata', 'manifest'])
    const report = await verify(init, segments)
    expect([report.verdict, report.origin?.provider]).toEqual(['trusted', 'Acme AI'])
    for (const one of segments) expect((await verify(init, [one])).verdict).toBe('trusted')
    const judged = await judgeByC2pa(init, 'video/mp4', identity.anchor)
    expect(judged).toMatchObject({ state: 'Trusted', failures: [] })
    const out = join(film.folder, 'out')
    mkdirSync(out)
    writeFileSync(join(out, 'init.mp4'), init)
    for (const [index, bytes] of segments.entries()) writeFileSync(join(out, of(film.names, index)), bytes)
    writeFileSync(join(out, film.list), readFileSync(join(film.folder, film.list)))
    expect(packetsOf(out, film.list)).toBe(packetsOf(film.folder, film.list))
  })

  test('tells players how long each segment is', async () => {
    const film = cut(kind)
    const { segments } = await signed(film)
    for (const bytes of segments.slice(0, -1)) {
      const box = Buffer.from(bytes).indexOf('urn:c2pa:verifiable-segment-info\0fseg\0')
      const [timescale, delta, duration] = [38, 42, 46].map((at) => Buffer.from(bytes).readUInt32BE(box + at))
      expect([(duration ?? 0) / (timescale ?? 1), delta]).toEqual([1, 0])
    }
  })
})

describe('with a manifest in each segment', () => {
  test.each(Object.keys(kinds) as Kind[])(
    '%s is trusted, one by one as well; the beginning by c2pa-rs',
    async (kind) => {
      const film = cut(kind)
      const { init, segments } = await signed(film, { method: 'manifest' })
      const report = await verify(init, segments)
      expect([report.verdict, report.findings.filter(({ level }) => level === 'error')]).toEqual([
        'trusted',
        [],
      ])
      for (const one of segments) expect((await verify(init, [one])).verdict).toBe('trusted')
      // It reads nothing that begins with `styp`, so segments are beyond it.
      const judged = await judgeByC2pa(init, 'video/mp4', identity.anchor)
      expect(judged).toMatchObject({ state: 'Trusted', failures: [] })
    },
  )

  test('a segment that is changed, swapped, dropped or of another stream is caught', async () => {
    const film = cut(hls)
    const { init, segments } = await signed(film, { method: 'manifest' })
    const other = await signed(film, { method: 'manifest' })
    const changed = Uint8Array.from(of(segments, 2))
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    expect(await codesOf(init, segments.with(2, changed))).toEqual(['manifest.fragment.altered'])
    expect(await codesOf(init, [of(segments, 1), of(segments, 0)])).toEqual(['manifest.fragment.misplaced'])
    expect(await codesOf(init, segments.toSpliced(2, 1))).toEqual(['manifest.fragment.missing'])
    expect(await codesOf(init, segments.with(2, of(other.segments, 2)))).toEqual([
      'manifest.fragment.foreign',
    ])
  })

  test('other ways are refused', async () => {
    const film = cut(hls)
    const method = 'both' as 'info'
    await expect(signed(film, { method })).rejects.toMatchObject({ code: 'usage.field.invalid' })
  })
})

describe('of a live video', () => {
  test('a segment that is changed, swapped, repeated, dropped or from elsewhere is caught', async () => {
    const film = cut(hls)
    const { init, segments } = await signed(film)
    const other = await signed(film)
    const changed = Uint8Array.from(of(segments, 2))
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    expect(await codesOf(init, segments.with(2, changed))).toEqual(['manifest.fragment.altered'])
    expect(await codesOf(init, [of(segments, 1), of(segments, 0)])).toEqual(['manifest.fragment.misplaced'])
    expect(await codesOf(init, [of(segments, 0), of(segments, 0)])).toEqual(['manifest.fragment.misplaced'])
    expect(await codesOf(init, segments.toSpliced(2, 1))).toEqual(['manifest.fragment.missing'])
    expect(await codesOf(init, segments.with(2, of(other.segments, 2)))).toEqual([
      'manifest.fragment.foreign',
    ])
    expect(await codesOf(init, segments.with(2, of(film.media, 2)))).toEqual(['manifest.fragment.altered'])
    expect(await codesOf(init, [])).toEqual(['manifest.fragment.absent'])
    for (const list of [segments.with(2, changed), segments.toSpliced(2, 1)])
      expect((await verify(init, list)).verdict).toBe('invalid')
  })

  test('every byte of a segment counts, but for the length and the number that players are told', async () => {
    const film = cut(hls)
    const { init, segments } = await signed(film)
    const segment = of(segments, 0)
    const box = Buffer.from(segment).indexOf('urn:c2pa:verifiable-segment-info\0fseg\0')
    const told = (at: number) => (at >= box + 38 && at < box + 42) || (at >= box + 46 && at < box + 54)
    const step = Math.ceil(segment.length / 300)
    for (let at = 3; at < segment.length; at += at < box + 700 ? 7 : step) {
      const bad = Uint8Array.from(segment)
      bad[at] = (bad[at] ?? 0) ^ 16
      const { verdict } = await verify(init, [bad])
      expect([at, verdict]).toEqual([at, told(at) ? 'trusted' : expect.stringMatching(/invalid|unchecked/)])
    }
  })

  test('a segment that was signed before is signed anew, and grows no further', async () => {
    const film = cut(hls)
    const live = await createToolkit({ identity }).live(film.init, {}, { name: 'init.mp4' })
    const once = await live.segment(of(film.media, 0))
    const again = await live.segment(of((await signed(film)).segments, 1))
    expect(again.length).toBe(once.length - of(film.media, 0).length + of(film.media, 1).length)
    expect(await codesOf(live.init, [once, again])).toEqual([])
  })

  test('the beginning can be labelled anew for the next key, from the next segment on', async () => {
    const film = cut(hls)
    const toolkit = createToolkit({ identity })
    const first = await toolkit.live(film.init, {}, { name: 'init.mp4' })
    const half = [await first.segment(of(film.media, 0)), await first.segment(of(film.media, 1))]
    const number = Buffer.from(of(film.media, 2)).readUInt32BE(
      Buffer.from(of(film.media, 2)).indexOf('mfhd') + 8,
    )
    const next = await toolkit.live(first.init, {}, { name: 'init.mp4', first: number })
    const rest: Uint8Array[] = []
    for (const bytes of film.media.slice(2)) rest.push(await next.segment(bytes))
    expect((await verify(next.init, rest)).verdict).toBe('trusted')
    const { verdict, findings } = await verify(first.init, [...half, next.init, ...rest])
    expect([verdict, findings.filter(({ level }) => level === 'error')]).toEqual(['trusted', []])
    await expect(next.segment(of(film.media, 1))).rejects.toMatchObject({ code: 'input.segments.order' })
  })

  test('no segment is signed when the key has run out', async () => {
    const film = cut(hls)
    let time = new Date()
    const toolkit = createToolkit({ identity, clock: () => time })
    const live = await toolkit.live(film.init, {}, { name: 'init.mp4', seconds: 60 })
    await live.segment(of(film.media, 0))
    time = new Date(time.getTime() + 61_000)
    await expect(live.segment(of(film.media, 1))).rejects.toMatchObject({ code: 'sign.session.expired' })
  })

  test('what is no segment is refused, and the next one is signed all the same', async () => {
    const film = cut(hls)
    const live = await createToolkit({ identity }).live(film.init, {}, { name: 'init.mp4' })
    await live.segment(of(film.media, 0))
    for (const bad of [new Uint8Array(0), new Uint8Array(99), film.init, of(film.media, 1).subarray(0, -9)])
      await expect(live.segment(bad)).rejects.toMatchObject({ code: 'input.damaged' })
    const own = await live.segment(of(film.media, 1))
    expect(await codesOf(live.init, [own])).toEqual([])
    await expect(createToolkit({ identity }).live(of(film.media, 0))).rejects.toThrow()
    await expect(createToolkit({ identity }).live(Buffer.from('# text'))).rejects.toThrow()
  })

  test('a day of segments takes no more memory than an hour', async () => {
    const film = cut(hls)
    const live = await createToolkit({ identity }).live(film.init, {}, { name: 'init.mp4' })
    const template = Buffer.from(of(film.media, 0))
    const at = template.indexOf('mfhd') + 8
    const run = async (from: number, to: number) => {
      for (let number = from; number < to; number++) {
        const bytes = Uint8Array.from(template)
        new DataView(bytes.buffer).setUint32(at, number)
        await live.segment(bytes)
      }
      globalThis.gc?.()
      return process.memoryUsage().heapUsed
    }
    const before = await run(1, 300)
    const after = await run(300, 2000)
    expect(after - before).toBeLessThan(32 * 1024 * 1024)
  })
})
