/** Parsers under the labels of sound meet damage. */
import { readFileSync } from 'node:fs'
import { bytesSource } from '@yinji/core'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { flacLayout } from '../../audio/flac-blocks.ts'
import { crc16 } from '../../audio/flac-crc.ts'
import { frameHeader } from '../../audio/flac-frames.ts'
import { type FlacFrame, flacFrames, renumbered } from '../../audio/flac-walk.ts'
import { type Box, makeBox, noFlags, u32 } from '../../carriers/bmff.ts'
import type { LoadedBox } from '../../carriers/movie.ts'
import { readOgg } from '../../carriers/ogg-streams.ts'
import { answer, cut, inside, make, movieIn, withDamage } from '../hostile.test-kit.ts'
import { joinedMovie, soundTrack } from './m4a-movie.ts'
import { hasPackets, joinPages } from './ogg-joiner.ts'
import { packetsOf, pagesOf } from './ogg-pages.ts'
import { clipOf, opusHead, opusTiming, ticksIn } from './opus.ts'
import { readSamples, type Sample, writeSamples } from './sample-table.ts'
import { vorbisSetup, vorbisTiming } from './vorbis.ts'

const tone = 'sine=duration=1:sample_rate=44100'

describe('AAC in M4A', () => {
  let movie: LoadedBox
  beforeAll(async () => {
    movie = await movieIn(make('tone.m4a', tone, '-c:a', 'aac'))
  })

  test('a damaged movie is a track, or none in words; a track can be written anew', async () => {
    let tracks = 0
    await withDamage(
      () => movie.bytes,
      async (bytes) => {
        const one = cut(movie, bytes)
        const track = soundTrack(one)
        if (typeof track === 'string') return
        tracks++
        const edit = { mediaTime: 1024, ticks: 1000 }
        const again = await answer(() => joinedMovie(one, track, track.samples, edit))
        expect(again?.byteLength ?? 0).toBeLessThan(bytes.byteLength * 3 + 400_000)
      },
      8,
    )
    expect(tracks).toBeGreaterThan(20)
  })

  test('tables that promise billions of packets are refused before there is memory for them', () => {
    const huge = u32(0xffff_fff0)
    const stbl = (...boxes: Uint8Array[]) => {
      const bytes = makeBox('stbl', ...boxes)
      return readSamples(bytes, { type: 'stbl', start: 0, content: 8, end: bytes.byteLength } as Box)
    }
    const stsz = makeBox('stsz', noFlags, u32(1), huge)
    const stts = makeBox('stts', noFlags, u32(1), huge, u32(1))
    const stsc = makeBox('stsc', noFlags, u32(1), u32(1), huge, u32(1))
    const stco = makeBox('stco', noFlags, u32(1), u32(0))
    expect(stbl(stsz, stts, stsc, stco)).toBeUndefined()
    expect(stbl(stsz, stts, stsc)).toBeUndefined()
    expect(stbl()).toBeUndefined()
  })

  test('what is written is read again', () => {
    const sample = fc.record({ size: fc.nat(5000), ticks: fc.nat(4096), gap: fc.constantFrom(0, 0, 0, 7) })
    const base = fc.constantFrom(0, 0xffff_0000, 0x1_0000_0000)
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 200 }), base, (list, first) => {
        let at = first
        const samples = list.map(({ size, ticks, gap }): Sample => {
          const one = { at: at + gap, size: size + 1, ticks }
          at = one.at + one.size
          return one
        })
        const tables = makeBox('stbl', ...writeSamples(samples).values())
        const box = { type: 'stbl', start: 0, content: 8, end: tables.byteLength } as Box
        expect(readSamples(tables, box)).toEqual(samples)
      }),
      { seed: 45438 },
    )
  })
})

describe.each([
  ['opus', 'libopus'],
  ['ogg', 'libvorbis'],
])('Ogg: %s', (kind, codec) => {
  let file: Uint8Array
  beforeAll(() => {
    file = make(`tone.${kind}`, tone, '-c:a', codec)
  })

  test('damaged pages are copied as far as they are pages, or refused', async () => {
    const headers = kind === 'opus' ? 2 : 3
    const clip = await clipOf(make('clip.opus', tone, '-c:a', 'libopus'), 44_100)
    let joined = 0
    await withDamage(
      () => file,
      async (bytes) => {
        const source = bytesSource(bytes)
        const { streams } = await readOgg(source)
        const serial = streams[0]?.serial ?? 0
        await hasPackets(source, serial, headers)
        const packets = await pagesOf(bytes, headers)
        const setup = vorbisSetup(packets.headers)
        const head = await opusHead(source, serial)
        const timing =
          kind === 'opus' ? head && opusTiming(serial, head) : setup && vorbisTiming(serial, setup)
        if (timing === undefined) return
        joined++
        const labels = { times: [0, 0.5, Number.POSITIVE_INFINITY], clips: [clip, clip, clip] }
        await joinPages(source, timing, labels, inside('joined.ogg'), {})
        // Nothing is written that is no page, and no packet of the content is lost.
        const out = new Uint8Array(readFileSync(inside('joined.ogg')))
        const fresh = await pagesOf(out, 0)
        const end = fresh.sound.at(-1)?.page.end ?? 0
        expect(end).toBe(out.byteLength)
      },
    )
    expect(joined).toBeGreaterThan(20)
  })
})

test('damaged FLAC is frames as far as they are, each of which can be renumbered', async () => {
  const file = make('tone.flac', tone, '-c:a', 'flac')
  const walk = async (bytes: Uint8Array) => {
    const frames: (FlacFrame | undefined)[] = []
    const { blocks } = await flacLayout(bytesSource(bytes))
    for await (const frame of flacFrames(bytesSource(bytes), blocks.at(-1)?.end ?? 0, bytes.byteLength))
      frames.push(frame)
    return frames
  }
  const numbers = [0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x10000, 2 ** 31 - 1]
  const whole = await walk(file)
  expect(whole.map((frame) => frame?.number)).toEqual(Array.from(whole, (_, index) => index))
  await withDamage(
    () => file,
    async (bytes) => {
      for (const [index, frame] of (await walk(bytes)).entries()) {
        if (frame === undefined) continue
        const number = numbers[index % numbers.length] ?? 0
        const fresh = renumbered(frame, number)
        expect(frameHeader(fresh, 0)).toMatchObject({ number, samples: frame.samples })
        expect(crc16(fresh, 0, fresh.byteLength)).toBe(0)
        const again = { ...frame, ...frameHeader(fresh, 0), bytes: fresh }
        expect(Buffer.compare(renumbered(again, frame.number), frame.bytes)).toBe(0)
      }
    },
  )
})

test('any bytes are packets of Opus of some length, never of a negative or endless one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 255 }), fc.uint8Array({ maxLength: 600 }), (lacing, payload) => {
      const ticks = ticksIn(lacing, payload)
      expect(ticks).toBeGreaterThanOrEqual(0)
      expect(ticks).toBeLessThanOrEqual(lacing.byteLength * 63 * 60 * 48)
    }),
    { seed: 45438 },
  )
})

test('any bytes are Vorbis headers or none', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 30, maxLength: 60 }),
      fc.uint8Array({ maxLength: 300 }),
      (a, b) => {
        a.set(new TextEncoder().encode('\x01vorbis'))
        const books = new Uint8Array([5, ...new TextEncoder().encode('vorbis'), ...b])
        const setup = vorbisSetup([a, new Uint8Array(0), books])
        if (setup === undefined) return
        const timing = vorbisTiming(0, setup)
        expect(timing.ticksIn(new Uint8Array([1, 1, 1]), b, false)).toBeLessThanOrEqual(3 * 8192)
      },
    ),
    { seed: 45438 },
  )
  expect(packetsOf([])).toEqual([])
})
