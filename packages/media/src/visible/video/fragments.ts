/**
 * A movie in fragments (ISO/IEC 14496-12 8.8) as one with sample tables, which a label can be put into: every packet as
 * it was, under its time.
 */
import { join } from 'node:path'
import { type Source, ToolError } from '@yinji/core'
import { carryTags } from '../../carriers/movie-tags.ts'
import { runFfmpeg } from '../../ffmpeg.ts'
import { openFile } from '../../file.ts'
import type { Job } from './encode.ts'

/** Why a movie can't be taken apart as it is. */
export const inFragments = 'it is in fragments'

/** ffmpeg copies gigabytes in a minute. */
const timeoutSeconds = 3600

/** Undefined when ffmpeg can't put it together without loss. */
export async function defragmented(
  { source, facts, directory, context }: Job,
  input: string,
  format: string,
): Promise<Source | undefined> {
  if (facts.loss !== undefined) return undefined
  const output = join(directory, 'whole.mp4')
  const maps = facts.streams.flatMap(({ index }) => ['-map', `0:${index}`])
  const tags = facts.streams.flatMap(({ index }, to) => [`-map_metadata:s:${to}`, `0:s:${index}`])
  try {
    await runFfmpeg(
      {
        inputs: [{ path: input }],
        options: [
          ...[...maps, '-map_metadata', '0', ...tags, '-map_chapters', '0', '-c', 'copy'],
          ...['-video_track_timescale', `${facts.ticks}`, '-f', format],
        ],
        output,
      },
      { tools: context.tools, signal: context.signal, timeoutSeconds },
    )
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== 'tool.ffmpeg.failed') throw error
    return undefined
  }
  return carryTags(source, await openFile(output))
}
