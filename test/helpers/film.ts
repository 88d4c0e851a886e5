/** Films in segments, as ffmpeg cuts them for HLS: what is played first, then a second each. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDirectory } from './identity.ts'

const pictures = [
  '-f',
  'lavfi',
  '-i',
  'testsrc=size=64x48:rate=10',
  '-t',
  '6',
  '-g',
  '10',
  '-pix_fmt',
  'yuv420p',
]
const hls = ['-f', 'hls', '-hls_time', '1', '-hls_list_size', '0', '-hls_segment_type', 'fmp4']
const named = ['-hls_fmp4_init_filename', 'init.mp4', '-hls_segment_filename', 'seg%d.m4s', 'film.m3u8']

export function cutFilm() {
  const folder = temporaryDirectory()
  execFileSync('ffmpeg', ['-v', 'error', ...pictures, ...hls, ...named], { cwd: folder })
  const names = readdirSync(folder).filter((name) => name.endsWith('.m4s'))
  return { folder, names, at: (name: string) => join(folder, name) }
}

export type CutFilm = ReturnType<typeof cutFilm>

export const bytesAt = (path: string) => new Uint8Array(readFileSync(path))
