/**
 * Looks for the explicit label in a video (GB 45438-2025 5.4): the first seconds are decoded small and in shades of grey,
 * the label is searched at the corners and edges, and where it stands on the first frame, how long it stays. Without one
 * there, the last seconds are searched.
 */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Finding,
  finding,
  type Seen,
  type Source,
  throwIfAborted,
  type VisibleContext,
  YinjiError,
} from '@yinji/core'
import { probe, runFfmpeg } from '../../ffmpeg.ts'
import { type FoundWords, findLabel } from '../find-label.ts'
import type { GreyRaster } from '../grey.ts'
import { seen } from '../look.ts'
import { type VideoFacts, videoFacts } from '../video-facts.ts'
import { leastSeconds } from './stretches.ts'

/** Frames a second that are looked at: what is measured is right to a tenth of a second. */
const rate = 10
/** A label is measured up to this time; one that stays longer stays long enough. */
const searched = 6
const shortestSide = 320
const timeoutSeconds = 300

export async function lookAtVideo(source: Source, context: VisibleContext): Promise<Seen> {
  try {
    return await look(source, context)
  } catch (error) {
    throwIfAborted(context.signal)
    if (!(error instanceof YinjiError)) throw error
    return {
      state: 'unchecked',
      findings: [finding('visible.look.unchecked', { data: { what: error.message } })],
    }
  }
}

async function look(source: Source, context: VisibleContext): Promise<Seen> {
  const { tools, signal } = context
  const input = await context.pathOf(source)
  const facts = videoFacts(await probe(input, { tools, signal, timeoutSeconds }))
  const texts = context.previous ? [context.previous.text] : []
  const start = await framesOf(input, facts, { place: ['-t', `${searched}`], rate }, context)
  const first = start[0] && (await findLabel(start[0], texts))
  if (first) {
    const frames = await lasting(start, first, context)
    return { ...seen(first), findings: [...seen(first).findings, ...duration(frames, start.length)] }
  }
  const end =
    facts.duration > searched
      ? await framesOf(input, facts, { place: ['-sseof', '-1'], rate }, context)
      : start
  const last = end.at(-1)
  return seen(last && (await findLabel(last, texts)))
}

/** How many frames from the first on carry the label: it stays in one piece, so halving finds the end. */
async function lasting(
  frames: readonly GreyRaster[],
  words: FoundWords,
  { signal }: VisibleContext,
): Promise<number> {
  let [low, high] = [1, frames.length]
  while (low < high) {
    throwIfAborted(signal)
    const middle = (low + high) >> 1
    const frame = frames[middle]
    if (frame && (await findLabel(frame, [words.text]))?.position === words.position) low = middle + 1
    else high = middle
  }
  return low
}

function duration(frames: number, all: number): Finding[] {
  const data = { seconds: frames / rate }
  // A film that is over before the label may go carries it throughout.
  const whole = frames === all
  if (whole || data.seconds >= leastSeconds - 1 / rate) return [finding('visible.video.lasting', { data })]
  return [finding('visible.video.brief', { data })]
}

/**
 * Small, grey, upright, with square pixels.
 * @param place options of the input that choose a piece of the film
 * @param rate frames a second
 */
export async function framesOf(
  input: string,
  facts: VideoFacts,
  { place, rate }: { readonly place: readonly string[]; readonly rate: number },
  context: VisibleContext,
): Promise<GreyRaster[]> {
  const shown = { width: facts.width * facts.pixelAspect, height: facts.height }
  const factor = shortestSide / Math.min(shown.width, shown.height)
  const [width, height] = [Math.round(shown.width * factor), Math.round(shown.height * factor)]
  const output = join(await context.temporaryDirectory(), 'frames.grey')
  await rm(output, { force: true })
  // From the beginning of the file, even where the first frame comes later.
  const clock = place[0] === '-t' ? `fps=${rate}:start_time=0` : `fps=${rate}`
  const filter = `${clock},scale=${width}:${height}:flags=area,format=gray`
  await runFfmpeg(
    {
      inputs: [{ path: input, options: place }],
      options: ['-map', '0:v:0', '-vf', filter, '-f', 'rawvideo'],
      output,
    },
    { tools: context.tools, signal: context.signal, timeoutSeconds },
  )
  const bytes = await readFile(output)
  await rm(output)
  const size = width * height
  return Array.from({ length: Math.floor(bytes.byteLength / size) }, (_, index) => ({
    pixels: bytes.subarray(index * size, (index + 1) * size),
    width,
    height,
  }))
}
