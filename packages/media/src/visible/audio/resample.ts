/** Another sampling rate for a short clip: windowed sinc, the same in every build, so that labels sound alike everywhere. */

/** Zero crossings on each side: stop band below −70 dB. */
const reach = 16
/** Steps of the kernel between two crossings; in between it is interpolated. */
const fine = 256

/** One side of the kernel, Hann-windowed. */
const kernel = Float64Array.from({ length: reach * fine + 2 }, (_, index) => {
  const x = index / fine
  return x >= reach ? 0 : sinc(x) * (0.5 + 0.5 * Math.cos((Math.PI * x) / reach))
})

/** The same sound at another rate. */
export function resample(samples: Float64Array, from: number, to: number): Float64Array {
  if (from === to) return samples
  const out = new Float64Array(Math.max(1, Math.round((samples.length * to) / from)))
  // Above half of the lower rate nothing may be left.
  const scale = Math.min(1, to / from) * 0.97
  for (let index = 0; index < out.length; index++)
    out[index] = scale * between(samples, (index * from) / to, scale)
  return out
}

function between(samples: Float64Array, centre: number, scale: number): number {
  const width = reach / scale
  const first = Math.max(0, Math.ceil(centre - width))
  const last = Math.min(samples.length - 1, Math.floor(centre + width))
  let sum = 0
  for (let at = first; at <= last; at++) {
    const position = Math.abs(at - centre) * scale * fine
    const step = Math.floor(position)
    const low = kernel[step] ?? 0
    sum += (samples[at] ?? 0) * (low + ((kernel[step + 1] ?? 0) - low) * (position - step))
  }
  return sum
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** The kernel as it lies on the samples around a quarter, a half and three quarters of the way between two of them. */
const quarters = [0.25, 0.5, 0.75].map((part) =>
  Float64Array.from({ length: 2 * reach }, (_, tap) => kernel[Math.abs(tap + 1 - reach - part) * fine] ?? 0),
)

function weighed(samples: Float64Array, from: number, taps: Float64Array): number {
  let sum = 0
  const last = Math.min(taps.length, samples.length - from)
  for (let tap = Math.max(0, -from); tap < last; tap++)
    sum += (samples[from + tap] as number) * (taps[tap] as number)
  return sum
}

/** The highest point between the samples too (true peak, BS.1770-4 annex 2: four times oversampled). */
export function truePeak(samples: Float64Array): number {
  let peak = 0
  for (let at = 0; at < samples.length; at++) {
    const here = Math.abs(samples[at] ?? 0)
    if (here > peak) peak = here
    // Between two small samples nothing can rise high enough to matter.
    if (2 * Math.max(here, Math.abs(samples[at + 1] ?? 0)) <= peak) continue
    for (const taps of quarters) peak = Math.max(peak, Math.abs(weighed(samples, at + 1 - reach, taps)))
  }
  return peak
}
