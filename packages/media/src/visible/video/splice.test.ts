/** Only the pictures with the label are encoded again, in every codec and container that takes ours between its own. */
import { beforeAll, describe, expect, test } from 'vitest'
import { complaints, once } from '../../programs.test-kit.ts'
import { films, h264, hevc, hevcKeys, picture, vp9 } from './film.test-kit.ts'

const { inside, make, label, ffmpeg, packets, checksums, shown, duration, stream, likeness } = films()
const spliced = once((name) => label(name))

/** The first frame after the label at which decoding can begin. */
const clips: readonly [name: string, seam: number, options: readonly string[]][] = [
  ['plain.mp4', 60, [...h264, '-c:a', 'aac']],
  ['front.mp4', 60, [...h264, '-c:a', 'aac', '-movflags', '+faststart']],
  ['film.mov', 60, [...h264, '-c:a', 'pcm_s16le']],
  ['baseline.mp4', 60, [...h264, '-profile:v', 'baseline', '-level', '3.0', '-an']],
  ['no-pyramid.mp4', 60, [...h264, '-profile:v', 'main', '-x264-params', 'b-pyramid=none', '-an']],
  ['signed.mp4', 60, [...h264, '-movflags', '+negative_cts_offsets', '-an']],
  ['ten-bit.mp4', 60, [...h264, '-pix_fmt', 'yuv420p10le', '-an']],
  ['intra.mp4', 51, [...h264, '-g', '1', '-an']],
  [
    'uneven.mp4',
    60,
    [...h264, '-bf', '2', '-vf', "select='not(eq(mod(n,3),1))'", '-vsync', 'passthrough', '-an'],
  ],
]

const av1 = ['-c:v', 'libsvtav1', '-preset', '12', '-g', '30', '-pix_fmt', 'yuv420p', '-an']
const others: typeof clips = [
  ['hevc.mp4', 60, [...hevc, '-x265-params', hevcKeys]],
  ['hevc-still-order.mp4', 60, [...hevc, '-x265-params', `${hevcKeys}:bframes=0`]],
  ['hevc.mkv', 60, [...hevc, '-x265-params', hevcKeys]],
  ['vp9.mp4', 60, vp9],
  ['av1.mp4', 60, av1],
  ['film.mkv', 60, [...h264, '-c:a', 'flac']],
  ['film.webm', 60, [...vp9.slice(0, -1), '-c:a', 'libopus']],
  ['av1.webm', 60, av1],
  [
    'vp8.webm',
    60,
    ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1M', '-g', '30', '-an'],
  ],
]

beforeAll(() => {
  for (const [name, , options] of [...clips, ...others]) make(name, ...options)
})

describe.each([...clips, ...others])('%s', (name, seam, options) => {
  test('only the beginning is encoded again; the rest are the packets of the source', async () => {
    const { out, path, findings } = await spliced(name)
    expect([path, findings]).toEqual(['spliced', []])
    const [before, after] = [checksums(name), checksums(out)]
    expect(after.length).toBe(before.length)
    expect(after.slice(seam)).toEqual(before.slice(seam))
    // A packet of a few bytes only says which frame is to be shown again, the same before and after.
    const large = packets(out, 'v').map(([, , , , size]) => Number(size) > 16)
    expect(after.slice(0, seam).filter((sum, index) => large[index] && sum === before[index])).toEqual([])
    if (options.includes('-c:a')) expect(packets(out, 'a')).toEqual(packets(name, 'a'))
    // Times and order of the frames, lasts as long.
    expect(shown(out)).toEqual(shown(name))
    expect(duration(out)).toBe(duration(name))
    for (const key of [
      'codec_tag_string',
      'profile',
      'level',
      'pix_fmt',
      'has_b_frames',
      'width',
      'height',
      'time_base',
      'start_time',
      'nb_frames',
      'color_range',
      'r_frame_rate',
    ])
      expect([key, stream(out)[key]]).toEqual([key, stream(name)[key]])
    // Plays through without a complaint, and looks the same outside the label.
    expect(likeness(name, out)).toBeGreaterThan(42)
  })
})

test.each(['film.mkv', 'film.webm', 'plain.mp4'])('%s: seeking leads where it should', async (name) => {
  const { out } = await spliced(name)
  for (const time of ['2.5', '4.1', '5.3']) {
    const at = (file: string) =>
      ffmpeg('-ss', time, '-i', inside(file), '-frames:v', '3', '-map', '0:v', '-f', 'framemd5', '-')
    expect(at(out)).toBe(at(name))
  }
  const copied = ['-v', 'warning', '-i', inside(out), '-c', 'copy', '-f', 'null', '-']
  expect(complaints('ffmpeg', ...copied)).toBe('')
})

test('what is see-through is refused: the label would be as well', async () => {
  ffmpeg(...picture, '-t', '1', ...vp9, '-pix_fmt', 'yuva420p', inside('glass.webm'))
  await expect(label('glass.webm')).rejects.toMatchObject({
    code: 'visible.content.unsupported',
    details: { what: 'a picture that is see-through' },
  })
})
