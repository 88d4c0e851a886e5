/** Parsers under the labels of video meet damage. */
import { bytesSource } from '@yinji/core'
import { expect, test } from 'vitest'
import { boxesAt, findBox, walkBoxes } from '../../carriers/bmff.ts'
import { readMatroska } from '../../carriers/matroska.ts'
import { answer, cut, make, movieIn, withDamage } from '../hostile.test-kit.ts'
import { joinHevc, renumberedSample } from './hevc-sets.ts'
import { graftBlocks } from './matroska-graft.ts'
import { matroskaTrack } from './matroska-track.ts'
import { graftSamples } from './movie-graft.ts'
import { configurationOf, pictureTrack } from './movie-track.ts'
import { cutsOf, fitted, shownTimes } from './order.ts'
import { freeAvcId, joinAvc } from './parameter-sets.ts'
import { showingsOf, stretchesOf } from './stretches.ts'

const picture = 'testsrc2=size=64x64:rate=10:duration=2'

test('damaged parameter sets and slices of H.265 are renumbered or refused', async () => {
  const x265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error']
  const file = make('sets-265.mp4', picture, ...x265, '-pix_fmt', 'yuv420p')
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
