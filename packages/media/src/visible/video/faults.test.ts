/** A tool that fails in the middle, or hangs: a clear error, the original intact, nothing left running. */
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VisibleContext, VisibleLabeller } from '@yinji/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openFile } from '../../file.ts'
import { folder, run, running } from '../../programs.test-kit.ts'
import { flacLabeller, m4aLabeller, mp3Labeller, oggLabeller } from '../audio/labeller.ts'
import { videoLabeller } from '../labellers.ts'

const { inside } = folder()
afterEach(() => {
  vi.useRealTimers()
})
const fixture = (name: string) => join(import.meta.dirname, '../../../../../fixtures', name)
const probe = run('sh', '-c', 'command -v ffprobe').trim()

/** A program in ffmpeg's place, beside the real ffprobe. */
let count = 0
function fake(script: string): string {
  const home = inside(`${++count}`)
  mkdirSync(home)
  symlinkSync(probe, join(home, 'ffprobe'))
  writeFileSync(join(home, 'ffmpeg'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(home, 'ffmpeg'), 0o755)
  return home
}

async function label(
  labeller: VisibleLabeller,
  name: string,
  home: string,
  more: Partial<VisibleContext> = {},
) {
  const before = readFileSync(fixture(name))
  await using source = await openFile(fixture(name))
  const context: VisibleContext = {
    tools: { ffmpeg: join(home, 'ffmpeg') },
    temporaryDirectory: async () => home,
    pathOf: async () => fixture(name),
    ...more,
  }
  try {
    return await labeller.apply(source, { text: 'AI生成', position: 'top' }, context)
  } finally {
    expect(readFileSync(fixture(name)).equals(before)).toBe(true)
  }
}

const media: readonly (readonly [string, VisibleLabeller])[] = [
  ['clip.mp4', videoLabeller],
  ['sunrise.webm', videoLabeller],
  ['speech.mp3', mp3Labeller],
  ['melody.m4a', m4aLabeller],
  ['chime.flac', flacLabeller],
  ['chime.opus', oggLabeller],
  ['chime.ogg', oggLabeller],
]

const lacks = [
  ['an encoder is not built in', "Unknown encoder 'libx264'"],
  ['an option is not known yet', "Unrecognized option 'enc_time_base'"],
  ['a filter is missing', "No such filter: 'overlay'"],
] as const

describe.each(media)('%s', (name, labeller) => {
  test.each([
    [
      'disk full',
      'echo "av_interleaved_write_frame(): No space left on device" >&2; exit 1',
      /No space left/,
    ],
    ['killed', 'kill -9 $$', /SIGKILL/],
  ])('ffmpeg fails: %s', async (_, script, what) => {
    await expect(label(labeller, name, fake(script))).rejects.toMatchObject({
      code: 'tool.ffmpeg.failed',
      details: { stderr: expect.stringMatching(what) },
    })
  })

  // The words are understood in one place; that they get there is asked of every medium.
  test.each(name === 'clip.mp4' ? lacks : lacks.slice(0, 1))(
    'ffmpeg is too old or too small: %s',
    async (_, words) => {
      await expect(label(labeller, name, fake(`echo "${words}." >&2; exit 1`))).rejects.toMatchObject({
        code: 'tool.ffmpeg.lacking',
        details: { what: words },
      })
    },
  )

  test('ffmpeg hangs: it is killed when its time is up', async () => {
    const home = fake('echo > "$(dirname "$0")/started"; exec sleep 1000')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const job = label(labeller, name, home)
    const outcome = job.catch((error: unknown) => error)
    while (!existsSync(join(home, 'started'))) await new Promise((done) => setImmediate(done))
    vi.advanceTimersByTime(4 * 3600_000)
    expect(await outcome).toMatchObject({ code: 'tool.timeout', details: { tool: 'ffmpeg' } })
    expect(running(home)).toEqual([])
  })

  test('ffmpeg hangs: whoever waits can call it off', async () => {
    const home = fake('echo > "$(dirname "$0")/started"; exec sleep 1000')
    const controller = new AbortController()
    const outcome = label(labeller, name, home, { signal: controller.signal }).catch(
      (error: unknown) => error,
    )
    while (!existsSync(join(home, 'started'))) await new Promise((done) => setImmediate(done))
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await outcome).toBe(reason)
    expect(running(home)).toEqual([])
  })
})
