/** Labels before, after and between the content: what is played is the content's own samples and packets. */
import { writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { Loudness } from './loudness.ts'
import { voiceOf } from './sound.ts'
import { sounds } from './sounds.test-kit.ts'

const { inside, generate, make, label, samples, packets } = sounds()
beforeAll(() => make('plain.wav', '-c:a', 'pcm_s16le'))

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

const lufs = (pcm: Buffer) => {
  const loudness = new Loudness(44100, 2)
  loudness.add(Float64Array.from({ length: pcm.length / 2 }, (_, at) => pcm.readInt16LE(at * 2) / 32768))
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
      const [before, after] = [samples('plain.wav'), samples((await label('plain.wav', more)).out)]
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
    const out = samples((await label('plain.wav', { moment: 'both' })).out)
    const content = samples('plain.wav')
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
  beforeAll(() => make(name, ...args.split(' ')))

  test.each([[{ moment: 'end' }], [{ moment: 'both' }], [{ every: 5 }]] as const)(
    'with %j keeps all of its packets in order, and decodes without complaint',
    async (more) => {
      const { out } = await label(name, more)
      const left = packets(name)
      for (const packet of packets(out)) if (packet === left[0]) left.shift()
      expect(left).toEqual([])
      samples(out)
    },
  )

  test('sounds after a label in the middle exactly as before, but for the one frame that overlaps', async () => {
    const raw = ['-flags2', '+skip_manual']
    const [before, after] = [samples(name, ...raw), samples((await label(name, { every: 5 })).out, ...raw)]
    const frame = 1152 * 4
    const first = Math.ceil((5 * 44100) / 1152) * frame
    const second = Math.ceil((10 * 44100) / 1152) * frame
    const piece = before.subarray(first + 2 * frame, second - frame)
    expect(after.includes(piece)).toBe(true)
  })

  test('has the length of content and label to the sample', async () => {
    const all = samples((await label(name, { moment: 'both' })).out).length / 4
    const content = samples(name, '-flags2', '+skip_manual').length / 4
    const clip = (1.32 + 0.4) * 44100
    // The first label's own delay is dropped, as is the padding of the last; what the encoders put between stays.
    const frames = Math.ceil((clip + 576) / 1152) + 1
    expect(all).toBeGreaterThanOrEqual(Math.floor(content + 2 * clip))
    expect(all).toBeLessThan(content + 2 * clip + 1152 * 5 + frames)
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
  for (const language of ['zh', 'en'] as const) {
    const out = samples((await label('plain.wav', { sound: 'voice', language })).out)
    const content = samples('plain.wav')
    const clip = out.subarray(0, out.length - content.length)
    expect(clip.length / second).toBeGreaterThan(2.7)
    expect(Math.abs(lufs(clip) - lufs(content))).toBeLessThan(1)
  }
})

test('a file of the user’s own is the label; what is no sound, or too much of it, is refused', async () => {
  const own = (name: string, duration: number, source = 'sine=frequency=700') => {
    generate(name, source, '-t', `${duration}`)
    return label('plain.wav', { sound: { file: inside(name) } })
  }
  const content = samples('plain.wav').length
  const { out } = await own('own.ogg', 2)
  expect((samples(out).length - content) / second).toBeCloseTo(2.4, 1)
  const refused = { code: 'visible.sound.file' }
  await expect(own('long.ogg', 40)).rejects.toMatchObject(refused)
  await expect(own('silent.ogg', 2, 'aevalsrc=0')).rejects.toMatchObject(refused)
  writeFileSync(inside('none.txt'), 'no sound')
  await expect(label('plain.wav', { sound: { file: inside('none.txt') } })).rejects.toMatchObject(refused)
})
