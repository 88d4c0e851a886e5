/** What the label sounds like: the rhythm, one of the spoken clips that come with this package, or the user's own file. */
import { readFile } from 'node:fs/promises'
import { bytesSource, UsageError, type VisibleContext, type VisibleLabel } from '@yinji/core'
import type { Sound } from './clip.ts'
import { decodeFile } from './decode.ts'
import { resample } from './resample.ts'
import { rhythmSamples } from './rhythm.ts'
import { openWav, wavFrames } from './wav-samples.ts'

/** Seconds of a label of the user's own. Longer than this it is a programme. */
const longest = 30
/** Seconds of what is given without any sound to speak of. */
const shortest = 0.2

/** Languages of the spoken clips; `scripts/make-voice.ts` made them. */
export const voices = ['zh', 'en'] as const
export type Voice = (typeof voices)[number]

export interface Recording {
  readonly rate: number
  readonly samples: Float64Array
}

/** @throws UsageError when the user's file can't be decoded, is silent, or too long; ToolError as ffmpeg does. */
export async function soundOf(label: VisibleLabel, context: VisibleContext): Promise<Sound> {
  const { sound = 'rhythm', language = 'zh' } = label
  if (sound === 'rhythm') return async (rate) => rhythmSamples(rate)
  const recording = sound === 'voice' ? await voiceOf(language) : await ownRecording(sound.file, context)
  const made = new Map<number, Float64Array>()
  return async (rate) => {
    const known = made.get(rate) ?? resample(recording.samples, recording.rate, rate)
    made.set(rate, known)
    return known
  }
}

/** A clip that comes with this package. */
export async function voiceOf(language: Voice): Promise<Recording> {
  const file = new URL(`../../../assets/voice-${language}.wav`, import.meta.url)
  const wav = await openWav(bytesSource(new Uint8Array(await readFile(file))))
  const chunks: number[] = []
  for await (const samples of wavFrames(wav, 0, wav.frames)) chunks.push(...samples)
  return { rate: wav.format.rate, samples: Float64Array.from(chunks) }
}

async function ownRecording(file: string, context: VisibleContext): Promise<Recording> {
  const rate = 48_000
  const refuse = (why: string, cause?: unknown) =>
    new UsageError('visible.sound.file', { file, why }, cause === undefined ? {} : { cause })
  const samples = await decodeFile(file, { rate, seconds: longest + 1 }, context).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'tool.ffmpeg.failed')
      throw refuse('it can’t be decoded', error)
    throw error
  })
  const trimmed = trim(samples, rate)
  if (trimmed.length < shortest * rate) throw refuse('nothing can be heard in it')
  if (trimmed.length > longest * rate) throw refuse(`it is longer than ${longest} s`)
  return { rate, samples: trimmed }
}

/** Without the silence around it: the pauses are ours. */
function trim(samples: Float64Array, rate: number): Float64Array {
  const heard = 10 ** (-50 / 20)
  const first = samples.findIndex((value) => Math.abs(value) > heard)
  const last = samples.findLastIndex((value) => Math.abs(value) > heard)
  if (first < 0) return new Float64Array(0)
  const margin = Math.round(rate * 0.02)
  return samples.slice(Math.max(0, first - margin), last + 1 + margin)
}
