import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { probe, runFfmpeg } from './ffmpeg.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji ffmpeg 视频-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** A picture that any ffmpeg can read and no encoder is needed for. */
const picture = join(directory, '-leading dash, 100% 中文 two  spaces.pgm')
writeFileSync(picture, Buffer.concat([Buffer.from('P5 4 4 255\n'), Buffer.alloc(16, 99)]))

/** A program in ffmpeg's place. */
function program(name: string, script: string): string {
  const path = join(directory, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}
const frames = ['-c', 'copy', '-map', '0', '-f', 'rawvideo']

describe('running', () => {
  test('names with dashes, spaces, percent signs and 中文 are names', async () => {
    const output = join(directory, '-out %03d 结果.pgm')
    await runFfmpeg(
      {
        inputs: [{ path: picture, options: ['-f', 'pgm_pipe'] }],
        options: ['-c', 'copy', '-f', 'rawvideo'],
        output,
      },
      { timeoutSeconds: 20 },
    )
    expect(existsSync(output)).toBe(true)
    expect((await probe(picture, { timeoutSeconds: 20 })).streams[0]).toMatchObject({ width: 4, height: 4 })
  })

  test('options with a space in them stay one option', async () => {
    const script = 'for a in "$@"; do printf "%s\\n" "$a" >&2; done; exit 1'
    const tools = { ffmpeg: program('echo-ffmpeg', script) }
    const command = {
      inputs: [{ path: picture }],
      options: ['-a b', '-y z'],
      output: join(directory, 'never'),
    }
    await expect(runFfmpeg(command, { tools, timeoutSeconds: 20 })).rejects.toMatchObject({
      details: { stderr: expect.stringMatching(/^-a b · -y z · file:/) },
    })
  })

  test('nothing but files is opened, whatever the input refers to', async () => {
    const list = join(directory, 'list.m3u8')
    writeFileSync(list, '#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n')
    const command = { inputs: [{ path: list }], options: frames, output: join(directory, 'stolen') }
    await expect(runFfmpeg(command, { timeoutSeconds: 20 })).rejects.toMatchObject({
      code: 'tool.ffmpeg.failed',
    })
  })
})

describe('what can go wrong', () => {
  const command = { inputs: [{ path: picture }], options: frames, output: join(directory, 'out.raw') }

  test('no such program', async () => {
    const tools = { ffmpeg: join(directory, 'nowhere', 'ffmpeg') }
    await expect(runFfmpeg(command, { tools, timeoutSeconds: 20 })).rejects.toMatchObject({
      code: 'tool.ffmpeg.missing',
    })
    await expect(probe(picture, { tools, timeoutSeconds: 20 })).rejects.toMatchObject({
      code: 'tool.ffmpeg.missing',
    })
  })

  test('its last words are in the error', async () => {
    const broken = join(directory, 'broken.mp4')
    writeFileSync(broken, 'this is no video')
    const failing = { ...command, inputs: [{ path: broken }] }
    await expect(runFfmpeg(failing, { timeoutSeconds: 20 })).rejects.toMatchObject({
      code: 'tool.ffmpeg.failed',
      details: { stderr: expect.stringContaining('Invalid data') },
    })
    await expect(probe(broken, { timeoutSeconds: 20 })).rejects.toMatchObject({ code: 'tool.ffmpeg.failed' })
  })

  test('one that hangs is killed in time', async () => {
    const tools = { ffmpeg: program('ffmpeg', 'exec sleep 30') }
    program('ffprobe', 'exec sleep 30')
    const started = Date.now()
    await expect(runFfmpeg(command, { tools, timeoutSeconds: 0.3 })).rejects.toMatchObject({
      code: 'tool.timeout',
    })
    await expect(probe(picture, { tools, timeoutSeconds: 0.3 })).rejects.toMatchObject({
      code: 'tool.timeout',
    })
    expect(Date.now() - started).toBeLessThan(10_000)
  })

  test('an abort kills it, early or late, with the caller’s reason', async () => {
    const tools = { ffmpeg: program('ffmpeg', 'exec sleep 30') }
    const reason = new Error('enough')
    await expect(
      runFfmpeg(command, { tools, signal: AbortSignal.abort(reason), timeoutSeconds: 20 }),
    ).rejects.toBe(reason)
    for (const delay of [0, 200]) {
      const controller = new AbortController()
      setTimeout(() => controller.abort(reason), delay)
      await expect(runFfmpeg(command, { tools, signal: controller.signal, timeoutSeconds: 20 })).rejects.toBe(
        reason,
      )
    }
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 100)
    await expect(probe(picture, { tools, signal: controller.signal, timeoutSeconds: 20 })).rejects.toBe(
      reason,
    )
  })
})
