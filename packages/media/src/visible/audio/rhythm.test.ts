import { describe, expect, test } from 'vitest'
import { clipFor } from './clip.ts'
import { joinTimes } from './joins.ts'
import { Loudness, loudnessOf } from './loudness.ts'
import { resample, truePeak } from './resample.ts'
import { rhythm, rhythmSamples } from './rhythm.ts'

/** Lengths in milliseconds of sound and silence in turn, seen in windows of 10 ms. */
function envelope(samples: Float64Array, rate: number): number[] {
  const window = rate / 100
  const runs: number[] = []
  let sounding: boolean | undefined
  for (let at = 0; at + window <= samples.length; at += window) {
    const loud = samples
      .subarray(Math.round(at), Math.round(at + window))
      .some((value) => Math.abs(value) > 0.01)
    if (loud === sounding) runs[runs.length - 1] = (runs.at(-1) ?? 0) + 10
    else runs.push(10)
    sounding = loud
  }
  return runs
}

const place = { channels: 2, lufs: -20, before: false, after: true }
const rhythmSound = async (rate: number) => rhythmSamples(rate)

describe.each([8000, 11025, 22050, 44100, 48000, 192000])('the rhythm at %i Hz', (rate) => {
  test('is short long, short short, then a pause', async () => {
    const samples = await clipFor(rhythmSound, { ...place, rate })
    const [short, gap, long, letter, third, gap2, fourth, pause = 0] = envelope(samples, rate)
    expect([short, gap, long, letter, third, gap2, fourth]).toEqual([120, 120, 360, 360, 120, 120, 120])
    expect(pause).toBeGreaterThanOrEqual(390)
    expect(Math.abs(samples[0] ?? 1)).toBeLessThan(0.001)
    expect(samples.length % 2).toBe(0)
  })

  test('has the loudness asked for, in all its channels together', async () => {
    const samples = await clipFor(rhythmSound, { ...place, rate })
    expect(Math.abs((loudnessOf(samples, rate, 2) ?? 0) + 20)).toBeLessThan(0.3)
  })
})

test('a label after content begins with a pause, and one behind all of it ends without', async () => {
  const rate = 8000
  const samples = await clipFor(rhythmSound, { ...place, rate, before: true, after: false })
  expect(envelope(samples, rate)[0]).toBeGreaterThanOrEqual(390)
  expect(samples).toHaveLength(Math.round((rhythm.duration + 0.4) * rate))
})

test('a label never peaks above -1 dBTP, is audible after a whisper, and not deafening after a roar', async () => {
  const at = async (lufs: number) => clipFor(rhythmSound, { ...place, rate: 44100, lufs })
  expect(truePeak(await at(0))).toBeLessThanOrEqual(10 ** (-1 / 20) + 1e-9)
  expect(loudnessOf(await at(0), 44100, 2)).toBeLessThanOrEqual(-8.9)
  expect(loudnessOf(await at(-60), 44100, 2)).toBeCloseTo(-36, 0)
})

describe('loudness', () => {
  const sine = (rate: number, hertz: number, peak: number, seconds: number) =>
    Float64Array.from(
      { length: rate * seconds },
      (_, at) => peak * Math.sin((2 * Math.PI * hertz * at) / rate),
    )
  const stereo = (mono: Float64Array) =>
    Float64Array.from({ length: mono.length * 2 }, (_, at) => mono[at >> 1] ?? 0)
  const lufs = (samples: Float64Array, rate: number, channels: number) => {
    const loudness = new Loudness(rate, channels)
    loudness.add(samples)
    return loudness.lufs()
  }

  test.each([44100, 48000, 96000])(
    'of the reference tone is -23 LUFS at %i Hz (EBU Tech 3341, case 1)',
    (rate) => {
      const tone = stereo(sine(rate, 1000, 10 ** (-23 / 20), 5))
      expect(Math.abs((lufs(tone, rate, 2) ?? 0) + 23)).toBeLessThan(0.1)
    },
  )

  test('leaves pauses out (case 3: -36, -23, -36 dBFS)', () => {
    const piece = (level: number, seconds: number) => sine(48000, 1000, 10 ** (level / 20), seconds)
    const loudness = new Loudness(48000, 2)
    for (const samples of [piece(-36, 2), piece(-23, 12), piece(-36, 2)]) loudness.add(stereo(samples))
    expect(Math.abs((loudness.lufs() ?? 0) + 23)).toBeLessThan(0.1)
  })

  test('of silence, of nothing and of nonsense is none', () => {
    expect(lufs(new Float64Array(48000), 48000, 1)).toBeUndefined()
    expect(lufs(new Float64Array(0), 48000, 1)).toBeUndefined()
    expect(lufs(Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY), 48000, 1)).toBeUndefined()
  })
})

test('resampling keeps a tone and drops what the new rate can’t hold', () => {
  const tone = (hertz: number) =>
    Float64Array.from({ length: 24000 }, (_, at) => Math.sin((2 * Math.PI * hertz * at) / 24000))
  const power = (samples: Float64Array) => {
    const middle = samples.subarray(samples.length >> 2, samples.length >> 1)
    return middle.reduce((sum, value) => sum + value * value, 0) / middle.length
  }
  expect(power(resample(tone(1000), 24000, 44100))).toBeCloseTo(0.5, 2)
  expect(power(resample(tone(6000), 24000, 8000))).toBeLessThan(1e-4)
})

describe('labels stand', () => {
  const label = { text: 'AI生成', position: 'auto' } as const
  const end = Number.POSITIVE_INFINITY
  test.each([
    [{}, [0]],
    [{ moment: 'end' }, [end]],
    [{ moment: 'both' }, [0, end]],
    [{ every: 20 }, [0, 20, 40]],
    [{ moment: 'both', every: 30 }, [0, 30, end]],
    [{ moment: 'throughout' }, [0, end]],
    [{ moment: 'throughout', every: 25 }, [0, 25, 50, end]],
  ] as const)('%j', (more, times) => {
    expect(joinTimes({ ...label, ...more }, 60)).toEqual(times)
  })

  test.each([0, -1, 4, Number.NaN])('never every %d seconds', (every) => {
    expect(() => joinTimes({ ...label, every }, 60)).toThrow(
      expect.objectContaining({ code: 'visible.sound.interval' }),
    )
  })

  test('never a hundred thousand times', () => {
    expect(() => joinTimes({ ...label, every: 5 }, 1e6)).toThrow(/1000/)
  })
})
