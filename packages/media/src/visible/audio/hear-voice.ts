/**
 * Hears the spoken labels that come with this package, by comparing pictures of the sound: loudness in sixteen bands
 * over time, correlated with those of each clip at every moment. Words that somebody else speaks are not understood.
 */
import { resample } from './resample.ts'
import { type Voice, voiceOf, voices } from './sound.ts'
import { binWidth, hearingRate, type Spectra, spectra } from './spectrum.ts'

export interface HeardVoice {
  /** Seconds from the beginning of the samples. */
  readonly at: number
  readonly language: Voice
  /** Correlation, 1 for the clip itself. */
  readonly score: number
}

/** 20 ms, shorter than any sound of speech. */
const hop = hearingRate / 50
const bands = 16
/** Hertz. */
const [lowest, highest] = [250, 3_600] as const
/** Other sentences of the same voice reach 0.5; the clip through MP3 at 32 kbit/s stays above 0.9. */
const enough = 0.75
/** Power relative to the loudest band below which differences are noise. */
const floor = 1e-4

export async function hearVoice(samples: Float64Array): Promise<HeardVoice[]> {
  const sound = picture(spectra(samples, hop))
  const heard: HeardVoice[] = []
  for (const language of voices) {
    const best = bestMatch(await clipPicture(language), sound)
    if (best.score >= enough)
      heard.push({ at: (best.frame * hop) / hearingRate, language, score: best.score })
  }
  return heard
}

async function clipPicture(language: Voice): Promise<Float64Array> {
  const { samples, rate } = await voiceOf(language)
  return picture(spectra(resample(samples, rate, hearingRate), hop))
}

/** Logarithms of the power in each band, frame after frame. */
function picture({ power, frames, bins }: Spectra): Float64Array {
  const out = new Float64Array(frames * bands)
  for (let frame = 0; frame < frames; frame++)
    for (let bin = Math.ceil(lowest / binWidth); bin * binWidth < highest; bin++)
      out[frame * bands + bandOf(bin)] =
        (out[frame * bands + bandOf(bin)] ?? 0) + (power[frame * bins + bin] ?? 0)
  const loudest = out.reduce((most, value) => Math.max(most, value), 1e-9)
  return out.map((value) => Math.log10(value + loudest * floor))
}

/** Bands grow wider with the pitch, as they do in the ear. */
const bandOf = (bin: number) =>
  Math.min(bands - 1, Math.floor((bands * Math.log((bin * binWidth) / lowest)) / Math.log(highest / lowest)))

function bestMatch(clip: Float64Array, sound: Float64Array): { score: number; frame: number } {
  const centred = centre(clip)
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0))
  let best = { score: 0, frame: 0 }
  for (let frame = 0; frame * bands + clip.length <= sound.length; frame++) {
    const from = frame * bands
    let [dot, sum, squares] = [0, 0, 0]
    for (let at = 0; at < clip.length; at++) {
      const value = sound[from + at] ?? 0
      dot += value * (centred[at] ?? 0)
      sum += value
      squares += value * value
    }
    const spread = Math.sqrt(Math.max(0, squares - (sum * sum) / clip.length))
    const score = spread < 1e-6 ? 0 : dot / (spread * length)
    if (score > best.score) best = { score, frame }
  }
  return best
}

function centre(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.map((value) => value - mean)
}
