/** A tool that fails in the middle: a clear error, the original intact, nothing left running. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openFile } from '../../file.ts'
import { videoLabeller } from '../video.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji-faults-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const clip = join(import.meta.dirname, '../../../../../fixtures/clip.mp4')
const probe = execFileSync('sh', ['-c', 'command -v ffprobe'], { encoding: 'utf8' }).trim()

test.each([
  ['disk full', 'echo "av_interleaved_write_frame(): No space left on device" >&2; exit 1', /No space left/],
  ['killed', 'kill -9 $$', /SIGKILL/],
  ['an encoder that is not built in', 'echo "Unknown encoder \'libx264\'" >&2; exit 1', /Unknown encoder/],
])('ffmpeg fails: %s', async (name, script, what) => {
  const home = join(directory, name)
  mkdirSync(home)
  symlinkSync(probe, join(home, 'ffprobe'))
  writeFileSync(join(home, 'ffmpeg'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(home, 'ffmpeg'), 0o755)
  const before = readFileSync(clip)
  await using source = await openFile(clip)
  const context = {
    tools: { ffmpeg: join(home, 'ffmpeg') },
    temporaryDirectory: async () => home,
    pathOf: async () => clip,
  }
  const job = videoLabeller.apply(source, { text: 'AI生成', position: 'top' }, context)
  await expect(job).rejects.toMatchObject({
    code: 'tool.ffmpeg.failed',
    details: { stderr: expect.stringMatching(what) },
  })
  expect(readFileSync(clip).equals(before)).toBe(true)
})
