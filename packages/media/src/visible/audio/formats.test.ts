/** FLAC, AAC, Opus and Vorbis: content that stays what it is, and a label that is heard. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesSource, type Drawn, type Seen, type VisibleContext, type VisibleLabel } from '@yinji/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flacLabeller, m4aLabeller, mp3Labeller, oggLabeller, wavLabeller } from './labeller.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji-formats-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const path = (name: string) => join(directory, name)
const labellers = {
  flac: flacLabeller,
  m4a: m4aLabeller,
  mp3: mp3Labeller,
  ogg: oggLabeller,
  opus: oggLabeller,
  wav: wavLabeller,
}

function run(program: string, ...args: string[]): Buffer {
  const { stdout, stderr, status } = spawnSync(program, args, { maxBuffer: 2 ** 28 })
  if (status !== 0 || String(stderr) !== '') throw new Error(String(stderr))
  return stdout
}

function make(name: string, ...args: string[]): void {
  const sweep = 'aevalsrc=(0.05+0.25*gt(t\\,8))*sin(2*PI*(300+40*t)*t):duration=16:sample_rate=44100'
  const tags = ['-metadata', 'title=Sweep']
  run(
    'ffmpeg',
    '-v',
    'error',
    '-y',
    '-f',
    'lavfi',
    '-i',
    sweep,
    '-ac',
    '2',
    ...tags,
    '-bitexact',
    ...args,
    path(name),
  )
}

const context = (name: string): VisibleContext => ({
  temporaryDirectory: async () => mkdtempSync(path('work-')),
  pathOf: async () => path(name),
})
const labellerOf = (name: string) => labellers[name.split('.').at(-1) as keyof typeof labellers]
const sourceOf = (name: string) => bytesSource(new Uint8Array(readFileSync(path(name))), name)

async function labelled(name: string, more: Partial<VisibleLabel> = {}): Promise<Drawn & { name: string }> {
  const label = { text: 'AI生成', position: 'auto', ...more } as const
  const drawn = await labellerOf(name).apply(sourceOf(name), label, context(name))
  writeFileSync(path(`out-${name}`), await drawn.source.read(0, drawn.source.size))
  await drawn.source[Symbol.asyncDispose]?.()
  return { ...drawn, name: `out-${name}` }
}

async function look(name: string): Promise<Seen | undefined> {
  return labellerOf(name).look?.(sourceOf(name), context(name))
}

const pcm = (name: string, ...args: string[]) =>
  run('ffmpeg', '-v', 'error', ...args, '-i', path(name), '-map', '0:a', '-f', 's16le', '-')
const packets = (name: string) =>
  String(
    run(
      'ffprobe',
      ...[
        '-v',
        'error',
        '-select_streams',
        'a',
        '-show_entries',
        'packet=data_hash',
        '-show_data_hash',
        'md5',
      ],
      ...['-of', 'csv=p=0', path(name)],
    ),
  ).match(/MD5:\w+/g) ?? []
const probed = (name: string, entry: string) =>
  String(run('ffprobe', '-v', 'error', '-show_entries', entry, '-of', 'csv=p=0', path(name))).trim()
const seconds = (name: string) => Number(probed(name, 'format=duration'))

/** Packet times must rise without a jump across every join. */
function steady(name: string): boolean {
  const lines = probed(name, 'packet=pts_time').split(/[\s,]+/)
  const times = lines.filter((line) => line !== '').map(Number)
  return times.every(
    (time, at) => at === 0 || (time > (times[at - 1] ?? 0) && time - (times[at - 1] ?? 0) < 0.2),
  )
}

const moments = [{ moment: 'start' }, { moment: 'end' }, { moment: 'both' }, { every: 6 }] as const
/** Of each of those moments: seconds of labels in all. */
const added = [1.72, 1.72, 3.44, 3.84]

describe('FLAC', () => {
  beforeAll(() => {
    make('sixteen.flac', '-sample_fmt', 's16')
    make('deep.flac', '-sample_fmt', 's32', '-bits_per_raw_sample', '24', '-ar', '48000')
  })

  test.each(moments)('with %j keeps every sample, its tags, and a checksum that holds', async (more) => {
    for (const name of ['sixteen.flac', 'deep.flac']) {
      const drawn = await labelled(name, more)
      expect(drawn.path).toBe('spliced')
      const [before, after] = [pcm(name), pcm(drawn.name)]
      const rate = name === 'deep.flac' ? 48000 : 44100
      // A label goes between frames, and fills whole ones.
      const block = readFileSync(path(name)).readUInt16BE(8)
      const cut = 'every' in more ? Math.ceil((6 * rate) / block) * block * 4 : before.length
      const first = after.indexOf(before.subarray(0, cut))
      expect(first).toBeGreaterThanOrEqual(0)
      expect(after.indexOf(before.subarray(cut), first + cut)).toBeGreaterThanOrEqual(0)
      const longer = (after.length - before.length) / (rate * 4) - (added[moments.indexOf(more)] ?? 0)
      expect(longer).toBeGreaterThan(-0.01)
      expect(longer).toBeLessThan((2 * block) / rate)
      expect(probed(drawn.name, 'format_tags=title')).toBe('Sweep')
      // What STREAMINFO says of all samples, and the frames that were copied.
      const [old, fresh] = [name, drawn.name].map((file) => readFileSync(path(file)))
      const codec = name === 'deep.flac' ? 'pcm_s24le' : 'pcm_s16le'
      const digest = String(
        run('ffmpeg', '-v', 'error', '-i', path(drawn.name), '-c:a', codec, '-f', 'md5', '-'),
      )
      expect(digest.trim()).toBe(`MD5=${fresh?.subarray(26, 42).toString('hex')}`)
      for (const share of [0.3, 0.6, 0.9]) {
        const at = Math.round((old?.byteLength ?? 0) * share)
        expect(fresh?.includes(old?.subarray(at, at + 64) ?? '')).toBe(true)
      }
      const strict = ['-v', 'error', '-xerror', '-err_detect', 'crccheck+explode']
      run('ffmpeg', ...strict, '-i', path(drawn.name), '-f', 'null', '-')
    }
  })
})

describe('encoding everything again, as asked,', () => {
  test.each([
    ['again.mp3', '-b:a 128k'],
    ['again.flac', '-c:a flac -sample_fmt s16'],
    ['again.m4a', '-c:a aac'],
    ['again.opus', '-c:a libopus'],
  ])('is done and said: %s', async (name, args) => {
    make(name, ...args.split(' '))
    const drawn = await labelled(name, { encode: true })
    expect(drawn).toMatchObject({ path: 'encoded', findings: [{ code: 'visible.sound.encoded' }] })
    expect(Math.abs(seconds(drawn.name) - seconds(name) - 1.72)).toBeLessThan(0.1)
    const tags = name.endsWith('opus') ? 'stream_tags=title' : 'format_tags=title'
    expect(probed(drawn.name, tags)).toBe('Sweep')
    if (name.endsWith('flac')) expect(pcm(drawn.name).includes(pcm(name))).toBe(true)
    expect((await look(drawn.name))?.state).toBe('present')
  })

  test('is refused where nothing is encoded', async () => {
    make('again.wav')
    await expect(labelled('again.wav', { encode: true })).rejects.toMatchObject({
      code: 'visible.sound.uncoded',
    })
  })
})

test('HE-AAC becomes AAC-LC of twice the bitrate, which the receipt says', async () => {
  make('he.m4a', '-c:a', 'aac', '-ac', '1', '-ar', '22050', '-b:a', '32k')
  // No encoder of HE-AAC is free, so ffprobe is made to call another one by that name.
  const home = mkdtempSync(path('tools-'))
  const [ffmpeg, ffprobe] = ['ffmpeg', 'ffprobe'].map((name) =>
    String(run('sh', '-c', `command -v ${name}`)).trim(),
  )
  symlinkSync(ffmpeg ?? '', join(home, 'ffmpeg'))
  const script = `${ffprobe} "$@" | sed 's/"profile": "LC"/"profile": "HE-AAC"/'`
  writeFileSync(join(home, 'ffprobe'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const tools = { ffmpeg: join(home, 'ffmpeg') }
  const label = { text: 'AI生成', position: 'auto' } as const
  const drawn = await m4aLabeller.apply(sourceOf('he.m4a'), label, { ...context('he.m4a'), tools })
  expect(drawn).toMatchObject({
    path: 'encoded',
    findings: [{ data: { what: 'HE-AAC, which becomes AAC-LC' } }],
  })
  writeFileSync(path('lc.m4a'), await drawn.source.read(0, drawn.source.size))
  await drawn.source[Symbol.asyncDispose]?.()
  expect(Number(probed('lc.m4a', 'stream=bit_rate'))).toBeGreaterThan(45_000)
  expect((await look('lc.m4a'))?.state).toBe('present')
})

describe.each([
  ['plain.m4a', '-c:a aac -b:a 128k'],
  ['talk.m4a', '-c:a aac -b:a 48k -ac 1 -ar 22050 -movflags +faststart'],
])('AAC: %s', (name, args) => {
  beforeAll(() => make(name, ...args.split(' ')))

  test.each(moments)(
    'with %j keeps all packets in order, plays across the joins, and has the right length',
    async (more) => {
      const drawn = await labelled(name, more)
      expect(drawn.path).toBe('spliced')
      const left = packets(name)
      for (const packet of packets(drawn.name)) if (packet === left[0]) left.shift()
      expect(left).toEqual([])
      pcm(drawn.name)
      expect(steady(drawn.name)).toBe(true)
      // What the encoders put at each end of content and label is heard where they meet.
      const longer = seconds(drawn.name) - seconds(name) - (added[moments.indexOf(more)] ?? 0)
      expect(longer).toBeGreaterThanOrEqual(-0.002)
      expect(longer).toBeLessThan(0.25)
      expect(probed(drawn.name, 'format_tags=title')).toBe('Sweep')
      expect((await look(drawn.name))?.state).toBe('present')
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
      const drawn = await labelled(name, more)
      expect([drawn.path, drawn.findings]).toEqual(['spliced', undefined])
      const left = packets(name)
      for (const packet of packets(drawn.name)) if (packet === left[0]) left.shift()
      expect(left).toEqual([])
      const longer = seconds(drawn.name) - seconds(name) - (added[moments.indexOf(more)] ?? 0)
      expect(Math.abs(longer)).toBeLessThan(0.1)
      // What comes out of the decoder lasts as long as the last page says; players of Opus drop 312 samples.
      const [rate, channels] = ['stream=sample_rate', 'stream=channels'].map((entry) =>
        Number(probed(drawn.name, entry)),
      )
      const heard = pcm(drawn.name).length / 2 / (channels ?? 0) / (rate ?? 0)
      expect(Math.abs(heard - seconds(drawn.name))).toBeLessThan(0.01)
      expect(probed(drawn.name, 'stream_tags=title')).toBe('Sweep')
      expect((await look(drawn.name))?.state).toBe('present')
    },
  )
})

test('Vorbis after a label is decoded to the very samples, but for the block that overlaps', async () => {
  make('exact.ogg', '-c:a', 'libvorbis', '-q:a', '7.3')
  const before = pcm('exact.ogg')
  const { name } = await labelled('exact.ogg')
  expect(pcm(name).includes(before.subarray(2048 * 4))).toBe(true)
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
    run(
      'ffmpeg',
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'anullsrc',
      '-af',
      'atrim=end_sample=0',
      ...['-c:a', codec],
      path(name),
    )
    await expect(labelled(name)).rejects.toMatchObject({ code: 'visible.sound.empty', details: { name } })
  }
})

test.each([
  ['vorbis.ogg', '-c:a vorbis -strict -2'],
  ['lossless.m4a', '-c:a alac'],
])('%s is encoded again, which the receipt says', async (name, args) => {
  make(name, ...args.split(' '))
  const drawn = await labelled(name, { moment: 'both' })
  expect(drawn.path).toBe('encoded')
  expect(drawn.findings?.map(({ code }) => code)).toEqual(['visible.sound.encoded'])
  expect(Math.abs(seconds(drawn.name) - seconds(name) - 3.44)).toBeLessThan(0.1)
  expect(probed(drawn.name, name.endsWith('ogg') ? 'stream_tags=title' : 'format_tags=title')).toBe('Sweep')
  if (name === 'lossless.m4a') expect(pcm(drawn.name).includes(pcm(name))).toBe(true)
  expect((await look(drawn.name))?.state).toBe('present')
})

describe('the label is heard again', () => {
  beforeAll(() => make('plain.wav', '-c:a', 'pcm_s16le'))
  const through = {
    'MP3 of 64 kbit/s': ['heard.mp3', '-b:a', '64k'],
    '16 kHz': ['heard.wav', '-ar', '16000'],
    'a level 20 dB lower': ['heard.wav', '-af', 'volume=-20dB'],
    'a telephone': ['heard.wav', '-ar', '8000', '-ac', '1', '-c:a', 'pcm_u8'],
  } as const

  test.each(Object.entries(through))('through %s', async (_, [name, ...args]) => {
    for (const sound of ['rhythm', 'voice'] as const)
      for (const language of ['zh', 'en'] as const) {
        const drawn = await labelled('plain.wav', { sound, language })
        run('ffmpeg', '-v', 'error', '-y', '-i', path(drawn.name), ...args, path(name))
        const seen = await look(name)
        expect(seen?.findings.map(({ code }) => code)).toEqual([`visible.sound.${sound}.present`])
        if (sound === 'voice') expect(seen?.text).toMatch(language === 'zh' ? /人工智能/ : /AI/)
      }
  })

  test('as rhythms of other pitch, speed and letter gap', async () => {
    const cases = [
      [440, 0.08, 1],
      [700, 0.15, 3],
      [1500, 0.1, 7],
      [2400, 0.25, 2],
    ] as const
    for (const [pitch, unit, letter] of cases) {
      const starts = [0, 2, 5 + letter, 7 + letter].map((units) => 0.5 + units * unit)
      const marks = starts
        .map((at, index) => `between(t\\,${at}\\,${at + unit * (index === 1 ? 3 : 1)})`)
        .join('+')
      const rhythm = `aevalsrc=0.2*sin(2*PI*${pitch}*t)*(${marks}):duration=6:sample_rate=22050`
      run('ffmpeg', '-v', 'error', '-y', '-f', 'lavfi', '-i', rhythm, path('other.wav'))
      expect((await look('other.wav'))?.findings[0]).toMatchObject({ code: 'visible.sound.rhythm.present' })
    }
  })

  test('in the middle of a long sound, where the beginning is lost and the end is far', async () => {
    const tone = 'aevalsrc=0.1*sin(2*PI*330*t)*gt(mod(t\\,3)\\,1):duration=400:sample_rate=8000'
    run('ffmpeg', '-v', 'error', '-y', '-f', 'lavfi', '-i', tone, path('long.wav'))
    const { name } = await labelled('long.wav', { every: 90 })
    // Labels at 90, 180, 270 and 360 s; the record names how far apart they are.
    run('ffmpeg', '-v', 'error', '-y', '-ss', '50', '-t', '290', '-i', path(name), path('cut.wav'))
    const known = {
      ...context('cut.wav'),
      previous: { text: 'AI生成', position: 'auto', every: 90 },
    } as const
    const seen = await wavLabeller.look?.(sourceOf('cut.wav'), known)
    expect(seen?.state).toBe('present')
    expect(seen?.findings.every(({ data }) => /^[23]:/.test(String(data?.['at'])))).toBe(true)
    run('ffmpeg', '-v', 'error', '-y', '-i', path('long.wav'), path('long.flac'))
    expect(await look('long.flac')).toMatchObject({
      state: 'absent',
      findings: [{ data: { where: '0:00.0–0:30.0, 2:45.0–3:55.0, 6:10.0–6:40.0' } }],
    })
  })

  test('and not where there is none', async () => {
    expect(await look('plain.wav')).toMatchObject({ state: 'absent' })
    const beeps = 'aevalsrc=0.2*sin(2*PI*1000*t)*lt(mod(t\\,0.5)\\,0.25):duration=20:sample_rate=16000'
    const noise = 'anoisesrc=d=10:c=pink:a=0.3'
    for (const source of [beeps, noise, 'anullsrc=d=5']) {
      run('ffmpeg', '-v', 'error', '-y', '-f', 'lavfi', '-i', source, path('none.wav'))
      expect(await look('none.wav')).toMatchObject({ state: 'absent' })
    }
  })

  test('or nobody listened, when it can’t be decoded', async () => {
    writeFileSync(path('broken.mp3'), Buffer.alloc(4000, 0x55))
    expect(await look('broken.mp3')).toMatchObject({ state: 'unchecked' })
    writeFileSync(path('broken.wav'), 'RIFF')
    expect(await look('broken.wav')).toMatchObject({ state: 'unchecked' })
  })
})
