/**
 * What ffmpeg does for the rhythm label of an MP3: it encodes the label like the content (libmp3lame), and decodes
 * some of the content so that its loudness can be measured.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { concat, type Source, type VisibleContext } from '@yinji/core'
import type { MpegFrame } from '../audio/mpeg.ts'
import { chunkHeader } from '../carriers/riff-write.ts'
import { runFfmpeg } from '../ffmpeg.ts'
import { Loudness } from './loudness.ts'
import { decodePcm, encodePcm, type PcmFormat } from './pcm.ts'
import { rhythmSamples } from './rhythm.ts'

/** Loudness needs no more than this of the content: seconds, and samples per second after conversion. */
const measured = { seconds: 60, rate: 16_000 } as const
/** For a minute of sound at most; ffmpeg needs well under a second. */
const timeoutSeconds = 60
/** Rates libmp3lame offers, in kbit/s: ISO/IEC 11172-3, 13818-3, and MPEG-2.5, where it stops at 64. */
const bitrates = {
  1: [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  2.5: [8, 16, 24, 32, 40, 48, 56, 64],
} as const

/** How the label must be encoded to be of a piece with the content. */
export interface Encoding {
  readonly frame: MpegFrame
  /** Bits per second. */
  readonly bitrate: number
}

/** Level for the label, from the first minute of the content. */
export async function measureLevel(source: Source, context: VisibleContext): Promise<number> {
  const output = join(await context.temporaryDirectory(), 'content.pcm')
  const { seconds, rate } = measured
  const format: PcmFormat = { kind: 'integer', channels: 2, rate, width: 2, bits: 16 }
  await runFfmpeg(
    {
      // The format is known; naming it keeps ffmpeg from seeing a playlist or anything else in the bytes.
      inputs: [{ path: await context.pathOf(source), options: ['-t', `${seconds}`, '-f', 'mp3'] }],
      options: ['-map', '0:a:0', '-ac', `${format.channels}`, '-ar', `${rate}`, '-f', 's16le'],
      output,
    },
    { tools: context.tools, signal: context.signal, timeoutSeconds },
  )
  const loudness = new Loudness(rate, format.channels)
  loudness.add(decodePcm(format, await readFile(output)))
  return loudness.level()
}

/** The label as MP3 frames, without tag and header frame, none of which needs another. */
export async function encodeClip(
  encoding: Encoding,
  rms: number,
  context: VisibleContext,
): Promise<Uint8Array> {
  const directory = await context.temporaryDirectory()
  const [input, output] = [join(directory, 'label.wav'), join(directory, 'label.mp3')]
  const { rate, channels, mode, version } = encoding.frame
  const format: PcmFormat = { kind: 'integer', channels, rate, width: 2, bits: 16 }
  await writeFile(input, waveFile(format, encodePcm(format, rhythmSamples(rate, rms))))
  const wanted = encoding.bitrate / 1000
  const bitrate = nearest(bitrates[version], wanted)
  const encoder = [
    '-c:a',
    'libmp3lame',
    '-b:a',
    `${bitrate}k`,
    '-reservoir',
    '0',
    '-joint_stereo',
    mode === 1 ? '1' : '0',
  ]
  const bare = [
    '-map_metadata',
    '-1',
    '-write_xing',
    '0',
    '-id3v2_version',
    '0',
    '-write_id3v1',
    '0',
    '-f',
    'mp3',
  ]
  await runFfmpeg(
    { inputs: [{ path: input, options: ['-f', 'wav'] }], options: [...encoder, ...bare], output },
    { tools: context.tools, signal: context.signal, timeoutSeconds },
  )
  return new Uint8Array(await readFile(output))
}

function waveFile({ channels, rate, width, bits }: PcmFormat, samples: Uint8Array): Uint8Array {
  const fmt = new DataView(new ArrayBuffer(16))
  fmt.setUint16(0, 1, true)
  fmt.setUint16(2, channels, true)
  fmt.setUint32(4, rate, true)
  fmt.setUint32(8, rate * channels * width, true)
  fmt.setUint16(12, channels * width, true)
  fmt.setUint16(14, bits, true)
  const chunks = [
    chunkHeader('fmt ', 16),
    new Uint8Array(fmt.buffer),
    chunkHeader('data', samples.byteLength),
    samples,
  ]
  return concat([
    chunkHeader('RIFF', 4 + 24 + 8 + samples.byteLength),
    new TextEncoder().encode('WAVE'),
    ...chunks,
  ])
}

function nearest(values: readonly number[], wanted: number): number {
  return values.reduce((best, value) => (Math.abs(value - wanted) < Math.abs(best - wanted) ? value : best))
}
