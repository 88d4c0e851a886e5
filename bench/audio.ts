/**
 * The explicit label of sound: our join beside what is usually done, ffmpeg decoding, concatenating and encoding all of it.
 * `node --import tsx bench/audio.ts [seconds]`, default 600.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Source, VisibleContext, VisibleLabeller } from '@yinji/core'
import { openFile } from '../packages/media/src/file.ts'
import {
  flacLabeller,
  m4aLabeller,
  mp3Labeller,
  oggLabeller,
  wavLabeller,
} from '../packages/media/src/visible/audio/labeller.ts'

const run = promisify(execFile)
const seconds = Number(process.argv[2] ?? 600)
const directory = await mkdtemp(join(tmpdir(), 'yinji-bench-'))
const path = (name: string) => join(directory, name)

interface Kind {
  readonly name: string
  readonly labeller: VisibleLabeller
  readonly encoder: readonly string[]
}

const kinds: readonly Kind[] = [
  { name: 'x.wav', labeller: wavLabeller, encoder: ['-c:a', 'pcm_s16le'] },
  { name: 'x.mp3', labeller: mp3Labeller, encoder: ['-c:a', 'libmp3lame', '-b:a', '128k'] },
  { name: 'x.m4a', labeller: m4aLabeller, encoder: ['-c:a', 'aac', '-b:a', '128k'] },
  { name: 'x.opus', labeller: oggLabeller, encoder: ['-c:a', 'libopus', '-b:a', '96k'] },
  { name: 'x.ogg', labeller: oggLabeller, encoder: ['-c:a', 'libvorbis', '-q:a', '4'] },
  { name: 'x.flac', labeller: flacLabeller, encoder: ['-c:a', 'flac'] },
]

async function ours({ name, labeller }: Kind): Promise<void> {
  const source = await openFile(path(name))
  const work = await mkdtemp(path('work-'))
  const context: VisibleContext = {
    temporaryDirectory: async () => work,
    pathOf: async () => path(name),
  }
  const drawn = await labeller.apply(source, { text: 'AI生成', position: 'auto' }, context)
  await drain(drawn.source)
  await drawn.source[Symbol.asyncDispose]?.()
  await source[Symbol.asyncDispose]()
}

/** What a writer of the finished file would read. */
async function drain(source: Source): Promise<void> {
  for (let at = 0; at < source.size; at += 1 << 20)
    await source.read(at, Math.min(source.size, at + (1 << 20)))
}

async function theirs({ name, encoder }: Kind): Promise<void> {
  const filter = '[1:a]aformat=channel_layouts=stereo[l];[l][0:a]concat=n=2:v=0:a=1'
  const inputs = ['-i', path(name), '-i', path('label.wav')]
  await run('ffmpeg', [
    '-v',
    'error',
    '-y',
    ...inputs,
    '-filter_complex',
    filter,
    ...encoder,
    path(`their-${name}`),
  ])
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

try {
  const music = `aevalsrc=0.2*sin(2*PI*(300+20*sin(t))*t)+0.1*sin(2*PI*523*t):duration=${seconds}:sample_rate=44100`
  const label = 'sine=frequency=1046:duration=1.7:sample_rate=44100'
  await run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', label, path('label.wav')])
  console.log(`${seconds} s of stereo: label joined on · ffmpeg concat and encode · ratio`)
  for (const kind of kinds) {
    await run('ffmpeg', [
      '-v',
      'error',
      '-y',
      '-f',
      'lavfi',
      '-i',
      music,
      '-ac',
      '2',
      ...kind.encoder,
      path(kind.name),
    ])
    const [own, other] = [await timed(() => ours(kind)), await timed(() => theirs(kind))]
    console.log(
      `${kind.name.slice(2).padEnd(5)} ${own.toFixed(0)} ms · ${other.toFixed(0)} ms · ${(other / own).toFixed(1)}×`,
    )
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}
