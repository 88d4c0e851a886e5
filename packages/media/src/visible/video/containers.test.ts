/** The explicit label in containers that take no pictures of ours between their own: all of them are encoded again. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { output, run } from '../../programs.test-kit.ts'
import { avi } from '../../video/avi.ts'
import { flv } from '../../video/flv.ts'
import { labelling } from '../labelling.test-kit.ts'

const { inside, label, look } = labelling()

/** Codecs of pictures and sound, and how near the pictures must come; lossless ones are the same. */
const kinds = [
  ['avi', 'mpeg4', 'libmp3lame', 'yuv420p', 42],
  ['avi', 'msmpeg4', 'libmp3lame', 'yuv420p', 36], // it clips large coefficients when it quantises any finer
  ['avi', 'mjpeg', 'pcm_s16le', 'yuvj420p', 42],
  ['avi', 'libx264', 'libmp3lame', 'yuv420p', 42],
  ['avi', 'huffyuv', 'pcm_s16le', 'yuv422p', Number.POSITIVE_INFINITY],
  ['avi', 'rawvideo', 'pcm_s16le', 'bgr24', Number.POSITIVE_INFINITY],
  ['flv', 'libx264', 'aac', 'yuv420p', 42],
  ['flv', 'flv', 'libmp3lame', 'yuv420p', 42],
] as const

describe.each(kinds)('%s with %s and %s', (extension, codec, sound, pixels, least) => {
  const { visible } = extension === 'avi' ? avi : flv
  if (visible === undefined) throw new Error('no labeller')
  const name = `${codec}.${extension}`
  beforeAll(() => {
    const inputs = ['testsrc=size=320x240:rate=25:duration=3', 'sine=duration=3:sample_rate=44100']
    const options = ['-c:v', codec, '-pix_fmt', pixels, '-c:a', sound, '-metadata', 'title=River']
    run(
      'ffmpeg',
      ...['-v', 'error', ...inputs.flatMap((input) => ['-f', 'lavfi', '-i', input])],
      ...[...options, inside(name)],
    )
  })

  test('the label is there, the rest comes near, sound and times stay', async () => {
    const { out, findings, ...drawn } = await label(visible, name)
    expect(drawn).toMatchObject({ path: 'encoded', name })
    expect(findings).toMatchObject([
      { code: 'visible.video.encoded', data: { why: `its container is ${extension.toUpperCase()}` } },
    ])
    expect(facts(inside(out))).toEqual(facts(inside(name)))
    expect(packets(inside(out))).toBe(packets(inside(name)))
    const [rest, corner] = nearness(inside(name), inside(out), ['crop=320:180:0:0', 'crop=100:60:220:180'])
    expect(rest).toBeGreaterThanOrEqual(least)
    expect(corner).toBeLessThan(25)
    expect(await look(visible, out)).toMatchObject({ state: 'present', text: 'AI生成' })
  })
})

/** What ffprobe says of the streams, frames counted. */
function facts(path: string): unknown {
  const entries = 'stream=codec_name,width,height,pix_fmt,start_time,nb_read_frames:format_tags=title'
  return JSON.parse(
    run('ffprobe', '-v', 'error', '-count_frames', '-show_entries', entries, '-of', 'json', path),
  )
}

/** A hash over the packets of the sound. */
const packets = (path: string) =>
  run('ffmpeg', '-v', 'error', '-i', path, '-map', '0:a', '-c', 'copy', '-f', 'streamhash', '-')

/** PSNR of the worst of 75 frames in each part of the pictures, in dB. */
function nearness(one: string, other: string, parts: readonly string[]): number[] {
  const graph = parts.map(
    (part, at) =>
      `[0:v]${part}[a${at}];[1:v]${part}[b${at}];[a${at}][b${at}]psnr=stats_file=${statsOf(other, at)}[p${at}]`,
  )
  const maps = parts.flatMap((_, at) => ['-map', `[p${at}]`, '-f', 'null', '-'])
  output('ffmpeg', '-v', 'error', '-i', one, '-i', other, '-filter_complex', graph.join(';'), ...maps)
  return parts.map((_, at) => {
    const lines = readFileSync(statsOf(other, at), 'utf8').trim().split('\n')
    expect(lines).toHaveLength(75)
    const values = lines.map((line) => /psnr_avg:(\S+)/.exec(line)?.[1] ?? 'nan')
    return Math.min(...values.map((value) => (value === 'inf' ? Number.POSITIVE_INFINITY : Number(value))))
  })
}

const statsOf = (path: string, part: number) => `${path}.${part}.psnr`
