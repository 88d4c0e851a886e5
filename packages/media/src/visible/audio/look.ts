/**
 * Listens to the beginning, the middle and the end of a sound for its explicit label (GB 45438-2025 5.3), for as long in
 * the middle as a label that is repeated stays away. A WAV is read here; anything compressed is decoded by ffmpeg.
 */
import {
  type Finding,
  finding,
  InputError,
  type Seen,
  type Source,
  ToolError,
  throwIfAborted,
  type VisibleContext,
} from '@yinji/core'
import { fieldsOf, probe } from '../../ffmpeg.ts'
import { decodeFile } from './decode.ts'
import { hearRhythm } from './hear-rhythm.ts'
import { hearVoice } from './hear-voice.ts'
import { usualInterval } from './joins.ts'
import { resample } from './resample.ts'
import { voiceWords } from './sound.ts'
import { hearingRate } from './spectrum.ts'
import { openWav, wavFrames } from './wav-samples.ts'

/** Seconds at each end: a label, its pauses, and an intro in front of it. */
const reach = 30
/** Up to this length, all of it is heard. */
const whole = 4 * reach
/** In the middle: the longest label with its pauses, and how much of it is heard at once. */
const [spoken, piece] = [10, 60] as const
/** However long the interval is, no more than this is heard of the middle. */
const mostMiddle = 900
const probeSeconds = 60

interface Stretch {
  readonly from: number
  readonly to: number
}

/** Mono samples at `hearingRate`. */
type Hear = (stretch: Stretch) => Promise<Float64Array>

export async function lookIntoWav(source: Source, context: VisibleContext): Promise<Seen> {
  return answered(async () => {
    const wav = await openWav(source)
    const { rate, channels } = wav.format
    const hear: Hear = async ({ from, to }) => {
      const mono = new Float64Array(Math.round((to - from) * rate))
      let at = 0
      for await (const samples of wavFrames(wav, Math.round(from * rate), Math.round(to * rate)))
        for (let index = 0; index < samples.length && at < mono.length; index += channels, at++)
          mono[at] = mean(samples, index, channels)
      return resample(mono, rate, hearingRate)
    }
    return listen(wav.frames / rate, hear, context)
  })
}

function mean(samples: Float64Array, at: number, channels: number): number {
  let sum = 0
  for (let channel = 0; channel < channels; channel++) sum += samples[at + channel] ?? 0
  return Number.isFinite(sum) ? sum / channels : 0
}

/** @param format demuxer of ffmpeg's */
export const lookInto =
  (format: string) =>
  async (source: Source, context: VisibleContext): Promise<Seen> =>
    answered(async () => {
      const path = await context.pathOf(source)
      const { tools, signal } = context
      const found = await probe(path, { tools, signal, timeoutSeconds: probeSeconds })
      const seconds = Number(fieldsOf(found.format)['duration'] ?? 0)
      const hear: Hear = ({ from, to }) =>
        decodeFile(path, { rate: hearingRate, from, seconds: to - from, format }, context)
      return listen(seconds, hear, context)
    })

/** What can't be decoded was not heard, which is an answer. */
async function answered(work: () => Promise<Seen>): Promise<Seen> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ToolError || error instanceof InputError)) throw error
    return {
      state: 'unchecked',
      findings: [finding('visible.look.unchecked', { data: { what: error.message } })],
    }
  }
}

/** From the middle on, as long as the interval of the label: the one that the record names, or else the usual one. */
function middleOf(seconds: number, every = usualInterval): Stretch {
  const length = Math.min(every + spoken, mostMiddle)
  const from = Math.max(reach, (seconds - length) / 2)
  return { from, to: Math.min(seconds - reach, from + length) }
}

/** Pieces that can be held in memory; a label at the edge of one is whole in the next. */
function piecesOf({ from, to }: Stretch): Stretch[] {
  const pieces: Stretch[] = []
  for (let at = from; at < to; at += piece) pieces.push({ from: at, to: Math.min(to, at + piece + spoken) })
  return pieces
}

async function listen(seconds: number, hear: Hear, { previous, signal }: VisibleContext): Promise<Seen> {
  const stretches: Stretch[] =
    seconds <= whole
      ? [{ from: 0, to: seconds }]
      : [{ from: 0, to: reach }, middleOf(seconds, previous?.every), { from: seconds - reach, to: seconds }]
  const findings: Finding[] = []
  let text: string | undefined
  for (const stretch of stretches.flatMap((one) => (seconds <= whole ? [one] : piecesOf(one)))) {
    throwIfAborted(signal)
    if (stretch.to <= stretch.from) continue
    const samples = await hear(stretch)
    const place = (at: number) => clock(stretch.from + at)
    for (const { at, pitch, unit } of hearRhythm(samples)) {
      const data = { at: place(at), pitch, unit: Math.round(unit * 1000) }
      findings.push(finding('visible.sound.rhythm.present', { data }))
    }
    for (const { at, language } of await hearVoice(samples)) {
      text ??= voiceWords[language]
      const data = { at: place(at), text: voiceWords[language] }
      findings.push(finding('visible.sound.voice.present', { data }))
    }
  }
  if (findings.length > 0) return { state: 'present', findings, ...(text === undefined ? {} : { text }) }
  const where = stretches.map(({ from, to }) => `${clock(from)}–${clock(to)}`).join(', ')
  return { state: 'absent', findings: [finding('visible.sound.absent', { data: { where } })] }
}

/** `1:02.3` */
function clock(seconds: number): string {
  const tenths = Math.round(seconds * 10)
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`
}
