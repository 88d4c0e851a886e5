/**
 * The explicit label of video (GB 45438-2025 5.4): words at an edge or corner, on the first frames for at least two
 * seconds, and wherever else they are wanted. Only what carries them is encoded again where that can be done; else the
 * picture track is, and everything else in the file is carried over. Times are the source's, variable rates included.
 */
import { join } from 'node:path'
import {
  type Drawn,
  type Finding,
  finding,
  limits,
  type Source,
  type VisibleContext,
  type VisibleLabel,
} from '@yinji/core'
import { brandsOf } from '../carriers/brands.ts'
import { isFlv } from '../carriers/flv-tags.ts'
import { docTypeOf } from '../carriers/matroska.ts'
import { carryTags } from '../carriers/movie-tags.ts'
import { isRiff } from '../carriers/riff.ts'
import { type Command, probe, probeEnd, runFfmpeg } from '../ffmpeg.ts'
import { openFile } from '../file.ts'
import type { Job } from './video/encode.ts'
import { defragmented, inFragments } from './video/fragments.ts'
import { drawUpright, overlayGraph } from './video/overlay.ts'
import { type PlacedLabel, spliceLabel } from './video/splice.ts'
import { spotInVideo } from './video/spot.ts'
import { leastSeconds, showingsOf } from './video/stretches.ts'
import { encoderOptions, everyTime, type LastFrame, timeOptions } from './video-encode.ts'
import { unsupported, type VideoFacts, videoFacts } from './video-facts.ts'

export { lookAtVideo as look } from './video/look.ts'

export async function apply(source: Source, label: VisibleLabel, context: VisibleContext): Promise<Drawn> {
  const { tools, signal } = context
  const input = await context.pathOf(source)
  const { version, ...look } = await probe(input, { tools, signal, timeoutSeconds: probeSeconds })
  const facts = await timed(videoFacts({ version, ...look }), input, context)
  const directory = await context.temporaryDirectory()
  const { position, bright } = await spotInVideo(input, facts, label, context)
  const format = await formatOf(source)
  const job: Job = { source, facts, version, directory, context, bright }
  const placed = { ...label, position }
  const short = shortness(facts)
  if (label.encode) return encodeAll(job, input, placed, short)
  const first = seamless.has(format)
    ? await spliceLabel(job, placed)
    : `its container is ${format.toUpperCase()}`
  const spliced = first === inFragments ? await spliceFragments(job, input, placed) : first
  if (typeof spliced !== 'string') return { ...spliced, findings: [...(spliced.findings ?? []), ...short] }
  const why = finding('visible.video.encoded', { data: { why: spliced } })
  return encodeAll(job, input, placed, [why, ...short])
}

/** Containers into which pictures of our own can be grafted. */
const seamless: ReadonlySet<string> = new Set(['mov', 'mp4', 'matroska', 'webm'])

/** Fragments are put together first; every packet stays as it is. */
async function spliceFragments(job: Job, input: string, label: PlacedLabel): Promise<Drawn | string> {
  const whole = await defragmented(job, input, await formatOf(job.source))
  if (whole === undefined) return inFragments
  const drawn = await spliceLabel({ ...job, source: whole }, label)
  if (typeof drawn === 'string') {
    await whole[Symbol.asyncDispose]?.()
    return drawn
  }
  const { source } = drawn
  const close = async () => {
    await source[Symbol.asyncDispose]?.()
    await whole[Symbol.asyncDispose]?.()
  }
  const findings = [...(drawn.findings ?? []), finding('visible.video.joined')]
  return { ...drawn, source: { ...source, [Symbol.asyncDispose]: close }, findings }
}

/** Recorders of streams don't know how long the film will be, and write nothing: then its last frame tells. */
async function timed(facts: VideoFacts, input: string, context: VisibleContext): Promise<VideoFacts> {
  if (facts.duration > 0) return facts
  const last = await lastFrame(input, facts, context)
  return last ? { ...facts, duration: (last.at + last.duration) / facts.ticks } : facts
}

/** A film that is over before the label may go carries it throughout (5.4). */
function shortness({ duration }: VideoFacts): Finding[] {
  if (!(duration > 0 && duration < leastSeconds)) return []
  return [finding('visible.video.short', { data: { seconds: Number(duration.toFixed(2)) } })]
}

/**
 * Every picture is encoded again; sound, subtitles, chapters and tags are carried over. Measured with ffmpeg 5.1: a
 * rotation can't be kept through a filter graph in every version, so it is baked in; the displayed picture stays the same.
 */
async function encodeAll(
  { source, facts, version, directory, context, bright }: Job,
  input: string,
  label: PlacedLabel,
  findings: readonly Finding[],
): Promise<Drawn> {
  const { tools, signal, onProgress } = context
  if (facts.loss !== undefined) unsupported(facts.loss)
  const drawing = await drawUpright(label, { ...facts, bright }, directory)
  const format = await formatOf(source)
  const movie = format === 'mov' || format === 'mp4'
  const output = join(directory, `labelled.${format}`)
  const command: Command = {
    inputs: [{ path: input }, { path: drawing.path, options: ['-f', 'png_pipe'] }],
    options: [
      ...['-filter_complex', overlayGraph(facts, drawing, roughShowings(label, facts), facts.start)],
      ...streamOptions(facts),
      ...encoderOptions(facts),
      ...(movie
        ? timeOptions(facts, await lastFrame(input, facts, context), version)
        : everyTime(facts, version)),
      ...(movie ? ['-movflags', '+faststart'] : []),
      ...['-f', format],
    ],
    output,
  }
  const { duration } = facts
  await runFfmpeg(command, {
    tools,
    signal,
    onProgress: onProgress && ((seconds) => onProgress(Math.min(1, duration > 0 ? seconds / duration : 0))),
    timeoutSeconds: encodeSeconds(facts),
  })
  onProgress?.(1)
  const fresh = await openFile(output)
  const labelled = movie ? await carryTags(source, fresh) : named(fresh, source.name)
  return { source: labelled, label, path: 'encoded', findings }
}

/** As ffmpeg calls it. */
async function formatOf(source: Source): Promise<'mov' | 'mp4' | 'matroska' | 'webm' | 'avi' | 'flv'> {
  const head = await source.read(0, limits.headBytes)
  if (isRiff(head, 'AVI ')) return 'avi'
  if (isFlv(head)) return 'flv'
  const type = docTypeOf(head)
  if (type !== undefined) return type === 'webm' ? 'webm' : 'matroska'
  return brandsOf(head)[0] === 'qt  ' ? 'mov' : 'mp4'
}

/** A source under another name. */
const named = (source: Source & AsyncDisposable, name: string | undefined): Source & AsyncDisposable => ({
  name,
  size: source.size,
  read: (start, end) => source.read(start, end),
  [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
})

/** Showings in seconds of the file, as if its frames came at their mean rate. */
function roughShowings(label: VisibleLabel, { start, duration, rate }: VideoFacts) {
  const frames = Math.max(1, Math.ceil(duration * rate))
  const times = Float64Array.from({ length: frames }, (_, index) => start + index / rate)
  const last = times.at(-1) ?? start
  return showingsOf(label, times, 1).map(({ from, until }) => ({
    from: from <= start ? start : from - 0.5 / rate,
    until: until > last ? duration + start + 1 : until,
  }))
}

const probeSeconds = 60

async function lastFrame(
  input: string,
  facts: VideoFacts,
  { tools, signal }: VisibleContext,
): Promise<LastFrame | undefined> {
  const index = facts.streams.find(({ picture }) => picture)?.index ?? 0
  const packets = await probeEnd(input, index, { tools, signal, timeoutSeconds: probeSeconds })
  const frames = packets.map(({ pts, duration }) => ({ at: Number(pts), duration: Number(duration) }))
  const last = frames.reduce((a, b) => (b.at > a.at ? b : a), { at: -1, duration: 0 })
  if (!(last.at >= 0 && last.duration > 0)) return undefined
  return { at: last.at - Math.round(facts.offset * facts.ticks), duration: last.duration }
}

/** A million pixels a second is a tenth of what the slowest encoder does on one old core. */
function encodeSeconds({ width, height, duration, rate }: VideoFacts): number {
  return Math.ceil(600 + (duration * rate * width * height) / 1_000_000)
}

/** Which streams go where; tags of each stream (language, name) come along, chapters too. */
function streamOptions(facts: VideoFacts): string[] {
  const maps = facts.streams.flatMap(({ index, picture }) => ['-map', picture ? '[picture]' : `0:${index}`])
  const tags = facts.streams.flatMap(({ index }, to) => [`-map_metadata:s:${to}`, `0:s:${index}`])
  const chosen = facts.default ? ['-disposition:v:0', 'default'] : []
  return [...maps, '-map_metadata', '0', ...tags, '-map_chapters', '0', '-c', 'copy', ...chosen]
}
