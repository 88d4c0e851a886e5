/**
 * The rhythm label in front of the samples of a WAV file (GB 45438-2025 5.3), in the file's own sample format. The
 * content's samples stay as they are; chunks that count samples from the start are moved along.
 */
import {
  bytes,
  InputError,
  limits,
  type Source,
  splicedSource,
  throwIfAborted,
  type VisibleContext,
} from '@yinji/core'
import { partsOf, type Replacement } from '../carriers/replacements.ts'
import { type Riff, type RiffChunk, readRiff } from '../carriers/riff.ts'
import { resized } from '../carriers/riff-write.ts'
import { Loudness } from './loudness.ts'
import { decodePcm, encodePcm, type PcmFormat, pcmFormat } from './pcm.ts'
import { clipFrames, rhythmSamples } from './rhythm.ts'
import { shiftedPositions } from './wav-positions.ts'

/** Seconds of content whose loudness is measured, in pieces of one second spread over the whole. */
const measured = 60
/** Bytes of one piece, however many channels there are. */
const pieceBytes = 1024 * 1024

/**
 * The file with the label before its content, as a new source.
 * @throws InputError when the file is damaged, compressed, or would grow beyond what its form can hold.
 */
export async function prependToWav(source: Source, context: VisibleContext): Promise<Source> {
  const riff = await readRiff(source)
  const [fmt, data] = [chunkOf(riff, 'fmt '), chunkOf(riff, 'data')]
  if (riff.damage !== undefined || fmt === undefined || data === undefined)
    throw new InputError('input.damaged', {
      what: riff.damage ?? 'no fmt or data chunk',
      name: source.name ?? '',
    })
  const format = pcmFormat(await source.read(fmt.start + 8, Math.min(fmt.end, fmt.start + 8 + 40)))
  if (typeof format === 'string') throw new InputError('visible.content.unsupported', { what: format })
  const frames = clipFrames(format.rate)
  const size = frames * format.channels * format.width
  if (size > limits.metadataBytes)
    throw new InputError('input.size', { what: 'label', bytes: size, most: limits.metadataBytes })
  const level = await measure(source, data, format, context)
  const clip = encodePcm(format, rhythmSamples(format.rate, level))
  const changes: Replacement[] = [
    { start: data.start + 8, end: data.start + 8, parts: [bytes(clip)] },
    ...(await shiftedPositions(source, riff, frames)),
  ]
  return splicedSource(source, partsOf(source.size, resized(source, riff, changes, clip.byteLength)))
}

const chunkOf = (riff: Riff, id: string) => riff.chunks.find((chunk) => chunk.id === id)

/** Level of the content, from at most a minute of it. */
async function measure(
  source: Source,
  data: RiffChunk,
  format: PcmFormat,
  { signal, onProgress }: VisibleContext,
): Promise<number> {
  const loudness = new Loudness(format.rate, format.channels)
  const block = format.channels * format.width
  const total = Math.floor((data.end - data.start - 8) / block)
  const piece = Math.max(1, Math.min(format.rate, Math.floor(pieceBytes / block)))
  const wanted = Math.min(total, format.rate * measured)
  const count = Math.ceil(wanted / piece)
  for (let index = 0; index < count; index++) {
    throwIfAborted(signal)
    const first = Math.floor((index * total) / count)
    const from = data.start + 8 + first * block
    loudness.add(decodePcm(format, await source.read(from, from + Math.min(piece, total - first) * block)))
    onProgress?.((index + 1) / count)
  }
  return loudness.level()
}
