/**
 * The label as sound: the rhythm, the spoken clip, or a file of the user's, at the loudness of the programme (EBU R128)
 * and the sampling rate of the content, with a pause between it and the content.
 */
import { loudnessOf } from './loudness.ts'
import { truePeak } from './resample.ts'

/** Seconds of silence between the label and the content. */
export const pause = 0.4
/** Of full scale: −1 dBTP (EBU R128). */
const mostPeak = 10 ** (-1 / 20)
/** LUFS of a programme that is silent throughout: the target of EBU R128. */
const usual = -23
/** A label that follows a whisper must still be heard, and one that follows a roar must not hurt. */
const [quietest, loudest] = [-36, -9] as const

/** Makes the label's samples at a rate: one channel, at any level. */
export type Sound = (rate: number) => Promise<Float64Array>

export interface Place {
  readonly rate: number
  readonly channels: number
  /** Of the content near the join; undefined where it is silent. */
  readonly lufs: number | undefined
  /** Whether content comes before and after it. */
  readonly before: boolean
  readonly after: boolean
}

/**
 * The samples of one channel, for all channels alike, with pauses; an even number, so that a clip of 8-bit samples
 * needs no padding.
 */
export async function clipFor(
  sound: Sound,
  { rate, channels, lufs, before, after }: Place,
): Promise<Float64Array> {
  const samples = await sound(rate)
  const gain = gainFor(samples, rate, channels, lufs)
  const lead = before ? Math.round(pause * rate) : 0
  const length = lead + samples.length + (after ? Math.round(pause * rate) : 0)
  const clip = new Float64Array(length + (length % 2))
  for (const [at, value] of samples.entries()) clip[lead + at] = value * gain
  return clip
}

function gainFor(samples: Float64Array, rate: number, channels: number, lufs: number | undefined): number {
  const own = loudnessOf(samples, rate, channels)
  if (own === undefined) return 1
  const wanted = Math.min(loudest, Math.max(quietest, lufs ?? usual))
  return Math.min(10 ** ((wanted - own) / 20), mostPeak / truePeak(samples))
}
