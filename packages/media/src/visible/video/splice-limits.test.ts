/** What can't be spliced, or not everywhere, and what is damaged. */
import { readFileSync, writeFileSync } from 'node:fs'
import { bytesSource } from '@yinji/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { openFile } from '../../file.ts'
import { run, running } from '../../programs.test-kit.ts'
import { videoLabeller } from '../labellers.ts'
import { films, h264, hevc, hevcKeys } from './film.test-kit.ts'

const { inside, contextOf, make, label, faults, packets, checksums, shown, labelled } = films()
beforeAll(() => {
  make('plain.mp4', ...h264, '-c:a', 'aac')
  make('baseline.mp4', ...h264, '-profile:v', 'baseline', '-level', '3.0', '-an')
})

describe('what can’t be spliced is encoded whole, and the receipt says why', () => {
  test.each([
    ['mpeg4.mp4', ['-c:v', 'mpeg4', '-an'], 'its pictures are mp4v'],
    ['mpeg4.mkv', ['-c:v', 'mpeg4'], 'its pictures are V_MPEG4/ISO/ASP'],
    ['lonely.mkv', [...hevc, '-x265-params', `${hevcKeys}:open-gop=1`], 'no key frame follows the label'],
  ])('%s', async (name, options, why) => {
    make(name, ...options)
    const { out, path, findings } = await label(name)
    expect(path).toBe('encoded')
    expect(findings).toEqual([expect.objectContaining({ code: 'visible.video.encoded', data: { why } })])
    expect(faults(out)).toBe('')
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
  make('open.mp4', ...open, '-forced-idr', '1', '-an')
  const { out, path } = await label('open.mp4')
  expect(path).toBe('spliced')
  const [before, after] = [checksums('open.mp4'), checksums(out)]
  const kept = after.map((sum, index) => sum === before[index])
  expect([kept.indexOf(true), kept.lastIndexOf(false)]).toEqual([100, 99])
  expect(faults(out)).toBe('')
  expect(shown(out)).toEqual(shown('open.mp4'))
})

test.each([
  ['fragments.mp4', '+frag_keyframe+empty_moov+default_base_moof'],
  ['dash.mp4', '+dash+negative_cts_offsets'],
])('%s: fragments are put together, and every packet and time stays', async (name, flags) => {
  const lasting = ['-frag_duration', '700000', '-metadata', 'title=Film']
  make(name, ...h264, '-c:a', 'aac', ...lasting, '-movflags', flags)
  const { out, path, findings } = await label(name)
  expect([path, findings?.map(({ code }) => code)]).toEqual(['spliced', ['visible.video.joined']])
  expect(checksums(out).slice(60)).toEqual(checksums(name).slice(60))
  const times = (file: string) => packets(file, 'a').map(([, dts, pts, , size, sum]) => [dts, pts, size, sum])
  expect(times(out)).toEqual(times(name))
  expect(shown(out)).toEqual(shown(name))
  expect(labelled(name, out)[0]).toBe(0)
  expect(faults(out)).toBe('')
  const title = ['-show_entries', 'format_tags=title', '-of', 'csv=p=0']
  expect(run('ffprobe', '-v', 'error', ...title, inside(out))).toBe('Film\n')
})

test('a frame that is damaged under the label gets it too, with a warning; behind it damage is left alone', async () => {
  const file = readFileSync(inside('baseline.mp4'))
  const place = ['-show_entries', 'packet=pos', '-of', 'csv=p=0']
  const places = run('ffprobe', '-v', 'error', ...place, inside('baseline.mp4'))
    .split('\n')
    .map(Number)
  const broken = (frame: number, name: string) =>
    writeFileSync(inside(name), Buffer.from(file).fill(0x11, (places[frame] ?? 0) + 40, places[frame + 1]))
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
  expect(running(context.home)).toEqual([])
})
