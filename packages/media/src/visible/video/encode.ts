/** Encodes the stretches that carry the label again: a clip of them is decoded, drawn on and encoded in one run of ffmpeg. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { limits, type Source, ToolError, type VisibleContext } from '@yinji/core'
import { findBox, walkBoxes } from '../../carriers/bmff.ts'
import { docTypeOf, readMatroska } from '../../carriers/matroska.ts'
import { loadBox } from '../../carriers/movie.ts'
import { runFfmpeg } from '../../ffmpeg.ts'
import { openFile } from '../../file.ts'
import { colorOptions, everyFrame, timeOptions } from '../video-encode.ts'
import { storedSize, type VideoFacts } from '../video-facts.ts'
import { type ClipSample, writeClip } from './clip.ts'
import { matroskaTrack } from './matroska-track.ts'
import { type MovieTrack, pictureTrack } from './movie-track.ts'
import { indicesOf } from './order.ts'
import { type Drawing, overlayGraph } from './overlay.ts'
import type { Samples } from './samples.ts'
import type { Showing, Stretch } from './stretches.ts'

/** What is done to one file: where its samples are, and the tools. */
export interface Job {
  readonly source: Source
  readonly facts: VideoFacts
  /** Version of ffmpeg. */
  readonly version: string
  readonly directory: string
  readonly context: VisibleContext
  /** Whether the pictures are bright under the label. */
  readonly bright: boolean
}

export interface Encoded {
  /** The file, open. */
  readonly file: Source & AsyncDisposable
  readonly track: Pick<MovieTrack, 'samples' | 'entries'>
}

export interface EncodeTask {
  readonly ticks: number
  readonly samples: Samples
  readonly entries: readonly Uint8Array[]
  readonly stretches: readonly Stretch[]
  readonly showings: readonly Showing[]
  readonly drawing: Drawing
  /** Options of the encoder. */
  readonly encoder: readonly string[]
  /** Format of the file with what it makes. */
  readonly container: 'mp4' | 'webm'
}

/** @throws ToolError when ffmpeg fails; in `strict` runs also where a frame can't be decoded without fault. */
export async function encodeStretches(job: Job, task: EncodeTask, strict: boolean): Promise<Encoded> {
  const { facts, directory, context } = job
  const input = join(directory, 'stretches.mp4')
  const output = join(directory, `encoded.${task.container}`)
  await Promise.all([rm(input, { force: true }), rm(output, { force: true })])
  const { samples, origin } = clipOf(job.source, task)
  const { width, height } = storedSize(facts)
  await writeClip(input, { ...task, samples, width, height }, context.signal)
  const inClip = (time: number) => (time - origin - 0.5) / task.ticks
  const showings = task.showings.map(({ from, until }) => ({ from: inClip(from), until: inClip(until) }))
  const first = samples.reduce(firstShown, { at: 0, least: Number.POSITIVE_INFINITY }).least / task.ticks
  const seconds = samples.reduce((sum, { duration }) => sum + duration, 0) / task.ticks
  const frames = samples.length
  await runFfmpeg(
    {
      inputs: [
        { path: input, options: [...(strict ? ['-xerror', '-err_detect', 'explode'] : []), '-copyts'] },
        { path: task.drawing.path, options: ['-f', 'png_pipe'] },
      ],
      options: [
        ...['-filter_complex', overlayGraph(facts, task.drawing, showings, first), '-map', '[picture]'],
        ...[...task.encoder, '-pix_fmt', facts.pixelFormat, ...colorOptions(facts)],
        ...['-force_key_frames', keyTimes(task, inClip)],
        ...(task.container === 'mp4' ? timeOptions(facts, undefined, job.version) : everyFrame(job.version)),
        ...['-map_metadata', '-1', '-f', task.container],
      ],
      output,
    },
    {
      tools: context.tools,
      signal: context.signal,
      onProgress: (at) => context.onProgress?.(Math.min(0.95, (0.95 * at) / seconds)),
      timeoutSeconds: Math.ceil(600 + (frames * width * height) / 1_000_000),
    },
  )
  await rm(input)
  return openEncoded(output, facts)
}

/** Samples of the stretches, their times from the first on; the time that is 0 in the clip. */
function clipOf(source: Source, { samples, stretches }: EncodeTask) {
  const indices = indicesOf(stretches)
  const first = samples.decoded[indices[0] ?? 0] ?? 0
  const lift = -indices.reduce((least, index) => Math.min(least, samples.delay[index] ?? 0), 0)
  const out = indices.map((index, at): ClipSample => {
    const next = indices[at + 1]
    const decoded = samples.decoded[index] ?? 0
    return {
      source,
      position: samples.position[index] ?? 0,
      size: samples.size[index] ?? 0,
      duration: next === undefined ? (samples.duration[index] ?? 1) : (samples.decoded[next] ?? 0) - decoded,
      delay: (samples.delay[index] ?? 0) + lift,
      sync: samples.sync[index] === 1,
      entry: samples.entry[index] ?? 1,
    }
  })
  return { samples: out, origin: first - lift }
}

const firstShown = ({ at, least }: { at: number; least: number }, { duration, delay }: ClipSample) => ({
  at: at + duration,
  least: Math.min(least, at + delay),
})

/** Decoding can begin again where it could, and at the beginning of each stretch. */
function keyTimes({ samples, stretches }: EncodeTask, inClip: (time: number) => number): string {
  const times = indicesOf(stretches)
    .filter((index) => samples.sync[index] === 1 || stretches.some(({ start }) => start === index))
    .map((index) => Math.max(0, inClip((samples.decoded[index] ?? 0) + (samples.delay[index] ?? 0))))
  return times.map((time) => time.toFixed(6)).join(',')
}

async function openEncoded(path: string, facts: VideoFacts): Promise<Encoded> {
  const file = await openFile(path)
  const track = await trackIn(file, facts)
  if (typeof track !== 'string') return { file, track }
  await file[Symbol.asyncDispose]()
  throw new ToolError('tool.ffmpeg.failed', { stderr: track })
}

async function trackIn(file: Source, facts: VideoFacts): Promise<Encoded['track'] | string> {
  if (docTypeOf(await file.read(0, limits.headBytes)) !== undefined)
    return matroskaTrack(file, await readMatroska(file), storedSize(facts))
  const box = findBox((await walkBoxes(file)).boxes, 'moov')
  const movie = box && (await loadBox(file, box))
  return movie === undefined || typeof movie === 'string'
    ? 'no moov box'
    : pictureTrack(movie.bytes, movie.box)
}
