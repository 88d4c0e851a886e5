/**
 * The label among the samples of a WAV file (GB 45438-2025 5.3), in the file's own sample format. The content's
 * samples stay as they are; chunks that count samples from the start are moved along.
 */
import {
  bytes,
  type Drawn,
  InputError,
  limits,
  type Source,
  splicedSource,
  throwIfAborted,
  UsageError,
  type VisibleContext,
  type VisibleLabel,
} from '@yinji/core'
import { partsOf, type Replacement } from '../../carriers/replacements.ts'
import { resized } from '../../carriers/riff-write.ts'
import { clipFor } from './clip.ts'
import { joinTimes, noSound } from './joins.ts'
import { Loudness } from './loudness.ts'
import { nearJoin } from './near.ts'
import { encodePcm } from './pcm.ts'
import { soundOf } from './sound.ts'
import { shiftedPositions } from './wav-positions.ts'
import { openWav, type WavSamples, wavFrames } from './wav-samples.ts'

/**
 * The file with the label in it, as a new source.
 * @throws UsageError when it is to be encoded again; InputError when the file is damaged, compressed, or would grow beyond what its form can hold.
 */
export async function joinWav(source: Source, label: VisibleLabel, context: VisibleContext): Promise<Drawn> {
  const wav = await openWav(source)
  const { format, riff, start, block, frames } = wav
  const { rate, channels } = format
  if (frames === 0) throw noSound(source)
  if (label.encode === true) throw new UsageError('visible.sound.uncoded')
  // Absurd numbers are refused before memory is taken for them.
  const largest = Math.ceil(rate * 4) * block
  if (largest > limits.metadataBytes)
    throw new InputError('input.size', { what: 'label', bytes: largest, most: limits.metadataBytes })
  const sound = await soundOf(label, context)
  const inserted: { at: number; samples: number }[] = []
  const changes: Replacement[] = []
  const times = joinTimes(label, frames / rate)
  for (const [index, time] of times.entries()) {
    throwIfAborted(context.signal)
    const at = Math.min(frames, Math.round(time * rate))
    const lufs = await loudnessNear(wav, at)
    const clip = await clipFor(sound, { rate, channels, lufs, before: at > 0, after: at < frames })
    inserted.push({ at, samples: clip.length })
    const offset = start + at * block
    changes.push({ start: offset, end: offset, parts: [bytes(encodePcm(format, clip))] })
    context.onProgress?.((index + 1) / times.length)
  }
  const total = inserted.reduce((sum, { samples }) => sum + samples, 0)
  const before = (position: number) =>
    inserted.reduce((sum, { at, samples }) => (at <= position && at < frames ? sum + samples : sum), 0)
  const moves = { total, move: (position: number) => position + before(position) }
  changes.push(...(await shiftedPositions(source, riff, moves)))
  const drawn = splicedSource(source, partsOf(source.size, resized(source, riff, changes, total * block)))
  return { source: drawn, label, path: 'spliced' }
}

/** Of the content around a frame. */
async function loudnessNear(wav: WavSamples, frame: number): Promise<number | undefined> {
  const { rate, channels } = wav.format
  const { from, to } = nearJoin(frame / rate, wav.frames / rate)
  const loudness = new Loudness(rate, channels)
  for await (const samples of wavFrames(wav, Math.round(from * rate), Math.round(to * rate)))
    loudness.add(samples)
  return loudness.lufs()
}
