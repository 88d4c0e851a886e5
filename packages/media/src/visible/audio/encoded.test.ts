/** Sound that is encoded again, because that is asked for or because nothing else can be done; and sound that is none. */
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run } from '../../programs.test-kit.ts'
import { sounds } from './sounds.test-kit.ts'

const { inside, make, generate, label, look, samples, seconds, stream, title } = sounds()

describe('encoding everything again, as asked,', () => {
  test.each([
    ['again.mp3', '-b:a 128k'],
    ['again.flac', '-c:a flac -sample_fmt s16'],
    ['again.m4a', '-c:a aac'],
    ['again.opus', '-c:a libopus'],
  ])('is done and said: %s', async (name, args) => {
    make(name, ...args.split(' '))
    const drawn = await label(name, { encode: true })
    expect(drawn).toMatchObject({ path: 'encoded', findings: [{ code: 'visible.sound.encoded' }] })
    expect(Math.abs(seconds(drawn.out) - seconds(name) - 1.72)).toBeLessThan(0.1)
    expect(title(drawn.out)).toBe('Sweep')
    if (name.endsWith('flac')) expect(samples(drawn.out).includes(samples(name))).toBe(true)
    expect((await look(drawn.out))?.state).toBe('present')
  })

  test('is refused where nothing is encoded', async () => {
    make('again.wav')
    await expect(label('again.wav', { encode: true })).rejects.toMatchObject({
      code: 'visible.sound.uncoded',
    })
  })
})

test.each([
  ['vorbis.ogg', '-c:a vorbis -strict -2'],
  ['lossless.m4a', '-c:a alac'],
])('%s is encoded again, which the receipt says', async (name, args) => {
  make(name, ...args.split(' '))
  const drawn = await label(name, { moment: 'both' })
  expect(drawn.path).toBe('encoded')
  expect(drawn.findings?.map(({ code }) => code)).toEqual(['visible.sound.encoded'])
  expect(Math.abs(seconds(drawn.out) - seconds(name) - 3.44)).toBeLessThan(0.1)
  expect(title(drawn.out)).toBe('Sweep')
  if (name === 'lossless.m4a') expect(samples(drawn.out).includes(samples(name))).toBe(true)
  expect((await look(drawn.out))?.state).toBe('present')
})

test('HE-AAC becomes AAC-LC of twice the bitrate, which the receipt says', async () => {
  make('he.m4a', '-c:a', 'aac', '-ac', '1', '-ar', '22050', '-b:a', '32k')
  // No encoder of HE-AAC is free, so ffprobe is made to call another one by that name.
  const home = mkdtempSync(inside('tools-'))
  const [ffmpeg, ffprobe] = ['ffmpeg', 'ffprobe'].map((name) => run('sh', '-c', `command -v ${name}`).trim())
  symlinkSync(ffmpeg ?? '', join(home, 'ffmpeg'))
  const script = `${ffprobe} "$@" | sed 's/"profile": "LC"/"profile": "HE-AAC"/'`
  writeFileSync(join(home, 'ffprobe'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const tools = { ffmpeg: join(home, 'ffmpeg') }
  const drawn = await label('he.m4a', {}, { tools })
  expect(drawn).toMatchObject({
    path: 'encoded',
    findings: [{ data: { what: 'HE-AAC, which becomes AAC-LC' } }],
  })
  expect(Number(stream(drawn.out)?.bit_rate)).toBeGreaterThan(45_000)
  expect((await look(drawn.out))?.state).toBe('present')
})

test('a sound without a sample is refused with what is wrong', async () => {
  for (const [name, codec] of [
    ['none.mp3', 'libmp3lame'],
    ['none.opus', 'libopus'],
    ['none.ogg', 'libvorbis'],
    ['none.m4a', 'aac'],
    ['none.flac', 'flac'],
    ['none.wav', 'pcm_s16le'],
  ] as const) {
    generate(name, 'anullsrc', '-af', 'atrim=end_sample=0', '-c:a', codec)
    await expect(label(name)).rejects.toMatchObject({ code: 'visible.sound.empty', details: { name } })
  }
})
