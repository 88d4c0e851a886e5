/**
 * The rhythm label `短长 短短` of GB 45438-2025 5.3, Morse code A I (·− ··). The standard gives the pattern and asks
 * that it be clearly distinguishable; the timing is ours: a unit of 120 ms, marks of one and three units, one unit
 * between marks, three between letters.
 */

/** Seconds. */
const unit = 0.12
/** Units of sound and silence in turn: short long, short short. */
const pattern = [1, 1, 3, 3, 1, 1, 1] as const
/** C6, heard well through any speaker and within the band of a telephone. */
const pitch = 1046.5
/** Seconds over which a mark rises and falls; without them it clicks. */
const ramp = 0.005
/** Seconds of silence between the label and the content. */
const pause = 0.4

export const rhythm = { unit, pattern, pitch, ramp, pause, duration: 11 * unit + pause } as const

/** The label as samples from -1 to 1 of one channel, its marks at the given RMS level. */
export function rhythmSamples(rate: number, rms: number): Float64Array {
  const samples = new Float64Array(clipFrames(rate))
  // Below 4 kHz of sampling the pitch would come close to the limit of what can be represented.
  const step = (2 * Math.PI * Math.min(pitch, rate / 4)) / rate
  const peak = rms * Math.SQRT2
  let at = 0
  for (const [index, units] of pattern.entries()) {
    const end = at + units * unit
    if (index % 2 === 0) mark(samples, Math.round(at * rate), Math.round(end * rate), { step, peak, rate })
    at = end
  }
  return samples
}

/** Samples per channel of label and pause: an even number, so that a clip of 8-bit samples needs no padding. */
export function clipFrames(rate: number): number {
  return 2 * Math.ceil((rhythm.duration * rate) / 2)
}

function mark(
  samples: Float64Array,
  from: number,
  to: number,
  { step, peak, rate }: { step: number; peak: number; rate: number },
): void {
  const edge = Math.max(1, ramp * rate)
  for (let at = from; at < to; at++) {
    const near = Math.min(1, (at - from) / edge, (to - 1 - at) / edge)
    const gain = (1 - Math.cos(Math.PI * near)) / 2
    samples[at] = peak * gain * Math.sin(step * (at - from))
  }
}
