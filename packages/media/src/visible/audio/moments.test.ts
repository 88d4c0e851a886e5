/** Labels before, after and between the content: what is played is the content's own samples and packets. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesSource, type VisibleLabel } from '@yinji/core'
import { afterAll, describe, expect, test } from 'vitest'
import { mp3Labeller, wavLabeller } from './labeller.ts'
import { Loudness } from './loudness.ts'
import { voiceOf } from './sound.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji-moments-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const path = (name: string) => join(directory, name)

function run(program: string, ...args: string[]): Buffer {
  const { stdout, stderr, status } = spawnSync(program, args, { maxBuffer: 2 ** 28 })
  if (status !== 0 || String(stderr) !== '') throw new Error(String(stderr))
  return stdout
}

/** Sixteen seconds that never repeat: a sweep, quiet at first and loud after half of it. */
function make(name: string, ...args: string[]): void {
  const sweep = 'aevalsrc=(0.05+0.25*gt(t\\,8))*sin(2*PI*(300+40*t)*t):duration=16:sample_rate=44100'
  run('ffmpeg', '-v', 'error', '-f', 'lavfi', '-i', sweep, '-ac', '2', '-bitexact', ...args, path(name))
}

async function labelled(name: string, more: Partial<VisibleLabel>): Promise<string> {
  const labeller = name.endsWith('.wav') ? wavLabeller : mp3Labeller
  const label = { text: 'AI生成', position: 'auto', ...more } as const
  const { source } = await labeller.apply(bytesSource(new Uint8Array(readFileSync(path(name)))), label, {
    temporaryDirectory: async () => mkdtempSync(path('work-')),
    pathOf: async () => path(name),
  })
  writeFileSync(path(`out-${name}`), await source.read(0, source.size))
  return `out-${name}`
}

const pcm = (name: string, ...args: string[]) =>
  run('ffmpeg', '-v', 'error', ...args, '-i', path(name), '-f', 's16le', '-')

/** The stretches of `content` that stand in `whole` in order, found by their first bytes; the rest must be labels. */
function gaps(whole: Buffer, content: Buffer, cuts: readonly number[]): number[] {
  const found: number[] = []
  let at = 0
  for (const [index, cut] of cuts.entries()) {
    const piece = content.subarray(cut, cuts[index + 1] ?? content.length)
    const there = whole.indexOf(piece, at)
    expect(there).toBeGreaterThanOrEqual(0)
    found.push(there - at)
    at = there + piece.length
  }
  return [...found, whole.length - at]
}

const lufs = (samples: Buffer) => {
  const loudness = new Loudness(44100, 2)
  loudness.add(
    Float64Array.from({ length: samples.length / 2 }, (_, at) => samples.readInt16LE(at * 2) / 32768),
  )
  return loudness.lufs() ?? 0
}

const second = 44100 * 4

describe('a WAV', () => {
  test.each([
    [{ moment: 'end' }, [0], [0, 1.72]],
    [{ moment: 'both' }, [0], [1.72, 1.72]],
    [{ every: 6 }, [0, 6], [1.72, 2.12, 0]],
    [{ moment: 'both', every: 5 }, [0, 5, 10], [1.72, 2.12, 2.12, 1.72]],
  ] as const)(
    'with %j holds all of its samples, and labels of the right length between',
    async (more, cuts, lengths) => {
      make('plain.wav', '-c:a', 'pcm_s16le', '-y')
      const [before, after] = [pcm('plain.wav'), pcm(await labelled('plain.wav', more))]
      const found = gaps(
        after,
        before,
        cuts.map((cut) => cut * second),
      )
      for (const [index, length] of lengths.entries())
        expect((found[index] ?? 0) / second).toBeCloseTo(length, 2)
    },
  )

  test('is labelled at the loudness of what is near: quiet at the start, loud at the end', async () => {
    make('plain.wav', '-c:a', 'pcm_s16le', '-y')
    const out = pcm(await labelled('plain.wav', { moment: 'both' }))
    const content = pcm('plain.wav')
    const start = lufs(out.subarray(0, 1.72 * second))
    expect(Math.abs(start - lufs(content))).toBeLessThan(1)
    expect(Math.abs(lufs(out.subarray(-1.32 * second)) - lufs(content))).toBeLessThan(1)
  })
})

describe.each([
  ['cbr.mp3', '-b:a 128k'],
  ['vbr.mp3', '-q:a 4'],
  ['high.mp3', '-b:a 320k'],
])('%s', (name, args) => {
  const packets = (file: string) =>
    String(
      run(
        'ffprobe',
        ...['-v', 'error', '-show_entries', 'packet=data_hash', '-show_data_hash', 'md5', '-of', 'csv=p=0'],
        path(file),
      ),
    ).match(/MD5:\w+/g) ?? []

  test.each([[{ moment: 'end' }], [{ moment: 'both' }], [{ every: 5 }]] as const)(
    'with %j keeps all of its packets in order, and decodes without complaint',
    async (more) => {
      make(name, ...args.split(' '), '-y')
      const out = await labelled(name, more)
      const left = packets(name)
      for (const packet of packets(out)) if (packet === left[0]) left.shift()
      expect(left).toEqual([])
      pcm(out)
    },
  )

  test('sounds after a label in the middle exactly as before, but for the one frame that overlaps', async () => {
    make(name, ...args.split(' '), '-y')
    const raw = ['-flags2', '+skip_manual']
    const [before, after] = [pcm(name, ...raw), pcm(await labelled(name, { every: 5 }), ...raw)]
    const frame = 1152 * 4
    const first = Math.ceil((5 * 44100) / 1152) * frame
    const second = Math.ceil((10 * 44100) / 1152) * frame
    const piece = before.subarray(first + 2 * frame, second - frame)
    expect(after.includes(piece)).toBe(true)
  })

  test('has the length of content and label to the sample', async () => {
    make(name, ...args.split(' '), '-y')
    const samples = pcm(await labelled(name, { moment: 'both' })).length / 4
    const content = pcm(name, '-flags2', '+skip_manual').length / 4
    const clip = (1.32 + 0.4) * 44100
    // The first label's own delay is dropped, as is the padding of the last; what the encoders put between stays.
    const frames = Math.ceil((clip + 576) / 1152) + 1
    expect(samples).toBeGreaterThanOrEqual(Math.floor(content + 2 * clip))
    expect(samples).toBeLessThan(content + 2 * clip + 1152 * 5 + frames)
  })
})

test.each([['zh', 120, 160, [...'本内容由人工智能生成'].length]] as const)(
  'the spoken label (%s) has %d to %d characters a minute',
  async (language, least, most, characters) => {
    const { samples, rate } = await voiceOf(language)
    const pace = (characters / (samples.length / rate)) * 60
    expect(pace).toBeGreaterThanOrEqual(least)
    expect(pace).toBeLessThanOrEqual(most)
  },
)

test('the spoken label is joined on at the loudness of the content', async () => {
  make('plain.wav', '-c:a', 'pcm_s16le', '-y')
  for (const language of ['zh', 'en'] as const) {
    const out = pcm(await labelled('plain.wav', { sound: 'voice', language }))
    const content = pcm('plain.wav')
    const label = out.subarray(0, out.length - content.length)
    expect(label.length / second).toBeGreaterThan(2.7)
    expect(Math.abs(lufs(label) - lufs(content))).toBeLessThan(1)
  }
})

test('a file of the user’s own is the label; what is no sound, or too much of it, is refused', async () => {
  make('plain.wav', '-c:a', 'pcm_s16le', '-y')
  const own = (duration: number, source = 'sine=frequency=700') => {
    run('ffmpeg', '-v', 'error', '-y', '-f', 'lavfi', '-t', `${duration}`, '-i', source, path('own.ogg'))
    return labelled('plain.wav', { sound: { file: path('own.ogg') } })
  }
  const content = pcm('plain.wav').length
  expect((pcm(await own(2)).length - content) / second).toBeCloseTo(2.4, 1)
  await expect(own(40)).rejects.toMatchObject({ code: 'visible.sound.file' })
  await expect(own(2, 'aevalsrc=0')).rejects.toMatchObject({
    code: 'visible.sound.file',
  })
  writeFileSync(path('none.txt'), 'no sound')
  await expect(labelled('plain.wav', { sound: { file: path('none.txt') } })).rejects.toMatchObject({
    code: 'visible.sound.file',
  })
})
