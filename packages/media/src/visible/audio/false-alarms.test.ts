/** No label is heard in unlabelled sound: the fixtures, and melodies that come close to a rhythm. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesSource } from '@yinji/core'
import { afterAll, expect, test } from 'vitest'
import { flacLabeller, m4aLabeller, mp3Labeller, oggLabeller, wavLabeller } from './labeller.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji-false-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const fixtures = new URL('../../../../../fixtures/', import.meta.url).pathname

const look = (labeller: typeof wavLabeller, path: string) =>
  labeller.look?.(bytesSource(new Uint8Array(readFileSync(path))), {
    temporaryDirectory: async () => mkdtempSync(join(directory, 'work-')),
    pathOf: async () => path,
  })

test.each([
  ['music.wav', wavLabeller],
  ['speech.mp3', mp3Labeller],
  ['chime.flac', flacLabeller],
  ['chime.ogg', oggLabeller],
  ['chime.opus', oggLabeller],
  ['melody.m4a', m4aLabeller],
] as const)('%s carries none', async (name, labeller) => {
  expect(await look(labeller, `${fixtures}${name}`)).toMatchObject({ state: 'absent' })
})

/** Seconds at which each mark begins and how long it lasts. */
const melodies: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'four equal marks': [
    [1, 0.2],
    [1.4, 0.2],
    [1.8, 0.2],
    [2.2, 0.2],
  ],
  'long short short short': [
    [1, 0.36],
    [1.5, 0.12],
    [1.8, 0.12],
    [2.1, 0.12],
  ],
  'short long alone': [
    [1, 0.12],
    [1.24, 0.36],
  ],
  'short long short long': [
    [1, 0.12],
    [1.24, 0.36],
    [1.96, 0.12],
    [2.2, 0.36],
  ],
}

test.each(Object.entries(melodies))('%s are no label', async (name, marks) => {
  const gates = marks.map(([at, length]) => `between(t\\,${at}\\,${at + length})`).join('+')
  const path = join(directory, `${name.replaceAll(' ', '-')}.wav`)
  const sound = `aevalsrc=0.3*sin(2*PI*880*t)*(${gates}):duration=4:sample_rate=16000`
  spawnSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', sound, path])
  expect(await look(wavLabeller, path)).toMatchObject({ state: 'absent' })
})
