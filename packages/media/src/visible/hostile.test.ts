/**
 * Parsers under the labels of sound and video meet damage: bytes changed and cut off anywhere give an answer or a refusal
 * of ours, in bounded time, never an accident.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesSource, InputError } from '@yinji/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flacLayout } from '../audio/flac-blocks.ts'
import { crc16 } from '../audio/flac-crc.ts'
import { frameHeader } from '../audio/flac-frames.ts'
import { type FlacFrame, flacFrames, renumbered } from '../audio/flac-walk.ts'
import { type Box, boxesAt, findBox, makeBox, noFlags, u32, walkBoxes } from '../carriers/bmff.ts'
import { readMatroska } from '../carriers/matroska.ts'
import { type LoadedBox, loadBox } from '../carriers/movie.ts'
import { readOgg } from '../carriers/ogg-streams.ts'
import { joinedMovie, soundTrack } from './audio/m4a-movie.ts'
import { hasPackets, joinPages } from './audio/ogg-joiner.ts'
import { packetsOf, pagesOf } from './audio/ogg-pages.ts'
import { clipOf, opusHead, opusTiming, ticksIn } from './audio/opus.ts'
import { readSamples, type Sample, writeSamples } from './audio/sample-table.ts'
import { vorbisSetup, vorbisTiming } from './audio/vorbis.ts'
import { joinHevc, renumberedSample } from './video/hevc-sets.ts'
import { graftBlocks } from './video/matroska-graft.ts'
import { matroskaTrack } from './video/matroska-track.ts'
import { graftSamples } from './video/movie-graft.ts'
import { configurationOf, pictureTrack } from './video/movie-track.ts'
import { cutsOf, fitted, shownTimes } from './video/order.ts'
import { freeAvcId, joinAvc } from './video/parameter-sets.ts'
import { showingsOf, stretchesOf } from './video/stretches.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji-hostile-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const path = (name: string) => join(directory, name)

function make(name: string, ...args: string[]): Uint8Array {
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', ...args, '-bitexact', path(name)])
  return new Uint8Array(readFileSync(path(name)))
}
const tone = 'sine=duration=1:sample_rate=44100'
const picture = 'testsrc2=size=64x64:rate=10:duration=2'

/** Some bytes changed, and perhaps the end cut off; numbers that matter are changed by preference. */
const damage = fc.record({
  changes: fc.array(fc.tuple(fc.nat(1 << 30), fc.oneof(fc.nat(255), fc.constantFrom(0, 0x7f, 0x80, 0xff))), {
    minLength: 1,
    maxLength: 8,
  }),
  keep: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true })),
})
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never

function damaged(bytes: Uint8Array, { changes, keep }: Damage, from = 0): Uint8Array {
  const out = bytes.slice(0, from + Math.floor((bytes.byteLength - from) * keep))
  for (const [at, value] of changes) {
    const place = from + (at % Math.max(1, bytes.byteLength - from))
    if (place < out.byteLength) out[place] = value
  }
  return out
}

/** The answer, or undefined for a refusal; anything else thrown is an accident. */
async function answer<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof InputError) return undefined
    throw error
  }
}

const withDamage = (bytes: () => Uint8Array, check: (bytes: Uint8Array) => Promise<void>, from = 0) =>
  fc.assert(
    fc.asyncProperty(damage, (one) => check(damaged(bytes(), one, from))),
    { seed: 45438, numRuns: 400 },
  )

async function movieIn(bytes: Uint8Array): Promise<LoadedBox> {
  const source = bytesSource(bytes)
  const box = findBox((await walkBoxes(source)).boxes, 'moov')
  const movie = box && (await loadBox(source, box))
  if (movie === undefined || typeof movie === 'string') throw new Error('no moov')
  return movie
}

/** A movie of other bytes: its box ends where they end. */
const cut = ({ box }: LoadedBox, bytes: Uint8Array): LoadedBox => ({
  bytes,
  box: { ...box, end: Math.min(box.end, bytes.byteLength) },
})

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
        await joinPages(source, timing, labels, path('joined.ogg'), {})
        // Nothing is written that is no page, and no packet of the content is lost.
        const out = new Uint8Array(readFileSync(path('joined.ogg')))
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

test('damaged parameter sets and slices of H.265 are renumbered or refused', async () => {
  const x265 = [
    '-c:v',
    'libx265',
    '-preset',
    'ultrafast',
    '-x265-params',
    'log-level=error',
    '-pix_fmt',
    'yuv420p',
  ]
  const file = make('sets-265.mp4', picture, ...x265)
  const movie = await movieIn(file)
  const track = pictureTrack(movie.bytes, movie.box)
  if (typeof track === 'string') throw new Error(track)
  const sets = configurationOf(track.entries[0] ?? file, 'hvcC') ?? file
  const at = track.samples.position[0] ?? 0
  const sample = file.slice(at, at + (track.samples.size[0] ?? 0))
  expect(renumberedSample(sample).byteLength).toBeGreaterThan(sample.byteLength)
  const joined = joinHevc(sets, sets)
  expect(typeof joined).toBe('object')
  // The numbers that are free are taken now.
  expect(typeof joined === 'string' ? '' : joinHevc(joined, sets)).toBe('its parameter sets have all numbers')
  await withDamage(
    () => sets,
    async (bytes) => {
      for (const one of [joinHevc(bytes, sets), joinHevc(sets, bytes)])
        expect(typeof one === 'string' || one.byteLength < 3 * (sets.byteLength + 99)).toBe(true)
    },
  )
  await withDamage(
    () => sample,
    async (bytes) => {
      expect(renumberedSample(bytes).byteLength).toBeLessThan(2 * bytes.byteLength + 99)
    },
  )
})

const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '5', '-bf', '2', '-pix_fmt', 'yuv420p']

test('a damaged movie has a picture track, or none in words; one that has can be grafted or not', async () => {
  const file = make('film.mp4', picture, ...h264)
  const { boxes } = await walkBoxes(bytesSource(file))
  const movie = await movieIn(file)
  let grafted = 0
  await withDamage(
    () => movie.bytes,
    async (bytes) => {
      const one = cut(movie, bytes)
      const track = pictureTrack(one.bytes, one.box)
      if (typeof track === 'string') return
      const { samples, entries } = track
      const times = shownTimes(samples, track.shown)
      const showings = showingsOf({}, times, track.ticks)
      const stretches = stretchesOf(showings, cutsOf(samples), samples.count)
      const fit = fitted(samples, stretches, samples, undefined)
      const moov = findBox(boxes, 'moov')
      if (moov === undefined || typeof fit === 'string') return
      const whole = { boxes, moov, bytes: bytes.slice(), track, size: file.byteLength }
      const parts = await answer(() => graftSamples(whole, { stretches, samples: fit, entries }))
      if (typeof parts !== 'string' && parts !== undefined) grafted++
    },
    8,
  )
  expect(grafted).toBeGreaterThan(20)
})

test('a damaged Matroska has a picture track, or none in words; one that has can be grafted or not', async () => {
  const file = make('film.mkv', picture, ...h264)
  const size = { width: 64, height: 64 }
  let grafted = 0
  await withDamage(
    () => file,
    async (bytes) => {
      const source = bytesSource(bytes)
      const doc = await readMatroska(source)
      const track =
        doc.damage === undefined ? await answer(() => matroskaTrack(source, doc, size)) : undefined
      if (track === undefined || typeof track === 'string') return
      const stretches = [{ start: 0, end: Math.min(5, track.samples.count) }]
      const { samples, entries } = track
      const parts = await answer(() => graftBlocks(source, doc, track, { stretches, samples, entries }))
      if (typeof parts !== 'string' && parts !== undefined) grafted++
    },
  )
  expect(grafted).toBeGreaterThan(20)
})

test('damaged parameter sets are joined or refused', async () => {
  const movie = await movieIn(make('sets.mp4', picture, ...h264))
  const [stbl] = boxesAt(movie.bytes, movie.box, ['trak', 'mdia', 'minf', 'stbl'])
  expect(stbl).toBeDefined()
  const at = Buffer.from(movie.bytes).indexOf('avcC')
  const length = Buffer.from(movie.bytes).readUInt32BE(at - 4) - 8
  const sets = movie.bytes.slice(at + 4, at + 4 + length)
  await withDamage(
    () => sets,
    async (bytes) => {
      const id = freeAvcId(bytes)
      expect(id === undefined || (id > 0 && id < 32)).toBe(true)
      const joined = joinAvc(bytes, sets)
      expect(typeof joined === 'string' || joined.byteLength <= bytes.byteLength + sets.byteLength).toBe(true)
    },
  )
})
