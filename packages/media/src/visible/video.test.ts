/** Videos drawn upon by ffmpeg: where and how long the label stands, and that all else is as before. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Position, VisibleContext } from '@yinji/core'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { openFile } from '../file.ts'
import { output, run } from '../programs.test-kit.ts'
import { mp4 } from '../video/mp4.ts'
import { videoLabeller } from './labellers.ts'
import { labelling } from './labelling.test-kit.ts'
import { place, renderLabel } from './render.ts'

const { inside, contextOf, label: labelled } = labelling()
const ffmpeg = (...args: readonly string[]) => run('ffmpeg', '-v', 'error', ...args)
const ffprobe = (...args: readonly string[]) => run('ffprobe', '-v', 'error', ...args)

/** Grey pictures: what is not grey afterwards is the label. */
const grey = (size: string, seconds: number, rate = 25) => {
  const frames = `color=c=gray:size=${size}:rate=${rate}:duration=${seconds}`
  return ['-f', 'lavfi', '-i', frames]
}
const moving = ['-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=25:duration=3']
const sound = ['-f', 'lavfi', '-i', 'sine=duration=3']
const h264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac']

const chapters =
  ';FFMETADATA1\ntitle=标题\ncomment=hello\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=one\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1500\nEND=3000\ntitle=two\n'
const subtitle = '1\n00:00:00,000 --> 00:00:02,000\nwords\n'

beforeAll(() => {
  writeFileSync(inside('chapters.txt'), chapters)
  writeFileSync(inside('words.srt'), subtitle)
  const extras = ['-i', inside('chapters.txt'), '-i', inside('words.srt')]
  const maps = ['0', '1', '3'].flatMap((stream) => ['-map', stream])
  const kept = [
    '-map_metadata',
    '2',
    '-map_chapters',
    '2',
    '-c:s',
    'mov_text',
    '-metadata:s:a:0',
    'language=chi',
  ]
  const rich = [...moving, ...sound, ...extras, ...maps, ...h264, ...kept, '-movflags', '+faststart']
  ffmpeg(...rich, inside('-rich 视频 %d.mp4'))
  ffmpeg(...grey('320x240', 3), ...h264, inside('grey.mp4'))
  ffmpeg(...grey('1920x1080', 0.2), ...h264, inside('short.mp4'))
  ffmpeg(...grey('320x240', 3), ...h264, '-vf', 'setsar=2', inside('wide.mp4'))
  const h265 = [
    '-c:v',
    'libx265',
    '-x265-params',
    'log-level=error',
    '-pix_fmt',
    'yuv420p10le',
    '-tag:v',
    'hvc1',
  ]
  ffmpeg(...grey('240x320', 3, 10), ...h265, inside('ten-bit.mp4'))
  const full = ['-color_range', 'pc', '-pix_fmt', 'yuvj420p']
  ffmpeg(...grey('320x240', 3), ...h264, ...full, inside('full-range.mov'))
  // Frames 0, 3, 6 … of the first second, then every frame, and a last one that stands for a second.
  const select = "select='if(lt(t,1),not(mod(n,3)),lt(t,2))'"
  const scale = ['-vsync', 'passthrough', '-enc_time_base', '1:600', '-video_track_timescale', '600']
  const last = ['-bf', '0', '-bsf:v', 'setts=duration=if(gte(PTS\\,1175)\\,600\\,DURATION)']
  ffmpeg(...grey('320x240', 3), '-vf', select, ...scale, ...h264, ...last, inside('uneven.mp4'))
  ffmpeg(...sound, '-c:a', 'aac', inside('only-sound.mp4'))
  ffmpeg(...grey('64x64', 1), ...grey('64x64', 1), '-map', '0', '-map', '1', ...h264, inside('two.mp4'))
  writeFileSync(inside('turned.mp4'), turned(readFileSync(inside('grey.mp4'))))
})

/** Rotation by 90° in the matrix of `tkhd`, as phones write it; ffmpeg has another option for it in every version. */
function turned(file: Buffer): Buffer {
  const at = file.indexOf('tkhd') + 4 + 40
  const matrix = [0, 0x10000, 0, -0x10000, 0, 0, 240 << 16, 0, 0x40000000]
  for (const [index, value] of matrix.entries()) file.writeInt32BE(value, at + index * 4)
  return file
}

async function label(name: string, position: Position = 'bottom-right', more: Partial<VisibleContext> = {}) {
  return (await labelled(videoLabeller, name, { position }, more)).out
}

/** Brightness of the picture at a time, as shown: turned upright. */
function pictureAt(name: string, seconds: number): Buffer {
  const select = ['-vf', `select='gte(t,${seconds})',format=gray`, '-frames:v', '1']
  return output('ffmpeg', '-v', 'error', '-i', inside(name), ...select, '-f', 'rawvideo', '-')
}

function streams(name: string): Record<string, unknown>[] {
  return JSON.parse(ffprobe('-show_streams', '-of', 'json', inside(name))).streams
}
const times = (name: string, kind: string) =>
  ffprobe('-select_streams', kind, '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', inside(name))
    .trim()
    .split(/\s+/)
    .map(Number.parseFloat)
    .sort((a, b) => a - b)

/** How far the picture is from grey with the label where it belongs; brightness 0 to 255, mean over the plate. */
async function distance(
  picture: Buffer,
  size: { width: number; height: number; pixelAspect?: number },
  position: Position,
): Promise<number> {
  const image = await renderLabel('AI生成', size)
  const at = place(position, size, image)
  const { data } = await sharp(image.png).raw().toBuffer({ resolveWithObject: true })
  // Chroma is shared by two pixels, so ffmpeg places overlays at even ones.
  const [left, top] = [at.left & ~1, at.top & ~1]
  let sum = 0
  for (let y = 0; y < image.height; y++)
    for (let x = 0; x < image.width; x++) {
      const pixel = (y * image.width + x) * 4
      const alpha = (data[pixel + 3] ?? 0) / 255
      const expected = 128 * (1 - alpha) + (data[pixel] ?? 0) * alpha
      sum += Math.abs(expected - (picture[(top + y) * size.width + left + x] ?? 0))
    }
  return sum / (image.width * image.height)
}

const isGrey = (picture: Buffer) => picture.every((value) => Math.abs(value - 128) < 12)

describe('the label', () => {
  test.each<[string, Position, { width: number; height: number; pixelAspect?: number }]>([
    ['grey.mp4', 'bottom-right', { width: 320, height: 240 }],
    ['grey.mp4', 'top-left', { width: 320, height: 240 }],
    ['turned.mp4', 'bottom-right', { width: 240, height: 320 }],
    ['wide.mp4', 'top', { width: 320, height: 240, pixelAspect: 2 }],
    ['ten-bit.mp4', 'bottom-left', { width: 240, height: 320 }],
    ['full-range.mov', 'bottom', { width: 320, height: 240 }],
  ])('%s: upright, at the %s, for two seconds and no longer', async (name, position, size) => {
    const out = await label(name, position)
    for (const seconds of [0, 1, 1.95]) {
      const picture = pictureAt(out, seconds)
      expect(picture.byteLength).toBe(size.width * size.height)
      expect(await distance(picture, size, position)).toBeLessThan(8)
    }
    expect(isGrey(pictureAt(out, 2.2))).toBe(true)
  })

  test('stays throughout a clip of less than two seconds', async () => {
    const size = { width: 1920, height: 1080 }
    const out = await label('short.mp4')
    for (const seconds of [0, 0.16])
      expect(await distance(pictureAt(out, seconds), size, 'bottom-right')).toBeLessThan(8)
  })

  test('stays for two seconds in a recording that does not say how long it is', async () => {
    const options = ['-v', 'error', ...grey('320x240', 4), ...h264, '-an', '-f', 'matroska', '-']
    writeFileSync(inside('stream.mkv'), output('ffmpeg', ...options))
    const duration = ffprobe('-show_entries', 'format=duration', '-of', 'csv', inside('stream.mkv'))
    expect(duration).toBe('format,N/A\n')
    const out = await label('stream.mkv', 'bottom-right')
    expect(isGrey(pictureAt(out, 1.9))).toBe(false)
    expect(isGrey(pictureAt(out, 3))).toBe(true)
  })
})

describe('everything else', () => {
  test('sound, subtitles, chapters and tags are carried over; the movie stays in front of the media', async () => {
    const name = '-rich 视频 %d.mp4'
    const out = await label(name)
    const copied = ['-map', '0:a', '-map', '0:s', '-c', 'copy', '-f', 'framemd5', '-']
    const others = (file: string) => ffmpeg('-i', inside(file), ...copied).replace(/^#extradata.*$/gm, '')
    expect(others(out)).toBe(others(name))
    const about = (file: string) => {
      const asked = ['-show_format', '-show_chapters', '-of', 'json']
      const { format, chapters: list } = JSON.parse(ffprobe(...asked, inside(file)))
      const named = list.map(({ start_time, end_time, tags }: Record<string, unknown>) => ({
        start_time,
        end_time,
        tags,
      }))
      return { tags: format.tags, chapters: named, start: format.start_time }
    }
    expect(about(out)).toEqual(about(name))
    const codecs = (file: string) =>
      streams(file).map(({ codec_name, codec_type }) => codec_name ?? codec_type)
    expect(codecs(out)).toEqual(codecs(name))
    expect(streams(out)[1]).toMatchObject({ tags: { language: 'chi' } })
    const file = readFileSync(inside(out)).toString('latin1')
    expect(file.indexOf('moov')).toBeLessThan(file.indexOf('mdat'))
  })

  test.each(['grey.mp4', 'turned.mp4', 'wide.mp4', 'uneven.mp4', 'ten-bit.mp4', 'full-range.mov'])(
    '%s: every frame keeps its time, and the picture its form',
    async (name) => {
      const out = await label(name)
      expect(times(out, 'v')).toEqual(times(name, 'v'))
      const [before, after] = [streams(name)[0], streams(out)[0]]
      const form = [
        'codec_name',
        'codec_tag_string',
        'pix_fmt',
        'color_range',
        'time_base',
        'profile',
        'level',
      ]
      for (const key of form) expect([key, after?.[key]]).toEqual([key, before?.[key]])
      const shown = (file: string) => pictureAt(file, 0).byteLength
      expect(shown(out)).toBe(shown(name))
      const duration = (file: string) =>
        Number(ffprobe('-show_entries', 'format=duration', '-of', 'csv=p=0', inside(file)))
      expect(duration(out)).toBeCloseTo(duration(name), 2)
    },
  )

  test('the result can be labelled at once', async () => {
    await using source = await openFile(inside('grey.mp4'))
    const drawn = await videoLabeller.apply(source, { text: 'AI生成', position: 'top' }, contextOf())
    await using result = drawn.source as AsyncDisposable & typeof source
    expect(result.name).toBe('grey.mp4')
    const { parts } = await mp4.splice(result, { aigc: '{"Label":"1"}', room: 100 })
    expect(parts.length).toBeGreaterThan(2)
  })

  test('progress rises to the end', async () => {
    const seen: number[] = []
    await label('grey.mp4', 'top', { onProgress: (fraction) => seen.push(fraction) })
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(seen.at(-1)).toBe(1)
  })
})

describe('what can go wrong', () => {
  test.each([
    ['only-sound.mp4', 'it has no picture'],
    ['two.mp4', 'it has more than one picture track'],
  ])('%s is refused: %s', async (name, what) => {
    await expect(label(name)).rejects.toMatchObject({
      code: 'visible.content.unsupported',
      details: { what },
    })
  })

  test('pictures under lock and key', async () => {
    const key = '76a6c65c5ea762046bd749a2e632ccbb'
    const locked = ['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', key, '-encryption_kid', key]
    ffmpeg('-y', '-i', inside('grey.mp4'), '-c', 'copy', ...locked, inside('locked.mp4'))
    await expect(label('locked.mp4')).rejects.toMatchObject({ code: 'visible.content.unsupported' })
  })

  test('no ffmpeg', async () => {
    const tools = { ffmpeg: inside('nowhere/ffmpeg') }
    await expect(label('grey.mp4', 'top', { tools })).rejects.toMatchObject({ code: 'tool.ffmpeg.missing' })
  })

  test('an abort stops the work with the caller’s reason', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const onProgress = () => controller.abort(reason)
    setTimeout(onProgress, 250)
    await expect(label('-rich 视频 %d.mp4', 'top', { signal: controller.signal, onProgress })).rejects.toBe(
      reason,
    )
  })
})
