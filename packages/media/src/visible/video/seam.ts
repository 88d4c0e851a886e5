/** Plays the film across its seams: every frame has to come out, in order, without a complaint of the decoder. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Source, ToolError } from '@yinji/core'
import { runFfmpeg } from '../../ffmpeg.ts'
import { timeOptions } from '../video-encode.ts'
import { type ClipSample, writeClip } from './clip.ts'
import type { Job } from './encode.ts'
import type { Samples } from './samples.ts'
import type { Stretch } from './stretches.ts'

/** Samples behind a seam that are decoded: more than any decoder holds back. */
const behind = 32

export interface Joint {
  readonly ticks: number
  readonly samples: Samples
  readonly entries: readonly Uint8Array[]
  readonly stretches: readonly Stretch[]
  /** Where the samples of the stretches are; the others are in the source. */
  readonly encoded: Source
}

/** What is wrong with the seams, in words; undefined when nothing is. */
export async function seamFault(job: Job, joint: Joint): Promise<string | undefined> {
  const windows = windowsOf(joint)
  if (windows.length === 0) return undefined
  const samples = windows.flatMap((window) => clipSamples(job.source, joint, window))
  const path = join(job.directory, 'seams.mp4')
  const list = join(job.directory, 'seams.txt')
  await Promise.all([rm(path, { force: true }), rm(list, { force: true })])
  const { width, height } = job.facts
  await writeClip(path, { ...joint, samples, width, height }, job.context.signal)
  try {
    await runFfmpeg(
      {
        inputs: [{ path, options: ['-xerror', '-err_detect', 'explode', '-copyts'] }],
        options: ['-map', '0:v:0', ...timeOptions(job.facts, undefined, job.version), '-f', 'framecrc'],
        output: list,
      },
      {
        tools: job.context.tools,
        signal: job.context.signal,
        timeoutSeconds: Math.ceil(600 + (samples.length * width * height) / 1_000_000),
      },
    )
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== 'tool.ffmpeg.failed') throw error
    return `the decoder stumbles at the seam: ${String(error.details?.['stderr'] ?? '')}`
  }
  return listFault(await readFile(list, 'latin1'), samples.length)
}

/** From the sync sample before each seam to some samples behind it. */
function windowsOf({ samples, stretches }: Joint): Stretch[] {
  const seams = stretches.flatMap(({ start, end }) => [start, end])
  const windows: Stretch[] = []
  for (const seam of seams) {
    if (seam === 0 || seam >= samples.count) continue
    let start = seam - 1
    while (start > 0 && samples.sync[start] !== 1) start--
    const last = windows.at(-1)
    const end = Math.min(samples.count, seam + behind)
    if (last && start < last.end) windows[windows.length - 1] = { start: last.start, end }
    else windows.push({ start, end })
  }
  return windows
}

function clipSamples(source: Source, joint: Joint, { start, end }: Stretch): ClipSample[] {
  const { samples, stretches, encoded } = joint
  const lift = -samples.delay.reduce((least, delay) => Math.min(least, delay), 0)
  // A window ends among pictures that are shown later; the next begins when all of them are through.
  const pause = lift + samples.delay.reduce((most, delay) => Math.max(most, delay), 0)
  return Array.from({ length: end - start }, (_, at) => {
    const index = start + at
    const fresh = stretches.some((stretch) => index >= stretch.start && index < stretch.end)
    return {
      source: fresh ? encoded : source,
      position: samples.position[index] ?? 0,
      size: samples.size[index] ?? 0,
      duration: (samples.duration[index] ?? 1) + (index === end - 1 ? pause : 0),
      delay: (samples.delay[index] ?? 0) + lift,
      sync: samples.sync[index] === 1,
      entry: samples.entry[index] ?? 1,
    }
  })
}

/** Lines `stream, dts, pts, duration, size, checksum`. */
function listFault(list: string, expected: number): string | undefined {
  const times = list
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => Number(line.split(',')[2]))
  if (times.length !== expected) return `${expected} frames at the seam, ${times.length} of them shown`
  const back = times.findIndex((time, index) => index > 0 && time <= (times[index - 1] ?? 0))
  return back < 0 ? undefined : `time runs backwards at the seam`
}
