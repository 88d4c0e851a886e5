/**
 * How loud a programme is where it sounds at all: the RMS level over windows of 100 ms, silence and pauses left out
 * in two steps, as ITU-R BS.1770 gates loudness (an absolute threshold, then one relative to what is left).
 */

/** Seconds. */
const windowLength = 0.1
/** Mean square of −60 dBFS: below it nobody speaks. */
const silence = 10 ** (-60 / 10)
/** −10 dB relative to the mean of what is not silent. */
const relativeGate = 0.1
/** The label is never below or above these RMS levels, −30 and −9 dBFS, whatever the programme does. */
const quietest = 10 ** (-30 / 20)
const loudest = 10 ** (-9 / 20)
/** −20 dBFS, for a programme that is silent throughout. */
const usual = 10 ** (-20 / 20)

/** Collects samples, frame by frame, and answers with the RMS level for a label. */
export class Loudness {
  readonly #channels: number
  readonly #length: number
  readonly #windows: number[] = []
  #squares: Float64Array
  #frames = 0

  constructor(rate: number, channels: number) {
    this.#channels = channels
    this.#length = Math.max(1, Math.round(rate * windowLength))
    this.#squares = new Float64Array(channels)
  }

  /** Interleaved samples, -1 to 1. */
  add(samples: Float64Array): void {
    let channel = 0
    for (const sample of samples) {
      // Floating-point files may hold infinities and NaN.
      if (Number.isFinite(sample)) this.#squares[channel] = (this.#squares[channel] ?? 0) + sample * sample
      if (++channel < this.#channels) continue
      channel = 0
      if (++this.#frames === this.#length) this.#close()
    }
  }

  /** A window counts by its loudest channel, so that silent channels of a surround mix do not dilute it. */
  #close(): void {
    this.#windows.push(Math.max(...this.#squares) / this.#frames)
    this.#squares.fill(0)
    this.#frames = 0
  }

  /** Level for the label, 1 being the RMS of a full-scale square wave. */
  level(): number {
    if (this.#windows.length === 0 && this.#frames > 0) this.#close()
    const sounding = this.#windows.filter((square) => square > silence)
    const gate = mean(sounding) * relativeGate
    const voiced = mean(sounding.filter((square) => square >= gate))
    return voiced === 0 ? usual : clampLevel(Math.sqrt(voiced))
  }
}

export const clampLevel = (rms: number): number => Math.min(loudest, Math.max(quietest, rms))

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
