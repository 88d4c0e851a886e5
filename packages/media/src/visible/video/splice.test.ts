import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesSource, type VisibleContext, type VisibleLabel } from '@yinji/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFile } from '../../file.ts'
import { videoLabeller } from '../labellers.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji-splice-'))
const inside = (name: string) => join(directory, name)
const run = (program: string, ...args: string[]) =>
  execFileSync(program, ['-v', 'error', ...args], { encoding: 'utf8', maxBuffer: 1 << 28 })
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=6']
const sound = ['-f', 'lavfi', '-i', 'sine=duration=6']
const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '30']

/** Clips of six seconds with a key frame every 1.2: the label needs 2.08, so the seam is at 2.4, frame 60. */
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

const hevc = ['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-tag:v', 'hvc1', '-an']
const keys = 'keyint=30:min-keyint=30:scenecut=0:open-gop=0:log-level=error'
const vp9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '30', '-an']
const av1 = ['-c:v', 'libsvtav1', '-preset', '12', '-g', '30', '-pix_fmt', 'yuv420p', '-an']
const others: typeof clips = [
  ['hevc.mp4', 60, [...hevc, '-x265-params', keys]],
  ['hevc-still-order.mp4', 60, [...hevc, '-x265-params', `${keys}:bframes=0`]],
  ['hevc.mkv', 60, [...hevc, '-x265-params', keys]],
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
  for (const [name, , options] of [...clips, ...others])
    run('ffmpeg', ...picture, ...sound, ...options, inside(name))
})

let count = 0
function contextOf(more: Partial<VisibleContext> = {}): VisibleContext & { home: string } {
  const home = inside(`work-${count++}`)
  mkdirSync(home)
  return { home, temporaryDirectory: async () => home, pathOf: async ({ path }) => path ?? '', ...more }
}

async function label(name: string, more: Partial<VisibleLabel> = {}, context: Partial<VisibleContext> = {}) {
  await using source = await openFile(inside(name))
  const wanted = { text: 'AI生成', position: 'bottom-right', ...more } as const
  const { source: result, path, findings } = await videoLabeller.apply(source, wanted, contextOf(context))
  const out = `${count}-${name}`
  writeFileSync(inside(out), await result.read(0, result.size))
  await result[Symbol.asyncDispose]?.()
  return { out, path, findings }
}

/** A line for each packet of a kind, with checksum, in decode order: `dts, pts, duration, size, checksum`. */
const packets = (name: string, kind: 'a' | 'v') =>
  run(
    'ffmpeg',
    '-i',
    inside(name),
    ...(kind === 'a' ? ['-vn'] : ['-an']),
    '-c',
    'copy',
    '-f',
    'framemd5',
    '-',
  )
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/,\s*/))
const checksums = (name: string) => packets(name, 'v').map((fields) => fields[5])
const shown = (name: string) =>
  run('ffprobe', '-select_streams', 'v', '-show_entries', 'frame=pts', '-of', 'csv=p=0', inside(name))
    .trim()
    .split(/\D+/)
    .map(Number)
const duration = (name: string) =>
  Number(run('ffprobe', '-show_entries', 'format=duration', '-of', 'csv=p=0', inside(name)))
const stream = (name: string): Record<string, unknown> =>
  JSON.parse(run('ffprobe', '-select_streams', 'v', '-show_streams', '-of', 'json', inside(name))).streams[0]

/** Decibels, of the worst frame, outside the lower third where the label is. */
function likeness(a: string, b: string): number {
  const crop = 'crop=iw:ih*2/3:0:0,setpts=N/TB/25'
  const graph = `[0:v]${crop}[a];[1:v]${crop}[b];[a][b]psnr=stats_file=-`
  const out = run('ffmpeg', '-i', inside(a), '-i', inside(b), '-lavfi', graph, '-f', 'null', '-')
  const values = [...out.matchAll(/psnr_avg:(\S+)/g)].map(([, value]) => Number(value))
  return values.reduce((least, value) => Math.min(least, Number.isNaN(value) ? least : value), 99)
}

/** Frames in which the corner differs from the source's, by number. */
function labelled(name: string, out: string): number[] {
  const corner = 'crop=60:24:250:150,format=gray'
  const frames = (file: string) =>
    execFileSync('ffmpeg', [
      '-v',
      'error',
      '-i',
      inside(file),
      '-vf',
      corner,
      '-vsync',
      'passthrough',
      '-f',
      'rawvideo',
      '-',
    ])
  const [a, b] = [frames(name), frames(out)]
  const size = 60 * 24
  expect(b.byteLength).toBe(a.byteLength)
  return Array.from({ length: a.byteLength / size }, (_, frame) => frame).filter((frame) => {
    let sum = 0
    for (let at = frame * size; at < (frame + 1) * size; at++) sum += Math.abs((a[at] ?? 0) - (b[at] ?? 0))
    return sum / size > 20
  })
}

describe.each([...clips, ...others])('%s', (name, seam, options) => {
  test('only the beginning is encoded again; the rest are the packets of the source', async () => {
    const { out, path, findings } = await label(name)
    expect([path, findings]).toEqual(['spliced', []])
    const [before, after] = [checksums(name), checksums(out)]
    expect(after.length).toBe(before.length)
    expect(after.slice(seam)).toEqual(before.slice(seam))
    // A packet of a few bytes only says which frame is to be shown again, the same before and after.
    const large = packets(out, 'v').map(([, , , , size]) => Number(size) > 16)
    expect(after.slice(0, seam).filter((sum, index) => large[index] && sum === before[index])).toEqual([])
    if (options.includes('-c:a')) expect(packets(out, 'a')).toEqual(packets(name, 'a'))
    // Times and order of the frames, plays through without a complaint, lasts as long.
    expect(run('ffmpeg', '-xerror', '-err_detect', 'explode', '-i', inside(out), '-f', 'null', '-')).toBe('')
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
    expect(likeness(name, out)).toBeGreaterThan(42)
  })
})

test.each(['film.mkv', 'film.webm', 'plain.mp4'])('%s: seeking leads where it should', async (name) => {
  const { out } = await label(name)
  for (const time of ['2.5', '4.1', '5.3']) {
    const at = (file: string) =>
      run('ffmpeg', '-ss', time, '-i', inside(file), '-frames:v', '3', '-map', '0:v', '-f', 'framemd5', '-')
    expect(at(out)).toBe(at(name))
  }
  const index = (file: string) =>
    run('ffmpeg', '-v', 'warning', '-i', inside(file), '-c', 'copy', '-f', 'null', '-')
  expect(index(out)).toBe('')
})

test('what is see-through is refused: the label would be as well', async () => {
  run('ffmpeg', ...picture, '-t', '1', ...vp9, '-pix_fmt', 'yuva420p', inside('glass.webm'))
  await expect(label('glass.webm')).rejects.toMatchObject({
    code: 'visible.content.unsupported',
    details: { what: 'a picture that is see-through' },
  })
})

describe('moments', () => {
  const frames = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at)

  test.each<[string, Partial<VisibleLabel>, number[]]>([
    ['start', {}, frames(0, 51)],
    ['end', { moment: 'end' }, frames(98, 150)],
    ['both', { moment: 'both' }, [...frames(0, 51), ...frames(98, 150)]],
    ['throughout', { moment: 'throughout' }, frames(0, 150)],
    ['three seconds', { seconds: 3 }, frames(0, 76)],
    ['again after four seconds', { every: 4 }, [...frames(0, 51), ...frames(100, 150)]],
  ])('%s', async (_, wish, expected) => {
    const { out, path } = await label('plain.mp4', wish)
    expect(path).toBe('spliced')
    const found = labelled('plain.mp4', out)
    expect(found).toEqual(expected)
    expect(run('ffmpeg', '-xerror', '-i', inside(out), '-f', 'null', '-')).toBe('')
    expect(shown(out)).toEqual(shown('plain.mp4'))
    expect(packets(out, 'a')).toEqual(packets('plain.mp4', 'a'))
    // Groups of pictures without the label are the source's.
    const before = checksums('plain.mp4')
    const same = checksums(out).map((sum, index) => sum === before[index])
    for (let group = 0; group < 150; group += 30)
      expect(same[group]).toBe(!expected.some((frame) => frame >= group && frame < group + 30))
  })
})

describe('what can’t be spliced is encoded whole, and the receipt says why', () => {
  test.each([
    ['mpeg4.mp4', ['-c:v', 'mpeg4', '-an'], 'its pictures are mp4v'],
    ['mpeg4.mkv', ['-c:v', 'mpeg4'], 'its pictures are V_MPEG4/ISO/ASP'],
    ['lonely.mkv', [...hevc, '-x265-params', `${keys}:open-gop=1`], 'no key frame follows the label'],
  ])('%s', async (name, options, why) => {
    run('ffmpeg', ...picture, ...sound, ...options, inside(name))
    const { out, path, findings } = await label(name)
    expect(path).toBe('encoded')
    expect(findings).toEqual([expect.objectContaining({ code: 'visible.video.encoded', data: { why } })])
    expect(run('ffmpeg', '-xerror', '-i', inside(out), '-f', 'null', '-')).toBe('')
  })

  test('everything is encoded when that is asked for', async () => {
    expect(await label('plain.mp4', { encode: true })).toMatchObject({ path: 'encoded', findings: [] })
  })
})

test('open groups of pictures are no place to cut: the stretch goes on to one that stands for itself', async () => {
  const open = [
    ...h264,
    '-x264-params',
    'open-gop=1:keyint=30:min-keyint=30:scenecut=0',
    '-force_key_frames',
    '4',
  ]
  run('ffmpeg', ...picture, ...sound, ...open, '-forced-idr', '1', '-an', inside('open.mp4'))
  const { out, path } = await label('open.mp4')
  expect(path).toBe('spliced')
  const [before, after] = [checksums('open.mp4'), checksums(out)]
  const kept = after.map((sum, index) => sum === before[index])
  expect([kept.indexOf(true), kept.lastIndexOf(false)]).toEqual([100, 99])
  expect(run('ffmpeg', '-xerror', '-i', inside(out), '-f', 'null', '-')).toBe('')
  expect(shown(out)).toEqual(shown('open.mp4'))
})

test.each([
  ['fragments.mp4', '+frag_keyframe+empty_moov+default_base_moof'],
  ['dash.mp4', '+dash+negative_cts_offsets'],
])('%s: fragments are put together, and every packet and time stays', async (name, flags) => {
  const lasting = ['-frag_duration', '700000', '-metadata', 'title=Film']
  run('ffmpeg', ...picture, ...sound, ...h264, '-c:a', 'aac', ...lasting, '-movflags', flags, inside(name))
  const { out, path, findings } = await label(name)
  expect([path, findings?.map(({ code }) => code)]).toEqual(['spliced', ['visible.video.joined']])
  expect(checksums(out).slice(60)).toEqual(checksums(name).slice(60))
  const times = (file: string) => packets(file, 'a').map(([, dts, pts, , size, sum]) => [dts, pts, size, sum])
  expect(times(out)).toEqual(times(name))
  expect(shown(out)).toEqual(shown(name))
  expect(labelled(name, out)[0]).toBe(0)
  expect(run('ffmpeg', '-xerror', '-err_detect', 'explode', '-i', inside(out), '-f', 'null', '-')).toBe('')
  const title = ['-show_entries', 'format_tags=title', '-of', 'csv=p=0']
  expect(run('ffprobe', ...title, inside(out))).toBe('Film\n')
})

test('a film cut by its edit list carries the label from the first frame that is shown', async () => {
  run('ffmpeg', '-ss', '1.3', '-i', inside('plain.mp4'), '-c', 'copy', inside('edited.mp4'))
  const { out, path } = await label('edited.mp4')
  expect(path).toBe('spliced')
  const found = labelled('edited.mp4', out)
  expect([found[0], found.length]).toEqual([0, 51])
  expect(packets(out, 'a')).toEqual(packets('edited.mp4', 'a'))
  expect(shown(out)).toEqual(shown('edited.mp4'))
  expect(duration(out)).toBe(duration('edited.mp4'))
})

test('auto is the corner that stays calm while the label is shown; words without a plate are black on white', async () => {
  const box = "drawbox=x=160:y=90:w=160:h=90:color=black:t=fill:enable='lt(t,1)'"
  const white = ['-f', 'lavfi', '-i', `color=white:size=320x180:rate=25:duration=4,${box}`]
  run('ffmpeg', ...white, ...h264, inside('white.mp4'))
  await using source = await openFile(inside('white.mp4'))
  const context = contextOf({ pathOf: async () => inside('white.mp4') })
  const wish = { text: 'AI生成', position: 'auto', style: 'plain' } as const
  const drawn = await videoLabeller.apply(source, wish, context)
  expect(drawn.label).toEqual({ ...wish, position: 'bottom-left' })
  writeFileSync(inside('auto.mp4'), await drawn.source.read(0, drawn.source.size))
  await drawn.source[Symbol.asyncDispose]?.()
  const corner = ['-vf', 'crop=60:24:6:150,format=gray', '-frames:v', '1', '-f', 'rawvideo', '-']
  const pixels = execFileSync('ffmpeg', ['-v', 'error', '-i', inside('auto.mp4'), ...corner])
  expect([Math.min(...pixels) < 60, Math.max(...pixels) > 220]).toEqual([true, true])
  const busy = videoLabeller.apply(source, { ...wish, position: 'bottom-right' }, contextOf(context))
  await expect(busy).rejects.toMatchObject({ code: 'visible.contrast.low' })
})

test('half a second carries the label throughout, and the receipt says so', async () => {
  run('ffmpeg', ...picture, ...h264, '-t', '0.5', '-an', inside('half.mp4'))
  const { out, path, findings } = await label('half.mp4')
  expect(path).toBe('spliced')
  expect(findings).toMatchObject([{ code: 'visible.video.short', data: { seconds: 0.52 } }])
  expect(labelled('half.mp4', out)).toHaveLength(13)
})

test('a picture that stands still for ten seconds carries the label as long as it is shown', async () => {
  const still = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=1/10:duration=10', ...h264]
  run('ffmpeg', ...still, '-an', inside('still.mp4'))
  const { out, path } = await label('still.mp4')
  expect(path).toBe('spliced')
  expect(labelled('still.mp4', out)).toEqual([0])
  expect(duration(out)).toBe(duration('still.mp4'))
})

test('a frame that is damaged under the label gets it too, with a warning; behind it damage is left alone', async () => {
  const file = readFileSync(inside('baseline.mp4'))
  const at = (frame: number) =>
    Number(
      run('ffprobe', '-show_entries', 'packet=pos', '-of', 'csv=p=0', inside('baseline.mp4')).split('\n')[
        frame
      ],
    )
  const broken = (frame: number, name: string) =>
    writeFileSync(inside(name), Buffer.from(file).fill(0x11, at(frame) + 40, at(frame + 1)))
  broken(10, 'broken-early.mp4')
  broken(100, 'broken-late.mp4')
  const early = await label('broken-early.mp4')
  expect(early.path).toBe('spliced')
  expect(early.findings).toMatchObject([{ code: 'visible.video.damaged', level: 'warning' }])
  expect(checksums(early.out).slice(60)).toEqual(checksums('broken-early.mp4').slice(60))
  const late = await label('broken-late.mp4')
  expect([late.path, late.findings]).toEqual(['spliced', []])
  expect(checksums(late.out).slice(60)).toEqual(checksums('broken-late.mp4').slice(60))
})

test('tables that lie are damage or a reason to encode, never an accident', async () => {
  const file = readFileSync(inside('baseline.mp4'))
  for (const table of ['stsz', 'stts', 'stsc', 'stco', 'stss', 'elst', 'stsd']) {
    const lie = Buffer.from(file)
    lie.writeUInt32BE(0xffff_ff00, lie.indexOf(table) + 8)
    const context = contextOf({ pathOf: async () => inside('baseline.mp4') })
    const drawn = videoLabeller.apply(bytesSource(lie), { text: 'AI生成', position: 'top' }, context)
    await drawn.catch((error) =>
      expect(error).toMatchObject({ code: expect.stringMatching(/^(input|visible|tool)\./) }),
    )
  }
})

test('an abort leaves no child and no half file', async () => {
  const controller = new AbortController()
  const context = contextOf({
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('enough')),
  })
  await using source = await openFile(inside('plain.mp4'))
  setTimeout(() => controller.abort(new Error('enough')), 300)
  const wanted = { text: 'AI生成', position: 'top', moment: 'throughout' } as const
  await expect(videoLabeller.apply(source, wanted, context)).rejects.toThrow('enough')
  const mine = (command: string) => command.includes(context.home)
  const commands = readdirSync('/proc').flatMap((id) => {
    try {
      return /^\d+$/.test(id) ? [readFileSync(`/proc/${id}/cmdline`, 'latin1')] : []
    } catch {
      return []
    }
  })
  expect(commands.filter(mine)).toEqual([])
})
