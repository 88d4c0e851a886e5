/**
 * AAC out of its ADTS stream and into an M4A (ISO/IEC 14496-14), which has a place for labels. The packets stay as they
 * are; only the headers before each of them become one description of all.
 */
import { join } from 'node:path'
import type { Remuxer } from '@yinji/core'
import { runFfmpeg } from '../ffmpeg.ts'
import { openFile } from '../file.ts'

export const remuxToM4a: Remuxer = {
  extension: 'm4a',
  async apply(source, context) {
    const { tools, signal } = context
    const input = await context.pathOf(source)
    const output = join(await context.temporaryDirectory(), 'remuxed.m4a')
    await runFfmpeg(
      {
        inputs: [{ path: input, options: ['-f', 'aac'] }],
        options: ['-map', '0:a:0', '-c', 'copy', '-movflags', '+faststart', '-f', 'ipod'],
        output,
      },
      { tools, signal, timeoutSeconds: 60 + Math.ceil(source.size / slowest) },
    )
    return openFile(output)
  },
}

/** Bytes a second that even a slow disk copies. */
const slowest = 1_000_000
