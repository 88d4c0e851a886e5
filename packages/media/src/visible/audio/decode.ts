/** Samples out of compressed files, decoded by ffmpeg: always a stretch of bounded length, never a whole programme. */

import { randomUUID } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { VisibleContext } from '@yinji/core'
import { runFfmpeg } from '../../ffmpeg.ts'
import { Loudness } from './loudness.ts'
import { nearJoin } from './near.ts'

/** ffmpeg decodes minutes in a second; more time than this means that it hangs. */
const timeoutSeconds = 120

export interface Stretch {
  /** Samples per second after conversion. */
  readonly rate: number
  /** Seconds from the beginning. Default 0. */
  readonly from?: number | undefined
  readonly seconds: number
  /** Demuxer. Naming it keeps ffmpeg from seeing a playlist or anything else in the bytes. */
  readonly format?: string | undefined
  /** Default 1: all channels mixed down. */
  readonly channels?: number | undefined
}

/** Interleaved samples, -1 to 1. @throws ToolError as `runFfmpeg` does. */
export async function decodeFile(
  path: string,
  stretch: Stretch,
  context: VisibleContext,
): Promise<Float64Array> {
  const { rate, from = 0, seconds, format, channels = 1 } = stretch
  const output = join(await context.temporaryDirectory(), `${randomUUID()}.pcm`)
  const place = [...(from > 0 ? ['-ss', from.toFixed(3)] : []), '-t', seconds.toFixed(3)]
  const options = [...place, ...(format === undefined ? [] : ['-f', format])]
  await runFfmpeg(
    {
      inputs: [{ path, options }],
      options: ['-map', '0:a:0', '-ac', `${channels}`, '-ar', `${rate}`, '-c:a', 'pcm_f32le', '-f', 'f32le'],
      output,
    },
    { tools: context.tools, signal: context.signal, timeoutSeconds },
  )
  const bytes = await readFile(output)
  await rm(output, { force: true })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const samples = new Float64Array(Math.floor(bytes.byteLength / 4))
  // Millions of samples: a callback for each of them takes several times as long.
  for (let index = 0; index < samples.length; index++) samples[index] = view.getFloat32(index * 4, true)
  return samples
}

/** A file in which ffmpeg finds sound. */
export interface Programme {
  readonly path: string
  readonly format: string
  readonly rate: number
  readonly channels: number
  readonly seconds: number
}

/** More places than this are not measured one by one: each takes the level of the nearest. */
const mostMeasured = 8

/** Loudness of the content around each of some seconds; `undefined` where it is silent. */
export async function loudnessAt(
  programme: Programme,
  times: readonly number[],
  context: VisibleContext,
): Promise<(number | undefined)[]> {
  const { path, format, channels, seconds } = programme
  const stride = Math.ceil(times.length / mostMeasured)
  const levels: (number | undefined)[] = []
  for (const [index, time] of times.entries()) {
    if (index % stride !== 0) {
      levels.push(levels.at(-1))
      continue
    }
    const { from, to } = nearJoin(time, seconds)
    // Above 24 kHz there is nothing that K-weighting would not count alike.
    const rate = Math.min(48_000, programme.rate)
    const loudness = new Loudness(rate, channels)
    if (to > from)
      loudness.add(await decodeFile(path, { rate, from, seconds: to - from, format, channels }, context))
    levels.push(loudness.lufs())
  }
  return levels
}
