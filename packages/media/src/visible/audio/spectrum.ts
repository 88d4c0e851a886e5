/** Short-time power spectra of sound at 8 kHz, the band of a telephone, in which every label can be heard. */

/** Samples per second. */
export const hearingRate = 8_000
/** Samples of a window; a bin is 31.25 Hz wide. */
const size = 256
export const binWidth = hearingRate / size
const bins = size / 2
const hann = Float64Array.from({ length: size }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / size))

export interface Spectra {
  /** Frames one after the other, `bins` powers each. */
  readonly power: Float64Array
  readonly frames: number
  readonly bins: number
  /** Seconds from one frame to the next. */
  readonly step: number
}

/** @param hop samples from one window to the next */
export function spectra(samples: Float64Array, hop: number): Spectra {
  const frames = Math.max(0, Math.floor((samples.length - size) / hop) + 1)
  const power = new Float64Array(frames * bins)
  const [re, im] = [new Float64Array(size), new Float64Array(size)]
  for (let frame = 0; frame < frames; frame++) {
    for (let at = 0; at < size; at++) {
      re[at] = (samples[frame * hop + at] ?? 0) * (hann[at] ?? 0)
      im[at] = 0
    }
    transform(re, im)
    // A sine of full scale has the power 1 in its bin.
    for (let bin = 0; bin < bins; bin++)
      power[frame * bins + bin] = ((re[bin] ?? 0) ** 2 + (im[bin] ?? 0) ** 2) / (size / 4) ** 2
  }
  return { power, frames, bins, step: hop / hearingRate }
}

const turns = Array.from({ length: size / 2 }, (_, at) => {
  const angle = (-2 * Math.PI * at) / size
  return [Math.cos(angle), Math.sin(angle)] as const
})
const reversed = Array.from({ length: size }, (_, at) =>
  Number.parseInt(at.toString(2).padStart(8, '0').split('').reverse().join(''), 2),
)

/** Fast Fourier transform in place, radix 2. */
function transform(re: Float64Array, im: Float64Array): void {
  for (const [at, other] of reversed.entries())
    if (other > at) {
      const held = re[at] ?? 0
      re[at] = re[other] ?? 0
      re[other] = held
    }
  for (let half = 1; half < size; half *= 2)
    for (let start = 0; start < size; start += half * 2)
      for (let index = 0; index < half; index++) {
        const [cos, sin] = turns[(index * size) / (2 * half)] ?? [1, 0]
        const [low, high] = [start + index, start + index + half]
        const [a, b] = [re[high] ?? 0, im[high] ?? 0]
        const [x, y] = [a * cos - b * sin, a * sin + b * cos]
        const [p, q] = [re[low] ?? 0, im[low] ?? 0]
        re[high] = p - x
        im[high] = q - y
        re[low] = p + x
        im[low] = q + y
      }
}
