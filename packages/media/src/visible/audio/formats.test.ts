/** FLAC, AAC, Opus and Vorbis: content that stays what it is, and a label that is heard. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { once, output } from '../../programs.test-kit.ts'
import { sounds } from './sounds.test-kit.ts'

const { inside, make, label, look, samples, packets, times, seconds, stream, title } = sounds()

/** Seconds from each packet to the next: they rise without a jump across every join. */
function gaps(name: string): number[] {
  const all = times(name)
  return all.slice(1).map((time, at) => time - (all[at] ?? 0))
}

const moments = [{ moment: 'start' }, { moment: 'end' }, { moment: 'both' }, { every: 6 }] as const
/** Of each of those moments: seconds of labels in all. */
const added = [1.72, 1.72, 3.44, 3.84]

describe('FLAC', () => {
  beforeAll(() => {
    make('sixteen.flac', '-sample_fmt', 's16')
    make('deep.flac', '-sample_fmt', 's32', '-bits_per_raw_sample', '24', '-ar', '48000')
  })
  /** All samples, by a decoder that stops at the first checksum that does not hold. */
  const decoded = once((name, codec = '') => {
    const strict = ['-v', 'error', '-xerror', '-err_detect', 'crccheck+explode']
    return output('ffmpeg', ...strict, '-i', inside(name), '-c:a', codec, '-f', codec.slice(4), '-')
  })

  test.each(moments)('with %j keeps every sample, its tags, and a checksum that holds', async (more) => {
    for (const [name, rate, codec, width] of [
      ['sixteen.flac', 44100, 'pcm_s16le', 4],
      ['deep.flac', 48000, 'pcm_s24le', 6],
    ] as const) {
      const drawn = await label(name, more)
      expect(drawn.path).toBe('spliced')
      const [before, after] = [decoded(name, codec), decoded(drawn.out, codec)]
      // A label goes between frames, and fills whole ones.
      const block = readFileSync(inside(name)).readUInt16BE(8)
      const cut = 'every' in more ? Math.ceil((6 * rate) / block) * block * width : before.length
      const first = after.indexOf(before.subarray(0, cut))
      expect(first).toBeGreaterThanOrEqual(0)
      expect(after.indexOf(before.subarray(cut), first + cut)).toBeGreaterThanOrEqual(0)
      const longer = (after.length - before.length) / (rate * width) - (added[moments.indexOf(more)] ?? 0)
      expect(longer).toBeGreaterThan(-0.01)
      expect(longer).toBeLessThan((2 * block) / rate)
      expect(title(drawn.out)).toBe('Sweep')
      // What STREAMINFO says of all samples, and the frames that were copied.
      const [old, fresh] = [name, drawn.out].map((file) => readFileSync(inside(file)))
      expect(createHash('md5').update(after).digest('hex')).toBe(fresh?.subarray(26, 42).toString('hex'))
      for (const share of [0.3, 0.6, 0.9]) {
        const at = Math.round((old?.byteLength ?? 0) * share)
        expect(fresh?.includes(old?.subarray(at, at + 64) ?? '')).toBe(true)
      }
    }
  })
})

describe.each([
  ['plain.m4a', '-c:a aac -b:a 128k'],
  ['talk.m4a', '-c:a aac -b:a 48k -ac 1 -ar 22050 -movflags +faststart'],
])('AAC: %s', (name, args) => {
  beforeAll(() => make(name, ...args.split(' ')))

  test.each(moments)(
    'with %j keeps all packets in order, plays across the joins, and has the right length',
    async (more) => {
      const drawn = await label(name, more)
      expect(drawn.path).toBe('spliced')
      const left = packets(name)
      for (const packet of packets(drawn.out)) if (packet === left[0]) left.shift()
      expect(left).toEqual([])
      samples(drawn.out)
      expect(gaps(drawn.out).filter((gap) => gap <= 0 || gap >= 0.2)).toEqual([])
      // What the encoders put at each end of content and label is heard where they meet.
      const longer = seconds(drawn.out) - seconds(name) - (added[moments.indexOf(more)] ?? 0)
      expect(longer).toBeGreaterThanOrEqual(-0.002)
      expect(longer).toBeLessThan(0.25)
      expect(title(drawn.out)).toBe('Sweep')
      expect((await look(drawn.out))?.state).toBe('present')
    },
  )
})

describe.each([
  ['plain.opus', '-c:a libopus -b:a 96k'],
  ['plain.ogg', '-c:a libvorbis -q:a 4'],
  ['talk.ogg', '-c:a libvorbis -b:a 40k -ac 1 -ar 22050'],
])('Opus and Vorbis: %s', (name, args) => {
  beforeAll(() => make(name, ...args.split(' ')))

  test.each(moments)(
    'with %j keeps all packets in order, plays across the joins, and has the right length',
    async (more) => {
      const drawn = await label(name, more)
      expect([drawn.path, drawn.findings]).toEqual(['spliced', undefined])
      const left = packets(name)
      for (const packet of packets(drawn.out)) if (packet === left[0]) left.shift()
      expect(left).toEqual([])
      const longer = seconds(drawn.out) - seconds(name) - (added[moments.indexOf(more)] ?? 0)
      expect(Math.abs(longer)).toBeLessThan(0.1)
      // What comes out of the decoder lasts as long as the last page says; players of Opus drop 312 samples.
      const { sample_rate, channels = 0 } = stream(drawn.out) ?? {}
      const heard = samples(drawn.out).length / 2 / channels / Number(sample_rate)
      expect(Math.abs(heard - seconds(drawn.out))).toBeLessThan(0.01)
      expect(title(drawn.out)).toBe('Sweep')
      expect((await look(drawn.out))?.state).toBe('present')
    },
  )
})

test('Vorbis after a label is decoded to the very samples, but for the block that overlaps', async () => {
  make('exact.ogg', '-c:a', 'libvorbis', '-q:a', '7.3')
  const before = samples('exact.ogg')
  const { out } = await label('exact.ogg')
  expect(samples(out).includes(before.subarray(2048 * 4))).toBe(true)
})
