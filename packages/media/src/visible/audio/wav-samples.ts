/** The samples of a WAV file, whatever PCM they are stored as. */
import { InputError, type Source } from '@yinji/core'
import { type Riff, readRiff } from '../../carriers/riff.ts'
import { decodePcm, type PcmFormat, pcmFormat } from './pcm.ts'

/** Bytes that are read and measured at once, however many channels there are. */
const pieceBytes = 1024 * 1024

/** Samples of a WAV file. */
export interface WavSamples {
  readonly source: Source
  readonly riff: Riff
  readonly format: PcmFormat
  /** Offset of the first sample, bytes of one frame, frames in all. */
  readonly start: number
  readonly block: number
  readonly frames: number
}

/** @throws InputError when the file is damaged or compressed. */
export async function openWav(source: Source): Promise<WavSamples> {
  const riff = await readRiff(source)
  const [fmt, data] = [chunkOf(riff, 'fmt '), chunkOf(riff, 'data')]
  if (riff.damage !== undefined || fmt === undefined || data === undefined) {
    const what = riff.damage ?? 'no fmt or data chunk'
    throw new InputError('input.damaged', { what, name: source.name ?? '' })
  }
  const format = pcmFormat(await source.read(fmt.start + 8, Math.min(fmt.end, fmt.start + 8 + 40)))
  if (typeof format === 'string') throw new InputError('visible.content.unsupported', { what: format })
  const block = format.channels * format.width
  const start = data.start + 8
  return { source, riff, format, start, block, frames: Math.floor((data.end - start) / block) }
}

const chunkOf = (riff: Riff, id: string) => riff.chunks.find((chunk) => chunk.id === id)

/** Interleaved samples from one frame to another, in pieces. */
export async function* wavFrames(
  { source, format, start, block, frames }: WavSamples,
  from: number,
  to: number,
): AsyncGenerator<Float64Array> {
  const piece = Math.max(1, Math.floor(pieceBytes / block))
  const end = Math.min(to, frames)
  for (let at = Math.max(0, from); at < end; at += piece)
    yield decodePcm(format, await source.read(start + at * block, start + Math.min(end, at + piece) * block))
}
