/**
 * The explicit label of video (GB 45438-2025 5.4): words on the first frames, at an edge or corner, for at least two
 * seconds. The picture track is encoded again; everything else in the file is carried over as it is.
 *
 * Measured with ffmpeg 5.1: a rotation can't be kept through a filter graph in every version, so it is baked in; the
 * displayed picture stays the same. Times are those of the source, variable frame rates included.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Drawn, Source, VisibleContext, VisibleLabel, VisibleLabeller } from '@yinji/core'
import { brandsOf } from '../carriers/brands.ts'
import { carryTags } from '../carriers/movie-tags.ts'
import { type Command, probe, probeEnd, runFfmpeg } from '../ffmpeg.ts'
import { openFile } from '../file.ts'
import { place, renderLabel } from './render.ts'
import { encoderOptions, type LastFrame, overlayFilter, timeOptions } from './video-encode.ts'
import { type VideoFacts, videoFacts } from './video-facts.ts'

/** 5.4: at least this long at normal speed; one frame is added, because the last one may be cut short. */
const labelSeconds = 2

export const videoLabeller: VisibleLabeller = {
  how: 'on the first 2 s, at an edge or corner',
  needs: 'ffmpeg',
  apply,
}

async function apply(source: Source, label: VisibleLabel, context: VisibleContext): Promise<Drawn> {
  const { tools, signal, onProgress } = context
  const input = await context.pathOf(source)
  const look = await probe(input, { tools, signal, timeoutSeconds: probeSeconds })
  const facts = videoFacts(look)
  const directory = await context.temporaryDirectory()
  const drawing = join(directory, 'label.png')
  const image = await renderLabel(label.text, facts)
  await writeFile(drawing, image.png)
  const position = label.position === 'auto' ? 'bottom-right' : label.position
  const at = place(position, facts, image)
  const end = facts.start + labelSeconds + 1 / facts.rate
  const quickTime = brandsOf(await source.read(0, 64))[0] === 'qt  '
  const output = join(directory, quickTime ? 'labelled.mov' : 'labelled.mp4')
  const command: Command = {
    inputs: [{ path: input }, { path: drawing, options: ['-f', 'png_pipe'] }],
    options: [
      ...['-filter_complex', overlayFilter(facts, at, end)],
      ...streamOptions(facts),
      ...encoderOptions(facts),
      ...timeOptions(facts, await lastFrame(input, facts, context), look.version),
      ...['-movflags', '+faststart', '-f', quickTime ? 'mov' : 'mp4'],
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
  const labelled = await carryTags(source, await openFile(output))
  return { source: labelled, label: { ...label, position }, path: 'encoded' }
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
