/** For tests only: what other programs see in a video. */
import { run } from '../programs.test-kit.ts'

/** Every packet of every stream with its time, as ffmpeg copies them. */
export const packets = (path: string, ...options: readonly string[]) =>
  run('ffmpeg', '-v', 'warning', ...options, '-i', path, '-map', '0', '-c', 'copy', '-f', 'framemd5', '-')

/** Tags of the file, as ffprobe reads them. */
export const formatTags = (path: string): Record<string, string> =>
  JSON.parse(run('ffprobe', '-v', 'error', '-show_entries', 'format_tags', '-of', 'json', path)).format
    .tags ?? {}

/** The label, as mediainfo reads it. */
export const labelInMediainfo = (path: string): unknown =>
  JSON.parse(run('mediainfo', '--Output=JSON', path)).media.track[0].extra.AIGC
