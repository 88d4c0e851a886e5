/** Films of six seconds, as ffmpeg cuts them: what is played first, then a second each. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const words = (text: string) => text.split(' ')
const picture = words('-f lavfi -i testsrc=size=64x48:rate=10')
const coded = words('-t 6 -g 10 -c:v libx264 -pix_fmt yuv420p')
const silent = [...picture, ...coded]
/** What ffmpeg is told of a film with sound. */
export const sounding = [...picture, ...words('-f lavfi -i sine'), ...coded, ...words('-c:a aac')]

const dash = [
  ...words('-map 0:v -f dash -seg_duration 1'),
  ...words('-init_seg_name init.mp4 -media_seg_name seg$Number$.m4s'),
]
const ways = {
  hls: [
    ...words('-f hls -hls_time 1 -hls_list_size 0 -hls_segment_type fmp4'),
    ...words('-hls_fmp4_init_filename init.mp4 -hls_segment_filename seg%d.m4s film.m3u8'),
  ],
  dash: [...dash, 'film.mpd'],
  /** Of several fragments each. */
  fragments: [...dash, ...words('-frag_type duration -frag_duration 0.3 film.mpd')],
}

/** @param folder an empty one, for the initialization segment, the others and their list */
export function cutFilm(folder: string, way: keyof typeof ways = 'hls', inputs: readonly string[] = silent) {
  execFileSync('ffmpeg', ['-v', 'error', ...inputs, ...ways[way]], { cwd: folder })
  const files = readdirSync(folder)
  const names = files.filter((name) => name.endsWith('.m4s'))
  const list = files.find((name) => name.startsWith('film.')) ?? ''
  const at = (...below: readonly string[]) => join(folder, ...below)
  return {
    folder,
    list,
    names,
    at,
    init: bytesAt(at('init.mp4')),
    media: names.map((name) => bytesAt(at(name))),
  }
}

/** One file, a second a fragment. */
export function fragmentFilm(
  path: string,
  flags = 'frag_keyframe+empty_moov+default_base_moof',
  inputs: readonly string[] = silent,
): void {
  execFileSync('ffmpeg', ['-v', 'error', ...inputs, '-movflags', flags, path])
}

/** Ways to cut films, by what the segments are like. */
export const kinds = {
  'HLS with sound and pictures in one segment': 'hls',
  'DASH with an index in each segment': 'dash',
  'DASH with several fragments in a segment': 'fragments',
} as const
export type Kind = keyof typeof kinds

/** Every packet, as a player that begins with the playlist gets them. */
export const packetsOf = (folder: string, list: string) =>
  execFileSync('ffmpeg', ['-v', 'error', '-i', list, '-c', 'copy', '-f', 'framemd5', '-'], {
    cwd: folder,
    encoding: 'utf8',
  })

export const bytesAt = (path: string) => new Uint8Array(readFileSync(path))
