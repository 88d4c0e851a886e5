/** Real videos: turned, with pixels that are not square, of variable frame rate, in fragments, from phones and encoders. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { createToolkit } from '@yinji/toolkit'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory, testIdentity } from '../helpers/identity.ts'

const corpus = process.env['YINJI_CORPUS'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus')
const directory = temporaryDirectory()
const toolkit = createToolkit({ identity: await testIdentity() })

const run = (program: string, ...args: string[]) =>
  execFileSync(program, ['-v', 'error', ...args], { encoding: 'utf8', maxBuffer: 1 << 28 })
const packets = (file: string, kind: 'a' | 'v') =>
  run(
    'ffmpeg',
    '-i',
    file,
    kind === 'a' ? '-vn' : '-an',
    '-map',
    `0:${kind}?`,
    '-c',
    'copy',
    '-f',
    'framemd5',
    '-',
  )
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/,\s*/))
const times = (file: string) =>
  run('ffprobe', '-select_streams', 'v', '-show_entries', 'frame=pts_time', '-of', 'csv=p=0', file).match(
    /[\d.]+/g,
  )

/**
 * The first packet of the picture that is the source's; all behind it are as well. Some have a single group of pictures
 * and are encoded from end to end, which the receipt says, as is a recording of a browser without parameter sets of its
 * own. Fragments are put together first; this one is shorter than its label.
 */
const films: readonly [name: string, kept: number | undefined, audio: boolean][] = [
  ['h264-aac.mp4', undefined, true],
  ['sar-2x1.mp4', undefined, false],
  ['variable-frame-rate.mp4', 32, false],
  ['h265.mp4', undefined, true],
  ['h264.mkv', undefined, false],
  ['rotated.mp4', 45, true],
]

describe.each(films)('%s', (name, kept, audio) => {
  test('carries the label, and behind it nothing changes', async () => {
    const [input, output] = [join(corpus, 'video', name), join(directory, name)]
    const receipt = await toolkit.label(input, {}, { output, sidecar: true })
    const why = receipt.findings.filter(({ code }) => code === 'visible.video.encoded')
    expect(why).toHaveLength(kept === undefined ? 1 : 0)
    const report = await toolkit.verify(output, { look: true })
    expect(report.verdict).toBe('trusted')
    const looked = (findings: typeof report.findings) =>
      findings.map(({ code }) => code).filter((code) => /^visible\.(look|video)/.test(code))
    expect(looked(report.findings)).toEqual(['visible.look.present', 'visible.video.lasting'])
    expect(looked((await toolkit.verify(input, { look: true })).findings)).toEqual(['visible.look.absent'])
    expect(run('ffmpeg', '-xerror', '-i', output, '-f', 'null', '-')).toBe('')
    // Fragments that were put together keep their times to the millisecond of an edit list.
    const shown = times(input) ?? []
    const late = times(output)?.map((time, index) => Math.abs(Number(time) - Number(shown[index])))
    expect(late).toHaveLength(shown.length)
    expect(Math.max(...(late ?? []))).toBeLessThan(name === 'rotated.mp4' ? 0.001 : 1e-6)
    if (audio) expect(packets(output, 'a')).toEqual(packets(input, 'a'))
    if (kept === undefined) return
    const [before, after] = [packets(input, 'v'), packets(output, 'v')]
    const sums = (list: readonly string[][]) => list.map((fields) => fields[5])
    expect(after).toHaveLength(before.length)
    expect(sums(after).findLastIndex((sum, index) => sum !== sums(before)[index])).toBe(kept - 1)
  })
})
