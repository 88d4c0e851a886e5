import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import {
  bytesSource,
  concat,
  InputError,
  type Source,
  ToolError,
  type VisibleContext,
  type VisibleLabel,
} from '@yinji/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { streamHeader } from '../../audio/xing.ts'
import { setUint32le, setUint64le, uint32le, uint64le } from '../../carriers/integers.ts'
import { pause } from './clip.ts'
import { mp3Labeller, wavLabeller } from './labeller.ts'
import { rhythm } from './rhythm.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji-audible-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const label = { text: 'AI生成', position: 'top-left' } as const

function run(program: string, ...args: string[]): Buffer {
  const { stdout, stderr, status } = spawnSync(program, args, { maxBuffer: 2 ** 28 })
  if (status !== 0) throw new Error(String(stderr))
  return stdout
}
const path = (name: string) => join(directory, name)
const sourceOf = (name: string): Source => bytesSource(new Uint8Array(readFileSync(path(name))), name)
/** One of each, for tests about something else than the sound. */
beforeAll(() => {
  make('plain.mp3', '-ac', '2', '-b:a', '128k')
  make('plain.wav', '-ac', '2', '-c:a', 'pcm_s16le')
})
const context = (name: string, more: Partial<VisibleContext> = {}): VisibleContext => ({
  temporaryDirectory: async () => mkdtempSync(path('work-')),
  pathOf: async () => path(name),
  ...more,
})

/** Half a second of silence, then a tone, in the encoding that the arguments ask for. */
function make(name: string, ...args: string[]): void {
  const tone = 'aevalsrc=0.3*sin(2*PI*330*t)*gt(t\\,0.5)+0.05*sin(2*PI*5000*t):duration=2.3:sample_rate=44100'
  run('ffmpeg', '-v', 'error', '-f', 'lavfi', '-i', tone, '-bitexact', ...args, path(name))
}

/** Labels a file, writes the result beside it, returns its name. */
async function labelled(name: string, more: Partial<VisibleLabel> = {}): Promise<string> {
  const labeller = name.endsWith('.wav') ? wavLabeller : mp3Labeller
  const { source } = await labeller.apply(sourceOf(name), { ...label, ...more }, context(name))
  writeFileSync(path(`labelled-${name}`), await source.read(0, source.size))
  return `labelled-${name}`
}

const decode = (name: string, ...args: string[]) =>
  run('ffmpeg', '-v', 'error', ...args, '-i', path(name), '-f', 's16le', '-')

/** Milliseconds of sound and silence in turn at the start of the file, as ffmpeg decodes it. */
function envelope(name: string): number[] {
  const pcm = run('ffmpeg', '-v', 'error', '-i', path(name), '-ac', '1', '-ar', '8000', '-f', 's16le', '-')
  const runs: number[] = []
  let sounding: boolean | undefined
  for (let window = 0; window < 140; window++) {
    let loud = false
    for (let at = window * 160; at < window * 160 + 160; at += 2) loud ||= Math.abs(pcm.readInt16LE(at)) > 400
    if (loud === sounding) runs[runs.length - 1] = (runs.at(-1) ?? 0) + 10
    else runs.push(10)
    sounding = loud
  }
  return runs
}

function expectRhythm(name: string): void {
  const runs = envelope(name)
  // Encoders start with a little silence and blur the edges.
  const marks = runs[0] !== undefined && runs[0] < 60 ? runs.slice(1) : runs
  for (const [index, length] of [120, 120, 360, 360, 120, 120, 120].entries())
    expect(Math.abs((marks[index] ?? 0) - length)).toBeLessThanOrEqual(20)
}

describe.each([
  ['u8.wav', '-ac 1 -ar 8000 -c:a pcm_u8'],
  ['s16.wav', '-ac 2 -c:a pcm_s16le'],
  ['s24.wav', '-ac 1 -ar 48000 -c:a pcm_s24le'],
  ['s32.wav', '-ac 2 -ar 96000 -c:a pcm_s32le'],
  ['f32.wav', '-ac 1 -c:a pcm_f32le'],
  ['f64.wav', '-ac 2 -c:a pcm_f64le'],
  ['eight.wav', '-ac 8 -ar 48000 -c:a pcm_s24le'],
  ['large.wav', '-ac 2 -c:a pcm_s16le -rf64 always'],
])('%s', (name, args) => {
  test('gets the rhythm before its samples, which stay as they are', async () => {
    make(name, ...args.split(' '))
    const output = await labelled(name)
    expectRhythm(output)
    const [before, after] = [decode(name), decode(output)]
    expect(after.subarray(after.byteLength - before.byteLength).equals(before)).toBe(true)
    expect(after.byteLength).toBeGreaterThan(before.byteLength)
    const duration = (file: string) =>
      Number(run('ffprobe', '-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', path(file)))
    expect(duration(output) - duration(name)).toBeCloseTo(1.72, 2)
  })
})

describe('chunks of a WAV that count samples', () => {
  const chunk = (id: string, payload: Uint8Array) => {
    const header = new Uint8Array(Buffer.from(`${id}\0\0\0\0`))
    setUint32le(header, 4, payload.byteLength)
    return concat([header, payload])
  }
  const numbers = (...values: number[]) => {
    const out = new Uint8Array(values.length * 4)
    for (const [index, value] of values.entries()) setUint32le(out, index * 4, value)
    return out
  }
  const dataName = 0x61746164

  test('are moved along, and a broadcast time goes back', async () => {
    const bext = new Uint8Array(602)
    setUint64le(bext, 338, 1_000_000)
    const body = concat([
      new Uint8Array(Buffer.from('WAVE')),
      chunk('fmt ', Uint8Array.of(1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0)),
      chunk('bext', bext),
      chunk('fact', numbers(1000)),
      chunk('data', new Uint8Array(2000)),
      chunk('cue ', numbers(1, 7, 500, dataName, 0, 0, 500)),
      chunk('smpl', numbers(0, 0, 0, 0, 0, 0, 0, 1, 0, 3, 0, 100, 200, 0, 0)),
    ])
    writeFileSync(path('marks.wav'), chunk('RIFF', body))
    const output = new Uint8Array(readFileSync(path(await labelled('marks.wav'))))
    const added = Math.round((rhythm.duration + pause) * 8000)
    const payload = (id: string) => output.subarray(Buffer.from(output).indexOf(id) + 8)
    expect(uint32le(payload('fact'), 0)).toBe(1000 + added)
    expect([4, 12, 24].map((at) => uint32le(payload('cue '), at))).toEqual([7, dataName, 500 + added])
    expect([44, 48].map((at) => uint32le(payload('smpl'), at))).toEqual([100 + added, 200 + added])
    expect(uint64le(payload('bext'), 338)).toBe(1_000_000 - added)
  })
})

test('a compressed WAV is refused, with the codec named', async () => {
  make('adpcm.wav', '-ac', '1', '-c:a', 'adpcm_ms')
  await expect(labelled('adpcm.wav')).rejects.toMatchObject({
    code: 'visible.content.unsupported',
    details: { what: 'WAV codec 2' },
  })
})

test('a WAV that claims absurd numbers is refused before memory is taken', async () => {
  make('absurd.wav', '-ac', '1', '-c:a', 'pcm_s16le')
  const bytes = new Uint8Array(readFileSync(path('absurd.wav')))
  setUint32le(bytes, 24, 0xffffffff)
  await expect(wavLabeller.apply(bytesSource(bytes), label, context('absurd.wav'))).rejects.toThrow(
    InputError,
  )
})

describe.each([
  ['cbr.mp3', '-ac 2 -b:a 128k'],
  ['vbr.mp3', '-ac 2 -q:a 5'],
  ['stereo.mp3', '-ac 2 -ar 48000 -b:a 192k -joint_stereo 0'],
  ['mono22.mp3', '-ac 1 -ar 22050 -b:a 32k'],
  ['mono8.mp3', '-ac 1 -ar 8000 -b:a 16k'],
  ['bare.mp3', '-ac 2 -b:a 128k -write_xing 0 -id3v2_version 0'],
])('%s', (name, args) => {
  const packets = (file: string) =>
    String(
      run(
        'ffprobe',
        '-v',
        'error',
        '-show_entries',
        'packet=data_hash',
        '-show_data_hash',
        'md5',
        '-of',
        'csv=p=0',
        path(file),
      ),
    ).match(/MD5:\w+/g) ?? []
  const decodeAll = (file: string) => decode(file, '-flags2', '+skip_manual')

  test('gets the rhythm before its packets, which stay as they are and decode alike', async () => {
    make(name, ...args.split(' '))
    const output = await labelled(name)
    expectRhythm(output)
    const before = packets(name)
    expect(before.length).toBeGreaterThan(20)
    expect(packets(output).slice(-before.length)).toEqual(before)
    const [samples, after] = [decodeAll(name), decodeAll(output)]
    expect(after.subarray(after.byteLength - samples.byteLength).equals(samples)).toBe(true)
  })

  test('shows the right duration', () => {
    const probe = (file: string) =>
      Number(run('ffprobe', '-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', path(file)))
    const rate =
      name === 'mono8.mp3' ? 8000 : name === 'mono22.mp3' ? 22050 : name === 'stereo.mp3' ? 48000 : 44100
    const frame = rate >= 32000 ? 1152 : 576
    const added = ((packets(`labelled-${name}`).length - packets(name).length) * frame) / rate
    expect(probe(`labelled-${name}`) - probe(name)).toBeCloseTo(added, 2)
  })
})

test('a Xing header counts the longer stream and keeps the padding at the end', async () => {
  make('xing.mp3', '-ac', '2', '-q:a', '5', '-id3v2_version', '0')
  const name = await labelled('xing.mp3')
  const [before, after] = ['xing.mp3', name].map((file) => new Uint8Array(readFileSync(path(file))))
  if (before === undefined || after === undefined) throw new Error('unreachable')
  const [old, header] = [streamHeader(before, 0), streamHeader(after, 0)]
  expect(header?.bytes).toBe(after.byteLength)
  expect([...(header?.toc ?? [])]).toEqual([...(header?.toc ?? [])].sort((a, b) => a - b))
  const at = header?.at.lame ?? 0
  expect([...after.subarray(at + 22, at + 24)].at(1)).toBe(before.at((old?.at.lame ?? 0) + 23))
})

test('a VBRI header is replaced by a Xing header that players read alike', async () => {
  make('raw.mp3', '-ac', '2', '-b:a', '128k', '-write_xing', '0', '-id3v2_version', '0')
  const raw = new Uint8Array(readFileSync(path('raw.mp3')))
  const vbri = raw.slice(0, 417).fill(0, 4)
  vbri[2] = (vbri[2] ?? 0) & ~2
  const fields = new DataView(vbri.buffer, 36)
  vbri.set(Buffer.from('VBRI'), 36)
  fields.setUint32(10, raw.byteLength + vbri.byteLength)
  fields.setUint32(14, Math.round(raw.byteLength / 418))
  writeFileSync(path('vbri.mp3'), concat([vbri, raw]))
  const name = await labelled('vbri.mp3')
  const output = new Uint8Array(readFileSync(path(name)))
  const header = streamHeader(output, 0)
  expect(header?.kind).toBe('Xing')
  expect(header?.bytes).toBe(output.byteLength)
  expect(header?.frames).toBeGreaterThan(Math.round(raw.byteLength / 418) + 60)
  expectRhythm(name)
})

test('the first frames of an MP3 that was cut out of a longer one stay silent', async () => {
  make('long.mp3', '-ac', '1', '-b:a', '64k', '-write_xing', '0', '-id3v2_version', '0')
  const long = new Uint8Array(readFileSync(path('long.mp3')))
  const at = Buffer.from(long).indexOf(Buffer.from([0xff, 0xfb]), 9000)
  writeFileSync(path('cut.mp3'), long.subarray(at))
  const output = await labelled('cut.mp3')
  expectRhythm(output)
  const [before, after] = [decode('cut.mp3'), decode(output)]
  const same = before.byteLength - 3 * 1152 * 2
  expect(after.subarray(-same).equals(before.subarray(-same))).toBe(true)
})

test('without ffmpeg an MP3 is refused with what to do, and a WAV is not', async () => {
  const missing = { tools: { ffmpeg: path('no-such-program') } }
  const error: unknown = await Promise.resolve(
    mp3Labeller.apply(sourceOf('plain.mp3'), label, context('plain.mp3', missing)),
  ).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(ToolError)
  expect(error).toMatchObject({ code: 'tool.ffmpeg.missing' })
  await wavLabeller.apply(sourceOf('plain.wav'), label, context('plain.wav', missing))
})

test('a label that is there already stays as it is', async () => {
  for (const name of ['plain.mp3', 'plain.wav']) {
    const source = sourceOf(name)
    const labeller = name.endsWith('.wav') ? wavLabeller : mp3Labeller
    const drawn = await labeller.apply(source, label, context(basename(name), { previous: label }))
    expect(drawn.source).toBe(source)
  }
})

test('work that was called off stops', async () => {
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(
    wavLabeller.apply(sourceOf('plain.wav'), label, context('plain.wav', { signal })),
  ).rejects.toThrow('enough')
  await expect(
    mp3Labeller.apply(sourceOf('plain.mp3'), label, context('plain.mp3', { signal })),
  ).rejects.toThrow('enough')
})
