/** When the label is shown, and for how long. */
import type { VisibleLabel } from '@yinji/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { output } from '../../programs.test-kit.ts'
import { films, h264, picture } from './film.test-kit.ts'

const { inside, make, label, ffmpeg, faults, packets, checksums, shown, duration, labelled } = films()
beforeAll(() => make('plain.mp4', ...h264, '-c:a', 'aac'))

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
    expect(faults(out)).toBe('')
    expect(shown(out)).toEqual(shown('plain.mp4'))
    expect(packets(out, 'a')).toEqual(packets('plain.mp4', 'a'))
    // Groups of pictures without the label are the source's.
    const before = checksums('plain.mp4')
    const same = checksums(out).map((sum, index) => sum === before[index])
    for (let group = 0; group < 150; group += 30)
      expect(same[group]).toBe(!expected.some((frame) => frame >= group && frame < group + 30))
  })
})

test('a film cut by its edit list carries the label from the first frame that is shown', async () => {
  ffmpeg('-ss', '1.3', '-i', inside('plain.mp4'), '-c', 'copy', inside('edited.mp4'))
  const { out, path } = await label('edited.mp4')
  expect(path).toBe('spliced')
  const found = labelled('edited.mp4', out)
  expect([found[0], found.length]).toEqual([0, 51])
  expect(packets(out, 'a')).toEqual(packets('edited.mp4', 'a'))
  expect(shown(out)).toEqual(shown('edited.mp4'))
  expect(duration(out)).toBe(duration('edited.mp4'))
})

test('half a second carries the label throughout, and the receipt says so', async () => {
  ffmpeg(...picture, ...h264, '-t', '0.5', '-an', inside('half.mp4'))
  const { out, path, findings } = await label('half.mp4')
  expect(path).toBe('spliced')
  expect(findings).toMatchObject([{ code: 'visible.video.short', data: { seconds: 0.52 } }])
  expect(labelled('half.mp4', out)).toHaveLength(13)
})

test('a picture that stands still for ten seconds carries the label as long as it is shown', async () => {
  const still = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=1/10:duration=10', ...h264]
  ffmpeg(...still, '-an', inside('still.mp4'))
  const { out, path } = await label('still.mp4')
  expect(path).toBe('spliced')
  expect(labelled('still.mp4', out)).toEqual([0])
  expect(duration(out)).toBe(duration('still.mp4'))
})

test('auto is the corner that stays calm while the label is shown; words without a plate are black on white', async () => {
  const box = "drawbox=x=160:y=90:w=160:h=90:color=black:t=fill:enable='lt(t,1)'"
  const white = ['-f', 'lavfi', '-i', `color=white:size=320x180:rate=25:duration=4,${box}`]
  ffmpeg(...white, ...h264, inside('white.mp4'))
  const wish = { text: 'AI生成', position: 'auto', style: 'plain' } as const
  const { out, label: drawn } = await label('white.mp4', wish)
  expect(drawn).toEqual({ ...wish, position: 'bottom-left' })
  const corner = ['-vf', 'crop=60:24:6:150,format=gray', '-frames:v', '1', '-f', 'rawvideo', '-']
  const pixels = output('ffmpeg', '-v', 'error', '-i', inside(out), ...corner)
  expect([Math.min(...pixels) < 60, Math.max(...pixels) > 220]).toEqual([true, true])
  await expect(label('white.mp4', { ...wish, position: 'bottom-right' })).rejects.toMatchObject({
    code: 'visible.contrast.low',
  })
})
