/**
 * The explicit label in a video: ours, which encodes only the groups of pictures that carry it, beside the obvious way,
 * ffmpeg with its overlay filter over everything, with the same encoder at the same quality. Peak memory by duration.
 * `npx tsc -b && node --import tsx bench/video.ts 60 600` (seconds of 1080p).
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createIdentity } from '@yinji/toolkit'
import { print } from './measure.ts'
import { looped, sizeOf } from './media.ts'

const run = promisify(execFile)
const directory = await mkdtemp(join(tmpdir(), 'yinji-bench-'))
const at = (name: string) => join(directory, name)

/** A film as a camera or a model delivers it: 1080p, H.264 High at some 6 Mbit/s, a key frame every two seconds, sound. */
async function film(path: string, seconds: number): Promise<void> {
  const base = at('base.mp4')
  const picture = 'testsrc2=s=1920x1080:r=25,noise=alls=12:allf=t'
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'sine', '-t', '10'],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-b:v',
      '6M',
      '-g',
      '50',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
      base,
    ],
  ])
  await looped(base, Math.ceil(seconds / 10), path)
}

/** A process of its own, so that its peak memory is nobody else's; that of ffmpeg is not in it. */
const script = `
import { readFileSync } from 'node:fs'
import { createToolkit, loadIdentity } from '@yinji/toolkit'
const [home, file, output] = process.argv.slice(1)
const toolkit = createToolkit({ identity: await loadIdentity(home) })
const start = performance.now()
const receipt = await toolkit.label(file, {}, { force: true, output })
const took = performance.now() - start
const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
const peak = Number(/VmHWM:\\\\s*(\\\\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS)
console.log(JSON.stringify({ took, peak, findings: receipt.findings.map(({ code }) => code) }))
`

async function ours(file: string): Promise<{ took: number; peak: number; findings: string[] }> {
  const args = ['--input-type=module', '--eval', script, at('home'), file, at('ours.mp4')]
  const { stdout } = await run(process.execPath, args, { cwd: join(import.meta.dirname, '..') })
  return JSON.parse(stdout)
}

/** A full encode takes as long as the film: of a long one its beginning is measured. */
const measured = 30

async function obvious(file: string, seconds: number): Promise<number> {
  const start = performance.now()
  const length = Math.min(seconds, measured)
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-t', String(length), '-i', file, '-i', at('label.png')],
    ...[
      '-filter_complex',
      "[0:v][1:v]overlay=W-w-27:H-h-27:enable='lt(t,2.04)'[v]",
      '-map',
      '[v]',
      '-map',
      '0:a',
    ],
    ...['-c:v', 'libx264', '-preset', 'fast', '-crf', '16', '-c:a', 'copy', at('theirs.mp4')],
  ])
  return ((performance.now() - start) * seconds) / length
}

try {
  await createIdentity(at('home'), { provider: 'Bench', system: 'Bench Model', systemVersion: '1' })
  await run('ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    'color=black:s=260x90',
    '-frames:v',
    '1',
    at('label.png'),
  ])
  const wanted = process.argv.slice(2).map(Number)
  for (const seconds of wanted.length > 0 ? wanted : [60]) {
    const file = at(`film-${seconds}.mp4`)
    await film(file, seconds)
    const { took, peak, findings } = await ours(file)
    const megabytes = ((await sizeOf(file)) / 1e6).toFixed(0)
    print(`Label ${seconds} s of 1080p H.264, ${megabytes} MB`, [
      {
        name: 'yinji: label, AIGC, manifest, read back',
        milliseconds: took,
        note: [`peak ${(peak / 1024).toFixed(0)} MB`, ...findings].join(', '),
      },
      {
        name: 'ffmpeg: overlay, everything encoded',
        milliseconds: await obvious(file, seconds),
        ...(seconds > measured ? { note: `${measured} s measured` } : {}),
      },
    ])
    await rm(file)
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}
