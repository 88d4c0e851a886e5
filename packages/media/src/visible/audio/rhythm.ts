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

export const rhythm = { unit, pattern, pitch, ramp, duration: 11 * unit } as const

/** The label as samples of one channel, its marks at half of full scale. */
export function rhythmSamples(rate: number): Float64Array {
  const samples = new Float64Array(Math.round(rhythm.duration * rate))
  // Below 4 kHz of sampling the pitch would come close to the limit of what can be represented.
  const step = (2 * Math.PI * Math.min(pitch, rate / 4)) / rate
  let at = 0
  for (const [index, units] of pattern.entries()) {
    const end = at + units * unit
    if (index % 2 === 0) mark(samples, Math.round(at * rate), Math.round(end * rate), { step, rate })
    at = end
  }
  return samples
}

interface Tone {
  /** Radians from one sample to the next. */
  readonly step: number
  readonly rate: number
}

function mark(samples: Float64Array, from: number, to: number, { step, rate }: Tone): void {
  const edge = Math.max(1, ramp * rate)
  for (let at = from; at < to; at++) {
    const near = Math.min(1, (at - from) / edge, (to - 1 - at) / edge)
    samples[at] = 0.25 * (1 - Math.cos(Math.PI * near)) * Math.sin(step * (at - from))
  }
}
