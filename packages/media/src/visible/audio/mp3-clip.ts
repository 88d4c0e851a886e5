/** What ffmpeg does for the label of an MP3: it encodes it like the content (libmp3lame). */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ToolError, type VisibleContext } from '@yinji/core'
import { alike, type MpegFrame, mpegFrame } from '../../audio/mpeg.ts'
import { mainDataBegin } from '../../audio/side-info.ts'
import { runFfmpeg } from '../../ffmpeg.ts'
import type { EncodedClip } from './mp3-header.ts'
import { waveFile } from './wave-file.ts'

/** For half a minute of sound at most; ffmpeg needs well under a second. */
const timeoutSeconds = 60
/** Samples before the signal in a stream of LAME's, which every MP3 encoder of ffmpeg is. */
const encoderDelay = 576
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
  /** Copyright, original and emphasis bits of the content's frame headers. */
  readonly bits: number
}

/** The label as MP3 frames, without tag and header frame, none of which needs another. */
export async function encodeClip(
  encoding: Encoding,
  samples: Float64Array,
  context: VisibleContext,
): Promise<EncodedClip> {
  const directory = await context.temporaryDirectory()
  const [input, output] = [join(directory, 'label.wav'), join(directory, 'label.mp3')]
  const { rate, channels, mode, version } = encoding.frame
  await writeFile(input, waveFile(samples, rate, channels))
  const bitrate = nearest(bitrates[version], encoding.bitrate / 1000)
  const joint = ['-joint_stereo', mode === 1 ? '1' : '0']
  const encoder = ['-c:a', 'libmp3lame', '-b:a', `${bitrate}k`, '-reservoir', '0', ...joint]
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
    { inputs: [{ path: input, options: ['-f', 'wav'] }], options: [...encoder, ...bare, '-y'], output },
    { tools: context.tools, signal: context.signal, timeoutSeconds },
  )
  return matched(new Uint8Array(await readFile(output)), encoding, samples.length)
}

/** Checks that the frames are of the content's kind and self-contained, and gives them its header bits. */
function matched(clip: Uint8Array, { frame: like, bits }: Encoding, samples: number): EncodedClip {
  let frames = 0
  let at = 0
  for (let frame = mpegFrame(clip, 0); frame !== undefined; frame = mpegFrame(clip, at)) {
    if (!alike(frame, like) || frame.channels !== like.channels || mainDataBegin(clip, at, frame) !== 0)
      throw notLike()
    // Two independent channels (mode 2) decode like stereo.
    const mode = like.mode === 2 ? 0x80 : (clip[at + 3] ?? 0) & 0xf0
    clip[at + 3] = mode | bits
    frames++
    at += frame.length
  }
  if (frames === 0 || at !== clip.byteLength) throw notLike()
  const padding = Math.min(0xfff, Math.max(0, frames * like.samples - encoderDelay - samples))
  return { bytes: clip, frames, delay: encoderDelay, padding }
}

const notLike = () =>
  new ToolError('tool.ffmpeg.failed', { stderr: 'the label was not encoded like the content' })

function nearest(values: readonly number[], wanted: number): number {
  return values.reduce((best, value) => (Math.abs(value - wanted) < Math.abs(best - wanted) ? value : best))
}
