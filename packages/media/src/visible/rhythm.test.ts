import { describe, expect, test } from 'vitest'
import { Loudness } from './loudness.ts'
import { clipFrames, rhythmSamples } from './rhythm.ts'

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

const rms = (samples: Float64Array) =>
  Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length)

describe.each([8000, 11025, 22050, 44100, 48000, 192000])('the rhythm at %i Hz', (rate) => {
  const samples = rhythmSamples(rate, 0.1)

  test('is short long, short short, then a pause', () => {
    const [short, gap, long, letter, third, gap2, fourth, pause = 0] = envelope(samples, rate)
    expect([short, gap, long, letter, third, gap2, fourth]).toEqual([120, 120, 360, 360, 120, 120, 120])
    expect(pause).toBeGreaterThanOrEqual(390)
  })

  test('sounds at the level asked for, without clicks', () => {
    const long = samples.subarray(Math.round(0.26 * rate), Math.round(0.58 * rate))
    expect(rms(long)).toBeCloseTo(0.1, 2)
    expect(Math.abs(samples[0] ?? 1)).toBeLessThan(0.001)
    expect(samples.length % 2).toBe(0)
    expect(samples).toHaveLength(clipFrames(rate))
  })
})

describe('the level of a programme', () => {
  const level = (samples: Float64Array, channels = 1) => {
    const loudness = new Loudness(8000, channels)
    loudness.add(samples)
    return loudness.level()
  }
  const decibels = (value: number) => 20 * Math.log10(value)
  const speech = Float64Array.from({ length: 16000 }, (_, at) => 0.2 * Math.sin(at / 3))

  test('leaves pauses out', () => {
    const withPauses = new Float64Array(64000)
    withPauses.set(speech, 8000)
    expect(decibels(level(withPauses))).toBeCloseTo(decibels(level(speech)), 1)
  })

  test('is that of the loudest channel', () => {
    const eight = new Float64Array(speech.length * 8)
    for (const [at, value] of speech.entries()) eight[at * 8 + 2] = value
    expect(decibels(level(eight, 8))).toBeCloseTo(decibels(level(speech)), 5)
  })

  test('stays between -30 and -9 dBFS, also for silence and for nonsense', () => {
    expect(decibels(level(speech.map((value) => value / 100)))).toBeCloseTo(-30)
    expect(decibels(level(speech.map((value) => Math.sign(value))))).toBeCloseTo(-9)
    expect(decibels(level(new Float64Array(8000)))).toBeCloseTo(-20)
    expect(decibels(level(new Float64Array(0)))).toBeCloseTo(-20)
    expect(decibels(level(Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY)))).toBeCloseTo(-20)
  })
})
