/** The explicit label in containers that take no pictures of ours between their own: all of them are encoded again. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openFile } from '../../file.ts'
import { avi } from '../../video/avi.ts'
import { flv } from '../../video/flv.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji-containers-'))
const inside = (name: string) => join(directory, name)
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
const ffmpeg = (...args: string[]) => run('ffmpeg', '-v', 'error', '-y', ...args)

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
  const handler = extension === 'avi' ? avi : flv
  const plain = inside(`${codec}.${extension}`)
  const tone = ['-f', 'lavfi', '-i', 'sine=duration=3:sample_rate=44100']
  ffmpeg(
    ...['-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=25:duration=3', ...tone, '-c:v', codec],
    ...['-pix_fmt', pixels, '-c:a', sound, '-metadata', 'title=River', plain],
  )

  test('the label is there, the rest comes near, sound and times stay', async () => {
    const work = inside(`${codec}-${extension}`)
    mkdirSync(work)
    await using source = await openFile(plain)
    const context = { pathOf: async () => plain, temporaryDirectory: async () => work }
    const drawn = await handler.visible?.apply(source, { text: 'AI生成', position: 'bottom-right' }, context)
    if (drawn === undefined) throw new Error('no labeller')
    expect(drawn).toMatchObject({ path: 'encoded', source: { name: source.name } })
    expect(drawn.findings).toMatchObject([
      { code: 'visible.video.encoded', data: { why: `its container is ${extension.toUpperCase()}` } },
    ])

    const labelled = join(work, `labelled.${extension}`)
    expect(facts(labelled)).toEqual(facts(plain))
    expect(packets(labelled)).toBe(packets(plain))
    expect(nearness(plain, labelled, 'crop=320:180:0:0')).toBeGreaterThanOrEqual(least)
    expect(nearness(plain, labelled, 'crop=100:60:220:180')).toBeLessThan(25)
    const look = { pathOf: async () => labelled, temporaryDirectory: async () => work }
    expect(await handler.visible?.look?.(drawn.source, look)).toMatchObject({
      state: 'present',
      text: 'AI生成',
    })
    await drawn.source[Symbol.asyncDispose]?.()
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
const packets = (path: string) => ffmpeg('-i', path, '-map', '0:a', '-c', 'copy', '-f', 'streamhash', '-')

/** Mean PSNR of a part of the pictures, in dB. */
function nearness(one: string, other: string, part: string): number {
  const graph = `[0:v]${part}[a];[1:v]${part}[b];[a][b]psnr=stats_file=-`
  const lines = ffmpeg('-i', one, '-i', other, '-filter_complex', graph, '-f', 'null', '-').trim().split('\n')
  const values = lines.map((line) => /psnr_avg:(\S+)/.exec(line)?.[1] ?? 'nan')
  expect(values).toHaveLength(75)
  return Math.min(...values.map((value) => (value === 'inf' ? Number.POSITIVE_INFINITY : Number(value))))
}
