import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { VisibleContext } from '@yinji/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFile } from '../../file.ts'
import { videoLabeller } from '../labellers.ts'

const directory = mkdtempSync(join(tmpdir(), 'yinji-look-'))
const inside = (name: string) => join(directory, name)
const run = (...args: string[]) => execFileSync('ffmpeg', ['-v', 'error', ...args])
const fixture = (name: string) => join(import.meta.dirname, '../../../../../fixtures', name)
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const context: VisibleContext = {
  temporaryDirectory: async () => directory,
  pathOf: async ({ path }) => path ?? '',
}

beforeAll(async () => {
  await using source = await openFile(fixture('clip.mp4'))
  const label = { text: 'AI生成', position: 'bottom-right' } as const
  const { source: labelled } = await videoLabeller.apply(source, label, context)
  writeFileSync(inside('labelled.mp4'), await labelled.read(0, labelled.size))
  await labelled[Symbol.asyncDispose]?.()
  run('-i', inside('labelled.mp4'), '-c:v', 'libx264', '-crf', '30', inside('crf30.mp4'))
  run(
    '-i',
    inside('labelled.mp4'),
    '-vf',
    'scale=iw/2:ih/2',
    '-c:v',
    'libx264',
    '-crf',
    '20',
    inside('half.mp4'),
  )
  run('-ss', '1.2', '-i', inside('labelled.mp4'), '-c:v', 'libx264', inside('cut.mp4'))
})

async function look(path: string) {
  await using source = await openFile(path)
  const { state, text, findings } = (await videoLabeller.look?.(source, context)) ?? {}
  return { state, text, codes: findings?.map(({ code }) => code), data: findings?.map(({ data }) => data) }
}

test.each(['labelled.mp4', 'crf30.mp4', 'half.mp4'])(
  '%s: the label is found, and how long it stays',
  async (name) => {
    const { state, text, codes, data } = await look(inside(name))
    expect({ state, text, codes }).toEqual({
      state: 'present',
      text: 'AI生成',
      codes: ['visible.look.present', 'visible.video.lasting'],
    })
    expect(data?.[0]).toMatchObject({ position: 'bottom-right' })
    expect(Number(data?.[0]?.['share'])).toBeGreaterThan(4.7)
    expect(Number(data?.[1]?.['seconds'])).toBeGreaterThanOrEqual(2)
    expect(Number(data?.[1]?.['seconds'])).toBeLessThan(2.3)
  },
)

test('a label that goes too soon is said to', async () => {
  expect(await look(inside('cut.mp4'))).toMatchObject({
    state: 'present',
    codes: ['visible.look.present', 'visible.video.brief'],
  })
})

test.each(['clip.mp4', 'shot.mov', 'sunrise.mkv', 'sunrise.webm'])(
  '%s: none where there is none',
  async (name) => {
    expect(await look(fixture(name))).toMatchObject({ state: 'absent', codes: ['visible.look.absent'] })
  },
)

test('what can’t be decoded is not searched', async () => {
  await using source = await openFile(fixture('melody.m4a'))
  expect(await videoLabeller.look?.(source, context)).toMatchObject({ state: 'unchecked' })
})
