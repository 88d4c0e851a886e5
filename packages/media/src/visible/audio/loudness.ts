/**
 * How loud a programme is: integrated loudness of ITU-R BS.1770-4, on which EBU R128 builds. K-weighting, blocks of
 * 400 ms every 100 ms, an absolute gate at −70 LUFS and one 10 LU below what is left, so that pauses do not count.
 */

/** Seconds between blocks; four of these make a block. */
const step = 0.1
const stepsOfBlock = 4
/** LUFS below which nothing is heard (BS.1770-4 annex 1). */
const absoluteGate = -70
const relativeGate = -10
/** The low-frequency channel of 5.1 and 7.1 does not count; in WAV order it is the fourth. */
const lowFrequency = 3

interface Biquad {
  readonly b: readonly [number, number, number]
  readonly a: readonly [number, number]
}

/** Share of a channel in the sum. Surround channels count like the others: the layout is seldom certain. */
const channelWeight = (channel: number, channels: number): number =>
  channels >= 6 && channel === lowFrequency ? 0 : 1

/** The sum of the weights: what a sound in every channel gains over one in a single channel. */
function channelSum(channels: number): number {
  let sum = 0
  for (let channel = 0; channel < channels; channel++) sum += channelWeight(channel, channels)
  return sum
}

/** Collects interleaved samples and answers with their integrated loudness. */
export class Loudness {
  readonly #channels: number
  readonly #length: number
  readonly #filters: readonly [Biquad, Biquad]
  /** Six values for each channel: the last two samples before, between and behind the filters. */
  readonly #state: Float64Array
  readonly #steps: number[] = []
  #sum = 0
  #frames = 0

  constructor(rate: number, channels: number) {
    this.#channels = channels
    this.#length = Math.max(1, Math.round(rate * step))
    this.#filters = [headFilter(rate), highPass(rate)]
    this.#state = new Float64Array(channels * 6)
  }

  /** Whole frames of interleaved samples, -1 to 1; infinities and NaN, which floating-point files may hold, count as silence. */
  add(samples: Float64Array): void {
    const frames = Math.floor(samples.length / this.#channels)
    for (let from = 0; from < frames; ) {
      const to = Math.min(frames, from + this.#length - this.#frames)
      for (let channel = 0; channel < this.#channels; channel++)
        if (channelWeight(channel, this.#channels) > 0)
          this.#sum += channelWeight(channel, this.#channels) * this.#power(samples, channel, from, to)
      this.#frames += to - from
      from = to
      if (this.#frames < this.#length) continue
      this.#steps.push(this.#sum / this.#length)
      this.#sum = 0
      this.#frames = 0
    }
  }

  /** Sum of the squares of one channel behind both filters. All numbers are at hand: this runs for millions of samples. */
  #power(samples: Float64Array, channel: number, from: number, to: number): number {
    const [head, high] = this.#filters
    const [h0, h1, h2] = head.b
    const [k1, k2] = head.a
    const [p0, p1, p2] = high.b
    const [q1, q2] = high.a
    const state = this.#state.subarray(channel * 6, channel * 6 + 6)
    let [x1 = 0, x2 = 0, y1 = 0, y2 = 0, z1 = 0, z2 = 0] = state
    let sum = 0
    for (let at = from * this.#channels + channel; at < to * this.#channels; at += this.#channels) {
      const sample = samples[at] as number
      const x = Number.isFinite(sample) ? sample : 0
      const y = settled(h0 * x + h1 * x1 + h2 * x2 - k1 * y1 - k2 * y2)
      const z = settled(p0 * y + p1 * y1 + p2 * y2 - q1 * z1 - q2 * z2)
      x2 = x1
      x1 = x
      y2 = y1
      y1 = y
      z2 = z1
      z1 = z
      sum += z * z
    }
    state.set([x1, x2, y1, y2, z1, z2])
    return sum
  }

  /** LUFS; undefined where there is nothing to hear. What is shorter than a block counts as one. */
  lufs(): number | undefined {
    const steps = this.#steps.length > 0 ? this.#steps : this.#frames > 0 ? [this.#sum / this.#frames] : []
    const width = Math.min(stepsOfBlock, steps.length)
    const blocks: number[] = []
    for (let at = 0; width > 0 && at + width <= steps.length; at++)
      blocks.push(mean(steps.slice(at, at + width)))
    const heard = blocks.filter((power) => level(power) > absoluteGate)
    if (heard.length === 0) return undefined
    const gate = level(mean(heard)) + relativeGate
    return level(mean(heard.filter((power) => level(power) > gate)))
  }
}

/** Of samples of one channel, as they would sound in so many channels. */
export function loudnessOf(samples: Float64Array, rate: number, channels = 1): number | undefined {
  const loudness = new Loudness(rate, 1)
  loudness.add(samples)
  // The last block may be shorter than a step.
  loudness.add(new Float64Array(Math.ceil(rate * step)))
  const lufs = loudness.lufs()
  return lufs === undefined ? undefined : lufs + 10 * Math.log10(channelSum(channels))
}

/** Numbers next to nothing take a processor many times as long. */
const settled = (value: number) => (Math.abs(value) < 1e-30 ? 0 : value)
const level = (power: number) => -0.691 + 10 * Math.log10(power)
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** The effect of a head, a shelf of +4 dB (BS.1770-4 table 1), for any sampling rate by the bilinear transform. */
function headFilter(rate: number): Biquad {
  const gain = 10 ** (3.999843853973347 / 20)
  const [q, mid] = [0.7071752369554196, gain ** 0.4996667741545416]
  const k = Math.tan((Math.PI * Math.min(1681.974450955533, rate * 0.45)) / rate)
  const a0 = 1 + k / q + k * k
  return {
    b: [(gain + (mid * k) / q + k * k) / a0, (2 * (k * k - gain)) / a0, (gain - (mid * k) / q + k * k) / a0],
    a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0],
  }
}

/** The high pass (BS.1770-4 table 2). */
function highPass(rate: number): Biquad {
  const q = 0.5003270373238773
  const k = Math.tan((Math.PI * Math.min(38.13547087602444, rate * 0.45)) / rate)
  const a0 = 1 + k / q + k * k
  return { b: [1, -2, 1], a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0] }
}
